//! Something to say on a page of its own.

use super::sample_frame;
use crate::{ConsoleFrame, Link};
use askama::Template;

/// What happened, what to do, where to go.
#[derive(Debug, Clone, Template)]
#[template(path = "message.html")]
pub struct MessagePage {
    /// What surrounds the page.
    pub frame: ConsoleFrame,
    /// What happened.
    pub title: String,
    /// What to do.
    pub advice: String,
    /// Where to go.
    pub next: Link,
}

impl MessagePage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            frame: sample_frame("/ops"),
            title: "この操作をする権限がありません".into(),
            advice: "あなたの役割では開けません。管理の担当者に確認してください。".into(),
            next: Link::new("/ops", "運営トップへ戻る"),
        };
        vec![("refused", page)]
    }
}
