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

/// Something to say to whoever is not known to be an operator: it shows no menu.
#[derive(Debug, Clone, Template)]
#[template(path = "outside.html")]
pub struct OutsidePage {
    /// What happened.
    pub title: &'static str,
    /// What to do.
    pub advice: &'static str,
}

impl OutsidePage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            title: "この画面では受け取れない送信です",
            advice: "前の画面を開き直して、もう一度お試しください。",
        };
        vec![("method", page)]
    }
}
