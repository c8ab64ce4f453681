//! 作成料の一覧 (D09): the fees of a month, insurer by insurer.

use askama::Template;

use super::medical_opinions::medical_frame;
use crate::{Choice, ChoiceField, Frame};

/// The fees of a month; chosen by GET `month`.
#[derive(Debug, Clone, Template)]
#[template(path = "medical_claims.html")]
pub struct MedicalClaimsPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// Field `month`.
    pub month: ChoiceField,
    /// The month that is shown: 「令和8年6月」.
    pub shown: String,
    /// The fees of each insurer.
    pub groups: Vec<ClaimGroup>,
    /// The sum of all: 「29,000円」.
    pub total: String,
    /// How many lines there are.
    pub count: usize,
    /// How many of them have no amount.
    pub unknown: usize,
    /// Address of the month as CSV.
    pub csv: String,
    /// Address of the month as PDF, where it can be had.
    pub pdf: Option<String>,
}

/// The fees of one insurer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimGroup {
    /// Name and number of the insurer.
    pub insurer: String,
    /// Its lines, by day.
    pub lines: Vec<ClaimLine>,
    /// Their sum.
    pub sum: String,
}

/// The fee of one opinion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimLine {
    /// 受付番号.
    pub receipt_no: String,
    /// Address of the opinion.
    pub href: String,
    /// The day of the receipt.
    pub received: String,
    /// 被保険者番号 with its middle hidden.
    pub masked_no: String,
    /// 「在宅・新規」; what is not known is said so.
    pub kind: String,
    /// 「5,000円」; nothing when it is not known.
    pub amount: Option<String>,
    /// Why there is no amount; empty otherwise.
    pub why: String,
}

impl MedicalClaimsPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let line = |at: usize, kind: &str, amount: Option<&str>, why: &str| ClaimLine {
            receipt_no: format!("999010-{at:08}"),
            href: format!("/medical/receipts/999010-{at:08}"),
            received: "令和8年6月23日".into(),
            masked_no: "＊＊＊＊＊＊＊345".into(),
            kind: kind.into(),
            amount: amount.map(Into::into),
            why: why.into(),
        };
        let months = [("2026-06", "令和8年6月"), ("2026-05", "令和8年5月")];
        let months = months.map(|(code, label)| Choice::new(code, label, ""));
        let page = Self {
            frame: medical_frame(),
            month: ChoiceField::of(months.to_vec()),
            shown: "令和8年6月".into(),
            groups: vec![
                ClaimGroup {
                    insurer: "架空市（999010）".into(),
                    lines: vec![
                        line(2, "在宅・新規", Some("5,000円"), ""),
                        line(
                            3,
                            "在宅・不明",
                            None,
                            "新規か継続かが、市町村の依頼に書かれていません",
                        ),
                    ],
                    sum: "5,000円".into(),
                },
                ClaimGroup {
                    insurer: "見本町（999028）".into(),
                    lines: vec![line(1, "施設・継続", Some("3,000円"), "")],
                    sum: "3,000円".into(),
                },
            ],
            total: "8,000円".into(),
            count: 3,
            unknown: 1,
            csv: "/medical/claims.csv?month=2026-06".into(),
            pdf: Some("/medical/claims.pdf?month=2026-06".into()),
        };
        let none = Self {
            groups: vec![],
            total: "0円".into(),
            count: 0,
            unknown: 0,
            ..page.clone()
        };
        let no_printer = Self {
            unknown: 0,
            pdf: None,
            ..page.clone()
        };
        vec![("month", page), ("none", none), ("no_printer", no_printer)]
    }
}
