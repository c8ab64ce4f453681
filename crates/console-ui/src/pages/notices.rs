//! 団体への通知 (M05, from the operator's side).

use super::{errors_of, sample_frame};
use crate::{Choice, ChoiceField, ConsoleFrame, FieldError, Notice, TextField};
use askama::Template;

/// Writes a notice to one body or to all of a kind, and lists those that were written; posts to `/ops/notices`.
#[derive(Debug, Clone, Template)]
#[template(path = "ops_notices.html")]
pub struct OpsNoticesPage {
    /// What surrounds the page.
    pub frame: ConsoleFrame,
    /// What happened before.
    pub notice: Option<Notice>,
    /// `office`, `insurer` or `prefecture`.
    pub whom: ChoiceField,
    /// The number of one body.
    pub number: TextField,
    /// A prefecture, or all.
    pub prefecture: ChoiceField,
    /// In one line.
    pub title: TextField,
    /// The text.
    pub body: TextField,
    /// Those that were written, the newest first.
    pub lines: Vec<OpsNoticeLine>,
}

/// A notice that was written.
#[derive(Debug, Clone)]
pub struct OpsNoticeLine {
    /// Its title.
    pub title: String,
    /// To whom.
    pub to: String,
    /// When.
    pub at: String,
    /// Who wrote it.
    pub by: String,
    /// How far the letters are.
    pub letters: String,
}

impl OpsNoticesPage {
    /// The error summary.
    pub fn errors(&self) -> Vec<FieldError> {
        errors_of([
            ("kind", &self.whom.error),
            ("number", &self.number.error),
            ("prefecture", &self.prefecture.error),
            ("title", &self.title.error),
            ("body", &self.body.error),
        ])
    }

    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let empty = Self {
            frame: sample_frame("/ops/notices"),
            notice: None,
            whom: ChoiceField::of(vec![Choice::new("office", "事業所・医療機関", "")]),
            number: TextField::default(),
            prefecture: ChoiceField::of(vec![Choice::new("", "すべての都道府県", "")]),
            title: TextField::default(),
            body: TextField::default(),
            lines: Vec::new(),
        };
        let wrong = Self {
            title: TextField::default().with_error("件名を入力してください"),
            lines: vec![OpsNoticeLine {
                title: "番号の確認のお願い".into(),
                to: "事業所・医療機関（新潟県）".into(),
                at: "令和8年11月2日 10時00分".into(),
                by: "見本 運営".into(),
                letters: "送りました".into(),
            }],
            ..empty.clone()
        };
        vec![("empty", empty), ("wrong", wrong)]
    }
}
