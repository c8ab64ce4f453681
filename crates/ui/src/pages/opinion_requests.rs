//! 意見書の作成依頼 (D02).

use askama::Template;

use crate::{ChipColor, Frame, Link, MenuItem, OpinionLine, sample};

/// 意見書の作成依頼; which list is chosen by GET `state` on `/medical/requests`.
#[derive(Debug, Clone, Template)]
#[template(path = "opinion_requests.html")]
pub struct OpinionRequestsPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// The lists, with their numbers.
    pub lists: Vec<Link>,
    /// Address of the one shown.
    pub current: String,
    /// What is said when it has no rows.
    pub none: String,
    /// The rows of this page, the nearest due date first.
    pub rows: Vec<OpinionLine>,
    /// Address of the rows behind; empty: none.
    pub more: String,
}

impl OpinionRequestsPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let link =
            |state: &str, label: &str| Link::new(format!("/medical/requests?state={state}"), label);
        let mut late = OpinionLine::sample(
            "見本 ハナ",
            ("3日経過", ChipColor::Red),
            ("差戻し", ChipColor::Orange),
        );
        late.note = "診断名が読めません。".into();
        let full = Self {
            frame: sample::frame(MenuItem::Opinions),
            lists: vec![
                link("open", "対応が必要（2件）"),
                link("sent", "送信済み（0件）"),
            ],
            current: "/medical/requests?state=open".into(),
            none: "対応が必要な依頼はありません。".into(),
            rows: vec![
                late,
                OpinionLine::sample(
                    "架空 太郎",
                    ("あと7日", ChipColor::Yellow),
                    ("依頼あり", ChipColor::Yellow),
                ),
            ],
            more: "/medical/requests?state=open&after=2026-07-01.1".into(),
        };
        let empty = Self {
            rows: Vec::new(),
            more: String::new(),
            ..full.clone()
        };
        vec![("full", full), ("empty", empty)]
    }
}
