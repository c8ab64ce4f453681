//! メンテナンスと障害 (O16).

use super::{errors_of, sample_frame};
use crate::{
    Chip, ChipColor, Choice, ChoiceField, ConsoleFrame, FieldError, Notice, NoticeKind, TextField,
};
use askama::Template;

/// All of them, with the ways to plan one and to tell of one.
#[derive(Debug, Clone, Template)]
#[template(path = "ops_matters.html")]
pub struct OpsMattersPage {
    /// What surrounds the page.
    pub frame: ConsoleFrame,
    /// The one that starts last first.
    pub lines: Vec<OpsMatterLine>,
}

/// A maintenance or an incident.
#[derive(Debug, Clone)]
pub struct OpsMatterLine {
    /// Its page.
    pub href: String,
    /// Its title.
    pub title: String,
    /// 「メンテナンス」 or 「障害」.
    pub kind: String,
    /// Where it stands.
    pub state: Chip,
    /// From when to when.
    pub time: String,
}

/// One of them; posts `words`, `revision` and `go` (`say` or `close`).
#[derive(Debug, Clone, Template)]
#[template(path = "ops_matter.html")]
pub struct OpsMatterPage {
    /// What surrounds the page.
    pub frame: ConsoleFrame,
    /// What happened before.
    pub notice: Option<Notice>,
    /// Its address.
    pub path: String,
    /// Its title.
    pub title: String,
    /// Where it stands.
    pub state: Chip,
    /// Term and text.
    pub facts: Vec<(String, String)>,
    /// When, who, what was done, in words; the oldest first.
    pub notes: Vec<(String, String, String)>,
    /// Whether more can be said; nothing can of what is over.
    pub open: bool,
    /// Whether its plan can be changed.
    pub plans: bool,
    /// The button that ends it, with the verb.
    pub close: String,
    /// The state that is looked at.
    pub revision: i64,
    /// More to say.
    pub words: TextField,
}

/// Plans a maintenance, changes its plan, or tells of an incident.
#[derive(Debug, Clone, Template)]
#[template(path = "ops_matter_form.html")]
pub struct OpsMatterFormPage {
    /// What surrounds the page.
    pub frame: ConsoleFrame,
    /// What happened before.
    pub notice: Option<Notice>,
    /// The page's heading.
    pub heading: String,
    /// Where the form goes.
    pub action: String,
    /// Its button, with the verb.
    pub button: String,
    /// Whether it is a maintenance, which has an end and shuts something.
    pub plans: bool,
    /// The state that is looked at; 0 for a new one.
    pub revision: i64,
    /// In one line.
    pub title: TextField,
    /// What happens or is known.
    pub words: TextField,
    /// What remains possible.
    pub remains: TextField,
    /// From when on, in Japan.
    pub starts: TextField,
    /// Until when.
    pub ends: TextField,
    /// How many hours before every page says so.
    pub ahead: TextField,
    /// What it concerns.
    pub functions: ChoiceField,
    /// What it shuts.
    pub closing: ChoiceField,
}

impl OpsMattersPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let empty = Self {
            frame: sample_frame("/ops/maintenance"),
            lines: Vec::new(),
        };
        let full = Self {
            lines: vec![OpsMatterLine {
                href: "/ops/maintenance/1".into(),
                title: "機器の入替え".into(),
                kind: "メンテナンス".into(),
                state: Chip::new("予定", ChipColor::Yellow),
                time: "令和8年11月3日 1時00分から".into(),
            }],
            ..empty.clone()
        };
        vec![("empty", empty), ("full", full)]
    }
}

impl OpsMatterPage {
    /// The error summary.
    pub fn errors(&self) -> Vec<FieldError> {
        errors_of([("words", &self.words.error)])
    }

    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let open = Self {
            frame: sample_frame("/ops/maintenance").below("/ops/maintenance", "メンテナンスと障害"),
            notice: Some(Notice::new(NoticeKind::Success, "保存しました", "")),
            path: "/ops/maintenance/1".into(),
            title: "機器の入替え".into(),
            state: Chip::new("予定", ChipColor::Yellow),
            facts: vec![("日時".into(), "令和8年11月3日 1時00分から".into())],
            notes: vec![(
                "令和8年11月1日 10時00分".into(),
                "見本 運営・登録".into(),
                "機器を取り替えます。".into(),
            )],
            open: true,
            plans: true,
            close: "メンテナンスを取りやめる".into(),
            revision: 1,
            words: TextField::default(),
        };
        let wrong = Self {
            words: TextField::default().with_error("知らせる内容を入力してください"),
            notice: None,
            ..open.clone()
        };
        let over = Self {
            open: false,
            plans: false,
            notice: None,
            state: Chip::new("終了", ChipColor::Gray),
            ..open.clone()
        };
        vec![("open", open), ("wrong", wrong), ("over", over)]
    }
}

impl OpsMatterFormPage {
    /// The error summary.
    pub fn errors(&self) -> Vec<FieldError> {
        errors_of([
            ("title", &self.title.error),
            ("words", &self.words.error),
            ("remains", &self.remains.error),
            ("starts", &self.starts.error),
            ("ends", &self.ends.error),
            ("ahead", &self.ahead.error),
            ("functions", &self.functions.error),
            ("closing", &self.closing.error),
        ])
    }

    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let plan = Self {
            frame: sample_frame("/ops/maintenance").below("/ops/maintenance", "メンテナンスと障害"),
            notice: None,
            heading: "メンテナンスを予定する".into(),
            action: "/ops/maintenance/new/maintenance".into(),
            button: "メンテナンスを予定する".into(),
            plans: true,
            revision: 0,
            title: TextField::default(),
            words: TextField::default(),
            remains: TextField::default(),
            starts: TextField::default(),
            ends: TextField::default(),
            ahead: TextField::of("72"),
            functions: ChoiceField::of(vec![Choice::new("care", "介護WEBサービス", "")]),
            closing: ChoiceField::of(vec![Choice::new("nothing", "使えるままにする", "")]),
        };
        let wrong = Self {
            ends: TextField::of("2026-11-01").with_error("終わりの日時を確かめてください"),
            ..plan.clone()
        };
        let incident = Self {
            heading: "障害を知らせる".into(),
            plans: false,
            ..plan.clone()
        };
        vec![("plan", plan), ("wrong", wrong), ("incident", incident)]
    }
}
