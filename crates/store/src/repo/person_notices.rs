//! What the platform has to tell a person afterwards (X-4, W-4, Z-2).

use crate::{Work, engine::P, error::Result, sql};
use kiban_access::{Permit, PersonKey, ReadNotices};
use kiban_domain::Timestamp;
use uuid::Uuid;

/// A notice to a person.
#[derive(Clone, PartialEq, Eq)]
pub struct PersonNoticeRow {
    /// Its identifier; sorts by time.
    pub notice_id: Uuid,
    /// Whom it tells.
    pub person: PersonKey,
    /// What happened, as a stable word.
    pub kind: String,
    /// When.
    pub at: Timestamp,
    /// Particulars as a small JSON object, whose members the kind fixes.
    pub facts: String,
    /// When the person saw it.
    pub seen_at: Option<Timestamp>,
}

/// Adds a notice, in the unit of work of what it tells.
pub async fn add(work: &mut Work, row: &PersonNoticeRow) -> Result<()> {
    work.conn
        .exec(
            &sql!(
                "INSERT INTO person_notice (insurer_no, insured_no, notice_id, kind, at, facts) VALUES ($1, $2, $3, $4, $5, $6)"
            ),
            &[
                P::S(row.person.insurer_no.as_str()),
                P::S(row.person.insured_no.as_str()),
                P::U(row.notice_id),
                P::S(&row.kind),
                P::T(row.at),
                P::S(&row.facts),
            ],
        )
        .await?;
    Ok(())
}

/// The permitted person's notices older than `before`, newest first, at most `limit`.
pub async fn list(
    work: &mut Work,
    permit: &Permit<ReadNotices>,
    before: Uuid,
    limit: i64,
) -> Result<Vec<PersonNoticeRow>> {
    let person = permit.person();
    work.conn
        .query(
            &sql!(
                "SELECT notice_id, kind, at, facts, seen_at FROM person_notice WHERE insurer_no = $1 AND insured_no = $2 AND notice_id < $3 ORDER BY notice_id DESC LIMIT $4"
            ),
            &[
                P::S(person.insurer_no.as_str()),
                P::S(person.insured_no.as_str()),
                P::U(before),
                P::I(limit),
            ],
            |row| {
                Ok(PersonNoticeRow {
                    notice_id: row.get(0)?,
                    person: person.clone(),
                    kind: row.get(1)?,
                    at: row.get(2)?,
                    facts: row.get(3)?,
                    seen_at: row.get(4)?,
                })
            },
        )
        .await
}

/// The permitted person has seen every notice up to `upto`, this one included.
pub async fn set_seen(
    work: &mut Work,
    permit: &Permit<ReadNotices>,
    upto: Uuid,
    at: Timestamp,
) -> Result<u64> {
    let person = permit.person();
    work.conn
        .exec(
            &sql!(
                "UPDATE person_notice SET seen_at = $4 WHERE insurer_no = $1 AND insured_no = $2 AND notice_id <= $3 AND seen_at IS NULL"
            ),
            &[
                P::S(person.insurer_no.as_str()),
                P::S(person.insured_no.as_str()),
                P::U(upto),
                P::T(at),
            ],
        )
        .await
}
