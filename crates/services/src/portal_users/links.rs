//! One-time links that go by mail: only their hash is kept, and opening one changes nothing until its page's button is pressed,
//! because mail programs open links by themselves.

use crate::{
    Platform,
    sign_in::{new_token, token_hash},
};
use jiff::SignedDuration;
use kiban_store::{
    Error,
    repo::portal_links::{self, LinkRow},
};
use uuid::Uuid;

pub use kiban_store::repo::portal_links::LinkKind;

/// A link that is about to be written, with the secret that its address carries.
pub struct Draft {
    /// For the address.
    pub secret: String,
    /// For [`portal_links::add`], in the transaction that queues the letter.
    pub row: LinkRow,
}

/// Makes a link that counts for so many hours. `facts`: what it will do, a JSON object fixed by the kind.
pub fn draft(
    platform: &Platform,
    kind: LinkKind,
    user_id: Option<Uuid>,
    mail: &str,
    facts: String,
    hours: i64,
) -> Draft {
    let token = new_token(platform);
    let now = platform.now();
    Draft {
        row: LinkRow {
            link_hash: token_hash(&token.0),
            kind,
            user_id,
            mail: mail.to_owned(),
            facts,
            created_at: now,
            expires_at: now + SignedDuration::from_hours(hours),
            used_at: None,
        },
        secret: token.0,
    }
}

/// Why a link does nothing.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// There is none with this secret and of this kind.
    #[error("no such link")]
    Unknown,
    /// It was used, or taken back.
    #[error("the link was used")]
    Used,
    /// Its time is over.
    #[error("the link has ended")]
    Ended,
    /// The database.
    #[error("storage")]
    Storage(#[from] Error),
}

/// The link of a secret, if it still counts. Looking does not use it: [`portal_links::use_up`] with its hash does, in the
/// transaction of what it is for.
///
/// # Errors
///
/// See [`LinkError`].
pub async fn find(platform: &Platform, kind: LinkKind, secret: &str) -> Result<LinkRow, LinkError> {
    let mut work = platform.store.point().await?;
    let row = portal_links::find(&mut work, &token_hash(secret)).await?;
    drop(work);
    let row = row.filter(|row| row.kind == kind);
    let row = row.ok_or(LinkError::Unknown)?;
    if row.used_at.is_some() {
        return Err(LinkError::Used);
    }
    if row.expires_at <= platform.now() {
        return Err(LinkError::Ended);
    }
    Ok(row)
}
