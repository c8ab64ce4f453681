//! The newest letter that reminded each insurer of its readiness (P-3).

use crate::{Work, engine::P, error::Result, sql};
use kiban_domain::{InsurerNumber, Timestamp};

/// A letter that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReminderRow {
    /// To the insurer of this number.
    pub insurer_no: InsurerNumber,
    /// When.
    pub sent_at: Timestamp,
    /// By whom: a prefecture's or the operator's name.
    pub sent_by: String,
}

/// Notes a letter, unless one was sent after `since`; whether it was noted. Of two at the same time one is.
pub async fn take(work: &mut Work, row: &ReminderRow, since: Timestamp) -> Result<bool> {
    let touched = work
        .conn
        .exec(
            &sql!("INSERT INTO readiness_reminder (insurer_no, sent_at, sent_by) VALUES ($1, $2, $3) ON CONFLICT (insurer_no) DO UPDATE SET sent_at = excluded.sent_at, sent_by = excluded.sent_by WHERE readiness_reminder.sent_at <= $4"),
            &[
                P::S(row.insurer_no.as_str()),
                P::T(row.sent_at),
                P::S(&row.sent_by),
                P::T(since),
            ],
        )
        .await?;
    Ok(touched == 1)
}

/// The newest letter to each insurer that ever got one.
pub async fn list(work: &mut Work) -> Result<Vec<ReminderRow>> {
    work.conn
        .query(
            &sql!(
                "SELECT insurer_no, sent_at, sent_by FROM readiness_reminder ORDER BY insurer_no"
            ),
            &[],
            |row| {
                Ok(ReminderRow {
                    insurer_no: super::parse(row, 0, "readiness_reminder.insurer_no")?,
                    sent_at: row.get(1)?,
                    sent_by: row.get(2)?,
                })
            },
        )
        .await
}
