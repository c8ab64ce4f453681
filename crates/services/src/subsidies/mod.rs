//! Subsidies: schemes as dated data, applications, their review, decisions and payments (G-1 to G-5).
//!
//! An application is written by its office, worked out by the server whenever it counts, reviewed by the operator's people (two where the
//! amount or a refusal wants it) and paid in runs that always take two. What each step did stands in its history, in the trail and,
//! where money moved, in a ledger that balances.

mod claim;
mod content;
mod draft;
mod files;
mod letters;
mod open_data;
mod paper;
mod payments;
mod read;
mod review;
mod scheme_file;
mod schemes;
mod submit;

pub use claim::{Claim, estimate};
pub use content::{AcceptedLine, Proposal, most_of};
pub use draft::{BeginError, SaveError, SubsidyApplicant, begin, remove_line, save};
pub use files::{
    EVIDENCE, Evidence, EvidenceError, EvidenceUpload, LINE_FILES, SUBSIDY_TOGETHER, open_evidence,
    open_own_evidence, remove_file,
};
pub use kiban_store::repo::{
    payments::{PayableRow, PaymentRow, RunRow},
    subsidies::{DecisionRow, RemarkRow, Shared, StepRow, SubsidyFilter, SubsidyRow, Totals},
    subsidy_files::SubsidyFileRow,
    subsidy_ledger::{BalanceRow, LedgerRow},
    subsidy_schemes::SchemeRow,
};
pub use open_data::{OpenData, OpenLine, open_data};
pub use paper::{PaperHead, PaperPart, PaperPiece, SubsidyPaper, copy, notice};
pub use payments::{
    PaymentError, RUN_MOST, Run, Settled, TRANSFER_AHEAD, account_of, balances, drop_run, ledger,
    list_runs, make_run, payable, read_run, release_run, take_results, transfer_file,
};
pub use read::{
    ReviewCase, SubsidyCase, SubsidyQueue, current, list_own, queue, read_for_review, read_own,
};
pub use review::{REVIEW_NOTE, ReviewAct, SubsidyReviewError, review, reviewer_of, try_proposal};
pub use scheme_file::{SCHEME_FILE_BYTES, read_scheme};
pub use schemes::{
    SchemeError, Standing, at, decide_scheme, propose, revisions, standing, take_in,
    take_in_shipped,
};
pub use submit::{SubmitError, Submitted, correct_account, submit, try_submit, withdraw};

use crate::{Platform, code::grouped};
use kiban_store::repo::subsidies;

/// Characters of a receipt: 40 bits, so that receipts cannot be tried out.
const RECEIPT: usize = 8;

/// The number as people read it: `K7QM-3XPA`.
pub fn shown_receipt(receipt: &str) -> String {
    grouped(receipt, 4)
}

/// What was submitted, by scheme, programme, stage and prefecture.
///
/// # Errors
///
/// The database only.
pub async fn totals(platform: &Platform) -> Result<Vec<Totals>, kiban_store::Error> {
    subsidies::totals(&mut platform.store.point().await?).await
}
