//! お知らせメール: following municipalities by mail (P09, P10).

use super::{errors_of, sample_frame};
use crate::{Choice, ChoiceField, FieldError, Link, Notice, PortalFrame, Section, TextField};
use askama::Template;

/// The form that asks for a letter when something changes; posts `followed` and `mail` to `/readiness/follow`.
#[derive(Debug, Clone, Template)]
#[template(path = "follow.html")]
pub struct FollowPage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// What this showing of the form is known by, so that it acts once.
    pub once: String,
    /// Token of the form.
    pub csrf: String,
    /// What went wrong with the whole.
    pub notice: Option<Notice>,
    /// What can be followed from here.
    pub followed: ChoiceField,
    /// Where the letters go.
    pub mail: TextField,
    /// Where one came from.
    pub back: Link,
}

/// Where the owner of an address agrees; posts to its own address.
#[derive(Debug, Clone, Template)]
#[template(path = "follow_link.html")]
pub struct FollowLinkPage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// Token of the form.
    pub csrf: String,
    /// Its own address.
    pub action: String,
    /// What is followed: 「新潟市（新潟県）」.
    pub followed: String,
}

/// What the owner of an address follows, and the way out; posts `followed` (empty: everything) to its own address.
#[derive(Debug, Clone, Template)]
#[template(path = "leave.html")]
pub struct LeavePage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// Token of the form.
    pub csrf: String,
    /// Its own address.
    pub action: String,
    /// What happened: one was ended.
    pub notice: Option<Notice>,
    /// What is followed: its word in forms and its name. Empty when nothing is, or the link is nobody's.
    pub followed: Vec<(String, String)>,
}

impl FollowPage {
    /// What has to be mended.
    pub fn errors(&self) -> Vec<FieldError> {
        errors_of([
            ("followed", &self.followed.error),
            ("mail", &self.mail.error),
        ])
    }

    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let empty = Self {
            frame: sample_frame()
                .of(Section::Readiness)
                .below("/readiness", "市町村の対応状況"),
            once: "sample-once".into(),
            csrf: "sample-token".into(),
            notice: None,
            followed: ChoiceField::of(vec![
                Choice::new("151009", "新潟市（新潟県）", "").chosen(),
                Choice::new("p15", "新潟県", ""),
                Choice::new("all", "全国の市町村", ""),
            ]),
            mail: TextField::default(),
            back: Link::new("/readiness/151009", "前の画面へ戻る"),
        };
        let refused = Self {
            mail: TextField::of("yomu＠hikari").with_error("メールアドレスを確かめてください"),
            followed: empty
                .followed
                .clone()
                .with_error("市町村を選択してください"),
            ..empty.clone()
        };
        vec![("empty", empty), ("refused", refused)]
    }
}

impl FollowLinkPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            frame: sample_frame()
                .of(Section::Readiness)
                .below("/readiness", "市町村の対応状況"),
            csrf: "sample-token".into(),
            action: "/readiness/follow/sample".into(),
            followed: "新潟市（新潟県）".into(),
        };
        vec![("asked", page)]
    }
}

impl LeavePage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let some = Self {
            frame: sample_frame()
                .of(Section::Readiness)
                .below("/readiness", "市町村の対応状況"),
            csrf: "sample-token".into(),
            action: "/readiness/leave/sample".into(),
            notice: None,
            followed: vec![
                ("p15".into(), "新潟県".into()),
                ("131121".into(), "世田谷区（東京都）".into()),
            ],
        };
        let none = Self {
            followed: Vec::new(),
            ..some.clone()
        };
        vec![("some", some), ("none", none)]
    }
}
