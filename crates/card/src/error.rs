//! Why a card operation ended early.

use crate::apdu::Status;
use crate::link::LinkError;

/// Why a card operation ended early. Carries nothing about the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CardError {
    /// The link to the card failed.
    #[error("no answer from the card")]
    Link(#[from] LinkError),
    /// Another kind of card.
    #[error("not a My Number card: {0}")]
    OtherCard(OtherCard),
    /// The card holds no 利用者証明用 certificate: never issued, or lapsed and removed.
    #[error("no certificate for user authentication on the card")]
    NoCertificate,
    /// The PIN was wrong.
    #[error("wrong PIN, {left} tries left")]
    WrongPin {
        /// Tries left, at least 1.
        left: u8,
    },
    /// One try is left and nobody has agreed to spend it; nothing was sent.
    #[error("one try is left")]
    LastTry,
    /// The PIN is blocked; only a municipal office can reset it.
    #[error("the PIN is blocked")]
    Blocked,
    /// The card's own signature does not fit its own certificate.
    #[error("the card's signature does not fit its certificate")]
    SelfCheck,
    /// A status word that has no meaning at this step.
    #[error("unexpected answer {status} at step {step}")]
    Unexpected {
        /// Where.
        step: Step,
        /// What the card said.
        status: Status,
    },
    /// Data that does not have the shape it must have.
    #[error("unreadable data at step {0}")]
    Malformed(Step),
}

/// What the card is instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OtherCard {
    /// It does not know the application at all: a bank card, a driving licence.
    #[error("another kind of card")]
    Unknown,
    /// The old 住民基本台帳カード.
    #[error("a basic resident register card")]
    ResidentRegister,
    /// A copy on a telephone. Its certificate cannot be read without a PIN, so it needs another way.
    #[error("a telephone")]
    Telephone,
}

/// A step of the conversation with the card; the word appears in logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    /// Selecting an application.
    Application,
    /// Reading the token's name.
    Token,
    /// Asking which certificates are there.
    Availability,
    /// Reading the certificate.
    Certificate,
    /// Asking how many tries are left.
    Tries,
    /// Presenting the PIN.
    Verify,
    /// Signing.
    Sign,
    /// Reading the four attributes.
    Attributes,
    /// Reading the application's own key and its certificate.
    Presence,
}

impl Step {
    /// One word for logs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Application => "application",
            Self::Token => "token",
            Self::Availability => "availability",
            Self::Certificate => "certificate",
            Self::Tries => "tries",
            Self::Verify => "verify",
            Self::Sign => "sign",
            Self::Attributes => "attributes",
            Self::Presence => "presence",
        }
    }
}

impl std::fmt::Display for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
