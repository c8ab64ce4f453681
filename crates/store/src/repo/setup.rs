//! How far an office's first set-up has come (W-2).

use crate::{Work, engine::P, error::Result, sql};
use kiban_domain::{OfficeNumber, Timestamp};

/// When each step was done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SetupRow {
    /// The connection was checked.
    pub connection_at: Option<Timestamp>,
    /// The staff were invited, or left for later.
    pub staff_at: Option<Timestamp>,
    /// The whole.
    pub finished_at: Option<Timestamp>,
}

/// How far the office is.
pub async fn find(work: &mut Work, office_no: &OfficeNumber) -> Result<SetupRow> {
    let found = work
        .conn
        .first(
            &sql!(
                "SELECT connection_at, staff_at, finished_at FROM office_setup WHERE office_no = $1"
            ),
            &[P::S(office_no.as_str())],
            |row| {
                Ok(SetupRow {
                    connection_at: row.get(0)?,
                    staff_at: row.get(1)?,
                    finished_at: row.get(2)?,
                })
            },
        )
        .await?;
    Ok(found.unwrap_or_default())
}

/// Keeps how far the office is; a step that was done stays done.
pub async fn save(work: &mut Work, office_no: &OfficeNumber, row: &SetupRow) -> Result<()> {
    work.conn
        .exec(
            &sql!("INSERT INTO office_setup (office_no, connection_at, staff_at, finished_at) VALUES ($1, $2, $3, $4) ON CONFLICT (office_no) DO UPDATE SET connection_at = coalesce(office_setup.connection_at, excluded.connection_at), staff_at = coalesce(office_setup.staff_at, excluded.staff_at), finished_at = coalesce(office_setup.finished_at, excluded.finished_at)"),
            &[
                P::S(office_no.as_str()),
                P::opt_at(row.connection_at),
                P::opt_at(row.staff_at),
                P::opt_at(row.finished_at),
            ],
        )
        .await?;
    Ok(())
}
