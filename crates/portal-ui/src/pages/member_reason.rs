//! A second look at what cannot easily be undone, with the reason, by somebody who is signed in.

use super::{sample_frame, sample_member};
use crate::{PortalFrame, ReasonForm};
use askama::Template;

/// Asks once more, and why.
#[derive(Debug, Clone, Template)]
#[template(path = "member_reason.html")]
pub struct MemberReasonPage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// What is asked.
    pub form: ReasonForm,
}

impl MemberReasonPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let frame = sample_frame()
            .with_member(sample_member())
            .at("/insurer/users")
            .below("/insurer/users", "利用者管理");
        let forms = ReasonForm::samples("/insurer/users").into_iter();
        let page = |form| Self {
            frame: frame.clone(),
            form,
        };
        forms.map(|(state, form)| (state, page(form))).collect()
    }
}
