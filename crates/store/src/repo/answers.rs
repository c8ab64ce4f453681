//! Answers to requests with an Idempotency-Key, so that a repeated request gets the same one.

use crate::{Work, engine::P, error::Result, sql};
use kiban_domain::Timestamp;

/// An answer that was given to a request with an Idempotency-Key.
#[derive(Debug, Clone)]
pub struct AnswerRow {
    /// SHA-256 of the request.
    pub request_hash: Vec<u8>,
    /// HTTP status.
    pub status: i64,
    /// Body.
    pub body: String,
}

/// The answer given before, if any.
pub async fn find(work: &mut Work, organisation: &str, key: &str) -> Result<Option<AnswerRow>> {
    work.conn
        .first(
            &sql!("SELECT request_hash, status, body FROM idempotency WHERE organisation = $1 AND key = $2"),
            &[P::S(organisation), P::S(key)],
            |row| Ok(AnswerRow { request_hash: row.get(0)?, status: row.get(1)?, body: row.get(2)? }),
        )
        .await
}

/// Keeps an answer; the first one stays.
pub async fn keep(
    work: &mut Work,
    organisation: &str,
    key: &str,
    answer: &AnswerRow,
    at: Timestamp,
) -> Result<()> {
    work.conn
        .exec(
            &sql!(
                "INSERT INTO idempotency (organisation, key, request_hash, status, body, created_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (organisation, key) DO NOTHING"
            ),
            &[
                P::S(organisation),
                P::S(key),
                P::B(&answer.request_hash),
                P::I(answer.status),
                P::S(&answer.body),
                P::T(at),
            ],
        )
        .await?;
    Ok(())
}

/// Forgets answers that were given before `before`; how many.
pub async fn forget(work: &mut Work, before: Timestamp) -> Result<u64> {
    work.conn
        .exec(
            &sql!("DELETE FROM idempotency WHERE created_at < $1"),
            &[P::T(before)],
        )
        .await
}
