//! Numbers and files that should stand in one application only (G-4: no double payment).

use crate::{Work, engine::P, error::Result, sql};
use uuid::Uuid;

/// A number of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkRow {
    /// `invoice`, `serial` or `file`.
    pub kind: &'static str,
    /// The number, as it is compared.
    pub value: String,
    /// The line.
    pub line: i64,
}

/// A number that another application has as well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shared {
    /// `invoice`, `serial` or `file`.
    pub kind: String,
    /// The number.
    pub value: String,
    /// The line of the application that was asked about.
    pub line: i64,
    /// The receipt of the other one.
    pub receipt: String,
    /// Its office.
    pub office_name: String,
    /// The word of its stage.
    pub stage: String,
}

/// Replaces the numbers of an application.
pub async fn replace_marks(work: &mut Work, application_id: Uuid, rows: &[MarkRow]) -> Result<()> {
    work.conn
        .exec(
            &sql!("DELETE FROM subsidy_mark WHERE application_id = $1"),
            &[P::U(application_id)],
        )
        .await?;
    for row in rows {
        work.conn
            .exec(
                &sql!("INSERT INTO subsidy_mark (kind, value, application_id, line) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING"),
                &[
                    P::S(row.kind),
                    P::S(&row.value),
                    P::U(application_id),
                    P::I(row.line),
                ],
            )
            .await?;
    }
    Ok(())
}

/// The numbers of an application that another one has, which was neither refused nor withdrawn.
pub async fn list_shared(work: &mut Work, application_id: Uuid) -> Result<Vec<Shared>> {
    work.conn
        .query(
            &sql!("SELECT own.kind, own.value, own.line, other.receipt, other.office_name, other.stage FROM subsidy_mark own JOIN subsidy_mark it ON it.kind = own.kind AND it.value = own.value AND it.application_id <> own.application_id JOIN subsidy_application other ON other.application_id = it.application_id WHERE own.application_id = $1 AND other.stage NOT IN ('refused', 'withdrawn') ORDER BY own.line, own.kind, own.value, other.receipt"),
            &[P::U(application_id)],
            |row| {
                Ok(Shared {
                    kind: row.get(0)?,
                    value: row.get(1)?,
                    line: row.get(2)?,
                    receipt: row.get(3)?,
                    office_name: row.get(4)?,
                    stage: row.get(5)?,
                })
            },
        )
        .await
}
