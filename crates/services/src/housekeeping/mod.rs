//! Clearing up what nobody will ask for again: parts of abandoned uploads, old answers, half-written and orphaned contents.
//!
//! Every operation may run at any time, in several processes at once, and again after it was interrupted. None touches
//! what a transfer or a document names.

mod answers;
mod contents;
mod uploads;

pub use answers::forget_answers;
pub use contents::{clear_half_written, remove_orphans};
pub use uploads::{forget_inquiry_files, forget_uploads};

/// What an installation may set.
#[derive(Debug, Clone, Copy)]
pub struct HousekeepingSettings {
    /// An upload in parts of which nothing has come for so long is given up. A sender whose line broke on a Friday
    /// evening goes on before.
    pub upload_idle: jiff::SignedDuration,
    /// A file that was sent with a form of an inquiry waits so long for the form itself.
    pub form_age: jiff::SignedDuration,
    /// For so long the same Idempotency-Key gets the same answer.
    pub answer_age: jiff::SignedDuration,
    /// A content that nothing has named for so long is removed. Far longer than it takes to commit the row behind it.
    pub orphan_age: jiff::SignedDuration,
}

impl Default for HousekeepingSettings {
    fn default() -> Self {
        Self {
            upload_idle: jiff::SignedDuration::from_hours(48),
            form_age: jiff::SignedDuration::from_hours(24),
            answer_age: jiff::SignedDuration::from_hours(7 * 24),
            orphan_age: jiff::SignedDuration::from_hours(24),
        }
    }
}
