//! 通知 (M05).

use super::{sample_frame, sample_member};
use crate::{Chip, ChipColor, Choice, ChoiceField, Link, Pager, PortalFrame};
use askama::Template;
use kiban_ui::paging::Asked;

/// The notices somebody sees.
#[derive(Debug, Clone, Template)]
#[template(path = "notices.html")]
pub struct NoticesPage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// The page's address.
    pub path: String,
    /// Whether everything was just marked as read.
    pub marked: bool,
    /// How many are unread, whatever the filter.
    pub unread: usize,
    /// Words that were looked for.
    pub words: String,
    /// Whence.
    pub source: ChoiceField,
    /// Unread ones only, or all.
    pub state: ChoiceField,
    /// Conditions as links that take each away.
    pub conditions: Vec<Link>,
    /// The notices of this page.
    pub lines: Vec<NoticeLine>,
    /// Where in the list.
    pub pager: Pager,
}

/// A notice in the list.
#[derive(Debug, Clone)]
pub struct NoticeLine {
    /// Its page.
    pub href: String,
    /// Its title.
    pub title: String,
    /// Whence it comes.
    pub source: String,
    /// Since when: 「令和8年11月2日 10時00分」.
    pub at: String,
    /// Read or unread.
    pub state: Chip,
}

/// One notice.
#[derive(Debug, Clone, Template)]
#[template(path = "notice.html")]
pub struct NoticePage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// Its title.
    pub title: String,
    /// Whence it comes.
    pub source: String,
    /// Since when.
    pub at: String,
    /// Its text, paragraph by paragraph.
    pub paragraphs: Vec<String>,
    /// Where to act, if anywhere.
    pub link: Option<Link>,
    /// The way back to the list.
    pub back: Link,
}

fn frame() -> PortalFrame {
    sample_frame()
        .with_member(sample_member())
        .at("/mypage/notices")
}

impl NoticesPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let line = |title: &str, state| NoticeLine {
            href: "/mypage/notices/notice/1".into(),
            title: title.into(),
            source: "運営から".into(),
            at: "令和8年11月2日 10時00分".into(),
            state,
        };
        let field = |value: &str, label: &str| ChoiceField::of(vec![Choice::new(value, label, "")]);
        let full = Self {
            frame: frame(),
            path: "/mypage/notices".into(),
            marked: false,
            unread: 1,
            words: String::new(),
            source: field("", "すべて"),
            state: field("", "すべて"),
            conditions: Vec::new(),
            lines: vec![
                line("番号の確認のお願い", Chip::new("未読", ChipColor::Orange)),
                line("調査に回答してください", Chip::new("既読", ChipColor::Gray)),
            ],
            pager: Asked::of("20", "1")
                .pager(2, |size, page| {
                    format!("/mypage/notices?size={size}&page={page}")
                })
                .1,
        };
        let none = Self {
            marked: true,
            unread: 0,
            lines: Vec::new(),
            ..full.clone()
        };
        let not_found = Self {
            words: "番号".into(),
            conditions: vec![Link::new("/mypage/notices", "番号")],
            ..none.clone()
        };
        vec![("full", full), ("none", none), ("not_found", not_found)]
    }
}

impl NoticePage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            frame: frame().below("/mypage/notices", "通知"),
            title: "番号の確認のお願い".into(),
            source: "運営から".into(),
            at: "令和8年11月2日 10時00分".into(),
            paragraphs: vec!["届け出た電話番号を確かめてください。".into()],
            link: Some(Link::new("/mypage/office", "事業所の情報を見る")),
            back: Link::new("/mypage/notices", "通知の一覧へ戻る"),
        };
        vec![("operator", page)]
    }
}
