//! What happened, what to do, and a number (P22).

use super::sample_frame;
use crate::{Link, PortalFrame};
use askama::Template;

/// A page that says one thing.
#[derive(Debug, Clone, Template)]
#[template(path = "message.html")]
pub struct MessagePage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// What happened.
    pub title: String,
    /// What to do.
    pub advice: String,
    /// The number to name when asking; empty when there is nothing to ask about.
    pub reference: String,
    /// Where to go on.
    pub next: Link,
}

impl MessagePage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let missing = Self {
            frame: sample_frame(),
            title: "ページが見つかりません".into(),
            advice: "アドレスを確かめるか、サイト内検索で探してください。".into(),
            reference: String::new(),
            next: Link::new("/search", "サイト内検索へ進む"),
        };
        let failed = Self {
            title: "処理を完了できませんでした".into(),
            advice: "しばらくたってから、もう一度お試しください。".into(),
            reference: "0193a1b2".into(),
            next: Link::new("/contact", "お問い合わせへ進む"),
            ..missing.clone()
        };
        vec![("missing", missing), ("failed", failed)]
    }
}
