//! 運営トップ (O01).

use super::sample_frame;
use crate::{ConsoleFrame, Link, Notice};
use askama::Template;

/// What waits for the roles of who looks.
#[derive(Debug, Clone, Template)]
#[template(path = "home.html")]
pub struct HomePage {
    /// What surrounds the page.
    pub frame: ConsoleFrame,
    /// What happened before.
    pub notice: Option<Notice>,
    /// Incidents that run and maintenances that run or are planned: text and page.
    pub operating: Vec<Link>,
    /// The queues.
    pub queues: Vec<Queue>,
}

/// A queue of work.
#[derive(Debug, Clone)]
pub struct Queue {
    /// Its page; empty where there is none.
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
            operating: Vec::new(),
            queues: Vec::new(),
        };
        let full = Self {
            operating: vec![Link::new("/ops/maintenance/1", "予定：機器の入替え")],
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
