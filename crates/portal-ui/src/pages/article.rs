//! Pages of the site (P02–P04, P21) and 各種資料 (P12), and 各種申請 (P08).

use super::{sample_date, sample_frame};
use crate::{Chip, ChipColor, Choice, ChoiceField, DateText, Link, PortalFrame, Section};
use askama::Template;

/// A written page, or one document.
#[derive(Debug, Clone, Template)]
#[template(path = "article.html")]
pub struct ArticlePage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// Its title.
    pub title: String,
    /// The sentence below it; may be empty.
    pub lead: String,
    /// What is said of a document: edition, day, audience; empty on pages.
    pub facts: Vec<(String, String)>,
    /// Its headings, for a long document; empty on short ones.
    pub contents: Vec<Link>,
    /// Its body; markup made by `kiban-content`.
    pub body: String,
    /// The same as a file for paper, where there is one.
    pub paper: Option<Link>,
    /// The day it was last changed.
    pub date: DateText,
}

/// A document in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentLine {
    /// Its page.
    pub href: String,
    /// Its title.
    pub title: String,
    /// Its shelf.
    pub category: Chip,
    /// For whom: 「介護事業所、医療機関」.
    pub audience: String,
    /// 「第1.0版」.
    pub edition: String,
    /// The day of the edition.
    pub date: DateText,
    /// What is in it.
    pub summary: String,
}

/// 各種資料.
#[derive(Debug, Clone, Template)]
#[template(path = "documents.html")]
pub struct DocumentListPage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// Filter by audience.
    pub audience: ChoiceField,
    /// Conditions in force.
    pub conditions: Vec<Link>,
    /// By shelf and title.
    pub lines: Vec<DocumentLine>,
}

/// One procedure of 各種申請.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Procedure {
    /// What: 「端末の利用開始」.
    pub title: String,
    /// What it is for.
    pub text: String,
    /// Who may do it.
    pub who: String,
    /// When.
    pub when: String,
    /// Where it begins.
    pub begin: Link,
}

/// 各種申請.
#[derive(Debug, Clone, Template)]
#[template(path = "apply.html")]
pub struct ApplyPage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// What can be applied for now.
    pub procedures: Vec<Procedure>,
}

impl ArticlePage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            frame: sample_frame(),
            title: "介護情報基盤とは".into(),
            lead: "介護の情報を、安全に共有するしくみです。".into(),
            facts: Vec::new(),
            contents: Vec::new(),
            body:
                "<h2 id=\"section-1\">なぜ必要か</h2><p>介護に必要な情報は、分かれていました。</p>"
                    .into(),
            paper: Some(Link::new(
                "/docs/first-registration/print.pdf",
                "初回利用登録マニュアル（PDF）",
            )),
            date: sample_date(23),
        };
        let document = Self {
            frame: sample_frame().of(Section::Docs).below("/docs", "各種資料"),
            title: "初回利用登録マニュアル".into(),
            facts: vec![("版".into(), "第1.0版".into())],
            contents: vec![Link::new("#section-1", "なぜ必要か")],
            ..page.clone()
        };
        vec![("page", page), ("document", document)]
    }
}

impl DocumentListPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let full = Self {
            frame: sample_frame().of(Section::Docs),
            audience: ChoiceField::of(vec![Choice::new("", "すべての対象", "").chosen()]),
            conditions: Vec::new(),
            lines: vec![DocumentLine {
                href: "/docs/first-registration".into(),
                title: "初回利用登録マニュアル".into(),
                category: Chip::new("マニュアル", ChipColor::Blue),
                audience: "介護事業所、医療機関".into(),
                edition: "第1.0版".into(),
                date: sample_date(23),
                summary: "コードを受け取ってから、最初の利用者を担当登録するまでを説明します。"
                    .into(),
            }],
        };
        let empty = Self {
            lines: Vec::new(),
            conditions: vec![Link::new("/docs", "利用者・家族")],
            ..full.clone()
        };
        vec![("full", full), ("empty", empty)]
    }
}

impl ApplyPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            frame: sample_frame().of(Section::Apply),
            procedures: vec![Procedure {
                title: "端末の利用開始".into(),
                text: "コードを入力して、端末の電子証明書を受け取ります。".into(),
                who: "介護事業所、医療機関".into(),
                when: "いつでも".into(),
                begin: Link::new("/start", "利用開始の画面へ進む"),
            }],
        };
        vec![("full", page)]
    }
}
