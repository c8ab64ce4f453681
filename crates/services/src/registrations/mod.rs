//! Registration of offices and institutions (P-2): from a typed number to an admitted office.
//!
//! A sign-up waits for its mail address to be confirmed; only then there is an account and an application. Two of the operator's
//! people admit the office (O-1). What an applicant says of other offices never shows; that an office is registered does.

mod apply;
mod confirm;
mod correct;
mod letters;
mod look_up;
mod members;
mod read;
mod review;
mod sign_up;

pub use apply::{ApplyError, apply};
pub use confirm::{ConfirmError, confirm, join};
pub use correct::{CorrectError, Corrections, resubmit, withdraw};
pub use kiban_store::repo::registrations::{
    Applicant, AppliedOffice, Filter, RegistrationRow, StageFilter, StepRow,
};
pub use look_up::{Candidate, LookUpError, Typed, candidate, look_up};
pub(crate) use read::applies_only;
pub use read::{Listed, Registration, Reviewed, latest_of_office, list, only_applies, read};
pub use review::{Decision, Review, ReviewError, ReviewerUser, check, review};
pub use sign_up::{NewSignUp, SignUpError, SignedUp, forget, open, sign_up};

use crate::code::grouped;

/// Characters of a receipt: 40 bits, so that receipts cannot be tried out.
const RECEIPT: usize = 8;
/// Longest note of a reviewer, in characters.
pub const NOTE: usize = 1_000;

/// The number as people read it: `K7QM-3XPA`.
pub fn shown_receipt(receipt: &str) -> String {
    grouped(receipt, 4)
}
