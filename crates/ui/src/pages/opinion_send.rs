//! 確認・送信 (D05).

use askama::Template;

use crate::{Frame, MenuItem, NoteLevel, Notice, NoticeKind, OpinionHead, OpinionNote, sample};

/// Everything that is sent, to whom; posts to `{base}/send` with `seen`.
#[derive(Debug, Clone, Template)]
#[template(path = "opinion_send.html")]
pub struct OpinionSendPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// Whom it is about.
    pub head: OpinionHead,
    /// Address of the request.
    pub base: String,
    /// Revision of the draft that this page shows.
    pub seen: i64,
    /// What stands in the way, or what an earlier one becomes.
    pub notices: Vec<Notice>,
    /// What is cautioned about.
    pub cautions: Vec<OpinionNote>,
    /// What is sent: sections with their code, title, and items in words.
    pub sections: Vec<OpinionSendSection>,
    /// Whether sheets can be had as PDF here.
    pub has_printer: bool,
}

/// A section as it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpinionSendSection {
    /// Its code.
    pub code: String,
    /// Its title.
    pub title: String,
    /// Its items: name and text.
    pub items: Vec<(String, String)>,
}

impl OpinionSendPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let ready = Self {
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
            base: "/medical/opinions/999010/00000000-0000-0000-0000-000000000001".into(),
            seen: 3,
            notices: Vec::new(),
            cautions: vec![OpinionNote {
                item: kiban_domain::opinion::ItemId::Course,
                level: NoteLevel::Caution,
                text: "経過が用紙の枠より長いため、続きは別紙に印刷されます".into(),
            }],
            sections: vec![
                OpinionSendSection {
                    code: "illness".into(),
                    title: "1. 傷病に関する意見".into(),
                    items: vec![("診断名1".into(), "見本の病名".into())],
                },
                OpinionSendSection {
                    code: "remarks".into(),
                    title: "5. 特記すべき事項".into(),
                    items: Vec::new(),
                },
            ],
            has_printer: true,
        };
        let moved = Self {
            notices: vec![Notice::new(
                NoticeKind::Error,
                "まだ送信していません",
                "下書きが、ほかの画面で書き換えられています。",
            )],
            cautions: Vec::new(),
            has_printer: false,
            ..ready.clone()
        };
        vec![("ready", ready), ("moved", moved)]
    }
}
