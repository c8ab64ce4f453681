//! 同意の記録 (S-5): the ledger of a person, recording a consent and its withdrawal.

use askama::Template;

use crate::form::errors_of;
use crate::{
    Chip, ChipColor, Choice, ChoiceField, DateField, DateText, EraChoice, FieldError, Frame,
    MenuItem, Notice, NoticeKind, PersonHead, Section, TextField, Withheld, WithheldReason, sample,
};

/// 同意の記録: every consent of the person, whatever its source.
#[derive(Debug, Clone, Template)]
#[template(path = "consents.html")]
pub struct ConsentsPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// Who it is about.
    pub person: PersonHead,
    /// What just happened.
    pub notice: Option<Notice>,
    /// The consents, newest first.
    pub rows: Section<Vec<ConsentRow>>,
    /// Whether this office may record one.
    pub may_record: bool,
    /// Whether the insurer does not share, so that only consents that this office took are here, to be taken back.
    pub own_only: bool,
}

/// One consent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsentRow {
    /// What it covers.
    pub scope: String,
    /// 有効, 開始前, 撤回済み.
    pub chip: Chip,
    /// First day.
    pub given: DateText,
    /// First day on which it does not hold.
    pub withdrawn: Option<DateText>,
    /// Who took it: 「市町村」「介護事業所（見本ステーション）」.
    pub taker: String,
    /// What this office noted: on whose word, where the paper is, who wrote it down.
    pub notes: Vec<String>,
    /// Where to record a withdrawal.
    pub withdraw: Option<String>,
}

/// Recording a consent or its withdrawal, then asked once more; posts `go` saying `confirm`, `back` or `record`.
#[derive(Debug, Clone, Template)]
#[template(path = "consent_form.html")]
pub struct ConsentFormPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// Who it is about.
    pub person: PersonHead,
    /// What shall be recorded.
    pub act: ConsentAct,
    /// Whether the answers are shown once more.
    pub confirm: Option<DateText>,
    /// What it covers; field `scope`. Not asked of a withdrawal.
    pub scope: ChoiceField,
    /// On whose word; field `basis`.
    pub basis: ChoiceField,
    /// Why that word counts; field `ground`.
    pub ground: TextField,
    /// Where the paper is; field `evidence`.
    pub evidence: TextField,
    /// The first day; field `from`.
    pub from: DateField,
}

/// What a [`ConsentFormPage`] records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConsentAct {
    /// A consent.
    Give,
    /// The withdrawal of one.
    Withdraw {
        /// The consent; field `consent`.
        consent: String,
        /// What it covers and who took it.
        what: String,
    },
}

impl ConsentAct {
    /// The heading of the page.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Give => "同意の登録",
            Self::Withdraw { .. } => "同意の撤回の登録",
        }
    }

    /// What follows the person's path in the address.
    pub fn suffix(&self) -> &'static str {
        match self {
            Self::Give => "/consents/new",
            Self::Withdraw { .. } => "/consents/withdraw",
        }
    }
}

impl ConsentFormPage {
    /// Errors in the order of the fields.
    pub fn errors(&self) -> Vec<FieldError> {
        errors_of([
            ("scope", &self.scope.error),
            ("basis", &self.basis.error),
            ("ground", &self.ground.error),
            ("evidence", &self.evidence.error),
            ("from", &self.from.error),
        ])
    }

    fn asks_basis(&self) -> &'static str {
        match self.act {
            ConsentAct::Give => "同意した方",
            ConsentAct::Withdraw { .. } => "撤回を申し出た方",
        }
    }

    fn asks_day(&self) -> &'static str {
        match self.act {
            ConsentAct::Give => "同意の日",
            ConsentAct::Withdraw { .. } => "撤回の日",
        }
    }

    fn helps_day(&self) -> &'static str {
        match self.act {
            ConsentAct::Give => "この日から、同意の範囲の情報を見られます。",
            ConsentAct::Withdraw { .. } => "この日から、同意は効力を失います。",
        }
    }

    /// The words of the chosen answer.
    pub fn chosen(field: &ChoiceField) -> &str {
        let chosen = field.choices.iter().find(|it| it.chosen);
        chosen.map_or("", |it| it.label.as_str())
    }

    /// What the confirmation sends along.
    pub fn carried(&self) -> Vec<(&'static str, String)> {
        let value = |field: &ChoiceField| {
            let chosen = field.choices.iter().find(|it| it.chosen);
            chosen.map_or_else(String::new, |it| it.value.clone())
        };
        vec![
            ("scope", value(&self.scope)),
            ("basis", value(&self.basis)),
            ("ground", self.ground.value.clone()),
            ("evidence", self.evidence.value.clone()),
            ("from_era", self.from.era.code().to_owned()),
            ("from_year", self.from.year.clone()),
            ("from_month", self.from.month.clone()),
            ("from_day", self.from.day.clone()),
        ]
    }

    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let choices = |all: &[(&str, &str)], chosen: &str| {
            let choice = |(value, label): &(&str, &str)| Choice {
                chosen: *value == chosen,
                ..Choice::new(*value, *label, "")
            };
            ChoiceField::of(all.iter().map(choice).collect())
        };
        let scopes = [("all", "介護情報の全体"), ("survey", "認定調査票")];
        let bases = [("own", "ご本人"), ("adult_guardian", "成年後見人")];
        let asked = Self {
            frame: sample::frame(MenuItem::Persons),
            person: PersonHead::sample(),
            act: ConsentAct::Give,
            confirm: None,
            scope: choices(&scopes, ""),
            basis: choices(&bases, ""),
            ground: TextField::default(),
            evidence: TextField::default(),
            from: DateField::of(EraChoice::Reiwa, "8", "6", "24"),
        };
        let filled = Self {
            confirm: Some(sample::date(2026, 6, 24)),
            scope: choices(&scopes, "survey"),
            basis: choices(&bases, "adult_guardian"),
            ground: TextField::of("登記事項証明書を確認"),
            evidence: TextField::of("事務所の契約書類の棚"),
            ..asked.clone()
        };
        let act = ConsentAct::Withdraw {
            consent: "m-1".into(),
            what: "介護情報の全体（市町村）".into(),
        };
        let rejected = Self {
            scope: choices(&scopes, "").with_error("同意の範囲を選択してください"),
            evidence: TextField::default().with_error("書面の保管場所を入力してください"),
            ..asked.clone()
        };
        vec![
            ("asked", asked.clone()),
            ("rejected", rejected),
            ("confirm", filled.clone()),
            (
                "withdraw",
                Self {
                    act: act.clone(),
                    ..asked
                },
            ),
            ("withdraw_confirm", Self { act, ..filled }),
        ]
    }
}

impl ConsentsPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let row = |scope: &str, chip, taker: &str, notes: &[&str], withdraw: bool| ConsentRow {
            scope: scope.into(),
            chip,
            given: sample::date(2026, 4, 1),
            withdrawn: (!withdraw).then(|| sample::date(2026, 6, 1)),
            taker: taker.into(),
            notes: notes.iter().map(|&it| it.into()).collect(),
            withdraw: withdraw.then(|| {
                "/care/persons/999010/0000012345/consents/withdraw?consent=m-1".to_owned()
            }),
        };
        let full = Self {
            frame: sample::frame(MenuItem::Persons),
            person: PersonHead::sample(),
            notice: Some(Notice::new(
                NoticeKind::Success,
                "同意を登録しました",
                "同意の範囲の情報は、同意の日から見られます。",
            )),
            rows: Section::Shown(vec![
                row(
                    "認定調査票",
                    Chip::new("有効", ChipColor::Green),
                    "ケアマネジャー（ケアステーション架空）",
                    &[
                        "同意した方：成年後見人（登記事項証明書を確認）",
                        "書面の保管：事務所の棚",
                        "登録した職員：佐藤 花子",
                    ],
                    true,
                ),
                row(
                    "介護情報の全体",
                    Chip::new("撤回済み", ChipColor::Gray),
                    "市町村",
                    &[],
                    false,
                ),
            ]),
            may_record: true,
            own_only: false,
        };
        let empty = Self {
            notice: None,
            rows: Section::Absent("同意の記録はまだありません。".into()),
            ..full.clone()
        };
        let withheld = Self {
            notice: None,
            rows: Section::Withheld(Withheld::new(WithheldReason::NotForThisService)),
            may_record: false,
            own_only: false,
            ..full.clone()
        };
        let own_only = Self {
            notice: None,
            may_record: false,
            own_only: true,
            ..full.clone()
        };
        vec![
            ("full", full),
            ("empty", empty),
            ("withheld", withheld),
            ("own_only", own_only),
        ]
    }
}
