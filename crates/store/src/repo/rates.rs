//! Counters of attempts, shared by all processes.

use crate::{Work, engine::P, error::Result, sql};
use kiban_domain::Timestamp;

/// Adds one to a bucket's window and returns the sum, this one included.
pub async fn hit(work: &mut Work, bucket: &str, window_start: Timestamp) -> Result<i64> {
    let sum = work
        .conn
        .first(
            &sql!(
                "INSERT INTO rate_window (bucket, window_start, hits) VALUES ($1, $2, 1) ON CONFLICT (bucket, window_start) DO UPDATE SET hits = rate_window.hits + 1 RETURNING hits"
            ),
            &[P::S(bucket), P::T(window_start)],
            |row| row.get(0),
        )
        .await?;
    Ok(sum.unwrap_or(0))
}

/// Takes one off a bucket's window again.
pub async fn give_back(work: &mut Work, bucket: &str, window_start: Timestamp) -> Result<()> {
    work.conn
        .exec(
            &sql!("UPDATE rate_window SET hits = hits - 1 WHERE bucket = $1 AND window_start = $2 AND hits > 0"),
            &[P::S(bucket), P::T(window_start)],
        )
        .await?;
    Ok(())
}

/// How often a bucket was hit in a window.
pub async fn count(work: &mut Work, bucket: &str, window_start: Timestamp) -> Result<i64> {
    let sum = work
        .conn
        .first(
            &sql!("SELECT hits FROM rate_window WHERE bucket = $1 AND window_start = $2"),
            &[P::S(bucket), P::T(window_start)],
            |row| row.get(0),
        )
        .await?;
    Ok(sum.unwrap_or(0))
}

/// Empties a bucket, after a success.
pub async fn clear(work: &mut Work, bucket: &str) -> Result<()> {
    work.conn
        .exec(
            &sql!("DELETE FROM rate_window WHERE bucket = $1"),
            &[P::S(bucket)],
        )
        .await?;
    Ok(())
}

/// Forgets windows that began before `before`.
pub async fn forget(work: &mut Work, before: Timestamp) -> Result<u64> {
    work.conn
        .exec(
            &sql!("DELETE FROM rate_window WHERE window_start < $1"),
            &[P::T(before)],
        )
        .await
}
