//! The pages of one person (W-5, W-6). Each reads the person once, and that reading is recorded.

pub(crate) mod access_log;
pub(crate) mod certificates;
pub(crate) mod certification;
mod changes;
pub(crate) mod consent_form;
pub(crate) mod consents;
pub(crate) mod documents;
mod dossier;
pub(crate) mod history;
pub(crate) mod members;
pub(crate) mod opinions;
pub(crate) mod overview;
pub(crate) mod print;
pub(crate) mod print_pdf;
pub(crate) mod progress;
pub(crate) mod qualification;
