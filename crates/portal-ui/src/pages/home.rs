//! ホーム (P01).

use super::{news::sample_lines, sample_frame, subsidy::sample_tables};
use crate::{NewsLine, Notice, NoticeKind, PortalFrame, Section, SubsidyTables};
use askama::Template;

/// ホーム.
#[derive(Debug, Clone, Template)]
#[template(path = "home.html")]
pub struct HomePage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// The five newest notices.
    pub news: Vec<NewsLine>,
    /// How many municipalities are at which stage, from sharing to unknown.
    pub stages: Vec<Figure>,
    /// The day of these numbers: 「令和8年11月23日」.
    pub on: String,
    /// The telephone of the help desk, where one is set.
    pub telephone: Option<Telephone>,
    /// How long applications for subsidies are taken, while they are.
    pub deadline: Option<Notice>,
    /// What the subsidies come to, where there are any.
    pub subsidies: Option<SubsidyTables>,
}

/// A number with its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// What is counted: 「情報共有中」.
    pub label: String,
    /// The number: 「412」.
    pub value: String,
    /// Its unit: 「団体」.
    pub unit: String,
}

/// The help desk by telephone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Telephone {
    /// The number as people read it.
    pub number: String,
    /// When it is answered: 「平日 9:00〜17:00」.
    pub hours: String,
    /// When it is not: 「土日祝日・12月29日〜1月3日」.
    pub closed: String,
}

pub(crate) fn sample_telephone() -> Telephone {
    Telephone {
        number: "0120-000-000".into(),
        hours: "平日 9:00〜17:00".into(),
        closed: "土日祝日・12月29日〜1月3日".into(),
    }
}

pub(crate) fn sample_figures() -> Vec<Figure> {
    let figure = |label: &str, value: &str| Figure {
        label: label.into(),
        value: value.into(),
        unit: "団体".into(),
    };
    vec![
        figure("情報共有中", "412"),
        figure("データ移行中", "86"),
        figure("データ送信中", "200"),
        figure("準備中", "905"),
        figure("未定・調整中", "138"),
    ]
}

impl HomePage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let full = Self {
            frame: sample_frame().of(Section::Home),
            news: sample_lines(),
            stages: sample_figures(),
            on: "令和8年11月23日".into(),
            telephone: Some(sample_telephone()),
            deadline: Some(Notice::new(
                NoticeKind::Info,
                "助成金：申請を受け付けています（あと77日）",
                "",
            )),
            subsidies: Some(sample_tables()),
        };
        let bare = Self {
            frame: PortalFrame {
                sandbox: false,
                ..full.frame.clone()
            },
            news: Vec::new(),
            telephone: None,
            deadline: None,
            subsidies: None,
            ..full.clone()
        };
        vec![("full", full), ("bare", bare)]
    }
}
