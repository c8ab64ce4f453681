//! 本人確認 (C03, first steps): choosing the way, then five items from the paper card.

use askama::Template;

use crate::form::errors_of;
use crate::{
    Choice, ChoiceField, DateField, EraChoice, FieldError, Frame, MenuItem, Notice, NoticeKind,
    TextField, sample,
};

/// Steps from the check to the registration, as shown on each of their pages.
pub const REGISTRATION_STEPS: [&str; 5] =
    ["確認方法", "本人確認", "担当の内容", "確認", "登録完了"];

/// 本人確認; the method at `/care/persons/new`, the items posted to `/care/persons/new/paper`.
#[derive(Debug, Clone, Template)]
#[template(path = "identity_check.html")]
pub struct IdentityCheckPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// Which step is shown.
    pub stage: IdentityStage,
    /// What the check answered.
    pub answer: IdentityAnswer,
    /// 保険者番号; field `insurer_no`.
    pub insurer_no: TextField,
    /// 被保険者番号; field `insured_no`.
    pub insured_no: TextField,
    /// Name in kana; field `kana`.
    pub kana: TextField,
    /// Birth date; fields `birth_era`, `birth_year`, `birth_month`, `birth_day`.
    pub birth: DateField,
    /// A verified card that is linked when the items agree, and its case; fields `card` and `case`, empty without one.
    pub card: Option<(String, String)>,
    /// Sex; field `sex`, values `1` 男 and `2` 女; see [`Self::sexes`].
    pub sex: ChoiceField,
}

/// A step of [`IdentityCheckPage`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdentityStage {
    /// Choosing card reader or paper card.
    Method {
        /// Whether this installation can read cards.
        card_reader: bool,
    },
    /// Typing the five items.
    Items,
}

/// One of the five items that must agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdentityItem {
    /// 保険者番号.
    InsurerNumber,
    /// 被保険者番号.
    InsuredNumber,
    /// 氏名（カナ）.
    Kana,
    /// 生年月日.
    Birth,
    /// 性別.
    Sex,
}

impl IdentityItem {
    /// Its name on the card.
    pub fn label(self) -> &'static str {
        match self {
            Self::InsurerNumber => "保険者番号",
            Self::InsuredNumber => "被保険者番号",
            Self::Kana => "氏名（カナ）",
            Self::Birth => "生年月日",
            Self::Sex => "性別",
        }
    }
}

/// What the check answered; never anybody's data, never candidates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IdentityAnswer {
    /// Nothing was asked yet, or items are missing.
    None,
    /// They do not agree; one item to read again.
    Mismatch(IdentityItem),
    /// The insurer does not share yet.
    NotSharing {
        /// Name of the municipality.
        insurer: String,
    },
    /// Too many attempts.
    Limited {
        /// When to try again, in words: 「30分後」.
        again: String,
    },
}

impl IdentityAnswer {
    /// The message at the top, if any; a mismatch is told at its field.
    pub fn notice(&self) -> Option<Notice> {
        match self {
            Self::None | Self::Mismatch(_) => None,
            Self::NotSharing { insurer } => Some(Notice::new(
                NoticeKind::Warning,
                format!("{insurer}は、まだ情報の共有を始めていません"),
                "共有が始まるまでは、紙の被保険者証または市町村の窓口で確認してください。",
            )),
            Self::Limited { again } => Some(Notice::new(
                NoticeKind::Error,
                "続けて一致しなかったため、本人確認をしばらく受け付けません",
                format!(
                    "紙の被保険者証を確かめて、{again}にもう一度お試しください。お急ぎのときは、市町村の窓口に確認してください。"
                ),
            )),
        }
    }
}

impl IdentityCheckPage {
    /// An empty page of `stage`.
    pub fn new(frame: Frame, stage: IdentityStage) -> Self {
        Self {
            frame,
            stage,
            answer: IdentityAnswer::None,
            insurer_no: TextField::default(),
            insured_no: TextField::default(),
            kana: TextField::default(),
            card: None,
            birth: DateField {
                era: EraChoice::Showa,
                ..DateField::default()
            },
            sex: Self::sexes(""),
        }
    }

    /// The answers to 性別, with the one that posts `chosen` chosen.
    pub fn sexes(chosen: &str) -> ChoiceField {
        let choice = |(value, label): (&str, &str)| Choice {
            chosen: value == chosen,
            ..Choice::new(value, label, "")
        };
        ChoiceField::of([("1", "男"), ("2", "女")].map(choice).to_vec())
    }

    /// The same page, answering that the items do not agree and that `item` should be read again.
    #[must_use]
    pub fn with_mismatch(mut self, item: IdentityItem) -> Self {
        let error = match item {
            IdentityItem::InsurerNumber => &mut self.insurer_no.error,
            IdentityItem::InsuredNumber => &mut self.insured_no.error,
            IdentityItem::Kana => &mut self.kana.error,
            IdentityItem::Birth => &mut self.birth.error,
            IdentityItem::Sex => &mut self.sex.error,
        };
        *error = Some(format!("{}をもう一度お確かめください", item.label()));
        self.answer = IdentityAnswer::Mismatch(item);
        self
    }

    /// Errors in the order of the fields.
    pub fn errors(&self) -> Vec<FieldError> {
        errors_of([
            ("insurer_no", &self.insurer_no.error),
            ("insured_no", &self.insured_no.error),
            ("kana", &self.kana.error),
            ("birth", &self.birth.error),
            ("sex", &self.sex.error),
        ])
    }

    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = |stage| Self::new(sample::frame(MenuItem::Register), stage);
        let typed = || Self {
            insurer_no: TextField::of("999010"),
            insured_no: TextField::of("0000012345"),
            kana: TextField::of("カクウ タロウ"),
            birth: DateField::of(EraChoice::Showa, "13", "4", "12"),
            sex: Self::sexes("1"),
            ..page(IdentityStage::Items)
        };
        let missing = Self {
            insurer_no: TextField::of("99901")
                .with_error("保険者番号は、6桁の数字で入力してください（例：999010）"),
            birth: DateField::of(EraChoice::Showa, "13", "13", "12")
                .with_error("生年月日は、実在する日付を入力してください"),
            sex: Self::sexes("").with_error("性別を選択してください"),
            ..typed()
        };
        vec![
            ("method", page(IdentityStage::Method { card_reader: true })),
            (
                "method_without_reader",
                page(IdentityStage::Method { card_reader: false }),
            ),
            ("items", page(IdentityStage::Items)),
            (
                "items_with_card",
                Self {
                    card: Some(("000102030405060708090a0b0c0d0e0f".into(), "c0ffee".into())),
                    ..page(IdentityStage::Items)
                },
            ),
            ("rejected", missing),
            (
                "mismatch",
                typed().with_mismatch(IdentityItem::InsuredNumber),
            ),
            (
                "not_sharing",
                Self {
                    answer: IdentityAnswer::NotSharing {
                        insurer: "見本村".into(),
                    },
                    ..typed()
                },
            ),
            (
                "limited",
                Self {
                    answer: IdentityAnswer::Limited {
                        again: "30分後".into(),
                    },
                    ..typed()
                },
            ),
        ]
    }
}
