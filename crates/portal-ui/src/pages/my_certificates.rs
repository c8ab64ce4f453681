//! 電子証明書 (M12): the terminals of an office, and the code that admits one.

use super::{sample_date, sample_frame, sample_member};
use crate::{Chip, ChipColor, DateText, Notice, NoticeKind, PortalFrame};
use askama::Template;

/// The terminals of an office.
#[derive(Debug, Clone, Template)]
#[template(path = "my_certificates.html")]
pub struct MyCertificatesPage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// What happened before.
    pub notice: Option<Notice>,
    /// Whether the office is admitted, so that certificates can be applied for.
    pub admitted: bool,
    /// Whether the reader may apply for and stop them.
    pub administrator: bool,
    /// The terminals, those that count first.
    pub rows: Vec<CertificateLine>,
}

/// A terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateLine {
    /// Its name.
    pub name: String,
    /// Its identifier.
    pub id: String,
    /// What it is.
    pub sort: String,
    /// How its certificate stands.
    pub chip: Chip,
    /// When it ends.
    pub until: Option<DateText>,
    /// When it was last used; may be empty.
    pub seen: String,
    /// Whether it counts, so that it can be renewed and stopped.
    pub open: bool,
}

fn frame() -> PortalFrame {
    sample_frame()
        .with_member(sample_member())
        .at("/mypage/certificates")
        .below("/mypage", "マイページ")
}

impl MyCertificatesPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let listed = Self {
            frame: frame(),
            notice: Some(Notice::new(NoticeKind::Success, "端末を停止しました", "")),
            admitted: true,
            administrator: true,
            rows: vec![CertificateLine {
                name: "受付のパソコン".into(),
                id: "t-7k3f9".into(),
                sort: "パソコン".into(),
                chip: Chip::new("有効", ChipColor::Green),
                until: Some(sample_date(30)),
                seen: String::new(),
                open: true,
            }],
        };
        let empty = Self {
            notice: None,
            rows: Vec::new(),
            ..listed.clone()
        };
        let review = Self {
            admitted: false,
            administrator: false,
            ..empty.clone()
        };
        vec![("listed", listed), ("empty", empty), ("review", review)]
    }
}

/// A one-time code, shown once.
#[derive(Debug, Clone, Template)]
#[template(path = "my_ticket.html")]
pub struct MyTicketPage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// The code, in two groups.
    pub code: String,
    /// The office's number.
    pub office_no: String,
    /// Until when it counts: 「10時35分」.
    pub until: String,
    /// Where it is typed.
    pub start: String,
    /// The terminal that is renewed; a new one has no name yet.
    pub renewed: Option<String>,
}

impl MyTicketPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let new = Self {
            frame: frame().below("/mypage/certificates", "電子証明書"),
            code: "7K3F9-QW1A0".into(),
            office_no: "1379900010".into(),
            until: "10時35分".into(),
            start: "https://portal.example/start".into(),
            renewed: None,
        };
        let renewed = Self {
            renewed: Some("受付のパソコン".into()),
            ..new.clone()
        };
        vec![("new", new), ("renewed", renewed)]
    }
}
