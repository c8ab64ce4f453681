//! A second look at what cannot easily be undone, with the reason.

use super::sample_frame;
use crate::{ConsoleFrame, ReasonForm};
use askama::Template;

/// Asks once more, and why.
#[derive(Debug, Clone, Template)]
#[template(path = "reason.html")]
pub struct ReasonPage {
    /// What surrounds the page.
    pub frame: ConsoleFrame,
    /// What is asked.
    pub form: ReasonForm,
}

impl ReasonPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let frame = sample_frame("/ops/insurers").below("/ops/insurers", "保険者のユーザID");
        let forms = ReasonForm::samples("/ops/insurers/131128").into_iter();
        let page = |form| Self {
            frame: frame.clone(),
            form,
        };
        forms.map(|(state, form)| (state, page(form))).collect()
    }
}
