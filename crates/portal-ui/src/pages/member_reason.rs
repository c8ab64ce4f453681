//! A second look at what cannot easily be undone, with the reason.

use super::{errors_of, sample_frame, sample_member};
use crate::{FieldError, Link, PortalFrame, TextField};
use askama::Template;

/// Asks once more, and why: the form posts `reason` and `sure` with what goes along.
#[derive(Debug, Clone, Template)]
#[template(path = "member_reason.html")]
pub struct MemberReasonPage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// What is to be done.
    pub title: String,
    /// What will happen, to whom, and whether it can be undone.
    pub lead: String,
    /// What it is about: term and text.
    pub facts: Vec<(String, String)>,
    /// Where the form goes.
    pub action: String,
    /// What goes with it.
    pub hidden: Vec<(String, String)>,
    /// Why.
    pub reason: TextField,
    /// The button, with the verb.
    pub button: String,
    /// The way back.
    pub back: Link,
}

impl MemberReasonPage {
    /// What has to be mended.
    pub fn errors(&self) -> Vec<FieldError> {
        errors_of([("reason", &self.reason.error)])
    }

    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let asked = Self {
            frame: sample_frame()
                .with_member(sample_member())
                .at("/insurer/users")
                .below("/insurer/users", "利用者管理"),
            title: "停止の確認".into(),
            lead: "このユーザは、すべての所属ですぐに使えなくなります。あとから再開できます。"
                .into(),
            facts: vec![("氏名".into(), "見本 担当".into())],
            action: "/insurer/users".into(),
            hidden: vec![("go".into(), "stop".into())],
            reason: TextField::default(),
            button: "停止する".into(),
            back: Link::new("/insurer/users", "停止しないで前の画面へ戻る"),
        };
        let refused = Self {
            reason: TextField::default().with_error("理由を入力してください"),
            ..asked.clone()
        };
        vec![("asked", asked), ("refused", refused)]
    }
}
