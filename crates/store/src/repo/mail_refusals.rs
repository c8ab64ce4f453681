//! Addresses that letters do not reach (P-2, P-3).

use crate::{
    Work,
    engine::{P, Row},
    error::{Error, Result},
    sql,
};
use kiban_domain::Timestamp;
use uuid::Uuid;

/// Who said that a letter did not arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusalOrigin {
    /// A server, while the letter was handed over.
    Server,
    /// A report that came back afterwards.
    Report,
}

impl RefusalOrigin {
    /// As it is stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Report => "report",
        }
    }
}

/// An address that letters do not reach. No `Debug`: it is somebody's.
#[derive(Clone, PartialEq, Eq)]
pub struct RefusalRow {
    /// The address in lower case.
    pub address: String,
    /// The letter that did not arrive last.
    pub mail_id: Uuid,
    /// Who said so last.
    pub origin: RefusalOrigin,
    /// The numbers of the answer, such as `550 5.1.1`.
    pub reason: String,
    /// Whether nobody has such an address.
    pub gone: bool,
    /// How many letters did not arrive, from 1.
    pub times: i64,
    /// When the first did not.
    pub first_at: Timestamp,
    /// When the last did not.
    pub last_at: Timestamp,
}

/// Notes that a letter did not arrive; the same letter counts once. Whether it is news.
pub async fn note(work: &mut Work, row: &RefusalRow) -> Result<bool> {
    let touched = work
        .conn
        .exec(
            &sql!("INSERT INTO mail_refusal (address, mail_id, origin, reason, gone, times, first_at, last_at) VALUES ($1, $2, $3, $4, $5, 1, $6, $6) ON CONFLICT (address) DO UPDATE SET mail_id = excluded.mail_id, origin = excluded.origin, reason = excluded.reason, gone = excluded.gone, times = mail_refusal.times + 1, last_at = excluded.last_at WHERE mail_refusal.mail_id <> excluded.mail_id"),
            &[
                P::S(&row.address),
                P::U(row.mail_id),
                P::S(row.origin.code()),
                P::S(&row.reason),
                P::I(i64::from(row.gone)),
                P::T(row.last_at),
            ],
        )
        .await?;
    Ok(touched == 1)
}

/// How many addresses letters do not reach, and since when the first is not reached.
pub async fn count(work: &mut Work) -> Result<(i64, Option<Timestamp>)> {
    let found = work
        .conn
        .first(
            &sql!("SELECT count(*), min(first_at) FROM mail_refusal"),
            &[],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .await?;
    Ok(found.unwrap_or_default())
}

/// Addresses that letters do not reach, the newest first, `most` at the most.
pub async fn list(work: &mut Work, most: i64) -> Result<Vec<RefusalRow>> {
    work.conn
        .query(
            &sql!("SELECT address, mail_id, origin, reason, gone, times, first_at, last_at FROM mail_refusal ORDER BY last_at DESC, address LIMIT $1"),
            &[P::I(most)],
            refusal,
        )
        .await
}

/// What is known of the address of a user of the portal.
pub async fn find_of_user(work: &mut Work, user_id: Uuid) -> Result<Option<RefusalRow>> {
    work.conn
        .first(
            &sql!("SELECT r.address, r.mail_id, r.origin, r.reason, r.gone, r.times, r.first_at, r.last_at FROM portal_user u JOIN mail_refusal r ON r.address = lower(u.mail) WHERE u.user_id = $1"),
            &[P::U(user_id)],
            refusal,
        )
        .await
}

/// Whether a user of the portal has this address (in lower case).
pub async fn is_of_user(work: &mut Work, address: &str) -> Result<bool> {
    let found = work
        .conn
        .first(
            &sql!("SELECT count(*) FROM portal_user WHERE lower(mail) = $1"),
            &[P::S(address)],
            |row| row.get::<i64>(0),
        )
        .await?;
    Ok(found.is_some_and(|count| count > 0))
}

/// Takes the mark away that this letter made last; the address it was on, `None` when there is no such mark.
pub async fn forget(work: &mut Work, mail_id: Uuid) -> Result<Option<String>> {
    work.conn
        .first(
            &sql!("DELETE FROM mail_refusal WHERE mail_id = $1 RETURNING address"),
            &[P::U(mail_id)],
            |row| row.get(0),
        )
        .await
}

fn refusal(row: &Row<'_>) -> Result<RefusalRow> {
    let origin: String = row.get(2)?;
    Ok(RefusalRow {
        address: row.get(0)?,
        mail_id: row.get(1)?,
        origin: match origin.as_str() {
            "server" => RefusalOrigin::Server,
            "report" => RefusalOrigin::Report,
            other => return Err(Error::corrupt("mail_refusal.origin", other)),
        },
        reason: row.get(3)?,
        gone: row.get::<i16>(4)? == 1,
        times: row.get(5)?,
        first_at: row.get(6)?,
        last_at: row.get(7)?,
    })
}
