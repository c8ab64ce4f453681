//! What a prefecture sees of its municipalities (/prefecture).

use super::{sample_date, sample_frame, sample_member};
use crate::{Chip, ChipColor, DateText, Notice, PortalFrame};
use askama::Template;

/// A municipality of the prefecture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrefectureLine {
    /// The page that everybody sees.
    pub href: String,
    /// Its name.
    pub name: String,
    /// Its stage with certificates.
    pub stage: Chip,
    /// When it shares or is to share.
    pub sharing: String,
    /// When anything was last declared.
    pub updated: Option<DateText>,
    /// What is late: 「登録なし」; empty when nothing is.
    pub late: String,
    /// When its insurer was last reminded, and by whom.
    pub reminded: Option<String>,
    /// Its insurer's number, where a letter may be sent now.
    pub remind: Option<String>,
}

/// 市町村の対応状況 of one prefecture; its forms post `insurer_no` to `/prefecture/remind`.
#[derive(Debug, Clone, Template)]
#[template(path = "prefecture.html")]
pub struct PrefecturePage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// What happened before.
    pub notice: Option<Notice>,
    /// The prefecture.
    pub name: String,
    /// How many are late, in a sentence.
    pub summary: String,
    /// The same list for everybody, with charts and files.
    pub public: String,
    /// Its municipalities, ordered by code.
    pub lines: Vec<PrefectureLine>,
}

impl PrefecturePage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let line = |late: &str, remind: bool| PrefectureLine {
            href: "/readiness/151009".into(),
            name: "新潟市".into(),
            stage: Chip::new("準備中", ChipColor::Yellow),
            sharing: "令和9年2月（予定）".into(),
            updated: Some(sample_date(20)),
            late: late.into(),
            reminded: (!remind).then(|| "令和8年11月20日（新潟県）".into()),
            remind: remind.then(|| "150003".into()),
        };
        let page = Self {
            frame: sample_frame()
                .with_member(sample_member())
                .at("/prefecture"),
            notice: None,
            name: "新潟県".into(),
            summary: "30団体のうち、登録のない市町村は2団体です。".into(),
            public: "/readiness?pref=15#list".into(),
            lines: vec![line("登録なし", true), line("", false)],
        };
        vec![("two", page)]
    }
}
