//! A person's certificates on A4; plainly marked as not being the certificates.

use askama::Template;

use crate::{Certificates, Frame, MenuItem, PersonHead, sample};

/// The print view at `…/print`.
#[derive(Debug, Clone, Template)]
#[template(path = "print.html")]
pub struct PrintPage {
    /// What surrounds the page; nothing of it is printed.
    pub frame: Frame,
    /// Who it is about.
    pub person: PersonHead,
    /// What is printed.
    pub certificates: Certificates,
    /// The day the information holds for, in words.
    pub as_of: String,
    /// When it was put out: 「令和8年6月24日 10時15分」.
    pub printed_at: String,
    /// Who put it out: office and name.
    pub printed_by: String,
    /// Whether the same can be had as PDF.
    pub pdf: bool,
    /// Number that leads from the paper to the access log.
    pub document_no: String,
}

impl PrintPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            frame: sample::frame(MenuItem::Persons),
            person: PersonHead::sample(),
            certificates: sample::certificates(),
            as_of: "令和8年6月24日（2026年6月24日）".into(),
            printed_at: "令和8年6月24日 10時15分".into(),
            printed_by: "ケアステーション架空 佐藤 花子".into(),
            document_no: "P-20260624-000123".into(),
            pdf: true,
        };
        let little = Self {
            certificates: sample::certificates_withheld(),
            pdf: false,
            ..page.clone()
        };
        vec![("full", page), ("withheld", little)]
    }
}
