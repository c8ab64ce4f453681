//! Who is signed in. Only the hash of a token is kept.

use crate::{Work, engine::P, error::Result, sql};
use kiban_domain::Timestamp;
use uuid::Uuid;

/// A session, bound to the certificate of the terminal where it began.
#[derive(Debug, Clone)]
pub struct SessionRow {
    /// SHA-256 of the token.
    pub token_hash: Vec<u8>,
    /// Whose.
    pub staff_id: Uuid,
    /// The only certificate with which it may be used.
    pub certificate_serial: String,
    /// Whether the second factor was given.
    pub complete: bool,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last used.
    pub last_seen_at: Timestamp,
    /// When it ends at the latest.
    pub expires_at: Timestamp,
}

/// Begins a session.
pub async fn add(work: &mut Work, row: &SessionRow) -> Result<()> {
    work.conn
        .exec(
            &sql!(
                "INSERT INTO session (token_hash, staff_id, certificate_serial, complete, created_at, last_seen_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)"
            ),
            &[
                P::B(&row.token_hash),
                P::U(row.staff_id),
                P::S(&row.certificate_serial),
                P::I(i64::from(row.complete)),
                P::T(row.created_at),
                P::T(row.last_seen_at),
                P::T(row.expires_at),
            ],
        )
        .await?;
    Ok(())
}

/// The session with this token.
pub async fn find(work: &mut Work, token_hash: &[u8]) -> Result<Option<SessionRow>> {
    work.conn
        .first(
            &sql!(
                "SELECT token_hash, staff_id, certificate_serial, complete, created_at, last_seen_at, expires_at FROM session WHERE token_hash = $1"
            ),
            &[P::B(token_hash)],
            |row| {
                Ok(SessionRow {
                    token_hash: row.get(0)?,
                    staff_id: row.get(1)?,
                    certificate_serial: row.get(2)?,
                    complete: row.get(3)?,
                    created_at: row.get(4)?,
                    last_seen_at: row.get(5)?,
                    expires_at: row.get(6)?,
                })
            },
        )
        .await
}

/// Notes that a session was used.
pub async fn touch(work: &mut Work, token_hash: &[u8], at: Timestamp) -> Result<()> {
    work.conn
        .exec(
            &sql!("UPDATE session SET last_seen_at = $2 WHERE token_hash = $1"),
            &[P::B(token_hash), P::T(at)],
        )
        .await?;
    Ok(())
}

/// Ends a session.
pub async fn end(work: &mut Work, token_hash: &[u8]) -> Result<()> {
    work.conn
        .exec(
            &sql!("DELETE FROM session WHERE token_hash = $1"),
            &[P::B(token_hash)],
        )
        .await?;
    Ok(())
}

/// Ends every session of an account.
pub async fn end_all(work: &mut Work, staff_id: Uuid) -> Result<u64> {
    work.conn
        .exec(
            &sql!("DELETE FROM session WHERE staff_id = $1"),
            &[P::U(staff_id)],
        )
        .await
}

/// Ends what has run out.
pub async fn end_expired(work: &mut Work, at: Timestamp) -> Result<u64> {
    work.conn
        .exec(
            &sql!("DELETE FROM session WHERE expires_at < $1"),
            &[P::T(at)],
        )
        .await
}
