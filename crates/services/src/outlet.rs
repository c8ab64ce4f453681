//! Who puts a paper out.

use kiban_domain::Timestamp;

/// Who puts a paper out, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outlet {
    /// Scheme, host and port of the portal as browsers see them.
    pub portal: String,
    /// Whether everything is invented.
    pub sandbox: bool,
    /// The office or body.
    pub office: String,
    /// The person.
    pub printed_by: String,
    /// When.
    pub at: Timestamp,
}

impl Outlet {
    pub(crate) fn mark(&self) -> Option<&'static str> {
        self.sandbox.then_some("見本")
    }
}
