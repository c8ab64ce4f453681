//! Invitations whose links are open (P-2): who is invited to which body, until when. The links themselves are
//! [`portal_links`](super::portal_links).

use super::portal_links::{LinkKind, LinkRow};
use crate::{
    Work,
    engine::{P, Row},
    error::{Error, Result},
    sql,
};
use kiban_domain::{Body, Timestamp};
use uuid::Uuid;

/// An invitation that nobody has used yet.
#[derive(Clone)]
pub struct InvitationRow {
    /// Names it without opening it.
    pub link_id: Uuid,
    /// To what.
    pub body: Body,
    /// The address to which the link went.
    pub mail: String,
    /// What it will do, as a JSON object.
    pub facts: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when it counts.
    pub expires_at: Timestamp,
}

impl std::fmt::Debug for InvitationRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("InvitationRow")
            .field("link_id", &self.link_id)
            .finish_non_exhaustive()
    }
}

/// Adds an invitation; false when the address has an open one to the same body. One that has ended makes room.
pub async fn add(work: &mut Work, link_id: Uuid, body: &Body, link: &LinkRow) -> Result<bool> {
    work.conn
        .exec(
            &sql!("UPDATE portal_link SET used_at = expires_at WHERE body_kind = $1 AND body_no = $2 AND mail = $3 AND link_id IS NOT NULL AND used_at IS NULL AND expires_at <= $4"),
            &[
                P::S(body.kind()),
                P::S(body.number()),
                P::S(&link.mail),
                P::T(link.created_at),
            ],
        )
        .await?;
    let touched = work
        .conn
        .exec(
            &sql!("INSERT INTO portal_link (link_hash, kind, mail, facts, created_at, expires_at, link_id, body_kind, body_no) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING"),
            &[
                P::B(&link.link_hash),
                P::I(LinkKind::Invitation as i64),
                P::S(&link.mail),
                P::S(&link.facts),
                P::T(link.created_at),
                P::T(link.expires_at),
                P::U(link_id),
                P::S(body.kind()),
                P::S(body.number()),
            ],
        )
        .await?;
    Ok(touched == 1)
}

/// The open invitation of an address to a body.
pub async fn find_open(
    work: &mut Work,
    body: &Body,
    mail: &str,
    now: Timestamp,
) -> Result<Option<InvitationRow>> {
    work.conn
        .first(
            &sql!("SELECT link_id, body_kind, body_no, mail, facts, created_at, expires_at FROM portal_link WHERE body_kind = $1 AND body_no = $2 AND mail = $3 AND link_id IS NOT NULL AND used_at IS NULL AND expires_at > $4"),
            &[
                P::S(body.kind()),
                P::S(body.number()),
                P::S(mail),
                P::T(now),
            ],
            invitation,
        )
        .await
}

/// The open invitations to a body, the newest first.
pub async fn list_of(work: &mut Work, body: &Body, now: Timestamp) -> Result<Vec<InvitationRow>> {
    work.conn
        .query(
            &sql!("SELECT link_id, body_kind, body_no, mail, facts, created_at, expires_at FROM portal_link WHERE body_kind = $1 AND body_no = $2 AND link_id IS NOT NULL AND used_at IS NULL AND expires_at > $3 ORDER BY created_at DESC, link_id"),
            &[P::S(body.kind()), P::S(body.number()), P::T(now)],
            invitation,
        )
        .await
}

/// The open invitations to all bodies, the newest first, at most so many.
pub async fn list(work: &mut Work, now: Timestamp, most: i64) -> Result<Vec<InvitationRow>> {
    work.conn
        .query(
            &sql!("SELECT link_id, body_kind, body_no, mail, facts, created_at, expires_at FROM portal_link WHERE link_id IS NOT NULL AND used_at IS NULL AND expires_at > $1 ORDER BY created_at DESC, link_id LIMIT $2"),
            &[P::T(now), P::I(most)],
            invitation,
        )
        .await
}

/// An open invitation by its name.
pub async fn find(work: &mut Work, link_id: Uuid, now: Timestamp) -> Result<Option<InvitationRow>> {
    work.conn
        .first(
            &sql!("SELECT link_id, body_kind, body_no, mail, facts, created_at, expires_at FROM portal_link WHERE link_id = $1 AND used_at IS NULL AND expires_at > $2"),
            &[P::U(link_id), P::T(now)],
            invitation,
        )
        .await
}

/// Takes an invitation back: its link is dead from now on. False when it was used before or has ended.
pub async fn take_back(work: &mut Work, link_id: Uuid, at: Timestamp) -> Result<bool> {
    let touched = work
        .conn
        .exec(
            &sql!("UPDATE portal_link SET used_at = $2 WHERE link_id = $1 AND used_at IS NULL AND expires_at > $2"),
            &[P::U(link_id), P::T(at)],
        )
        .await?;
    Ok(touched == 1)
}

fn invitation(row: &Row<'_>) -> Result<InvitationRow> {
    let (kind, number): (String, String) = (row.get(1)?, row.get(2)?);
    let body =
        Body::of(&kind, &number).map_err(|error| Error::corrupt("portal_link.body", error))?;
    Ok(InvitationRow {
        link_id: row.get(0)?,
        body,
        mail: row.get(3)?,
        facts: row.get(4)?,
        created_at: row.get(5)?,
        expires_at: row.get(6)?,
    })
}
