//! お問い合わせ (P14) and お電話 (P17).

use super::{home::sample_telephone, sample_frame};
use crate::{PortalFrame, Section, Telephone};
use askama::Template;

/// お問い合わせ: the ways.
#[derive(Debug, Clone, Template)]
#[template(path = "contact.html")]
pub struct ContactPage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// The telephone of the help desk, where one is set.
    pub telephone: Option<Telephone>,
    /// Whether inquiries by form are taken.
    pub form: bool,
}

/// お電話.
#[derive(Debug, Clone, Template)]
#[template(path = "telephone.html")]
pub struct TelephonePage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// The telephone of the help desk, where one is set.
    pub telephone: Option<Telephone>,
    /// Whether it is answered now: 「ただいま受け付けています」; empty without a telephone.
    pub now: String,
    /// Holidays of the coming weeks: 「令和8年11月23日（月）勤労感謝の日」.
    pub closed_days: Vec<String>,
}

impl ContactPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let full = Self {
            frame: sample_frame().of(Section::Contact),
            telephone: Some(sample_telephone()),
            form: true,
        };
        let bare = Self {
            telephone: None,
            form: false,
            ..full.clone()
        };
        vec![("full", full), ("bare", bare)]
    }
}

impl TelephonePage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let full = Self {
            frame: sample_frame()
                .of(Section::Contact)
                .below("/contact", "お問い合わせ"),
            telephone: Some(sample_telephone()),
            now: "ただいま受け付けています（17時まで）".into(),
            closed_days: vec!["令和8年11月23日（月）勤労感謝の日".into()],
        };
        let none = Self {
            telephone: None,
            now: String::new(),
            closed_days: Vec::new(),
            ..full.clone()
        };
        vec![("full", full), ("none", none)]
    }
}
