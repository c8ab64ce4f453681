//! Rows whose insured person is not known yet: kept, retried, never dropped (M-1).

use crate::{
    Work,
    engine::{Kind, P, Table},
    error::Result,
    sql,
};
use kiban_domain::{Date, Timestamp};
use uuid::Uuid;

/// A row that waits.
#[derive(Clone)]
pub struct WaitingRow {
    /// Number of its data set.
    pub dataset: i16,
    /// The person it waits for.
    pub insured_no: String,
    /// Key within person and set.
    pub record_key: String,
    /// The file it came with.
    pub transfer_id: Uuid,
    /// Its line there.
    pub line: i64,
    /// Whether it cancels the record.
    pub cancels: bool,
    /// First day on which it is true.
    pub valid_from: Date,
    /// Last day on which it is true.
    pub valid_to: Date,
    /// The insurer's history number.
    pub history_no: u32,
    /// When the insurer changed it.
    pub updated_at: Timestamp,
    /// Since when it waits.
    pub waiting_since: Timestamp,
    /// Canonical JSON of the record's items.
    pub body: String,
}

const TABLE: Table = Table {
    name: "intake_waiting",
    columns: &[
        ("insurer_no", Kind::Text),
        ("dataset", Kind::Small),
        ("insured_no", Kind::Text),
        ("record_key", Kind::Text),
        ("transfer_id", Kind::Id),
        ("line", Kind::Int),
        ("op", Kind::Small),
        ("valid_from", Kind::Day),
        ("valid_to", Kind::Day),
        ("history_no", Kind::Int),
        ("updated_at", Kind::At),
        ("waiting_since", Kind::At),
        ("body", Kind::Text),
    ],
    key: &["insurer_no", "dataset", "insured_no", "record_key"],
};

/// Keeps rows; a newer row of the same record takes the place of the older one.
pub async fn save(work: &mut Work, insurer_no: &str, rows: &[WaitingRow]) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let rows: Vec<(&str, &WaitingRow)> = rows.iter().map(|row| (insurer_no, row)).collect();
    work.conn
        .upsert(&TABLE, &rows, |(insurer_no, row), values| {
            values.extend([
                P::S(insurer_no),
                P::I(i64::from(row.dataset)),
                P::S(&row.insured_no),
                P::S(&row.record_key),
                P::U(row.transfer_id),
                P::I(row.line),
                P::I(if row.cancels { 2 } else { 1 }),
                P::D(row.valid_from),
                P::D(row.valid_to),
                P::I(i64::from(row.history_no)),
                P::T(row.updated_at),
                P::T(row.waiting_since),
                P::S(&row.body),
            ]);
        })
        .await
}

/// Rows whose person has come to be known meanwhile. Those of a file that is still being taken in are left to its worker,
/// which counts them.
pub async fn list_ready(work: &mut Work, insurer_no: &str, limit: i64) -> Result<Vec<WaitingRow>> {
    work.conn
        .query(
            &sql!(
                "SELECT w.dataset, w.insured_no, w.record_key, w.transfer_id, w.line, w.op, w.valid_from, w.valid_to, w.history_no, w.updated_at, w.waiting_since, w.body FROM intake_waiting w WHERE w.insurer_no = $1 AND EXISTS (SELECT 1 FROM eligibility_current e WHERE e.insurer_no = $1 AND e.insured_no = w.insured_no) AND NOT EXISTS (SELECT 1 FROM transfer t WHERE t.insurer_no = $1 AND t.transfer_id = w.transfer_id AND t.state IN (1, 2, 3, 4)) ORDER BY w.dataset, w.insured_no, w.record_key LIMIT $2"
            ),
            &[P::S(insurer_no), P::I(limit)],
            |row| {
                Ok(WaitingRow {
                    dataset: row.get(0)?,
                    insured_no: row.get(1)?,
                    record_key: row.get(2)?,
                    transfer_id: row.get(3)?,
                    line: row.get(4)?,
                    cancels: row.get::<i64>(5)? == 2,
                    valid_from: row.get(6)?,
                    valid_to: row.get(7)?,
                    history_no: row.get(8)?,
                    updated_at: row.get(9)?,
                    waiting_since: row.get(10)?,
                    body: row.get(11)?,
                })
            },
        )
        .await
}

/// Takes rows off the list.
pub async fn remove(work: &mut Work, insurer_no: &str, rows: &[WaitingRow]) -> Result<()> {
    for row in rows {
        work.conn
            .exec(
                &sql!(
                    "DELETE FROM intake_waiting WHERE insurer_no = $1 AND dataset = $2 AND insured_no = $3 AND record_key = $4"
                ),
                &[
                    P::S(insurer_no),
                    P::I(i64::from(row.dataset)),
                    P::S(&row.insured_no),
                    P::S(&row.record_key),
                ],
            )
            .await?;
    }
    Ok(())
}

/// How many rows of an insurer wait.
pub async fn count(work: &mut Work, insurer_no: &str) -> Result<i64> {
    let count = work
        .conn
        .first(
            &sql!("SELECT count(*) FROM intake_waiting WHERE insurer_no = $1"),
            &[P::S(insurer_no)],
            |row| row.get(0),
        )
        .await?;
    Ok(count.unwrap_or(0))
}

/// The lines of a transfer that still wait.
pub async fn list_of_transfer(
    work: &mut Work,
    insurer_no: &str,
    transfer_id: Uuid,
    limit: i64,
) -> Result<Vec<i64>> {
    work.conn
        .query(
            &sql!(
                "SELECT line FROM intake_waiting WHERE insurer_no = $1 AND transfer_id = $2 ORDER BY line LIMIT $3"
            ),
            &[P::S(insurer_no), P::U(transfer_id), P::I(limit)],
            |row| row.get(0),
        )
        .await
}
