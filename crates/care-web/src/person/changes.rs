//! What changed since the office looked last, in words (W-5).

use http::StatusCode;
use kiban_access::Part;
use kiban_domain::{Application, Date, read_date, tokyo_date};
use kiban_exchange::municipal::record::{
    ApplicationRecord, BurdenLimitRecord, CertificationRecord, CostShareRecord, InsuredCardRecord,
    InsuredRecord,
};
use kiban_services::persons::{Change, Changes, Since};
use kiban_store::repo::facts::FactRow;
use kiban_ui::{ChangeLine, ChangedPart, ChangesPanel, TextField};
use serde::de::DeserializeOwned;

use super::{
    certificates::{burden_stage, ratio_on},
    history::complaint,
    progress::progress_chip,
};
use crate::words;

/// The day from which the reader wants changes.
pub(super) struct Asked {
    pub(super) since: Since,
    field: Option<TextField>,
    pub(super) status: StatusCode,
}

impl Asked {
    /// From the query's `since`; what is no day up to today is said so, and the last look counts.
    pub(super) fn of(text: &str, today: Date) -> Self {
        let text = text.trim();
        if text.is_empty() {
            return Self {
                since: Since::LastLook,
                field: None,
                status: StatusCode::OK,
            };
        }
        let field = TextField::of(text);
        let label = "調べ始める日";
        let rejected = |words: String| Self {
            since: Since::LastLook,
            field: Some(TextField::of(text).with_error(words)),
            status: StatusCode::UNPROCESSABLE_ENTITY,
        };
        match read_date(text) {
            Ok(read) if read.date > today => {
                rejected(format!("{label}は、今日までの日付を入力してください"))
            }
            Ok(read) => Self {
                since: Since::Day(read.date),
                field: Some(field),
                status: StatusCode::OK,
            },
            Err(error) => rejected(complaint(label, error)),
        }
    }

    /// The panel; none where there is nothing to compare with and nothing to say.
    pub(super) fn panel(self, changes: Option<Changes>, today: Date) -> Option<ChangesPanel> {
        let rejected = self.status != StatusCode::OK;
        let chosen = matches!(self.since, Since::Day(_));
        let (since, changed) = match changes {
            Some(changes) => (changes.since, changes.changed),
            None if rejected => (today, Vec::new()),
            None => return None,
        };
        let day = words::date(since);
        Some(ChangesPanel {
            field: self
                .field
                .unwrap_or_else(|| TextField::of(day.wareki.clone())),
            since: day,
            chosen,
            parts: by_part(&changed),
        })
    }
}

fn by_part(changed: &[Change]) -> Vec<ChangedPart> {
    let mut parts: Vec<ChangedPart> = Vec::new();
    for change in changed {
        let label = change.part.label();
        let line = line(change);
        match parts.last_mut().filter(|it| it.part == label) {
            Some(part) if part.lines.contains(&line) => {}
            Some(part) => part.lines.push(line),
            None => parts.push(ChangedPart {
                part: label.to_owned(),
                lines: vec![line],
            }),
        }
    }
    parts
}

fn line(change: &Change) -> ChangeLine {
    ChangeLine {
        text: sentence(change),
        from: dated(change.part)
            .then(|| change.after.as_ref().map(|row| words::date(row.valid_from)))
            .flatten(),
        came: change.at.map(|at| words::date(tokyo_date(at))),
    }
}

/// Whether the first day of a part's records means something to a reader. The basic record begins with a person's
/// insurance, an application and a payment carry days of their own.
fn dated(part: Part) -> bool {
    match part {
        Part::InsuredCard
        | Part::BenefitRestriction
        | Part::CareManagerNotice
        | Part::CostShare
        | Part::BurdenLimit
        | Part::Reduction
        | Part::Certification => true,
        Part::Insured
        | Part::Progress
        | Part::CommitteeOpinion
        | Part::HomeModification
        | Part::AssistivePurchase
        | Part::Consent
        | Part::Survey
        | Part::Opinion
        | Part::Life
        | Part::CarePlan => false,
    }
}

/// What happened, in one sentence.
fn sentence(change: &Change) -> String {
    let label = change.part.label();
    let Some(after) = &change.after else {
        return format!("{label}の記録が取り消されました");
    };
    let before = change.before.as_ref().or(change.precedes.as_ref());
    if let Some((what, old, new)) = before.and_then(|before| moved(change.part, before, after)) {
        return format!("{what}が {old} から {new} に変わりました");
    }
    if change.part == Part::Insured
        && let Some(before) = before
    {
        return insured(before, after);
    }
    match (&change.before, &change.precedes) {
        (Some(_), _) => format!("{label}の内容が変わりました"),
        (None, Some(_)) => format!("{label}が新しくなりました"),
        (None, None) => format!("{label}が届きました"),
    }
}

/// The item that readers look for first, where it has another value: its name, the old and the new value.
fn moved(part: Part, before: &FactRow, after: &FactRow) -> Option<(&'static str, String, String)> {
    let (what, old, new) = match part {
        Part::InsuredCard => {
            let level = |row| {
                let level = read::<InsuredCardRecord>(row)?.care_level?;
                Some(words::care_level(&level))
            };
            ("要介護度", level(before)?, level(after)?)
        }
        Part::Certification => {
            let level = |row| {
                Some(words::care_level(
                    &read::<CertificationRecord>(row)?.care_level,
                ))
            };
            ("認定の結果", level(before)?, level(after)?)
        }
        Part::CostShare => {
            let ratio = |row: &FactRow| {
                let record = read::<CostShareRecord>(row)?;
                ratio_on(&record, row.valid_from)
            };
            ("利用者負担の割合", ratio(before)?, ratio(after)?)
        }
        Part::BurdenLimit => {
            let stage = |row| Some(burden_stage(&read::<BurdenLimitRecord>(row)?.burden_stage));
            ("負担限度額の段階", stage(before)?, stage(after)?)
        }
        Part::Progress if before.record_key == after.record_key => {
            let stage = |row| {
                let record = read::<ApplicationRecord>(row)?;
                Some(progress_chip(&Application::try_from(&record).ok()?).label)
            };
            ("認定申請の進捗", stage(before)?, stage(after)?)
        }
        _ => return None,
    };
    (old != new).then_some((what, old, new))
}

fn read<T: DeserializeOwned>(row: &FactRow) -> Option<T> {
    serde_json::from_str(&row.body).ok()
}

/// Which items of the basic record changed; the values themselves stand on the page.
fn insured(before: &FactRow, after: &FactRow) -> String {
    let records = (read::<InsuredRecord>(before), read::<InsuredRecord>(after));
    let (Some(before), Some(after)) = records else {
        return "基本情報が変わりました".to_owned();
    };
    let mut items = Vec::new();
    if (&before.name, &before.name_kana) != (&after.name, &after.name_kana) {
        items.push("氏名");
    }
    if (&before.postal_code, &before.address) != (&after.postal_code, &after.address) {
        items.push("住所");
    }
    if before.phone != after.phone {
        items.push("電話番号");
    }
    if (&before.acquired_on, &before.lost_on) != (&after.acquired_on, &after.lost_on) {
        items.push("資格の取得・喪失");
    }
    if items.is_empty() {
        items.push("基本情報");
    }
    format!("{}が変わりました", items.join("と"))
}
