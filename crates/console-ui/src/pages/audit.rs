//! 監査記録 (O15).

use super::sample_frame;
use crate::{Chip, ChipColor, Choice, ChoiceField, ConsoleFrame, FieldError, TextField};
use askama::Template;

/// Searching the trail; posts to `/ops/audit`.
#[derive(Debug, Clone, Template)]
#[template(path = "audit.html")]
pub struct AuditPage {
    /// What surrounds the page.
    pub frame: ConsoleFrame,
    /// Why it is searched.
    pub reason: TextField,
    /// First day as typed.
    pub from: TextField,
    /// Last day as typed.
    pub to: TextField,
    /// The act.
    pub actions: ChoiceField,
    /// The insurer's number as typed.
    pub insurer: TextField,
    /// Who acted, as an organisation.
    pub organisation: String,
    /// Who acted, as a person.
    pub staff: String,
    /// Refusals only.
    pub refused: bool,
    /// What was found; `None` before a search.
    pub found: Option<Vec<AuditLine>>,
    /// Where to go on.
    pub next: Option<String>,
    /// Names of lanes, and when they were last sealed.
    pub seals: Vec<(String, String)>,
}

/// An entry.
#[derive(Debug, Clone)]
pub struct AuditLine {
    /// When.
    pub at: String,
    /// What.
    pub action: String,
    /// By whom.
    pub who: String,
    /// About whom, masked; may be empty.
    pub person: String,
    /// What it rested on; may be empty.
    pub ground: String,
    /// Whether it was allowed.
    pub outcome: Chip,
}

impl AuditPage {
    /// What has to be mended.
    pub fn errors(&self) -> Vec<FieldError> {
        [
            ("reason", &self.reason.error),
            ("from", &self.from.error),
            ("to", &self.to.error),
            ("action", &self.actions.error),
            ("insurer", &self.insurer.error),
        ]
        .into_iter()
        .filter_map(|(target, error)| {
            error.as_ref().map(|message| FieldError {
                target,
                message: message.clone(),
            })
        })
        .collect()
    }

    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let first = Self {
            frame: sample_frame("/ops/audit"),
            reason: TextField::default(),
            from: TextField::of("2026-11-16"),
            to: TextField::of("2026-11-23"),
            actions: ChoiceField::of(vec![Choice::new("", "すべて", "")]),
            insurer: TextField::default(),
            organisation: String::new(),
            staff: String::new(),
            refused: false,
            found: None,
            next: None,
            seals: vec![(
                "保険者にかかわらない操作".into(),
                "令和8年11月23日 10時05分".into(),
            )],
        };
        let line = AuditLine {
            at: "令和8年11月23日 10時05分".into(),
            action: "利用者の情報の閲覧".into(),
            who: "1379900015 sato-hanako（介護WEBサービス）".into(),
            person: "＊＊＊＊456".into(),
            ground: String::new(),
            outcome: Chip::new("実行", ChipColor::Green),
        };
        let found = Self {
            reason: TextField::of("定期の点検"),
            found: Some(vec![line]),
            next: Some("0190aaaa-0000-7000-8000-000000000000".into()),
            ..first.clone()
        };
        let refused = Self {
            reason: TextField::default().with_error("検索する理由を入力してください"),
            to: TextField::of("きのう")
                .with_error("終わりの日は、西暦で入力してください（例：2026-04-01）"),
            ..first.clone()
        };
        let none = Self {
            found: Some(Vec::new()),
            ..first.clone()
        };
        vec![
            ("first", first),
            ("found", found),
            ("refused", refused),
            ("none", none),
        ]
    }
}
