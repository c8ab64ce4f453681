//! 登録審査 (O06): applications of offices, and their wishes for another name or address.

use super::sample_frame;
use crate::{
    Chip, ChipColor, Choice, ChoiceField, ConsoleFrame, DateText, Link, Notice, NoticeKind, Pager,
    TextField,
};
use askama::Template;

/// The queue of applications.
#[derive(Debug, Clone, Template)]
#[template(path = "registrations.html")]
pub struct RegistrationsPage {
    /// What surrounds the page.
    pub frame: ConsoleFrame,
    /// In which stage.
    pub stage: ChoiceField,
    /// As what they register.
    pub sort: ChoiceField,
    /// Whether the register has them.
    pub listed: ChoiceField,
    /// How the number begins.
    pub office_no: TextField,
    /// The applications, those that have waited longest first.
    pub rows: Vec<RegistrationLine>,
    /// Where one is in the list.
    pub pager: Pager,
    /// The list as a file.
    pub csv: String,
    /// How many wishes for another name or address wait.
    pub changes: usize,
}

/// An application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistrationLine {
    /// Its page, reading its number.
    pub link: Link,
    /// Name of the office.
    pub office: String,
    /// Its number.
    pub office_no: String,
    /// As what it registers.
    pub sort: String,
    /// How it stands.
    pub chip: Chip,
    /// Whether the register had it.
    pub listed: bool,
    /// When it came.
    pub applied: DateText,
    /// For how many days it has stood where it stands.
    pub days: i64,
}

fn frame() -> ConsoleFrame {
    sample_frame("/ops/registrations")
}

fn pager() -> Pager {
    Pager {
        summary: "全1件中 1〜1件".into(),
        previous: None,
        pages: Vec::new(),
        next: None,
        sizes: Vec::new(),
    }
}

fn choices() -> ChoiceField {
    ChoiceField::of(vec![Choice::new("", "すべて", "").chosen()])
}

fn day() -> DateText {
    DateText::new("2026-11-01", "令和8年11月1日", "2026年11月1日")
}

impl RegistrationsPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let listed = Self {
            frame: frame(),
            stage: choices(),
            sort: choices(),
            listed: choices(),
            office_no: TextField::default(),
            rows: vec![RegistrationLine {
                link: Link::new("/ops/registrations/K7QM3XPA", "K7QM-3XPA"),
                office: "見本ケアプランセンター".into(),
                office_no: "1379900010".into(),
                sort: "介護事業所".into(),
                chip: Chip::new("一次確認待ち", ChipColor::Blue),
                listed: false,
                applied: day(),
                days: 3,
            }],
            pager: pager(),
            csv: "/ops/registrations.csv?stage=open".into(),
            changes: 2,
        };
        let empty = Self {
            rows: Vec::new(),
            changes: 0,
            ..listed.clone()
        };
        vec![("listed", listed), ("empty", empty)]
    }
}

/// One application beside what the register says; posts `decision`, `note` and `version` to its own address.
#[derive(Debug, Clone, Template)]
#[template(path = "registration.html")]
pub struct RegistrationPage {
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
    /// Who applies: term and text.
    pub applicant: Vec<(String, String)>,
    /// Term, what was applied for, what the register says, whether they differ.
    pub compared: Vec<ComparedLine>,
    /// What to look at before anything is decided; empty when there is nothing.
    pub warnings: Vec<String>,
    /// Its history.
    pub steps: Vec<HistoryLine>,
    /// Earlier applications of the same number: number and state.
    pub earlier: Vec<(Link, String)>,
    /// What this reviewer may do, with the words of the buttons.
    pub decisions: Vec<(&'static str, &'static str)>,
    /// The words of the button that was pressed before something had to be mended.
    pub button: &'static str,
    /// Why this reviewer may do nothing; empty when they may.
    pub why_not: String,
    /// Reasons to choose from.
    pub templates: Vec<&'static str>,
    /// The note.
    pub note: TextField,
}

/// A line of the comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComparedLine {
    /// The item.
    pub term: String,
    /// What was applied for.
    pub applied: String,
    /// What the register says.
    pub register: String,
    /// Whether they differ.
    pub differs: bool,
}

/// A line of a history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryLine {
    /// When.
    pub at: String,
    /// What.
    pub step: String,
    /// Who.
    pub actor: String,
    /// What was said, in lines.
    pub note: Vec<String>,
}

impl RegistrationPage {
    /// What has to be mended.
    pub fn errors(&self) -> Vec<crate::FieldError> {
        let error = |message: &String| crate::FieldError {
            target: "note",
            message: message.clone(),
        };
        self.note.error.iter().map(error).collect()
    }

    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let open = Self {
            frame: frame().below("/ops/registrations", "登録審査"),
            notice: Some(Notice::new(NoticeKind::Success, "一次確認をしました", "")),
            receipt: "K7QM3XPA".into(),
            shown: "K7QM-3XPA".into(),
            version: 2,
            chip: Chip::new("承認待ち", ChipColor::Yellow),
            applicant: vec![("氏名".into(), "見本 担当".into())],
            compared: vec![ComparedLine {
                term: "名称".into(),
                applied: "見本ケアプランセンター".into(),
                register: "見本センター".into(),
                differs: true,
            }],
            warnings: vec!["事業所の一覧にない番号です".into()],
            steps: vec![HistoryLine {
                at: "令和8年11月1日 10時05分".into(),
                step: "申請".into(),
                actor: "見本 担当".into(),
                note: vec!["よろしくお願いします。".into()],
            }],
            earlier: vec![(
                Link::new("/ops/registrations/0000AAAA", "0000-AAAA"),
                "却下".into(),
            )],
            button: "差し戻す",
            decisions: vec![("approve", "承認する"), ("return", "差し戻す")],
            why_not: String::new(),
            templates: vec!["指定通知書の名称と違います。"],
            note: TextField::default(),
        };
        let refused = Self {
            notice: None,
            note: TextField::default().with_error("理由を入力してください"),
            ..open.clone()
        };
        let own = Self {
            decisions: Vec::new(),
            why_not: "一次確認をした人は、承認も却下もできません。".into(),
            warnings: Vec::new(),
            earlier: Vec::new(),
            ..open.clone()
        };
        vec![("open", open), ("refused", refused), ("own", own)]
    }
}

/// Asks once more before something that cannot be undone, or not easily.
#[derive(Debug, Clone, Template)]
#[template(path = "decide.html")]
pub struct DecidePage {
    /// What surrounds the page.
    pub frame: ConsoleFrame,
    /// What is to be done.
    pub title: String,
    /// What will happen, to whom, and whether it can be undone.
    pub lead: String,
    /// What it is about: term and text.
    pub facts: Vec<(String, String)>,
    /// Where the form goes.
    pub action: String,
    /// What goes with it.
    pub hidden: Vec<(String, String)>,
    /// The button, with the verb.
    pub button: String,
    /// The way back.
    pub back: Link,
}

impl DecidePage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            frame: frame(),
            title: "承認の確認".into(),
            lead: "この事業所を承認します。".into(),
            facts: vec![("名称".into(), "見本ケアプランセンター".into())],
            action: "/ops/registrations/K7QM3XPA".into(),
            hidden: vec![("version".into(), "2".into())],
            button: "この事業所を承認する".into(),
            back: Link::new("/ops/registrations/K7QM3XPA", "承認しないで前の画面へ戻る"),
        };
        vec![("approve", page)]
    }
}

/// Wishes for another name or address; each posts `change`, `note` and `go`.
#[derive(Debug, Clone, Template)]
#[template(path = "changes.html")]
pub struct ChangesPage {
    /// What surrounds the page.
    pub frame: ConsoleFrame,
    /// What happened before.
    pub notice: Option<Notice>,
    /// The wishes, the oldest first.
    pub rows: Vec<ChangeRow>,
}

/// A wish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeRow {
    /// Names it in forms.
    pub id: String,
    /// The office's number.
    pub office_no: String,
    /// When it was made.
    pub asked: DateText,
    /// Item, what it is now, what it is to be.
    pub compared: Vec<(String, String, String)>,
    /// Why.
    pub reason: Vec<String>,
}

impl ChangesPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let waiting = Self {
            frame: sample_frame("/ops/changes"),
            notice: Some(Notice::new(NoticeKind::Success, "反映しました", "")),
            rows: vec![ChangeRow {
                id: "0193a1b2".into(),
                office_no: "1379900010".into(),
                asked: day(),
                compared: vec![("名称".into(), "見本一".into(), "見本二".into())],
                reason: vec!["移転しました。".into()],
            }],
        };
        let empty = Self {
            rows: Vec::new(),
            notice: None,
            ..waiting.clone()
        };
        vec![("waiting", waiting), ("empty", empty)]
    }
}
