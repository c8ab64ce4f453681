//! What an office has ticked off on its way to the first day (M13).

use crate::{Work, engine::P, error::Result, sql};
use kiban_domain::{OfficeNumber, Timestamp};
use uuid::Uuid;

/// Ticks an item off; one that is ticked keeps who did it first.
pub async fn tick(
    work: &mut Work,
    office_no: &OfficeNumber,
    item: &str,
    by: Uuid,
    at: Timestamp,
) -> Result<()> {
    work.conn
        .exec(
            &sql!("INSERT INTO office_checklist (office_no, item, ticked_by, ticked_at) VALUES ($1, $2, $3, $4) ON CONFLICT (office_no, item) DO NOTHING"),
            &[
                P::S(office_no.as_str()),
                P::S(item),
                P::U(by),
                P::T(at),
            ],
        )
        .await?;
    Ok(())
}

/// Takes a tick away.
pub async fn clear(work: &mut Work, office_no: &OfficeNumber, item: &str) -> Result<()> {
    work.conn
        .exec(
            &sql!("DELETE FROM office_checklist WHERE office_no = $1 AND item = $2"),
            &[P::S(office_no.as_str()), P::S(item)],
        )
        .await?;
    Ok(())
}

/// The words of the items that are ticked off, and when.
pub async fn list(work: &mut Work, office_no: &OfficeNumber) -> Result<Vec<(String, Timestamp)>> {
    work.conn
        .query(
            &sql!(
                "SELECT item, ticked_at FROM office_checklist WHERE office_no = $1 ORDER BY item"
            ),
            &[P::S(office_no.as_str())],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .await
}
