//! One request for an opinion and its way between insurer and institution (D-1, D-2, D-5, D-6): who may do what when, until when, and what it costs.
//!
//! Pure: the document itself is [`crate::opinion`], rows are in the store, and days and rates come in as data.

mod due;
mod fee;
mod reference;
mod request;
mod state;

pub use due::{DueRule, DueRules, InvalidDueRules};
pub use fee::{FeeLine, FeeRates, FeeReceipt, fee_lines};
pub use reference::{CaseReference, InvalidCaseReference};
pub use request::{
    DeclineReason, InvalidRequestNumber, OpinionRequest, RequestKey, RequestNumber, Writing,
};
pub use state::{CaseAct, CaseState, NotNow, OpinionRoute, Party, SubmissionState};
