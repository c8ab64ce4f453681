use super::{Grid, GridCell};
use crate::{
    Chip, ChipColor, ConsoleFrame, FieldError, Notice, NoticeKind, TextField, pages::sample_frame,
};
use askama::Template;

/// One application beside its evidence (O03). Its form posts `act` (`return`, `check`, `refuse`) with `remark.FIELD`, `line.N.quantity`,
/// `line.N.yen`, `line.N.reason`, `template`, `note` and `inner`; single buttons post `act` (`take`, `decide`). All with `version`.
#[derive(Debug, Clone, Template)]
#[template(path = "subsidy_case.html")]
pub struct SubsidyCasePage {
    /// What surrounds the page.
    pub frame: ConsoleFrame,
    /// What happened before.
    pub notice: Option<Notice>,
    /// Its number as in addresses.
    pub receipt: String,
    /// Its number as people read it.
    pub shown: String,
    /// The version that is looked at.
    pub version: i64,
    /// How it stands.
    pub chip: Chip,
    /// Who applies, for what: term and text.
    pub facts: Vec<(String, String)>,
    /// The letter of its decision, as PDF.
    pub letter: Option<String>,
    /// What was checked by itself: a chip, the words, and where to look; the address may be empty.
    pub checks: Vec<(Chip, String, String)>,
    /// Fields that belong to no line.
    pub fields: Vec<CaseField>,
    /// The lines with their evidence.
    pub lines: Vec<CaseLine>,
    /// What it comes to, line by line.
    pub worked: Grid,
    /// What that adds up to: term and text.
    pub sums: Vec<(String, String)>,
    /// What one person proposed or decided: term and text; empty before.
    pub proposal: Vec<(String, String)>,
    /// What that counts of each line.
    pub accepted: Grid,
    /// What the last submission changed.
    pub changes: Grid,
    /// The payments.
    pub payments: Grid,
    /// The history.
    pub steps: Grid,
    /// Whether fields can be remarked and lines accepted in part: the form is there.
    pub form: CaseForm,
    /// Single buttons: word and label.
    pub buttons: Vec<(&'static str, &'static str)>,
    /// Why this reviewer may not do more; empty when they may.
    pub why_not: String,
    /// Reasons to choose from.
    pub templates: Vec<&'static str>,
    /// What the applicant reads.
    pub note: TextField,
    /// What only the operator reads.
    pub inner: TextField,
    /// What is wrong with the remarks and lines as a whole.
    pub wrong: Vec<String>,
}

/// What the form of the page offers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CaseForm {
    /// It can be sent back.
    pub returns: bool,
    /// It can be checked and refused.
    pub checks: bool,
}

/// A field, with what is remarked on it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CaseField {
    /// Its name.
    pub name: String,
    /// What it is called.
    pub label: String,
    /// What was typed.
    pub value: String,
    /// What is typed as a remark now.
    pub remark: String,
    /// What was remarked before.
    pub earlier: Vec<String>,
}

/// A line with its evidence.
#[derive(Debug, Clone, Default)]
pub struct CaseLine {
    /// Its number.
    pub number: u32,
    /// Its fields.
    pub fields: Vec<CaseField>,
    /// Its files.
    pub files: Vec<CaseFile>,
    /// How many can count at most; 1 for what is not counted.
    pub most: u32,
    /// Whether it is counted.
    pub counted: bool,
    /// How many count.
    pub quantity: TextField,
    /// What counts of it, with tax.
    pub yen: TextField,
    /// Why less.
    pub reason: TextField,
    /// What was claimed of it, with tax, in words.
    pub claimed: String,
}

/// A file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseFile {
    /// Where it is.
    pub href: String,
    /// Its name.
    pub name: String,
    /// What it is and how long.
    pub about: String,
    /// Whether a browser can draw it.
    pub image: bool,
    /// Whether it opens with a password only.
    pub locked: bool,
}

impl SubsidyCasePage {
    /// What has to be mended.
    pub fn errors(&self) -> Vec<FieldError> {
        let of = |target: &'static str, message: &String| FieldError {
            target,
            message: message.clone(),
        };
        let mut errors: Vec<_> = self.wrong.iter().map(|it| of("lines", it)).collect();
        for line in &self.lines {
            for field in [&line.quantity, &line.yen, &line.reason] {
                errors.extend(field.error.iter().map(|it| of("lines", it)));
            }
        }
        errors.extend(self.note.error.iter().map(|it| of("note", it)));
        errors.extend(self.inner.error.iter().map(|it| of("inner", it)));
        errors
    }

    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let field = |name: &str, label: &str, value: &str| CaseField {
            name: name.into(),
            label: label.into(),
            value: value.into(),
            remark: String::new(),
            earlier: vec!["型番をご確認ください".into()],
        };
        let grid = |label: &str| {
            Grid::new(label, &[("項目", false), ("金額", true)])
                .with(vec![GridCell::of("経費1"), GridCell::of("16,000円")])
        };
        let open = Self {
            frame: sample_frame("/ops/subsidy").below("/ops/subsidy", "助成金の審査"),
            notice: Some(Notice::new(NoticeKind::Success, "審査を始めました", "")),
            receipt: "K7QM3XPA".into(),
            shown: "K7QM-3XPA".into(),
            version: 3,
            chip: Chip::new("審査中", ChipColor::Yellow),
            facts: vec![("名称".into(), "見本デイサービス".into())],
            letter: None,
            checks: vec![(
                Chip::new("確認が必要", ChipColor::Orange),
                "経費1の請求書の番号が、別の申請と同じです".into(),
                "/ops/subsidy/AAAA0000".into(),
            )],
            fields: vec![field("kinds", "サービスの種類", "訪問介護")],
            lines: vec![CaseLine {
                number: 1,
                fields: vec![field("line.1.model", "経費1の型番・内容", "MR-1")],
                files: vec![CaseFile {
                    href: "/ops/subsidy/K7QM3XPA/files/1".into(),
                    name: "領収書.png".into(),
                    about: "PNG・12KB".into(),
                    image: true,
                    locked: false,
                }],
                most: 2,
                counted: true,
                quantity: TextField::of("2"),
                yen: TextField::of("16000"),
                reason: TextField::default(),
                claimed: "16,000円".into(),
            }],
            worked: grid("経費ごとの計算"),
            sums: vec![("申請額".into(), "60,000円".into())],
            proposal: Vec::new(),
            accepted: Grid::default(),
            changes: grid("変わった項目の一覧"),
            payments: Grid::default(),
            steps: grid("経過の一覧"),
            form: CaseForm {
                returns: true,
                checks: true,
            },
            buttons: vec![("take", "審査を引き継ぐ")],
            why_not: String::new(),
            templates: vec!["請求書の番号をご確認ください。"],
            note: TextField::default(),
            inner: TextField::default(),
            wrong: Vec::new(),
        };
        let mut refused = Self {
            notice: None,
            note: TextField::default().with_error("申請者への連絡を入力してください"),
            wrong: vec!["助成の対象になる経費がありません".into()],
            ..open.clone()
        };
        refused.lines[0].reason = TextField::default().with_error("経費1：理由を入力してください");
        let decided = Self {
            form: CaseForm::default(),
            buttons: Vec::new(),
            why_not: "この申請の審査は終わっています。".into(),
            proposal: vec![("交付額".into(), "60,000円".into())],
            accepted: grid("審査の結果"),
            payments: grid("振込"),
            letter: Some("/ops/subsidy/K7QM3XPA/notice.pdf".into()),
            ..open.clone()
        };
        vec![("open", open), ("refused", refused), ("decided", decided)]
    }
}
