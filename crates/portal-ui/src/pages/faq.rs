//! よくあるご質問 (P11).

use super::{sample_date, sample_frame};
use crate::{Choice, ChoiceField, DateText, Link, PortalFrame, Section};
use askama::Template;

/// A question with its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaqLine {
    /// Its page.
    pub href: String,
    /// The question.
    pub question: String,
    /// The answer; markup made by `kiban-helpdesk`.
    pub answer: String,
}

/// A shelf of questions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaqShelf {
    /// What an address names it by.
    pub id: String,
    /// Its name.
    pub label: String,
    /// The questions.
    pub lines: Vec<FaqLine>,
}

/// よくあるご質問.
#[derive(Debug, Clone, Template)]
#[template(path = "faq_list.html")]
pub struct FaqListPage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// What was searched for; comes back.
    pub query: String,
    /// Filter by audience.
    pub audience: ChoiceField,
    /// Conditions in force.
    pub conditions: Vec<Link>,
    /// How many questions are shown.
    pub count: usize,
    /// Whether answers stand below their questions; of many questions only the questions are listed.
    pub answers: bool,
    /// By shelf.
    pub shelves: Vec<FaqShelf>,
}

/// One question.
#[derive(Debug, Clone, Template)]
#[template(path = "faq.html")]
pub struct FaqPage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// The question.
    pub question: String,
    /// The answer; markup made by `kiban-helpdesk`.
    pub answer: String,
    /// What it rests on.
    pub sources: Vec<FaqSource>,
    /// What people ask next.
    pub related: Vec<Link>,
    /// When somebody last compared it with its sources.
    pub reviewed: Option<DateText>,
}

/// What an answer rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaqSource {
    /// Its name.
    pub title: String,
    /// Where in it; a path of this site is a link.
    pub place: String,
    /// Whether `place` is a path of this site.
    pub linked: bool,
}

impl FaqListPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let full = Self {
            frame: sample_frame().of(Section::Faq),
            query: String::new(),
            audience: ChoiceField::of(vec![Choice::new("", "すべての対象", "").chosen()]),
            conditions: Vec::new(),
            count: 1,
            answers: true,
            shelves: vec![FaqShelf {
                id: "terminal".into(),
                label: "端末と電子証明書".into(),
                lines: vec![FaqLine {
                    href: "/faq/cert-tablet".into(),
                    question: "タブレットでも使えますか".into(),
                    answer: "<p>はい。<a href=\"/environment\">推奨環境</a>をご覧ください。</p>"
                        .into(),
                }],
            }],
        };
        let empty = Self {
            query: "宇宙".into(),
            conditions: vec![Link::new("/faq", "宇宙")],
            count: 0,
            shelves: Vec::new(),
            ..full.clone()
        };
        let many = Self {
            answers: false,
            ..full.clone()
        };
        vec![("full", full), ("many", many), ("empty", empty)]
    }
}

impl FaqPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            frame: sample_frame()
                .of(Section::Faq)
                .below("/faq", "よくあるご質問"),
            question: "タブレットでも使えますか".into(),
            answer: "<p>はい。</p>".into(),
            sources: vec![
                FaqSource {
                    title: "推奨環境".into(),
                    place: "/environment".into(),
                    linked: true,
                },
                FaqSource {
                    title: "介護保険最新情報".into(),
                    place: "Vol.1405".into(),
                    linked: false,
                },
            ],
            related: vec![Link::new("/faq/cert-install", "証明書を入れるには")],
            reviewed: Some(sample_date(23)),
        };
        vec![("full", page)]
    }
}
