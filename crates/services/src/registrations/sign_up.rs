//! A sign-up and the link that confirms its mail address.

use super::{
    letters,
    look_up::{LookUpError, Typed, candidate},
};
use crate::{
    Platform, mail,
    portal_users::links::LinkError,
    rate::{self, Exhausted, Limit},
};
use jiff::SignedDuration;
use kiban_domain::{MailAddress, OfficeNumber, RegistrationKind, Timestamp};
use kiban_store::repo::{
    registrations::{Applicant, AppliedOffice},
    sign_ups::{self, SignUpRow},
};
use ring::digest::{SHA256, digest};

/// For so many hours a link counts.
pub(super) const LINK_HOURS: i64 = 24;
/// For so many days after its end a link still says that it has ended.
const TOLD_DAYS: i64 = 7;
/// So many letters may be asked for from one address.
const PER_ADDRESS: Limit = Limit {
    attempts: 20,
    seconds: 3_600,
};
/// So many letters go to one mail address.
const PER_MAIL: Limit = Limit {
    attempts: 5,
    seconds: 3_600,
};

/// Who wants to register what.
#[derive(Clone)]
pub struct NewSignUp {
    /// As what.
    pub kind: RegistrationKind,
    /// The office.
    pub office_no: OfficeNumber,
    /// What is said of it; counts only when the register does not have it.
    pub typed: Typed,
    /// Who signs up.
    pub name: String,
    /// Where the link goes.
    pub mail: MailAddress,
    /// Telephone.
    pub phone: String,
}

/// Why no link was sent.
#[derive(Debug, thiserror::Error)]
pub enum SignUpError {
    /// The office cannot be registered.
    #[error("office")]
    Office(#[from] LookUpError),
    /// Too many from here, or too many letters to this mail address.
    #[error("too many attempts")]
    TooMany(Exhausted),
    /// The database.
    #[error("storage")]
    Storage(#[from] kiban_store::Error),
}

/// Keeps a sign-up and sends its link. The same form sent again sends no second letter. Whether anybody with this mail address
/// has an account changes nothing. `portal` is the portal's address as people reach it.
///
/// # Errors
///
/// See [`SignUpError`].
pub async fn sign_up(
    platform: &Platform,
    address: &str,
    submit_key: &[u8],
    portal: &str,
    new: NewSignUp,
) -> Result<(), SignUpError> {
    let mut work = platform.store.read().await?;
    let candidate = candidate(&mut work, new.kind, new.office_no, platform.today()).await?;
    drop(work);
    let buckets = vec![
        (format!("sign-up:{address}"), PER_ADDRESS),
        (
            format!("sign-up-mail:{}", new.mail.as_str().to_lowercase()),
            PER_MAIL,
        ),
    ];
    let reserved = match rate::reserve(platform, buckets).await? {
        Ok(reserved) => reserved,
        Err(exhausted) => return Err(SignUpError::TooMany(exhausted)),
    };
    let token = hex::encode(platform.random::<32>());
    let now = platform.now();
    let row = SignUpRow {
        sign_up_id: platform.id(),
        token_hash: hash(&token),
        submit_key: digest(&SHA256, submit_key).as_ref().to_vec(),
        office: candidate.applied(new.typed),
        applicant: Applicant {
            name: new.name,
            mail: new.mail.as_str().to_owned(),
            phone: new.phone,
        },
        created_at: now,
        expires_at: now + SignedDuration::from_hours(LINK_HOURS),
        used_at: None,
    };
    let letter = letters::link(&row, new.mail, portal, &token);
    let (mail_id, inside) = (platform.id(), platform.clone());
    platform
        .store
        .write::<(), SignUpError, _>(move |work| {
            Box::pin(async move {
                if !sign_ups::add(work, &row).await? {
                    return Ok(reserved.give_back(work).await?);
                }
                Ok(mail::queue(work, mail_id, &inside, &letter).await?)
            })
        })
        .await
}

pub(super) fn hash(token: &str) -> Vec<u8> {
    digest(&SHA256, token.as_bytes()).as_ref().to_vec()
}

/// What a link would register.
#[derive(Clone)]
pub struct SignedUp {
    /// The office.
    pub office: AppliedOffice,
    /// Who signed up.
    pub applicant: Applicant,
    /// Until when the link counts.
    pub expires_at: Timestamp,
}

/// Looks at a link without using it: mail programs fetch links by themselves.
///
/// # Errors
///
/// See [`LinkError`].
pub async fn open(platform: &Platform, token: &str) -> Result<SignedUp, LinkError> {
    let row = standing(platform, token).await?;
    Ok(SignedUp {
        office: row.office,
        applicant: row.applicant,
        expires_at: row.expires_at,
    })
}

/// The sign-up of a link that still counts.
pub(super) async fn standing(platform: &Platform, token: &str) -> Result<SignUpRow, LinkError> {
    let mut work = platform.store.point().await?;
    let row = sign_ups::find(&mut work, &hash(token)).await?;
    let row = row.ok_or(LinkError::Unknown)?;
    if row.used_at.is_some() {
        return Err(LinkError::Used);
    }
    if row.expires_at <= platform.now() {
        return Err(LinkError::Ended);
    }
    Ok(row)
}

/// Forgets sign-ups whose links ended a week ago; how many.
///
/// # Errors
///
/// The database only.
pub async fn forget(platform: &Platform) -> Result<u64, kiban_store::Error> {
    let before = platform.now() - SignedDuration::from_hours(24 * TOLD_DAYS);
    platform
        .store
        .write(move |work| Box::pin(async move { sign_ups::forget(work, before).await }))
        .await
}
