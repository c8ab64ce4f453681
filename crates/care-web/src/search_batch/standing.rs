//! Whether what an office relies on holds for one person on one day.

use kiban_access::{Part, Refusal, WithheldPart};
use kiban_domain::Date;
use kiban_exchange::municipal::record::{CostShareRecord, InsuredCardRecord, InsuredRecord};
use kiban_services::persons::Read;
use kiban_ui::{Chip, ChipColor};

use crate::{
    person::{
        certificates::{ratio, ratio_row_on, restriction_kind},
        members::Members,
    },
    words,
};

/// From how many days before its end something ends soon.
pub(super) const SOON_DAYS: i32 = 60;
/// What every number gets that names nobody of this office's.
const NOBODY: &str = "この事業所の利用者として登録されていません";

/// The answer about one person.
pub(super) enum Standing {
    /// Nobody of this office's.
    Nobody,
    /// One of this office's, whose insurer does not share yet.
    NotShared,
    /// What was read.
    Known(Box<Known>),
}

/// What was read about a person, in words.
#[derive(Default)]
pub(super) struct Known {
    pub(super) name: String,
    /// 「あり」, 「なし」.
    pub(super) insured: String,
    pub(super) care_level: String,
    pub(super) valid_from: Option<Date>,
    pub(super) valid_to: Option<Date>,
    pub(super) ratio: String,
    pub(super) ratio_to: Option<Date>,
    pub(super) restriction: String,
    /// Parts that changed since the office's last look.
    pub(super) changed: Vec<Part>,
    /// What does not hold.
    broken: Vec<String>,
    /// What ends soon.
    ending: Vec<String>,
    /// What may not be shown.
    withheld: Vec<String>,
}

/// How an answer is counted; those that need somebody come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Grade {
    Broken,
    Ending,
    Withheld,
    Nobody,
    Good,
}

impl Grade {
    pub(super) const ALL: [Self; 5] = [
        Self::Broken,
        Self::Ending,
        Self::Withheld,
        Self::Nobody,
        Self::Good,
    ];

    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Broken => "要確認",
            Self::Ending => "まもなく終了",
            Self::Withheld => "表示できない項目あり",
            Self::Nobody => "担当登録なし",
            Self::Good => "継続中",
        }
    }

    pub(super) fn chip(self) -> Chip {
        let color = match self {
            Self::Broken => ChipColor::Red,
            Self::Ending => ChipColor::Yellow,
            Self::Withheld => ChipColor::Orange,
            Self::Nobody => ChipColor::Gray,
            Self::Good => ChipColor::Green,
        };
        Chip::new(self.label(), color)
    }
}

impl Standing {
    /// Judges one reading on the day asked about; `listed` is the name in the office's own list, if it was read from there.
    pub(super) fn of(
        read: Result<Read, Refusal>,
        listed: &str,
        on: Date,
    ) -> Result<Self, serde_json::Error> {
        let read = match read {
            Ok(read) => read,
            Err(Refusal::InsurerNotSharing) => return Ok(Self::NotShared),
            // Whether the number is anybody's, was ever this office's, or of which kind the office is: one answer.
            Err(Refusal::NotFound | Refusal::RelationEnded | Refusal::RoleNotEntitled) => {
                return Ok(Self::Nobody);
            }
        };
        let members = Members::of(&read.view.members.to_json())?;
        let mut known = Known {
            name: listed.to_owned(),
            changed: read.changed.unwrap_or_default(),
            ..Known::default()
        };
        let withheld = read.view.permit.withheld();
        if known.may(Part::Insured, withheld) {
            known.insured(members.insured.as_ref().map(|it| &it.record), on);
        }
        if known.may(Part::InsuredCard, withheld) {
            known.card(members.insured_card.as_ref().map(|it| &it.record), on);
        }
        if known.may(Part::CostShare, withheld) {
            known.share(members.cost_share.as_ref().map(|it| &it.record), on);
        }
        if known.may(Part::BenefitRestriction, withheld) {
            let kinds: Vec<String> = members
                .benefit_restriction
                .iter()
                .map(|it| restriction_kind(&it.record.kind))
                .collect();
            known.restriction = kinds.join("、");
            if !kinds.is_empty() {
                let restriction = format!("給付制限があります（{}）", known.restriction);
                known.broken.push(restriction);
            }
        }
        Ok(Self::Known(Box::new(known)))
    }

    pub(super) fn grade(&self) -> Grade {
        match self {
            Self::Nobody => Grade::Nobody,
            Self::NotShared => Grade::Withheld,
            Self::Known(it) if !it.broken.is_empty() => Grade::Broken,
            Self::Known(it) if !it.ending.is_empty() => Grade::Ending,
            Self::Known(it) if !it.withheld.is_empty() => Grade::Withheld,
            Self::Known(_) => Grade::Good,
        }
    }

    /// What was read.
    pub(super) fn known(&self) -> Option<&Known> {
        match self {
            Self::Known(it) => Some(it),
            Self::Nobody | Self::NotShared => None,
        }
    }

    /// What somebody should know, sentences.
    pub(super) fn notes(&self) -> Vec<String> {
        match self {
            Self::Nobody => vec![NOBODY.to_owned()],
            Self::NotShared => {
                vec!["市町村（保険者）が情報の共有を始めていません".to_owned()]
            }
            Self::Known(it) => {
                let mut notes = it.broken.clone();
                notes.extend(it.ending.clone());
                notes.extend(it.withheld.clone());
                if !it.changed.is_empty() {
                    notes.push(format!("前回から変更：{}", it.changed_labels()));
                }
                notes
            }
        }
    }
}

impl Known {
    /// Names of the parts that changed.
    pub(super) fn changed_labels(&self) -> String {
        let labels: Vec<_> = self.changed.iter().map(|part| part.label()).collect();
        labels.join("、")
    }

    /// Whether a part may be shown; what is kept back is said with its reason.
    fn may(&mut self, part: Part, withheld: &[WithheldPart]) -> bool {
        let kept = withheld.iter().find(|it| it.part == part);
        if let Some(it) = kept {
            let message = it.reason.message(part);
            let first = message.split('。').next().unwrap_or_default();
            self.withheld.push(first.to_owned());
        }
        kept.is_none()
    }

    /// From the day of a loss on, and before the acquisition, there is no record of the day.
    fn insured(&mut self, record: Option<&InsuredRecord>, on: Date) {
        let Some(record) = record else {
            "なし".clone_into(&mut self.insured);
            let none = "この日に続いている資格の記録がありません（喪失したか、取得前です）";
            self.broken.push(none.to_owned());
            return;
        };
        "あり".clone_into(&mut self.insured);
        self.name.clone_from(&record.name);
        let lost = day(record.lost_on.as_ref());
        if let Some(lost) = lost.filter(|lost| words::days_between(on, *lost) <= SOON_DAYS) {
            let lost = words::date(lost).wareki;
            self.ending.push(format!("{lost}に資格を喪失します"));
        }
    }

    fn card(&mut self, record: Option<&InsuredCardRecord>, on: Date) {
        let Some(record) = record.filter(|record| record.care_level.is_some()) else {
            "認定なし".clone_into(&mut self.care_level);
            self.broken.push("要介護認定の記録がありません".to_owned());
            return;
        };
        self.care_level = words::care_level(record.care_level.as_deref().unwrap_or_default());
        self.valid_from = day(record.valid_from.as_ref());
        self.valid_to = day(record.valid_to.as_ref());
        if self.valid_from.is_some_and(|from| on < from) {
            self.broken
                .push("要介護認定の期間が始まっていません".to_owned());
        }
        self.end("要介護認定の有効期限", self.valid_to, on);
    }

    fn share(&mut self, record: Option<&CostShareRecord>, on: Date) {
        let Some(row) = record.and_then(|record| ratio_row_on(record, on)) else {
            "記録なし".clone_into(&mut self.ratio);
            self.broken
                .push("この日の負担割合証の記録がありません".to_owned());
            return;
        };
        self.ratio = ratio(&row.ratio);
        self.ratio_to = day(row.to.as_ref());
        self.end("負担割合証の期限", self.ratio_to, on);
    }

    fn end(&mut self, what: &str, until: Option<Date>, on: Date) {
        let Some(until) = until else { return };
        match words::days_between(on, until) {
            days if days < 0 => self.broken.push(format!("{what}が切れています")),
            0 => self.ending.push(format!("{what}はこの日までです")),
            days if days <= SOON_DAYS => self.ending.push(format!("{what}まであと{days}日です")),
            _ => {}
        }
    }
}

fn day(text: Option<&String>) -> Option<Date> {
    text.and_then(|text| text.parse().ok())
}
