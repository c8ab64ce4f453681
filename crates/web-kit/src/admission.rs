//! Asks for every request whether its certificate still counts.

use std::sync::Arc;

use kiban_domain::{Clock, Timestamp};

use crate::{Client, Problem};

/// The table of certificates in memory, kept up to date by the caller. Asked for every request, so it must not wait.
pub trait Admission: Send + Sync {
    /// What is known of the certificate with this serial number (lower-case hexadecimal).
    fn check(&self, serial: &str, now: Timestamp) -> Verdict;
}

/// The answer of an [`Admission`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It counts.
    Admitted,
    /// It was revoked, or its terminal or system was stopped.
    Revoked,
    /// It was replaced or ended before its date.
    Expired,
    /// This platform never issued it.
    Unknown,
}

/// Asks an [`Admission`] about the caller of each request.
pub(crate) struct Gate {
    pub(crate) admission: Arc<dyn Admission>,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Gate {
    /// Why this caller is not let in; the connection of one who is not ends with the answer.
    pub(crate) fn refusal(&self, client: Option<&Client>) -> Option<Problem> {
        let Some(client) = client else {
            return Some(Problem::certificate_required());
        };
        let now = self.clock.now();
        if !client.is_valid_at(now) {
            return Some(Problem::certificate_expired());
        }
        match self.admission.check(&client.serial, now) {
            Verdict::Admitted => None,
            Verdict::Revoked => Some(Problem::certificate_revoked()),
            Verdict::Expired => Some(Problem::certificate_expired()),
            Verdict::Unknown => Some(Problem::certificate_unknown()),
        }
    }
}
