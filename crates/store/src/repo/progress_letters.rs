//! Members who want a letter in the morning when applications have moved on (W-6).

use crate::{Work, engine::P, error::Result, sql};
use kiban_domain::{Date, OfficeNumber, Timestamp};
use uuid::Uuid;

/// A member whose morning has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueRow {
    /// Who.
    pub staff_id: Uuid,
    /// Of which office.
    pub office_no: OfficeNumber,
    /// Address.
    pub mail: String,
    /// What changed up to then was told.
    pub told_until: Timestamp,
}

/// Whether a member gets letters.
pub async fn is_wanted(work: &mut Work, staff_id: Uuid) -> Result<bool> {
    let found: Option<i64> = work
        .conn
        .first(
            &sql!("SELECT 1 FROM progress_letter WHERE staff_id = $1"),
            &[P::U(staff_id)],
            |row| row.get(0),
        )
        .await?;
    Ok(found.is_some())
}

/// From now on the member gets letters about what moved on after `since`, the first one after `today`; one who gets them already goes on as before.
pub async fn add(work: &mut Work, staff_id: Uuid, since: Timestamp, today: Date) -> Result<()> {
    work.conn
        .exec(
            &sql!(
                "INSERT INTO progress_letter (staff_id, told_until, told_on) VALUES ($1, $2, $3) ON CONFLICT (staff_id) DO NOTHING"
            ),
            &[P::U(staff_id), P::T(since), P::D(today)],
        )
        .await?;
    Ok(())
}

/// From now on the member gets no letters.
pub async fn remove(work: &mut Work, staff_id: Uuid) -> Result<()> {
    work.conn
        .exec(
            &sql!("DELETE FROM progress_letter WHERE staff_id = $1"),
            &[P::U(staff_id)],
        )
        .await?;
    Ok(())
}

/// Active members with an address whom nobody has looked after on `today`.
pub async fn list_due(work: &mut Work, today: Date) -> Result<Vec<DueRow>> {
    work.conn
        .query(
            &sql!(
                "SELECT l.staff_id, s.office_no, s.mail, l.told_until FROM progress_letter l JOIN staff s ON s.staff_id = l.staff_id WHERE l.told_on < $1 AND s.state = 1 AND s.mail IS NOT NULL ORDER BY l.staff_id"
            ),
            &[P::D(today)],
            |row| {
                Ok(DueRow {
                    staff_id: row.get(0)?,
                    office_no: super::parse(row, 1, "staff.office_no")?,
                    mail: row.get(2)?,
                    told_until: row.get(3)?,
                })
            },
        )
        .await
}

/// Takes a member's morning: false when another process has taken it, or the member wants no letters any more.
pub async fn take(work: &mut Work, row: &DueRow, until: Timestamp, today: Date) -> Result<bool> {
    let touched = work
        .conn
        .exec(
            &sql!(
                "UPDATE progress_letter SET told_until = $2, told_on = $3 WHERE staff_id = $1 AND told_on < $3"
            ),
            &[P::U(row.staff_id), P::T(until), P::D(today)],
        )
        .await?;
    Ok(touched == 1)
}

/// Of how many persons, whose care plan the office makes on `today` and whose insurer shares, the application moved on
/// after `since` and until `until` while nobody of the office has looked at it. A number: nobody is shown.
pub async fn count_moved(
    work: &mut Work,
    office_no: &OfficeNumber,
    (since, until): (Timestamp, Timestamp),
    today: Date,
) -> Result<i64> {
    let count = work
        .conn
        .first(
            &sql!(
                "SELECT count(*) FROM (SELECT DISTINCT n.insurer_no, n.insured_no FROM progress_notice n JOIN insurer i ON i.insurer_no = n.insurer_no JOIN care_relation r ON r.insurer_no = n.insurer_no AND r.insured_no = n.insured_no AND r.office_no = n.office_no WHERE n.office_no = $1 AND n.seen_at IS NULL AND n.changed_at > $2 AND n.changed_at <= $4 AND i.stage = 'sharing' AND r.valid_from <= $3 AND r.valid_to >= $3 AND r.service_kind IN ('43', '46', 'AF')) moved"
            ),
            &[P::S(office_no.as_str()), P::T(since), P::D(today), P::T(until)],
            |row| row.get(0),
        )
        .await?;
    Ok(count.unwrap_or(0))
}
