//! The letters of a sandbox, to be read where they would otherwise have to be waited for.

use super::sample_frame;
use crate::{Link, PortalFrame};
use askama::Template;

/// The last letters.
#[derive(Debug, Clone, Template)]
#[template(path = "mailbox.html")]
pub struct MailboxPage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// The letters, the newest first.
    pub letters: Vec<LetterLine>,
}

/// A letter in the list.
#[derive(Debug, Clone)]
pub struct LetterLine {
    /// Its page.
    pub href: String,
    /// Its subject.
    pub subject: String,
    /// To whom.
    pub to: String,
    /// When.
    pub at: String,
}

/// One letter.
#[derive(Debug, Clone, Template)]
#[template(path = "letter.html")]
pub struct LetterPage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// Its subject.
    pub subject: String,
    /// To whom.
    pub to: String,
    /// When.
    pub at: String,
    /// Its lines; an address of this site is a link.
    pub lines: Vec<LetterText>,
}

/// A line of a letter.
#[derive(Debug, Clone)]
pub enum LetterText {
    /// Words.
    Words(String),
    /// An address of this site.
    Address(Link),
}

impl MailboxPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let empty = Self {
            frame: sample_frame().below("/sandbox", "検証環境のはじめかた"),
            letters: Vec::new(),
        };
        let full = Self {
            letters: vec![LetterLine {
                href: "/sandbox/mail/0190aaaa-0000-7000-8000-000000000000".into(),
                subject: "ユーザIDのお知らせ".into(),
                to: "tantou@hikari.example".into(),
                at: "令和8年11月23日 10時05分".into(),
            }],
            ..empty.clone()
        };
        vec![("empty", empty), ("full", full)]
    }
}

impl LetterPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            frame: sample_frame()
                .below("/sandbox", "検証環境のはじめかた")
                .below("/sandbox/mail", "送られたメール"),
            subject: "パスワードの再設定のご案内".into(),
            to: "tantou@hikari.example".into(),
            at: "令和8年11月23日 10時05分".into(),
            lines: vec![
                LetterText::Words("次のアドレスを開いてください。".into()),
                LetterText::Words(String::new()),
                LetterText::Address(Link::new(
                    "/password/sample",
                    "http://127.0.0.1:8080/password/sample",
                )),
            ],
        };
        vec![("letter", page)]
    }
}
