//! 電子証明書 (O14): what was issued, and stopping it.

use super::sample_frame;
use crate::{
    Chip, ChipColor, Choice, ChoiceField, ConsoleFrame, DateText, FieldError, Link, Notice,
    NoticeKind, Pager, TextField,
};
use askama::Template;

/// The certificates of terminals and systems.
#[derive(Debug, Clone, Template)]
#[template(path = "certificates.html")]
pub struct CertificatesPage {
    /// What surrounds the page.
    pub frame: ConsoleFrame,
    /// How the number of the office or insurer begins.
    pub organisation: TextField,
    /// Where they stand.
    pub standing: ChoiceField,
    /// The certificates, the newest first.
    pub rows: Vec<CertificateRow>,
    /// Where one is in the list.
    pub pager: Pager,
}

/// A certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateRow {
    /// Its page, reading its serial.
    pub link: Link,
    /// Whose it is.
    pub organisation: String,
    /// Which terminal or system.
    pub holder: String,
    /// What it is for.
    pub role: String,
    /// How it stands.
    pub chip: Chip,
    /// When it was issued.
    pub issued: DateText,
    /// When it ends.
    pub until: DateText,
}

fn day() -> DateText {
    DateText::new("2026-11-01", "令和8年11月1日", "2026年11月1日")
}

impl CertificatesPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let listed = Self {
            frame: sample_frame("/ops/certificates"),
            organisation: TextField::of("1379900010"),
            standing: ChoiceField::of(vec![Choice::new("", "すべて", "").chosen()]),
            rows: vec![CertificateRow {
                link: Link::new("/ops/certificates/0a1b", "0a1b"),
                organisation: "1379900010".into(),
                holder: "t-7k3f9".into(),
                role: "端末のブラウザ".into(),
                chip: Chip::new("有効", ChipColor::Green),
                issued: day(),
                until: day(),
            }],
            pager: Pager {
                summary: "全1件中 1〜1件".into(),
                previous: None,
                pages: Vec::new(),
                next: None,
                sizes: Vec::new(),
            },
        };
        let empty = Self {
            rows: Vec::new(),
            ..listed.clone()
        };
        vec![("listed", listed), ("empty", empty)]
    }
}

/// One certificate; posts `reason` to its own address.
#[derive(Debug, Clone, Template)]
#[template(path = "certificate.html")]
pub struct CertificatePage {
    /// What surrounds the page.
    pub frame: ConsoleFrame,
    /// What happened before.
    pub notice: Option<Notice>,
    /// Address of the form.
    pub action: String,
    /// How it stands.
    pub chip: Chip,
    /// What is known: term and text.
    pub facts: Vec<(String, String)>,
    /// Whether it counts, so that it can be stopped.
    pub open: bool,
    /// Why it is to be stopped.
    pub reason: TextField,
}

impl CertificatePage {
    /// What has to be mended.
    pub fn errors(&self) -> Vec<FieldError> {
        let error = |message: &String| FieldError {
            target: "reason",
            message: message.clone(),
        };
        self.reason.error.iter().map(error).collect()
    }

    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let open = Self {
            frame: sample_frame("/ops/certificates").below("/ops/certificates", "電子証明書"),
            notice: None,
            action: "/ops/certificates/0a1b".into(),
            chip: Chip::new("有効", ChipColor::Green),
            facts: vec![("シリアル番号".into(), "0a1b".into())],
            open: true,
            reason: TextField::default().with_error("理由を入力してください"),
        };
        let stopped = Self {
            notice: Some(Notice::new(NoticeKind::Success, "失効させました", "")),
            chip: Chip::new("失効", ChipColor::Red),
            open: false,
            reason: TextField::default(),
            ..open.clone()
        };
        vec![("open", open), ("stopped", stopped)]
    }
}
