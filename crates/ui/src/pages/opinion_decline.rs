//! 「作成できない」 as an answer to a request (D02, D-5).

use askama::Template;

use crate::{
    Choice, ChoiceField, FieldError, Frame, MenuItem, OpinionHead, TextField, form::errors_of,
    sample,
};

/// Reason, then asked once more; posts to `{base}/decline` with `reason`, `note` and `go` saying `confirm`, `back` or `decline`.
#[derive(Debug, Clone, Template)]
#[template(path = "opinion_decline.html")]
pub struct OpinionDeclinePage {
    /// What surrounds the page.
    pub frame: Frame,
    /// Whom it is about.
    pub head: OpinionHead,
    /// Address of the request.
    pub base: String,
    /// Whether it is asked once more.
    pub confirm: bool,
    /// Why; field `reason`.
    pub reason: ChoiceField,
    /// Why, in words; field `note`.
    pub note: TextField,
}

impl OpinionDeclinePage {
    /// Errors in the order of the fields.
    pub fn errors(&self) -> Vec<FieldError> {
        errors_of([("reason", &self.reason.error), ("note", &self.note.error)])
    }

    /// The chosen reason: what the form posts, and its words.
    pub fn chosen(&self) -> (&str, &str) {
        let chosen = self.reason.choices.iter().find(|it| it.chosen);
        chosen.map_or(("", ""), |it| (&it.value, &it.label))
    }

    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let reasons = |chosen: &str| {
            let all = [
                ("long_ago", "最終診察から長期間経過している"),
                ("other", "その他"),
            ];
            ChoiceField::of(
                all.map(|(value, label)| Choice {
                    chosen: value == chosen,
                    ..Choice::new(value, label, "")
                })
                .to_vec(),
            )
        };
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
            confirm: false,
            reason: reasons(""),
            note: TextField::default(),
        };
        let confirm = Self {
            confirm: true,
            reason: reasons("other"),
            note: TextField::of("長期の旅行中のため"),
            ..asked.clone()
        };
        let rejected = Self {
            reason: reasons("").with_error("作成できない理由を選択してください"),
            ..asked.clone()
        };
        vec![
            ("asked", asked),
            ("confirm", confirm),
            ("rejected", rejected),
        ]
    }
}
