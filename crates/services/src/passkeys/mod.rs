//! Passkeys (Web Authentication Level 3): a second factor beside the authenticator application, and the whole sign-in when the
//! authenticator made sure of its holder (W-2).
//!
//! Each of them is asked for by a challenge that counts once, for five minutes, for the browser and the terminal that asked.
//! The answer comes back in a form of the same page. What checks it stands in `webauthn` alone.

mod challenge;
mod keep;
mod letter;
mod party;
mod sign_in;
mod webauthn;
mod words;

pub use challenge::{Ceremony, Place};
pub use keep::{Factors, add, ask_for_new, factors, remove, rename};
pub use party::RelyingParty;
pub use sign_in::{ask_second_factor, ask_sign_in, complete, sign_in};

pub(crate) use challenge::{Kind, answered, ask};
pub(crate) use keep::{check_new, holder_question};
pub(crate) use webauthn::{Counted, Holder, credential_of};

use crate::rate::Exhausted;
use kiban_store::repo::passkeys::PasskeyRow;
use webauthn::{Fault, Known};

/// Why a passkey was not taken. Nothing here tells whether a login exists.
#[derive(Debug, thiserror::Error)]
pub enum PasskeyError {
    /// The challenge has ended, or another browser or terminal asked for it.
    #[error("the challenge is too old")]
    TooOld,
    /// The challenge was answered before.
    #[error("the challenge was answered before")]
    Replayed,
    /// No account of this office has this passkey for this site.
    #[error("no such passkey")]
    Unknown,
    /// The passkey is another account's than the one that signs in.
    #[error("the passkey of another account")]
    OtherAccount,
    /// The browser answered from another site.
    #[error("another site")]
    WrongOrigin,
    /// The authenticator did not make sure of its holder, which a sign-in without password needs.
    #[error("the holder was not verified")]
    NotVerified,
    /// The authenticator counted fewer signatures than before: there may be a copy. The passkey is stopped.
    #[error("the counter went backwards")]
    Cloned,
    /// The answer cannot be read or its signature does not fit.
    #[error("the answer does not fit")]
    Refused,
    /// The account is stopped.
    #[error("the account is stopped")]
    Stopped,
    /// The contractor's last day is over.
    #[error("the contract is over")]
    ContractOver,
    /// The credential is registered already, for whomever.
    #[error("the passkey is registered")]
    Taken,
    /// The name is empty, longer than 40 characters or holds control characters.
    #[error("the name does not fit")]
    Name,
    /// The password does not fit.
    #[error("the password does not fit")]
    WrongPassword,
    /// It is the account's last second factor.
    #[error("the last second factor")]
    Last,
    /// The account has no such passkey, or none for this site.
    #[error("no passkey there")]
    NoneThere,
    /// The session or the draft has ended.
    #[error("no session")]
    NoSession,
    /// Too many attempts.
    #[error("too many attempts")]
    TooMany(Exhausted),
    /// The database.
    #[error("storage")]
    Storage(#[from] kiban_store::Error),
}

impl PasskeyError {
    /// A word that never changes, for the audit trail and for people who help.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooOld => "passkey_too_old",
            Self::Replayed => "passkey_replayed",
            Self::Unknown => "passkey_unknown",
            Self::OtherAccount => "passkey_other_account",
            Self::WrongOrigin => "passkey_wrong_origin",
            Self::NotVerified => "passkey_not_verified",
            Self::Cloned => "passkey_cloned",
            Self::Refused => "passkey_refused",
            Self::Stopped => "account_stopped",
            Self::ContractOver => "contract_over",
            Self::Taken => "passkey_taken",
            Self::Name => "passkey_name",
            Self::WrongPassword => "wrong_password",
            Self::Last => "passkey_last",
            Self::NoneThere => "passkey_none",
            Self::NoSession => "no_session",
            Self::TooMany(_) => "too_many_attempts",
            Self::Storage(_) => "storage",
        }
    }
}

impl From<Fault> for PasskeyError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::TooOld => Self::TooOld,
            Fault::WrongOrigin => Self::WrongOrigin,
            Fault::NotVerified => Self::NotVerified,
            Fault::CounterBack => Self::Cloned,
            Fault::Unreadable | Fault::Refused => Self::Refused,
        }
    }
}

/// The question for one of these passkeys, after the password.
pub(crate) fn question_for(
    party: &RelyingParty,
    rows: &[PasskeyRow],
) -> Result<webauthn::Question, PasskeyError> {
    let working = rows.iter().filter(|row| keep::works_at(row, party));
    let working: Vec<_> = working.map(known).collect();
    if working.is_empty() {
        return Err(PasskeyError::NoneThere);
    }
    Ok(webauthn::ask_second_factor(party, &working)?)
}

/// The question for any passkey of the site.
pub(crate) fn sign_in_question(party: &RelyingParty) -> Result<webauthn::Question, PasskeyError> {
    Ok(webauthn::ask_sign_in(party)?)
}

/// Checks the answer to [`question_for`].
pub(crate) fn check_second_factor(
    party: &RelyingParty,
    state: &[u8],
    answer: &str,
    row: &PasskeyRow,
) -> Result<Counted, PasskeyError> {
    let used = webauthn::check_second_factor(party, state, answer, &known(row));
    Ok(used?)
}

/// Checks the answer to [`sign_in_question`].
pub(crate) fn check_sign_in(
    party: &RelyingParty,
    state: &[u8],
    answer: &str,
    row: &PasskeyRow,
) -> Result<Counted, PasskeyError> {
    Ok(webauthn::check_sign_in(party, state, answer, &known(row))?)
}

fn known(row: &PasskeyRow) -> Known<'_> {
    Known {
        credential_id: &row.credential_id,
        holder: row.staff_id,
        public_key: &row.public_key,
        state: &row.state,
        transports: row.transports,
    }
}
