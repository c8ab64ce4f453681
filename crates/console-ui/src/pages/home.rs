//! 運営トップ (O01).

use super::sample_frame;
use crate::{ConsoleFrame, Notice};
use askama::Template;

/// What waits for the roles of who looks.
#[derive(Debug, Clone, Template)]
#[template(path = "home.html")]
pub struct HomePage {
    /// What surrounds the page.
    pub frame: ConsoleFrame,
    /// What happened before.
    pub notice: Option<Notice>,
    /// The queues.
    pub queues: Vec<Queue>,
}

/// A queue of work.
#[derive(Debug, Clone)]
pub struct Queue {
    /// Its page.
    pub href: String,
    /// Its name.
    pub label: String,
    /// How much waits: 「3件」.
    pub count: String,
    /// The oldest, or what is late: 「最も古いもの：3日前」; may be empty.
    pub note: String,
}

impl HomePage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let empty = Self {
            frame: sample_frame("/ops"),
            notice: None,
            queues: Vec::new(),
        };
        let full = Self {
            queues: vec![Queue {
                href: "/ops/inquiries".into(),
                label: "お問い合わせ".into(),
                count: "3件".into(),
                note: "最も古いもの：3日前".into(),
            }],
            ..empty.clone()
        };
        vec![("empty", empty), ("full", full)]
    }
}
