//! 書類 (C10): the files about a person, adding one and sharing one.

use askama::Template;

use crate::form::errors_of;
use crate::{
    Chip, ChipColor, Choice, ChoiceField, DateField, DateText, EraChoice, FieldError, Frame,
    MenuItem, Notice, NoticeKind, PersonHead, Section, TextField, Withheld, WithheldReason, sample,
};

/// 書類: the own files and those of other offices.
#[derive(Debug, Clone, Template)]
#[template(path = "documents.html")]
pub struct DocumentsPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// Who it is about.
    pub person: PersonHead,
    /// What just happened.
    pub notice: Option<Notice>,
    /// Whether a file can be added now.
    pub may_add: bool,
    /// Whether a file can be shared now.
    pub may_share: bool,
    /// The office's own files, newest first.
    pub own: Section<Vec<DocumentLine>>,
    /// Those that other offices share with it, newest first.
    pub received: Section<Vec<ReceivedLine>>,
}

/// What is said of every file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentFacts {
    /// Its identifier.
    pub id: String,
    /// Title.
    pub title: String,
    /// 退院・退所の情報, サービス提供の報告, …
    pub kind: String,
    /// The day it is about.
    pub about: DateText,
    /// 「退院.pdf（PDF、1.2MB）」.
    pub file: String,
}

/// A file of the own office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentLine {
    /// What it is.
    pub facts: DocumentFacts,
    /// 「令和8年6月24日 10:05」.
    pub added: String,
    /// Who added it.
    pub added_by: String,
    /// With whom it is and was shared, oldest first.
    pub shares: Vec<ShareLine>,
    /// When it was removed; nothing can be done with it since.
    pub removed: Option<String>,
}

/// A file's sharing with one office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShareLine {
    /// Its identifier.
    pub id: String,
    /// The office.
    pub office: String,
    /// Since when.
    pub since: String,
    /// When that ended.
    pub ended: Option<String>,
}

/// A file of another office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceivedLine {
    /// What it is.
    pub facts: DocumentFacts,
    /// Which office shares it.
    pub from: String,
    /// Since when.
    pub since: String,
}

impl DocumentLine {
    /// 共有中, 共有なし, 削除済み.
    pub fn chip(&self) -> Chip {
        if self.removed.is_some() {
            Chip::new("削除済み", ChipColor::Gray)
        } else if self.shares.iter().any(|it| it.ended.is_none()) {
            Chip::new("共有中", ChipColor::Green)
        } else {
            Chip::new("共有なし", ChipColor::Gray)
        }
    }
}

/// Adding a file; posts `form`, `file`, `title`, `kind` and the date `about` to `…/documents/new`.
#[derive(Debug, Clone, Template)]
#[template(path = "document_form.html")]
pub struct DocumentFormPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// Who it is about.
    pub person: PersonHead,
    /// Names this form, so that sending it twice adds one file.
    pub form: String,
    /// What is wrong with the file.
    pub file_error: Option<String>,
    /// Title.
    pub title: TextField,
    /// What it is; field `kind`.
    pub sort: ChoiceField,
    /// The day it is about.
    pub about: DateField,
}

/// Sharing a file; posts `office` (a number, or `other`) and `office_no` to `…/documents/{id}/share`.
#[derive(Debug, Clone, Template)]
#[template(path = "document_share.html")]
pub struct DocumentSharePage {
    /// What surrounds the page.
    pub frame: Frame,
    /// Who it is about.
    pub person: PersonHead,
    /// The file.
    pub facts: DocumentFacts,
    /// The offices that can be picked, the last being another one; empty when none can.
    pub office: ChoiceField,
    /// Number of an office that is not among them.
    pub office_no: TextField,
}

impl DocumentFormPage {
    /// Errors in the order of the fields.
    pub fn errors(&self) -> Vec<FieldError> {
        errors_of([
            ("file", &self.file_error),
            ("title", &self.title.error),
            ("kind", &self.sort.error),
            ("about", &self.about.error),
        ])
    }

    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let kinds = [
            ("discharge_summary", "退院・退所の情報"),
            ("service_report", "サービス提供の報告"),
            ("other", "その他の書類"),
        ];
        let asked = Self {
            frame: sample::frame(MenuItem::Persons),
            person: PersonHead::sample(),
            form: "0193b3f0-0000-7000-8000-000000000000".into(),
            file_error: None,
            title: TextField::default(),
            sort: ChoiceField::of(
                kinds
                    .iter()
                    .map(|(value, label)| Choice::new(*value, *label, ""))
                    .collect(),
            ),
            about: DateField::of(EraChoice::Reiwa, "8", "6", "24"),
        };
        let rejected = Self {
            file_error: Some("退院.zipは添付できません。PDF・JPEG・PNGを選んでください".to_owned()),
            title: TextField::of("退院時の情報"),
            sort: asked
                .sort
                .clone()
                .with_error("書類の種類を選択してください"),
            about: DateField::default().with_error("書類の日付を入力してください"),
            ..asked.clone()
        };
        vec![("asked", asked), ("rejected", rejected)]
    }
}

impl DocumentSharePage {
    /// Errors in the order of the fields.
    pub fn errors(&self) -> Vec<FieldError> {
        errors_of([
            ("office", &self.office.error),
            ("office_no", &self.office_no.error),
        ])
    }

    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let picked = Self {
            frame: sample::frame(MenuItem::Persons),
            person: PersonHead::sample(),
            facts: DocumentFacts::sample(),
            office: ChoiceField::of(vec![
                Choice::new("1379900023", "居宅介護支援センター見本", "1379900023"),
                Choice::new("other", "ほかの事業所", "事業所番号を入力します"),
            ]),
            office_no: TextField::default(),
        };
        let typed = Self {
            office: ChoiceField::default(),
            ..picked.clone()
        };
        let rejected = Self {
            office_no: TextField::of("1379900031").with_error(
                "この番号の事業所とは共有できません。番号と、この方の担当登録があるかを相手の事業所に確かめてください",
            ),
            ..typed.clone()
        };
        vec![("picked", picked), ("typed", typed), ("rejected", rejected)]
    }
}

impl DocumentFacts {
    pub(crate) fn sample() -> Self {
        Self {
            id: "0193b3f0-0000-7000-8000-000000000000".into(),
            title: "退院時の情報（架空病院）".into(),
            kind: "退院・退所の情報".into(),
            about: sample::date(2026, 6, 20),
            file: "退院時サマリー.pdf（PDF、1.2MB）".into(),
        }
    }
}

impl DocumentsPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let share = |id: &str, office: &str, ended: Option<&str>| ShareLine {
            id: id.into(),
            office: office.into(),
            since: "令和8年6月22日 10:05".into(),
            ended: ended.map(Into::into),
        };
        let line = |shares, removed: Option<&str>| DocumentLine {
            facts: DocumentFacts::sample(),
            added: "令和8年6月21日 9:30".into(),
            added_by: "佐藤 花子".into(),
            shares,
            removed: removed.map(Into::into),
        };
        let full = Self {
            frame: sample::frame(MenuItem::Persons),
            person: PersonHead::sample(),
            notice: Some(Notice::new(
                NoticeKind::Success,
                "書類を共有しました",
                "共有したことは、ご本人にもお知らせします。",
            )),
            may_add: true,
            may_share: true,
            own: Section::Shown(vec![
                line(
                    vec![
                        share(
                            "1",
                            "訪問看護ステーション見本",
                            Some("令和8年6月23日 17:00"),
                        ),
                        share("2", "居宅介護支援センター見本", None),
                    ],
                    None,
                ),
                line(vec![], None),
                line(vec![], Some("令和8年6月24日 8:45")),
            ]),
            received: Section::Shown(vec![ReceivedLine {
                facts: DocumentFacts::sample(),
                from: "架空病院".into(),
                since: "令和8年6月20日 16:12".into(),
            }]),
        };
        let empty = Self {
            notice: None,
            own: Section::Absent("この事業所が登録した書類はまだありません。".into()),
            received: Section::Absent("ほかの事業所から共有されている書類はありません。".into()),
            ..full.clone()
        };
        let withheld = Self {
            notice: None,
            may_share: false,
            received: Section::Withheld(Withheld::new(WithheldReason::NoConsent)),
            ..full.clone()
        };
        let not_sharing = Self {
            may_add: false,
            received: Section::Withheld(Withheld::new(WithheldReason::NotShared)),
            ..withheld.clone()
        };
        vec![
            ("full", full),
            ("empty", empty),
            ("withheld", withheld),
            ("not_sharing", not_sharing),
        ]
    }
}
