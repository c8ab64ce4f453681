//! The consent ledger (S-5): who agreed to what, taken by whom, on whose word, from when, withdrawn when.
//!
//! Insurers' consents come in their files; what offices take stands beside them in entries that are only ever added. Both
//! are put together in [`effect`], and from there the read model has its bits, so that every read follows at once.

pub(crate) mod effect;
mod ledger;
mod own;
mod record;

pub use ledger::{Item, Ledger, Note, Source, ledger};
pub use own::list_own;
pub use record::{
    AHEAD_DAYS, BACK_DAYS, ConsentError, NOTE_MAX, NewConsent, Withdrawal, give, withdraw,
};

use uuid::Uuid;

/// Which consent is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConsentRef {
    /// One that an office took.
    Office(Uuid),
    /// An insurer's record, by its key within the person's consents.
    Insurer(String),
}

impl std::fmt::Display for ConsentRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Office(id) => write!(f, "o-{}", id.as_simple()),
            Self::Insurer(key) => write!(f, "m-{key}"),
        }
    }
}

impl std::str::FromStr for ConsentRef {
    type Err = InvalidConsentRef;

    fn from_str(text: &str) -> Result<Self, InvalidConsentRef> {
        match text.split_once('-') {
            Some(("o", id)) => id.parse().map(Self::Office).map_err(|_| InvalidConsentRef),
            Some(("m", key)) => Ok(Self::Insurer(key.to_owned())),
            Some(_) | None => Err(InvalidConsentRef),
        }
    }
}

/// The text names no consent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the name of a consent")]
pub struct InvalidConsentRef;
