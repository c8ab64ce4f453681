//! One request for an opinion: where it stands, what was sent, what can be done (D02, D05).

use askama::Template;

use crate::{Chip, ChipColor, Frame, Link, MenuItem, Notice, NoticeKind, OpinionHead, sample};

/// One request; posts to its own address with `go` `begin` to take it on.
#[derive(Debug, Clone, Template)]
#[template(path = "opinion_case.html")]
pub struct OpinionCasePage {
    /// What surrounds the page.
    pub frame: Frame,
    /// Whom it is about.
    pub head: OpinionHead,
    /// Its address.
    pub base: String,
    /// Where it stands.
    pub state: Chip,
    /// What just happened, or why it was given back.
    pub notices: Vec<Notice>,
    /// What the request says: term and text.
    pub facts: Vec<(String, String)>,
    /// Words of the button that takes it on; empty: it is taken on, or cannot be.
    pub begin: String,
    /// What can be done, the first of them first.
    pub acts: Vec<Link>,
    /// What was sent, newest first.
    pub sent: Vec<OpinionReceipt>,
    /// Its steps, newest first.
    pub steps: Vec<OpinionStep>,
}

/// One opinion that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpinionReceipt {
    /// Which one of the request.
    pub number: String,
    /// 受付番号.
    pub receipt_no: String,
    /// When it was taken, in words.
    pub at: String,
    /// Which way it came.
    pub route: String,
    /// Where it stands.
    pub state: Chip,
    /// Why it was given back; may be empty.
    pub note: String,
    /// Its copy as PDF; empty where no sheets can be printed.
    pub pdf: String,
}

/// A step of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpinionStep {
    /// When, in words.
    pub at: String,
    /// What.
    pub act: String,
    /// By whom.
    pub by: String,
    /// Why; may be empty.
    pub note: String,
}

impl OpinionCasePage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let base = "/medical/opinions/999010/00000000-0000-0000-0000-000000000001";
        let asked = Self {
            frame: sample::frame(MenuItem::Opinions),
            head: OpinionHead {
                name: "見本 ハナ".into(),
                kana: "ミホン ハナ".into(),
                birth: "昭和13年4月12日（88歳）".into(),
                insured_no: "0000012345".into(),
                insurer: "架空市".into(),
                due: "令和8年7月1日（あと7日）".into(),
                edition: "主治医意見書（見本の版）".into(),
            },
            base: base.into(),
            state: Chip::new("依頼あり", ChipColor::Yellow),
            notices: Vec::new(),
            facts: vec![("作成依頼日".into(), "令和8年6月17日".into())],
            begin: "意見書の作成を始める".into(),
            acts: vec![Link::new(
                format!("{base}/decline"),
                "作成できないことを連絡する",
            )],
            sent: Vec::new(),
            steps: vec![OpinionStep {
                at: "令和8年6月17日 9時00分".into(),
                act: "依頼".into(),
                by: "架空市".into(),
                note: String::new(),
            }],
        };
        let sent = Self {
            state: Chip::new("送信済み", ChipColor::Blue),
            notices: vec![Notice::new(
                NoticeKind::Success,
                "市町村へ送信しました",
                "受付番号 999010-00000001、受付日時 令和8年6月24日 14時05分",
            )],
            begin: String::new(),
            acts: vec![
                Link::new(format!("{base}/withdraw"), "送信を取り下げる"),
                Link::new(format!("{base}/edit"), "直して再送する"),
            ],
            sent: vec![OpinionReceipt {
                number: "1".into(),
                receipt_no: "999010-00000001".into(),
                at: "令和8年6月24日 14時05分".into(),
                route: "画面".into(),
                state: Chip::new("送信済み", ChipColor::Blue),
                note: String::new(),
                pdf: format!("{base}/opinion.pdf?number=1"),
            }],
            ..asked.clone()
        };
        let mut given_back = sent.sent[0].clone();
        given_back.state = Chip::new("差戻し", ChipColor::Orange);
        given_back.note = "診断名が読めません。".into();
        given_back.pdf = String::new();
        let returned = Self {
            state: Chip::new("差戻し", ChipColor::Orange),
            notices: vec![Notice::new(
                NoticeKind::Warning,
                "市町村から差し戻されています",
                "診断名が読めません。",
            )],
            sent: vec![given_back],
            ..sent.clone()
        };
        let declined = Self {
            state: Chip::new("辞退", ChipColor::Gray),
            begin: String::new(),
            acts: Vec::new(),
            ..asked.clone()
        };
        vec![
            ("asked", asked),
            ("sent", sent),
            ("returned", returned),
            ("declined", declined),
        ]
    }
}
