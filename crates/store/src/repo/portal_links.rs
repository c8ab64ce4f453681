//! One-time links that came by mail (P-2). Only the hash of a link's secret is kept.

use crate::{
    Work,
    engine::{P, Row},
    error::{Error, Result},
    sql,
};
use kiban_domain::Timestamp;
use uuid::Uuid;

/// What a link is for. The number never changes, since the table stores it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkKind {
    /// Shows that a sign-up's address is its writer's.
    SignUp = 1,
    /// Invites somebody to make an account, or into a further body.
    Invitation = 2,
    /// A forgotten password.
    Password = 3,
    /// Shows that an account's new address is its holder's.
    Mail = 4,
}

/// A link.
#[derive(Clone)]
pub struct LinkRow {
    /// SHA-256 of its secret.
    pub link_hash: Vec<u8>,
    /// What it is for.
    pub kind: LinkKind,
    /// The account it belongs to, if there is one already.
    pub user_id: Option<Uuid>,
    /// The address to which it went.
    pub mail: String,
    /// What it will do, as a JSON object fixed by its kind.
    pub facts: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when it counts.
    pub expires_at: Timestamp,
    /// When it was used, or taken back.
    pub used_at: Option<Timestamp>,
}

/// Adds a link.
pub async fn add(work: &mut Work, row: &LinkRow) -> Result<()> {
    work.conn
        .exec(
            &sql!("INSERT INTO portal_link (link_hash, kind, user_id, mail, facts, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)"),
            &[
                P::B(&row.link_hash),
                P::I(row.kind as i64),
                row.user_id.map_or(P::Null, P::U),
                P::S(&row.mail),
                P::S(&row.facts),
                P::T(row.created_at),
                P::T(row.expires_at),
            ],
        )
        .await?;
    Ok(())
}

/// The link of a secret's hash.
pub async fn find(work: &mut Work, link_hash: &[u8]) -> Result<Option<LinkRow>> {
    work.conn
        .first(
            &sql!("SELECT link_hash, kind, user_id, mail, facts, created_at, expires_at, used_at FROM portal_link WHERE link_hash = $1"),
            &[P::B(link_hash)],
            link,
        )
        .await
}

fn link(row: &Row<'_>) -> Result<LinkRow> {
    Ok(LinkRow {
        link_hash: row.get(0)?,
        kind: match row.get::<i64>(1)? {
            1 => LinkKind::SignUp,
            2 => LinkKind::Invitation,
            3 => LinkKind::Password,
            4 => LinkKind::Mail,
            other => return Err(Error::corrupt("portal_link.kind", other)),
        },
        user_id: row.get(2)?,
        mail: row.get(3)?,
        facts: row.get(4)?,
        created_at: row.get(5)?,
        expires_at: row.get(6)?,
        used_at: row.get(7)?,
    })
}

/// Uses a link; false when it was used before or has ended.
pub async fn use_up(work: &mut Work, link_hash: &[u8], at: Timestamp) -> Result<bool> {
    let touched = work
        .conn
        .exec(
            &sql!("UPDATE portal_link SET used_at = $2 WHERE link_hash = $1 AND used_at IS NULL AND expires_at > $2"),
            &[P::B(link_hash), P::T(at)],
        )
        .await?;
    Ok(touched == 1)
}

/// Takes back every open link of a kind that an account has; how many.
pub async fn take_back(
    work: &mut Work,
    user_id: Uuid,
    kind: LinkKind,
    at: Timestamp,
) -> Result<u64> {
    work.conn
        .exec(
            &sql!("UPDATE portal_link SET used_at = $3 WHERE user_id = $1 AND kind = $2 AND used_at IS NULL"),
            &[P::U(user_id), P::I(kind as i64), P::T(at)],
        )
        .await
}

/// Forgets links that ended before an instant; how many.
pub async fn forget(work: &mut Work, before: Timestamp) -> Result<u64> {
    work.conn
        .exec(
            &sql!("DELETE FROM portal_link WHERE expires_at < $1"),
            &[P::T(before)],
        )
        .await
}
