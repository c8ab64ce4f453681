//! 入力チェック (D04).

use askama::Template;
use kiban_domain::opinion::ItemId;

use crate::{Frame, MenuItem, NoteLevel, Notice, NoticeKind, OpinionHead, OpinionNote, sample};

/// What is missing and what contradicts itself, section by section, with the way to each field.
#[derive(Debug, Clone, Template)]
#[template(path = "opinion_check.html")]
pub struct OpinionCheckPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// Whom it is about.
    pub head: OpinionHead,
    /// Address of the request.
    pub base: String,
    /// What came of it in a sentence, and what belongs to another request.
    pub notices: Vec<Notice>,
    /// Sections with something to tell.
    pub sections: Vec<OpinionCheckSection>,
    /// Whether it may be sent.
    pub may_be_sent: bool,
}

/// What there is to tell about a section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpinionCheckSection {
    /// Its code.
    pub code: String,
    /// Its title.
    pub title: String,
    /// Its notes, in the order of paper.
    pub notes: Vec<OpinionNote>,
}

impl OpinionCheckPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let head = OpinionHead {
            name: "見本 ハナ".into(),
            kana: "ミホン ハナ".into(),
            birth: "昭和13年4月12日（88歳）".into(),
            insured_no: "0000012345".into(),
            insurer: "架空市".into(),
            due: "令和8年7月1日（あと7日）".into(),
            edition: "主治医意見書（見本の版）".into(),
        };
        let note = |item, level, text: &str| OpinionNote {
            item,
            level,
            text: text.into(),
        };
        let found = Self {
            frame: sample::frame(MenuItem::Opinions),
            head,
            base: "/medical/opinions/999010/00000000-0000-0000-0000-000000000001".into(),
            notices: vec![Notice::new(
                NoticeKind::Error,
                "直すところが1件あります",
                "すべて直すと、送信できます。",
            )],
            sections: vec![OpinionCheckSection {
                code: "illness".into(),
                title: "1. 傷病に関する意見".into(),
                notes: vec![
                    note(
                        ItemId::Diagnosis1Name,
                        NoteLevel::Error,
                        "診断名1を入力してください",
                    ),
                    note(
                        ItemId::Course,
                        NoteLevel::Caution,
                        "経過が用紙の枠より長いため、続きは別紙に印刷されます",
                    ),
                ],
            }],
            may_be_sent: false,
        };
        let fine = Self {
            notices: vec![Notice::new(
                NoticeKind::Success,
                "直すところはありません",
                "内容を確認して、送信してください。",
            )],
            sections: Vec::new(),
            may_be_sent: true,
            ..found.clone()
        };
        vec![("found", found), ("fine", fine)]
    }
}
