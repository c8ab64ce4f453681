//! お知らせ (P05).

use super::{sample_date, sample_frame};
use crate::{Chip, ChipColor, Choice, ChoiceField, DateText, Link, PortalFrame, Section};
use askama::Template;

/// A notice in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewsLine {
    /// Its page.
    pub href: String,
    /// Its day.
    pub date: DateText,
    /// Its category.
    pub category: Chip,
    /// Its title.
    pub title: String,
}

/// お知らせ一覧.
#[derive(Debug, Clone, Template)]
#[template(path = "news_list.html")]
pub struct NewsListPage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// Filter by category.
    pub category: ChoiceField,
    /// Filter by audience.
    pub audience: ChoiceField,
    /// Filter by year.
    pub year: ChoiceField,
    /// Conditions in force, each with the address without it.
    pub conditions: Vec<Link>,
    /// The newest first.
    pub lines: Vec<NewsLine>,
}

/// One notice.
#[derive(Debug, Clone, Template)]
#[template(path = "news.html")]
pub struct NewsPage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// Its title.
    pub title: String,
    /// Its day.
    pub date: DateText,
    /// Its category.
    pub category: Chip,
    /// For whom: 「介護事業所、医療機関」; empty for everybody.
    pub audience: String,
    /// From when on it is in effect.
    pub effective_on: Option<DateText>,
    /// What the reader has to do.
    pub to_do: Option<String>,
    /// The notice it takes the place of.
    pub supersedes: Option<Link>,
    /// The notice that took its place.
    pub superseded_by: Option<Link>,
    /// Its body; markup made by `kiban-content`.
    pub body: String,
}

fn line(day: u8, category: &str, color: ChipColor, title: &str) -> NewsLine {
    NewsLine {
        href: "/news/sample".into(),
        date: sample_date(day),
        category: Chip::new(category, color),
        title: title.into(),
    }
}

pub(crate) fn sample_lines() -> Vec<NewsLine> {
    vec![
        line(
            20,
            "重要",
            ChipColor::Orange,
            "コードやパスワードを尋ねるメールにご注意ください",
        ),
        line(
            16,
            "お知らせ",
            ChipColor::Blue,
            "電子証明書の更新をお忘れなく",
        ),
        line(
            4,
            "市町村の対応",
            ChipColor::Green,
            "市町村の対応状況の公表を始めました",
        ),
    ]
}

impl NewsListPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let all = |label: &str| ChoiceField::of(vec![Choice::new("", label, "").chosen()]);
        let full = Self {
            frame: sample_frame().of(Section::News),
            category: all("すべての区分"),
            audience: all("すべての対象"),
            year: all("すべての年"),
            conditions: Vec::new(),
            lines: sample_lines(),
        };
        let empty = Self {
            lines: Vec::new(),
            conditions: vec![Link::new("/news", "重要")],
            ..full.clone()
        };
        vec![("full", full), ("empty", empty)]
    }
}

impl NewsPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let full = Self {
            frame: sample_frame().of(Section::News).below("/news", "お知らせ"),
            title: "電子証明書の更新をお忘れなく".into(),
            date: sample_date(16),
            category: Chip::new("お知らせ", ChipColor::Blue),
            audience: "介護事業所、医療機関".into(),
            effective_on: Some(sample_date(20)),
            to_do: Some("端末ごとの有効期限をご確認ください。".into()),
            supersedes: Some(Link::new("/news/old", "前のお知らせ")),
            superseded_by: None,
            body: "<p>端末の電子証明書には、有効期限があります。</p>".into(),
        };
        let old = Self {
            superseded_by: Some(Link::new("/news/new", "新しいお知らせ")),
            to_do: None,
            effective_on: None,
            supersedes: None,
            audience: String::new(),
            ..full.clone()
        };
        vec![("full", full), ("superseded", old)]
    }
}
