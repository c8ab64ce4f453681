//! Words that the papers share.

use crate::subsidies::{Claim, SubsidyCase};
use kiban_domain::{Cut, Date, FileKind, FilledSubsidy, Timestamp, Wareki, Yen, tokyo_date};

pub(super) fn fact(term: &str, text: impl Into<String>) -> (String, String) {
    (term.to_owned(), text.into())
}

/// 「令和7年12月1日」.
pub(super) fn day(day: Date) -> String {
    Wareki::try_from(day).map_or_else(|_| day.to_string(), Wareki::long)
}

/// 「令和7年12月1日 10時05分」, in Japan.
pub(super) fn instant(at: Timestamp) -> String {
    let local = at.to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(9)));
    let (hour, minute) = (local.hour(), local.minute());
    format!("{} {hour}時{minute:02}分", day(tokyo_date(at)))
}

/// An amount of a column.
pub(super) fn yen(amount: i64) -> String {
    Yen::new(u64::try_from(amount).unwrap_or(0)).to_string()
}

/// 「PDF・1.2MB」.
pub(super) fn file(kind: FileKind, size_bytes: i64) -> String {
    let size = match size_bytes {
        ..1_024 => format!("{size_bytes}バイト"),
        1_024..1_048_576 => format!("{}KB", size_bytes / 1_024),
        _ => {
            let tenths = size_bytes * 10 / 1_048_576;
            format!("{}.{}MB", tenths / 10, tenths % 10)
        }
    };
    format!("{}・{size}", kind.label())
}

/// Why a part of a cost does not count.
pub(super) fn cut(cut: Cut) -> String {
    match cut {
        Cut::TooManyReaders { over } => format!("台数の上限を{over}台超えています"),
        Cut::TooEarly { first } => format!("{}より前の経費です", day(first)),
        Cut::TooLate { last } => format!("{}より後の経費です", day(last)),
        Cut::OtherProgramme => "この助成の対象ではない経費です".to_owned(),
    }
}

/// How the amount comes about, from what counts to `last`, the name of the amount.
pub(super) fn steps(claim: &Claim, last: &str) -> Vec<(String, String)> {
    let above = |amount: Yen| match amount.get() {
        0 => "ありません".to_owned(),
        _ => format!("{amount}（助成の対象になりません）"),
    };
    let mut steps = match claim {
        Claim::Care(it) => {
            let parts = it.categories.iter();
            let parts: Vec<_> = parts
                .map(|it| format!("{} {}", it.label, it.limit))
                .collect();
            let readers = format!("{}台（上限{}台）", it.readers_counted, it.readers_most);
            vec![
                fact("数えたカードリーダー", readers),
                fact("対象となる経費の合計", format!("{}（税込）", it.eligible)),
                fact("限度額", format!("{}（{}）", it.limit, parts.join("、"))),
                fact("限度額を超える分", above(it.above_limit)),
            ]
        }
        Claim::Opinion(it) => {
            let (rate, limit) = (it.class.rate, it.class.limit);
            let rate = format!(
                "{}分の{}（掛けた額 {}）",
                rate.below, rate.above, it.at_rate
            );
            vec![
                fact("医療機関の区分", it.class.label.clone()),
                fact("対象となる経費の合計", format!("{}（税込）", it.eligible)),
                fact("補助率", rate),
                fact("限度額", limit.to_string()),
                fact("限度額を超える分", above(it.above_limit)),
            ]
        }
    };
    steps.push(fact(last, claim.amount().to_string()));
    steps
}

/// The account, of whose number only the last three digits are told.
pub(super) fn account(filled: &FilledSubsidy) -> Vec<(String, String)> {
    let (account, names) = (&filled.account.account, &filled.account);
    let bank = format!("{}（{}）", names.bank_name, account.bank.as_str());
    let branch = format!("{}（{}）", names.branch_name, account.branch.as_str());
    vec![
        fact("金融機関", bank),
        fact("支店", branch),
        fact(
            "預金種目・口座番号",
            format!("{} {}", account.kind.label(), account.masked_number()),
        ),
        fact("口座名義（カナ）", account.holder.as_str()),
    ]
}

/// Where to ask.
pub(super) fn contact(case: &SubsidyCase, portal: &str) -> Vec<(String, String)> {
    let receipt = crate::subsidies::shown_receipt(&case.row.receipt);
    vec![
        fact(
            "お問い合わせの方法",
            "介護情報基盤ポータルの「お問い合わせ」",
        ),
        fact("アドレス", format!("{portal}/contact")),
        fact("お伝えいただくこと", format!("申請番号 {receipt}")),
    ]
}
