//! Letters that wait to be sent, and what became of them.

use crate::{Work, engine::P, error::Result, sql};
use kiban_domain::Timestamp;
use uuid::Uuid;

/// A letter that is to be sent.
#[derive(Clone)]
pub struct MailRow {
    /// Identifier; the same at every attempt, so that a receiver can tell a second copy.
    pub mail_id: Uuid,
    /// Address.
    pub recipient: String,
    /// Subject, one line.
    pub subject: String,
    /// Text.
    pub body: String,
    /// Where its receiver leaves the list it belongs to; empty when it belongs to none.
    pub leave_url: String,
    /// When the change that asks for it was made.
    pub created_at: Timestamp,
    /// How often it was tried.
    pub attempts: i64,
    /// What whoever reports of it has to know; empty before its first attempt.
    pub token: String,
}

/// Puts a letter beside the change that asks for it.
pub async fn add(work: &mut Work, row: &MailRow) -> Result<()> {
    work.conn
        .exec(
            &sql!(
                "INSERT INTO mail (mail_id, recipient, subject, body, created_at, attempts, next_try_at, trouble, leave_url) VALUES ($1, $2, $3, $4, $5, 0, $5, '', $6)"
            ),
            &[
                P::U(row.mail_id),
                P::S(&row.recipient),
                P::S(&row.subject),
                P::S(&row.body),
                P::T(row.created_at),
                P::S(&row.leave_url),
            ],
        )
        .await?;
    Ok(())
}

/// Takes a letter that is due for this process until `until`; another process takes another one. A letter without a token gets this one.
pub async fn take_due(
    work: &mut Work,
    now: Timestamp,
    until: Timestamp,
    token: &str,
) -> Result<Option<MailRow>> {
    work.conn
        .first(
            &sql!(
                "UPDATE mail SET next_try_at = $2, attempts = attempts + 1, token = CASE WHEN token = '' THEN $3 ELSE token END WHERE mail_id = (SELECT mail_id FROM mail WHERE next_try_at <= $1 ORDER BY next_try_at LIMIT 1) AND next_try_at <= $1 RETURNING mail_id, recipient, subject, body, created_at, attempts, leave_url, token"
            ),
            &[P::T(now), P::T(until), P::S(token)],
            |row| {
                Ok(MailRow {
                    mail_id: row.get(0)?,
                    recipient: row.get(1)?,
                    subject: row.get(2)?,
                    body: row.get(3)?,
                    created_at: row.get(4)?,
                    attempts: row.get(5)?,
                    leave_url: row.get(6)?,
                    token: row.get(7)?,
                })
            },
        )
        .await
}

/// The letter is with the receiver's server.
pub async fn set_sent(work: &mut Work, mail_id: Uuid, at: Timestamp) -> Result<()> {
    work.conn
        .exec(
            &sql!("UPDATE mail SET sent_at = $2, next_try_at = NULL, body = '', leave_url = '', trouble = '' WHERE mail_id = $1"),
            &[P::U(mail_id), P::T(at)],
        )
        .await?;
    Ok(())
}

/// The letter did not go out; tried again at `next`, or given up.
pub async fn set_trouble(
    work: &mut Work,
    mail_id: Uuid,
    trouble: &str,
    next: Option<Timestamp>,
) -> Result<()> {
    let sql = match next {
        Some(_) => sql!("UPDATE mail SET next_try_at = $3, trouble = $2 WHERE mail_id = $1"),
        None => {
            sql!("UPDATE mail SET next_try_at = $3, trouble = $2, body = '' WHERE mail_id = $1")
        }
    };
    work.conn
        .exec(&sql, &[P::U(mail_id), P::S(trouble), P::opt_at(next)])
        .await?;
    Ok(())
}

/// To whom a letter went whose number and token somebody knows; `None` when there is none.
pub async fn find_recipient(work: &mut Work, mail_id: Uuid, token: &str) -> Result<Option<String>> {
    if token.is_empty() {
        return Ok(None);
    }
    work.conn
        .first(
            &sql!("SELECT recipient FROM mail WHERE mail_id = $1 AND token = $2"),
            &[P::U(mail_id), P::S(token)],
            |row| row.get(0),
        )
        .await
}

/// What became of a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailState {
    /// How often it was tried.
    pub attempts: i64,
    /// When it is tried next; `None` once it is sent or given up.
    pub next_try_at: Option<Timestamp>,
    /// When it was sent.
    pub sent_at: Option<Timestamp>,
    /// What stood in the way at the last attempt.
    pub trouble: String,
    /// Whether its text is still kept.
    pub kept: bool,
}

/// What became of a letter.
pub async fn find_state(work: &mut Work, mail_id: Uuid) -> Result<Option<MailState>> {
    work.conn
        .first(
            &sql!(
                "SELECT attempts, next_try_at, sent_at, trouble, body FROM mail WHERE mail_id = $1"
            ),
            &[P::U(mail_id)],
            |row| {
                Ok(MailState {
                    attempts: row.get(0)?,
                    next_try_at: row.get(1)?,
                    sent_at: row.get(2)?,
                    trouble: row.get(3)?,
                    kept: !row.get::<String>(4)?.is_empty(),
                })
            },
        )
        .await
}

/// Forgets letters that were made before `before`.
pub async fn forget(work: &mut Work, before: Timestamp) -> Result<u64> {
    work.conn
        .exec(
            &sql!("DELETE FROM mail WHERE created_at < $1 AND next_try_at IS NULL"),
            &[P::T(before)],
        )
        .await
}

/// Letters that did not go out: how many are tried again, since when the oldest of those waits, and how many were given up since `since`.
pub async fn count_waiting(
    work: &mut Work,
    since: Timestamp,
) -> Result<(i64, Option<Timestamp>, i64)> {
    let counted = work
        .conn
        .first(
            &sql!("SELECT count(next_try_at), min(CASE WHEN next_try_at IS NULL THEN NULL ELSE created_at END), count(CASE WHEN next_try_at IS NULL AND created_at >= $1 THEN 1 END) FROM mail WHERE sent_at IS NULL"),
            &[P::T(since)],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )
        .await?;
    Ok(counted.unwrap_or((0, None, 0)))
}
