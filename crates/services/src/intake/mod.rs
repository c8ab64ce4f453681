//! Taking in what municipalities send (M-1): receive, check, apply, report.
//!
//! A file goes through two passes. The first reads every row, writes down what is wrong and weighs what would change,
//! and writes nothing; so a file with too many bad rows, or one that would change an unusual share of the records, leaves
//! no trace. The second takes the good rows in, in batches that are one transaction each together with the progress mark:
//! a killed load goes on where it stopped. Memory stays the same whatever the size of the file.

mod apply;
mod check;
mod decide;
mod plan;
mod receive;
mod report;
mod waiting;
mod worker;

pub use apply::rebuild_persons;
pub use receive::{Accepted, Incoming, ReceiveError, SUPPORTED, confirm, receive};
pub use report::{FindingLine, read_findings};
pub use waiting::take_in_left;
pub use worker::{run_one, work_off};

/// What an installation may set.
#[derive(Debug, Clone, Copy)]
pub struct IntakeSettings {
    /// Rows in one transaction. A thousand take some milliseconds, so that other writers are not kept waiting.
    pub batch_rows: usize,
    /// More rejected rows than this many in a thousand reject the whole file. Source: municipal-transfer, section 5.
    pub reject_per_mille: i64,
    /// A file that changes or ends more than this share of the standing records, in per cent, is held (S-6).
    pub brake_percent: i64,
    /// Below so many standing records nothing is held: a village may well change a fifth of its records in a day.
    pub brake_from: i64,
}

impl Default for IntakeSettings {
    fn default() -> Self {
        Self {
            batch_rows: 1_000,
            reject_per_mille: 10,
            brake_percent: 20,
            brake_from: 100,
        }
    }
}
