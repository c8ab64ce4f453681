//! What was being sent when a session ended (W-10). Sealed before it comes here; see migration 0011.

use crate::{Work, engine::P, error::Result, sql};
use kiban_domain::Timestamp;
use uuid::Uuid;

/// One form that was being sent.
#[derive(Clone)]
pub struct KeptRow {
    /// Its identifier, in the order of time.
    pub kept_id: Uuid,
    /// SHA-256 of the secret in the browser's cookie.
    pub holder: Vec<u8>,
    /// The only account that gets it back.
    pub staff_id: Uuid,
    /// The only terminal at which it comes back.
    pub terminal_id: String,
    /// Address and fields, encrypted.
    pub sealed: Vec<u8>,
    /// Until when it is kept, exclusive.
    pub expires_at: Timestamp,
}

/// Keeps one, and of the same account at the same terminal the newest `most` only.
pub async fn add(work: &mut Work, row: &KeptRow, most: i64) -> Result<()> {
    work.conn
        .exec(
            &sql!("INSERT INTO kept_input (kept_id, holder, staff_id, terminal_id, sealed, expires_at) VALUES ($1, $2, $3, $4, $5, $6)"),
            &[
                P::U(row.kept_id),
                P::B(&row.holder),
                P::U(row.staff_id),
                P::S(&row.terminal_id),
                P::B(&row.sealed),
                P::T(row.expires_at),
            ],
        )
        .await?;
    work.conn
        .exec(
            &sql!("DELETE FROM kept_input WHERE staff_id = $1 AND terminal_id = $2 AND kept_id NOT IN (SELECT kept_id FROM kept_input WHERE staff_id = $1 AND terminal_id = $2 ORDER BY expires_at DESC, kept_id DESC LIMIT $3)"),
            &[P::U(row.staff_id), P::S(&row.terminal_id), P::I(most)],
        )
        .await?;
    Ok(())
}

/// What is kept for a browser and has not ended, the newest first.
pub async fn list(work: &mut Work, holder: &[u8], at: Timestamp) -> Result<Vec<KeptRow>> {
    work.conn
        .query(
            &sql!("SELECT kept_id, holder, staff_id, terminal_id, sealed, expires_at FROM kept_input WHERE holder = $1 AND expires_at > $2 ORDER BY expires_at DESC, kept_id DESC"),
            &[P::B(holder), P::T(at)],
            |row| {
                Ok(KeptRow {
                    kept_id: row.get(0)?,
                    holder: row.get(1)?,
                    staff_id: row.get(2)?,
                    terminal_id: row.get(3)?,
                    sealed: row.get(4)?,
                    expires_at: row.get(5)?,
                })
            },
        )
        .await
}

/// Takes one away; false when it was taken before.
pub async fn take(work: &mut Work, kept_id: Uuid) -> Result<bool> {
    let touched = work
        .conn
        .exec(
            &sql!("DELETE FROM kept_input WHERE kept_id = $1"),
            &[P::U(kept_id)],
        )
        .await?;
    Ok(touched == 1)
}

/// Forgets everything that is kept for a browser; how many.
pub async fn forget(work: &mut Work, holder: &[u8]) -> Result<u64> {
    work.conn
        .exec(
            &sql!("DELETE FROM kept_input WHERE holder = $1"),
            &[P::B(holder)],
        )
        .await
}

/// Forgets what has ended; how many.
pub async fn forget_ended(work: &mut Work, at: Timestamp) -> Result<u64> {
    work.conn
        .exec(
            &sql!("DELETE FROM kept_input WHERE expires_at <= $1"),
            &[P::T(at)],
        )
        .await
}
