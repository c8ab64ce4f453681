//! What is asked before something that cannot easily be undone.

use crate::{FieldError, Link, TextField, form::errors_of};

/// A second look with the reason: the form posts `reason` and `sure` with what goes along. Its lines stand in `parts/reason.html`.
#[derive(Debug, Clone)]
pub struct ReasonForm {
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

impl ReasonForm {
    /// What has to be mended.
    pub fn errors(&self) -> Vec<FieldError> {
        errors_of([("reason", &self.reason.error)])
    }

    /// The question whether somebody is to be stopped, from the page `back`, as asked and as refused for want of a reason.
    pub fn samples(back: &str) -> [(&'static str, Self); 2] {
        let asked = Self {
            title: "停止の確認".into(),
            lead: "このユーザは、すぐに使えなくなります。あとから再開できます。".into(),
            facts: vec![("氏名".into(), "見本 担当".into())],
            action: back.into(),
            hidden: vec![("go".into(), "stop".into())],
            reason: TextField::default(),
            button: "停止する".into(),
            back: Link::new(back, "停止しないで前の画面へ戻る"),
        };
        let refused = Self {
            reason: TextField::default().with_error("理由を入力してください"),
            ..asked.clone()
        };
        [("asked", asked), ("refused", refused)]
    }
}
