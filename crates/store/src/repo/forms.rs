//! Forms that were sent, so that one sent twice acts once.

use crate::{Work, engine::P, error::Result, sql};
use kiban_domain::Timestamp;

/// Takes a form; `None` the first time, otherwise what was kept then. Of two at the same moment the second waits for the first's
/// unit of work.
pub async fn take(
    work: &mut Work,
    form_key: &[u8],
    kept: &str,
    at: Timestamp,
) -> Result<Option<String>> {
    let touched = work
        .conn
        .exec(
            &sql!("INSERT INTO form_sent (form_key, kept, sent_at) VALUES ($1, $2, $3) ON CONFLICT (form_key) DO NOTHING"),
            &[P::B(form_key), P::S(kept), P::T(at)],
        )
        .await?;
    if touched == 1 {
        return Ok(None);
    }
    work.conn
        .first(
            &sql!("SELECT kept FROM form_sent WHERE form_key = $1"),
            &[P::B(form_key)],
            |row| row.get(0),
        )
        .await
}

/// Says what is kept with a form from now on, once that is known.
pub async fn keep(work: &mut Work, form_key: &[u8], kept: &str, at: Timestamp) -> Result<()> {
    work.conn
        .exec(
            &sql!("UPDATE form_sent SET kept = $2, sent_at = $3 WHERE form_key = $1"),
            &[P::B(form_key), P::S(kept), P::T(at)],
        )
        .await?;
    Ok(())
}

/// Makes everybody else with the same key wait until this unit of work ends.
pub async fn hold(work: &mut Work, form_key: &[u8], at: Timestamp) -> Result<()> {
    work.conn
        .exec(
            &sql!("INSERT INTO form_sent (form_key, kept, sent_at) VALUES ($1, '', $2) ON CONFLICT (form_key) DO UPDATE SET sent_at = excluded.sent_at"),
            &[P::B(form_key), P::T(at)],
        )
        .await?;
    Ok(())
}

/// Forgets forms that were sent before an instant; how many.
pub async fn forget(work: &mut Work, before: Timestamp) -> Result<u64> {
    work.conn
        .exec(
            &sql!("DELETE FROM form_sent WHERE sent_at < $1"),
            &[P::T(before)],
        )
        .await
}
