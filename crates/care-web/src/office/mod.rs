//! 職員・端末 (C15): who and what of the office may come in (W-1, W-2).

pub(crate) mod company;
pub(crate) mod invite;
pub(crate) mod members;
pub(crate) mod role;
mod role_form;
pub(crate) mod staff;
pub(crate) mod switch;
pub(crate) mod terminals;
pub(crate) mod ticket_pdf;

use serde::Deserialize;

/// What just happened, by a word that the page knows.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Done {
    pub(crate) done: String,
}
