//! An account as it begins: with an ID that nobody chose.

use crate::{
    Platform,
    code::{grouped, new_code, typed_code},
};
use kiban_domain::MailAddress;
use kiban_store::repo::portal_users::PortalUserRow;

/// Characters of a ユーザID: 40 bits, so that IDs cannot be tried out.
const LOGIN: usize = 8;
/// Characters of a first secret: 80 bits.
pub(super) const FIRST_SECRET: usize = 16;

/// Whose account it will be.
#[derive(Clone)]
pub struct NewAccount {
    /// The name on the screens.
    pub name: String,
    /// Where letters go.
    pub mail: MailAddress,
    /// The telephone; may be empty.
    pub phone: String,
}

/// An account that has no password yet, so that only a session begun for it can set one.
pub fn account(platform: &Platform, new: &NewAccount) -> PortalUserRow {
    PortalUserRow {
        user_id: platform.id(),
        login: new_code(platform, LOGIN),
        name: new.name.clone(),
        mail: new.mail.as_str().to_owned(),
        phone: new.phone.clone(),
        password_hash: String::new(),
        must_replace: true,
        secret_until: None,
        totp_secret: None,
        active: true,
        created_at: platform.now(),
        last_sign_in_at: None,
    }
}

/// The ID as people read it: `7K3F-9QW1`.
pub fn shown_login(login: &str) -> String {
    grouped(login, 4)
}

/// What was typed to say who one is.
pub(super) enum Named {
    /// An ID.
    Login(String),
    /// An address.
    Mail(String),
}

/// Reads it; nothing when it is neither an ID nor an address.
pub(super) fn named(text: &str) -> Option<Named> {
    let text = text.trim();
    if let Some(login) = typed_code(text, LOGIN) {
        return Some(Named::Login(login));
    }
    let mail: MailAddress = text.parse().ok()?;
    Some(Named::Mail(mail.as_str().to_owned()))
}
