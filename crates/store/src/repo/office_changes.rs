//! Wishes of offices for another name or address, which the operator looks at (M02, O06).

use crate::{
    Work,
    engine::{P, Row},
    error::Result,
    sql,
};
use kiban_domain::{ChangeState, OfficeNumber, Timestamp};
use uuid::Uuid;

/// A wish.
#[derive(Debug, Clone)]
pub struct ChangeRow {
    /// Its identifier.
    pub change_id: Uuid,
    /// The office.
    pub office_no: OfficeNumber,
    /// Where it stands.
    pub state: ChangeState,
    /// The name it is to have.
    pub name: String,
    /// The postal code it is to have.
    pub postal_code: String,
    /// The address it is to have.
    pub address: String,
    /// Why.
    pub reason: String,
    /// Who asked.
    pub asked_by: Uuid,
    /// When.
    pub asked_at: Timestamp,
    /// When it was decided.
    pub reviewed_at: Option<Timestamp>,
    /// What the operator said; may be empty.
    pub note: String,
}

/// Adds a wish; refused by [`crate::Error::is_duplicate`] when one of the office waits.
pub async fn add(work: &mut Work, row: &ChangeRow) -> Result<()> {
    work.conn
        .exec(
            &sql!("INSERT INTO office_change (change_id, office_no, state, office_name, postal_code, address, reason, asked_by, asked_at, note) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '')"),
            &[
                P::U(row.change_id),
                P::S(row.office_no.as_str()),
                P::S(row.state.code()),
                P::S(&row.name),
                P::S(&row.postal_code),
                P::S(&row.address),
                P::S(&row.reason),
                P::U(row.asked_by),
                P::T(row.asked_at),
            ],
        )
        .await?;
    Ok(())
}

/// Ends a wish that waits; false when it does not wait any more.
pub async fn end(
    work: &mut Work,
    change_id: Uuid,
    state: ChangeState,
    by: Option<Uuid>,
    note: &str,
    at: Timestamp,
) -> Result<bool> {
    let touched = work
        .conn
        .exec(
            &sql!("UPDATE office_change SET state = $2, reviewed_by = $3, note = $4, reviewed_at = $5 WHERE change_id = $1 AND state = 'waiting'"),
            &[
                P::U(change_id),
                P::S(state.code()),
                by.map_or(P::Null, P::U),
                P::S(note),
                P::T(at),
            ],
        )
        .await?;
    Ok(touched == 1)
}

/// One wish.
pub async fn find(work: &mut Work, change_id: Uuid) -> Result<Option<ChangeRow>> {
    work.conn
        .first(
            &sql!("SELECT change_id, office_no, state, office_name, postal_code, address, reason, asked_by, asked_at, reviewed_at, note FROM office_change WHERE change_id = $1"),
            &[P::U(change_id)],
            change,
        )
        .await
}

/// The newest wish of an office.
pub async fn find_newest(work: &mut Work, office_no: &OfficeNumber) -> Result<Option<ChangeRow>> {
    work.conn
        .first(
            &sql!("SELECT change_id, office_no, state, office_name, postal_code, address, reason, asked_by, asked_at, reviewed_at, note FROM office_change WHERE office_no = $1 ORDER BY asked_at DESC, change_id DESC LIMIT 1"),
            &[P::S(office_no.as_str())],
            change,
        )
        .await
}

/// The wishes that wait, the oldest first.
pub async fn list_waiting(work: &mut Work, most: i64) -> Result<Vec<ChangeRow>> {
    work.conn
        .query(
            &sql!("SELECT change_id, office_no, state, office_name, postal_code, address, reason, asked_by, asked_at, reviewed_at, note FROM office_change WHERE state = 'waiting' ORDER BY asked_at, change_id LIMIT $1"),
            &[P::I(most)],
            change,
        )
        .await
}

fn change(row: &Row<'_>) -> Result<ChangeRow> {
    Ok(ChangeRow {
        change_id: row.get(0)?,
        office_no: super::parse(row, 1, "office_change.office_no")?,
        state: super::parse(row, 2, "office_change.state")?,
        name: row.get(3)?,
        postal_code: row.get(4)?,
        address: row.get(5)?,
        reason: row.get(6)?,
        asked_by: row.get(7)?,
        asked_at: row.get(8)?,
        reviewed_at: row.get(9)?,
        note: row.get(10)?,
    })
}
