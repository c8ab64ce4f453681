//! Taking an opinion back before the municipality has received it (D-1).

use askama::Template;

use crate::{FieldError, Frame, MenuItem, OpinionHead, TextField, form::errors_of, sample};

/// A second look with a reason; posts to `{base}/withdraw` with `reason`.
#[derive(Debug, Clone, Template)]
#[template(path = "opinion_withdraw.html")]
pub struct OpinionWithdrawPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// Whom it is about.
    pub head: OpinionHead,
    /// Address of the request.
    pub base: String,
    /// 受付番号 of what is taken back.
    pub receipt_no: String,
    /// When it was taken.
    pub sent_at: String,
    /// Why; field `reason`.
    pub reason: TextField,
}

impl OpinionWithdrawPage {
    /// What has to be mended.
    pub fn errors(&self) -> Vec<FieldError> {
        errors_of([("reason", &self.reason.error)])
    }

    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
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
            base: "/medical/opinions/999010/00000000-0000-0000-0000-000000000001".into(),
            receipt_no: "999010-00000001".into(),
            sent_at: "令和8年6月24日 14時05分".into(),
            reason: TextField::default(),
        };
        let rejected = Self {
            reason: TextField::default().with_error("取り下げる理由を入力してください"),
            ..asked.clone()
        };
        vec![("asked", asked), ("rejected", rejected)]
    }
}
