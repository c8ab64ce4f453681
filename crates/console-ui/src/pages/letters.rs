//! 届かないメール: addresses that letters do not reach.

use super::sample_frame;
use crate::{Chip, ChipColor, ConsoleFrame, Notice, NoticeKind};
use askama::Template;

/// Addresses that letters do not reach; posts `letter` to its own address.
#[derive(Debug, Clone, Template)]
#[template(path = "letters.html")]
pub struct LettersPage {
    /// What surrounds the page.
    pub frame: ConsoleFrame,
    /// What happened before.
    pub notice: Option<Notice>,
    /// The newest first.
    pub lines: Vec<LetterLine>,
    /// How many there are: 「3件」.
    pub count: String,
    /// So many are shown when there are more; empty otherwise.
    pub shown: String,
}

/// An address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterLine {
    /// The letter that marked it.
    pub letter: String,
    /// The address.
    pub address: String,
    /// Why, in a word.
    pub chip: Chip,
    /// Who said so, with the numbers of the answer: 「相手のサーバーの応答 550 5.1.1」.
    pub reason: String,
    /// Whose it is: 「ポータルのユーザ」.
    pub whose: String,
    /// How many letters did not arrive.
    pub times: i64,
    /// When the last did not.
    pub last: String,
}

impl LettersPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let line = |letter: &str, chip, whose: &str| LetterLine {
            letter: letter.into(),
            address: "kanri@hikari.example".into(),
            chip,
            reason: "相手のサーバーの応答 550 5.1.1".into(),
            whose: whose.into(),
            times: 2,
            last: "令和8年11月23日 9時05分".into(),
        };
        let some = Self {
            frame: sample_frame("/ops/mail"),
            notice: Some(Notice::new(
                NoticeKind::Success,
                "確認のメールを送りました",
                "",
            )),
            lines: vec![
                line(
                    "1",
                    Chip::new("アドレスがない", ChipColor::Red),
                    "ポータルのユーザ",
                ),
                line("2", Chip::new("届かない", ChipColor::Orange), "その他"),
            ],
            count: "201件".into(),
            shown: "200件".into(),
        };
        let none = Self {
            notice: None,
            lines: Vec::new(),
            count: "0件".into(),
            shown: String::new(),
            ..some.clone()
        };
        vec![("some", some), ("none", none)]
    }
}
