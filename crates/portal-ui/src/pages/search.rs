//! サイト内検索 (P13).

use super::sample_frame;
use crate::{Chip, ChipColor, PortalFrame};
use askama::Template;

/// One hit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchHit {
    /// What kind of page it is.
    pub kind: Chip,
    /// The page, with the place in it.
    pub href: String,
    /// Its title.
    pub title: String,
    /// The words around what was found.
    pub excerpt: String,
}

/// サイト内検索.
#[derive(Debug, Clone, Template)]
#[template(path = "search.html")]
pub struct SearchPage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// What was searched for; comes back.
    pub query: String,
    /// Whether anything was searched for.
    pub asked: bool,
    /// The nearest first.
    pub hits: Vec<SearchHit>,
}

impl SearchPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let first = Self {
            frame: sample_frame(),
            query: String::new(),
            asked: false,
            hits: Vec::new(),
        };
        let none = Self {
            query: "宇宙".into(),
            asked: true,
            ..first.clone()
        };
        let full = Self {
            query: "証明書".into(),
            hits: vec![SearchHit {
                kind: Chip::new("よくあるご質問", ChipColor::Blue),
                href: "/faq/cert-renew".into(),
                title: "証明書の期限が近いときは".into(),
                excerpt: "60日前から更新できます。".into(),
            }],
            ..none.clone()
        };
        vec![("first", first), ("none", none), ("full", full)]
    }
}
