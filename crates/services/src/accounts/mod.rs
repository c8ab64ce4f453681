//! Accounts as an office itself keeps them: the first administrator, invitations, stopping, a new second factor (W-2).
//!
//! An account comes into being when its second factor has been shown to work, in one step with what allowed it; until then
//! there is a draft that opens nothing.

mod change;
mod invite;
mod make;

pub use change::{ChangeError, list, reset_second_factor, set_active, set_role};
pub use invite::{InvitationError, NewInvitation, cancel, invite, list_open, send_again};
pub use make::{
    AccountForm, BeginError, Closed, Draft, FinishError, Ground, Invitation, Mistake, ask_passkey,
    begin, find_draft, find_invitation, finish, finish_by_passkey,
};

pub(crate) use make::{RECOVERY_CODES, password_mistake};

use ring::digest::{SHA256, digest};

/// Length of the code of an invitation and of a recovery code: 80 bits, so that a plain hash keeps them.
pub(crate) const CODE_LENGTH: usize = 16;

pub(crate) fn hash(text: &str) -> Vec<u8> {
    digest(&SHA256, text.as_bytes()).as_ref().to_vec()
}

/// The hash of a recovery code as typed; `None` when it is none.
pub(crate) fn recovery_hash(text: &str) -> Option<Vec<u8>> {
    crate::code::typed_code(text, CODE_LENGTH).map(|code| hash(&code))
}
