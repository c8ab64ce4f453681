//! What a reviewer typed: remarks on fields, and what counts of each line.

use super::{signed, yen};
use kiban_console_ui::{CaseLine, TextField};
use kiban_domain::{CostKind, FilledLine, read_count};
use kiban_services::subsidies::{AcceptedLine, Proposal, most_of};
use kiban_web_kit::Fields;

/// The longest reason for counting less, in characters.
const REASON: usize = 400;

/// Remarks that are not empty, by the names of their fields.
pub(super) fn remarks(fields: &Fields) -> Vec<(String, String)> {
    let remark = |(name, value): &(String, String)| {
        let field = name.strip_prefix("remark.")?;
        let value = value.trim();
        (!value.is_empty()).then(|| (field.to_owned(), value.to_owned()))
    };
    fields.fields().iter().filter_map(remark).collect()
}

/// What was chosen, and what was written below it.
pub(super) fn note(fields: &Fields) -> String {
    let parts = [fields.get("template"), fields.get("note")];
    let parts: Vec<&str> = parts.into_iter().filter(|it| !it.is_empty()).collect();
    parts.join("\n").replace("\r\n", "\n")
}

/// A whole number of yen or readers, as people type it: 「１６，０００円」; 0 is one.
fn number(text: &str) -> Option<u64> {
    read_count(text, &['円', '台']).filter(|it| *it <= 999_999_999)
}

/// The fields of a line before anything was typed: all of it counts.
pub(super) fn untouched(line: &FilledLine, tax_percent: u32) -> CaseLine {
    let claimed = line.cost.with_tax(tax_percent).get();
    CaseLine {
        number: line.number,
        most: line.cost.quantity,
        counted: line.cost.kind == CostKind::Reader,
        quantity: TextField::of(line.cost.quantity.to_string()),
        yen: TextField::of(claimed.to_string()),
        claimed: yen(signed(claimed)),
        ..CaseLine::default()
    }
}

/// Puts what was typed into the fields of a line; says beside them what is wrong.
pub(super) fn take(fields: &Fields, line: &mut CaseLine, claimed: u64) -> Option<AcceptedLine> {
    let get = |name: &str| {
        fields
            .get(&format!("line.{}.{name}", line.number))
            .to_owned()
    };
    let (quantity, amount, reason) = (get("quantity"), get("yen"), get("reason"));
    let place = format!("経費{}", line.number);
    let count = if line.counted {
        number(&quantity).filter(|it| *it <= u64::from(line.most))
    } else {
        Some(1)
    };
    let share = count.and_then(|it| u32::try_from(it).ok());
    let most = match share {
        Some(count) if line.counted => most_of(claimed, line.most, count),
        _ => claimed,
    };
    let value = number(&amount).filter(|it| *it <= most);
    let less = value.is_some_and(|it| it < claimed)
        || count.is_some_and(|it| line.counted && it < u64::from(line.most));
    let silent = less && reason.is_empty();
    line.quantity = TextField::of(quantity);
    line.yen = TextField::of(amount);
    line.reason = TextField::of(&*reason);
    if count.is_none() {
        let words = format!(
            "{place}：認める数量は、0から{}までで入力してください",
            line.most
        );
        line.quantity.error = Some(words);
    }
    if value.is_none() {
        let words = format!(
            "{place}：認める金額は、0円から{}までで入力してください",
            yen(signed(most))
        );
        line.yen.error = Some(words);
    }
    if silent {
        let words = format!("{place}：申請より少なくする理由を入力してください");
        line.reason.error = Some(words);
    }
    let (count, value) = (u32::try_from(count?).ok()?, value?);
    let long = reason.chars().count() > REASON;
    if long {
        let words = format!("{place}：減らす理由は、{REASON}文字以内で入力してください");
        line.reason.error = Some(words);
    }
    if silent || long {
        return None;
    }
    // Nothing of the one is nothing of the other.
    let nothing = count == 0 || value == 0;
    Some(AcceptedLine {
        number: line.number,
        quantity: if nothing { 0 } else { count },
        yen: if nothing { 0 } else { value },
        reason,
    })
}

/// A proposal to refuse.
pub(super) fn refusal(note: String) -> Proposal {
    Proposal {
        refuse: true,
        reason: note,
        ..Proposal::default()
    }
}
