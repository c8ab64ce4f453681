//! Staff accounts (W-2): passwords by Argon2id, a second factor by TOTP.

use crate::{CallContext, Platform};
use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash},
};
use kiban_audit::{Action, NO_INSURER};
use kiban_domain::OfficeNumber;
use kiban_store::repo::staff::{self, StaffRow};

/// What a person may do in an office.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(i16)]
pub enum StaffRole {
    /// 管理者.
    Administrator = 1,
    /// 介護支援専門員.
    CareManager = 2,
    /// 職員.
    Staff = 3,
    /// 事務.
    Clerk = 4,
    /// 委託先: sees terminals and no care data, up to a last day.
    Contractor = 5,
}

impl StaffRole {
    /// The role of a stored number; an unknown one may do the least.
    pub fn from_number(number: i16) -> Self {
        match number {
            1 => Self::Administrator,
            2 => Self::CareManager,
            3 => Self::Staff,
            4 => Self::Clerk,
            _ => Self::Contractor,
        }
    }

    /// The word on the screens.
    pub fn label(self) -> &'static str {
        match self {
            Self::Administrator => "管理者",
            Self::CareManager => "介護支援専門員",
            Self::Staff => "職員",
            Self::Clerk => "事務",
            Self::Contractor => "委託先",
        }
    }
}

/// A new account.
pub struct NewStaff {
    /// Its office.
    pub office_no: OfficeNumber,
    /// What is typed to sign in.
    pub login: String,
    /// The name on the screens.
    pub name: String,
    /// What the person may do.
    pub role: StaffRole,
    /// The first password.
    pub password: String,
    /// Secret of the second factor, base 32; `None` makes one.
    pub totp_secret: Option<String>,
}

/// Why no account was made.
#[derive(Debug, thiserror::Error)]
pub enum StaffError {
    /// The password has fewer than 12 characters or more than 256.
    #[error("the password is too short or too long")]
    Password,
    /// The secret is not base 32 of at least 16 bytes.
    #[error("the secret of the second factor is not usable")]
    Secret,
    /// The login holds the sign that stands before an office's number.
    #[error("the login holds an @")]
    Login,
    /// A contractor needs an end, which an invitation has.
    #[error("a contractor is invited")]
    Contractor,
    /// The login is taken in this office.
    #[error("the login is taken")]
    Taken,
    /// Hashing failed.
    #[error("hashing")]
    Hashing,
    /// The database.
    #[error("storage")]
    Storage(#[from] kiban_store::Error),
}

/// Argon2id with 19 MiB, two passes, one lane: the first of the settings that OWASP's password storage guidance names.
fn argon2() -> Argon2<'static> {
    let params = Params::new(19 * 1024, 2, 1, None).unwrap_or_default();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// Hashes a password. Takes tens of milliseconds: call it off the async workers.
pub(crate) fn hash_password(password: &str, salt: [u8; 16]) -> Result<String, StaffError> {
    let hash = argon2()
        .hash_password_with_salt(password.as_bytes(), &salt)
        .map_err(|_| StaffError::Hashing)?;
    Ok(hash.to_string())
}

/// Whether a password fits a hash.
pub(crate) fn password_fits(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|parsed| {
        argon2()
            .verify_password(password.as_bytes(), &parsed)
            .is_ok()
    })
}

/// Makes an account; gives back the secret of its second factor, to be shown once.
///
/// # Errors
///
/// See [`StaffError`].
pub async fn add(
    platform: &Platform,
    context: &CallContext,
    new: NewStaff,
) -> Result<String, StaffError> {
    if new.login.contains('@') {
        return Err(StaffError::Login);
    }
    if new.role == StaffRole::Contractor {
        return Err(StaffError::Contractor);
    }
    let length = new.password.chars().count();
    if !(12..=256).contains(&length) {
        return Err(StaffError::Password);
    }
    let secret = match new.totp_secret {
        Some(secret) => secret,
        None => totp_rs::Secret::from(platform.random::<20>()).to_base32(),
    };
    let usable = totp_rs::Secret::try_from_base32(&secret).is_ok_and(|bytes| bytes.len() >= 16);
    if !usable {
        return Err(StaffError::Secret);
    }
    let salt = platform.random::<16>();
    let password = new.password;
    let password_hash = tokio::task::spawn_blocking(move || hash_password(&password, salt))
        .await
        .map_err(|_| StaffError::Hashing)??;
    let row = StaffRow {
        staff_id: platform.id(),
        office_no: new.office_no,
        login: new.login,
        name: new.name,
        role: new.role as i16,
        contract: None,
        password_hash,
        totp_secret: Some(secret.clone()),
        totp_last_step: 0,
        state: 1,
        created_at: platform.now(),
    };
    let entry = context
        .event(platform, NO_INSURER, Action::AccountChanged)
        .ground(row.staff_id.to_string())
        .to_entry();
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                match staff::add(work, &row).await {
                    Err(error) if error.is_duplicate() => return Err(StaffError::Taken),
                    other => other?,
                }
                work.record(&entry).await?;
                Ok(())
            })
        })
        .await?;
    Ok(secret)
}
