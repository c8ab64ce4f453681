//! The state of a certificate, asked from outside.

use std::future::Future;
use std::pin::Pin;

use kiban_domain::Timestamp;

use super::InspectedCertificate;

/// Who knows whether a certificate has been revoked.
///
/// Revocation data of JPKI goes only to verifiers approved under the law and to platform operators who verify for others.
/// In production this is the operator's connection; tests and the sandbox answer for the virtual hierarchy.
/// Source: the My Number card, section 7.
pub trait CardCertificateStatus: Send + Sync {
    /// Asks about one certificate. A failure of the way there is [`CertificateState::Unavailable`], never "good".
    fn ask<'a>(&'a self, certificate: &'a InspectedCertificate) -> StatusFuture<'a>;
}

/// What [`CardCertificateStatus::ask`] gives.
pub type StatusFuture<'a> = Pin<Box<dyn Future<Output = StatusAnswer> + Send + 'a>>;

/// An answer, and when it was true.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatusAnswer {
    /// What was said.
    pub state: CertificateState,
    /// The instant for which it was said.
    pub at: Timestamp,
}

/// What is known about a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CertificateState {
    /// Not revoked.
    Good,
    /// Revoked: a change of name, death, re-issue, or on request.
    Revoked {
        /// From when on.
        since: Timestamp,
    },
    /// The responder does not know the certificate.
    Unknown,
    /// Nobody could be asked.
    Unavailable,
}
