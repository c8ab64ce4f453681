//! Files that municipalities send, and how far each has come (M-1).

use crate::{
    Work,
    engine::{P, Row},
    error::{Error, Result},
    sql,
};
use kiban_domain::{DataSet, Date, InsurerNumber, Timestamp};
use uuid::Uuid;

/// Where a transfer stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(i16)]
pub enum TransferState {
    /// Received whole and waiting its turn.
    Received = 1,
    /// Every row is being read and checked; nothing is written yet.
    Checking = 2,
    /// An unusual share of the insurer's records would change: waits for the insurer to confirm (S-6).
    Held = 3,
    /// Rows are being taken in.
    Applying = 4,
    /// Taken in.
    Applied = 5,
    /// Too many rows were wrong, or the file as a whole was: nothing was taken in.
    Rejected = 6,
    /// Refused because of its number, or given up by the insurer while held.
    Refused = 7,
}

impl TransferState {
    /// Every state.
    pub const ALL: [Self; 7] = [
        Self::Received,
        Self::Checking,
        Self::Held,
        Self::Applying,
        Self::Applied,
        Self::Rejected,
        Self::Refused,
    ];

    /// The stable code that programs see.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Checking => "checking",
            Self::Held => "held",
            Self::Applying => "applying",
            Self::Applied => "applied",
            Self::Rejected => "rejected",
            Self::Refused => "refused",
        }
    }

    /// Whether the file holds its number: it was taken in, or still may be. One that was rejected or refused changed
    /// nothing and may come again (decision 0002).
    pub fn counts(self) -> bool {
        !matches!(self, Self::Rejected | Self::Refused)
    }

    /// Whether nothing more will happen.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Applied | Self::Rejected | Self::Refused)
    }
}

/// What was counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TransferCounts {
    /// Rows in the file.
    pub total: i64,
    /// Rows that have been worked through so far.
    pub progress: i64,
    /// Records that are new.
    pub inserted: i64,
    /// Records that changed.
    pub updated: i64,
    /// Records that were the same.
    pub unchanged: i64,
    /// Records ended by a full file or cancelled.
    pub ended: i64,
    /// Rows that were refused.
    pub rejected: i64,
    /// Rows that wait for their insured person.
    pub waiting: i64,
}

/// One transfer.
#[derive(Debug, Clone)]
pub struct TransferRow {
    /// Whose data.
    pub insurer_no: InsurerNumber,
    /// Its identifier.
    pub transfer_id: Uuid,
    /// Which data set.
    pub dataset: DataSet,
    /// Whether it replaces the whole set.
    pub full: bool,
    /// The reference date.
    pub base_date: Date,
    /// Its number.
    pub serial: i64,
    /// Its name.
    pub file_name: String,
    /// Whether it is MS932.
    pub ms932: bool,
    /// SHA-256 of the content, which is also its name in the object store.
    pub content: String,
    /// Size in bytes.
    pub size_bytes: i64,
    /// Where it stands.
    pub state: TransferState,
    /// Why, as a stable code; empty when all is well.
    pub code: String,
    /// When it was received whole.
    pub received_at: Timestamp,
    /// When work on it began.
    pub started_at: Option<Timestamp>,
    /// When it came to an end.
    pub finished_at: Option<Timestamp>,
    /// What was counted.
    pub counts: TransferCounts,
    /// Name of the findings in the object store.
    pub findings: Option<String>,
    /// Which system sent it.
    pub sent_by: String,
    /// Who confirmed a held one.
    pub confirmed_by: Option<String>,
}

macro_rules! select {
    ($rest:literal) => {
        sql!(concat!(
            "SELECT insurer_no, transfer_id, dataset, mode, base_date, serial, file_name, encoding, content, size_bytes, state, code, received_at, started_at, finished_at, total_rows, progress_rows, inserted, updated, unchanged, ended, rejected, waiting, findings, sent_by, confirmed_by FROM transfer ",
            $rest
        ))
    };
}

fn transfer(row: &Row<'_>) -> Result<TransferRow> {
    let state: i16 = row.get(10)?;
    Ok(TransferRow {
        insurer_no: super::parse(row, 0, "transfer.insurer_no")?,
        transfer_id: row.get(1)?,
        dataset: DataSet::from_number(row.get(2)?)
            .map_err(|error| Error::corrupt("transfer.dataset", error))?,
        full: row.get::<i64>(3)? == 1,
        base_date: row.get(4)?,
        serial: row.get(5)?,
        file_name: row.get(6)?,
        ms932: row.get::<i64>(7)? == 2,
        content: row.get(8)?,
        size_bytes: row.get(9)?,
        state: TransferState::ALL
            .into_iter()
            .find(|known| *known as i16 == state)
            .ok_or_else(|| Error::corrupt("transfer.state", state))?,
        code: row.get(11)?,
        received_at: row.get(12)?,
        started_at: row.get(13)?,
        finished_at: row.get(14)?,
        counts: TransferCounts {
            total: row.get(15)?,
            progress: row.get(16)?,
            inserted: row.get(17)?,
            updated: row.get(18)?,
            unchanged: row.get(19)?,
            ended: row.get(20)?,
            rejected: row.get(21)?,
            waiting: row.get(22)?,
        },
        findings: row.get(23)?,
        sent_by: row.get(24)?,
        confirmed_by: row.get(25)?,
    })
}

/// Adds a transfer behind those of its insurer that came before.
pub async fn add(work: &mut Work, row: &TransferRow) -> Result<()> {
    work.conn
        .exec(
            &sql!(
                "INSERT INTO transfer (insurer_no, transfer_id, dataset, mode, base_date, serial, file_name, encoding, content, size_bytes, state, code, received_at, total_rows, progress_rows, inserted, updated, unchanged, ended, rejected, waiting, sent_by, arrival_no) SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 0, 0, 0, 0, 0, 0, 0, 0, $14, COALESCE(MAX(arrival_no), 0) + 1 FROM transfer WHERE insurer_no = $1"
            ),
            &[
                P::S(row.insurer_no.as_str()),
                P::U(row.transfer_id),
                P::I(i64::from(row.dataset.number())),
                P::I(if row.full { 1 } else { 2 }),
                P::D(row.base_date),
                P::I(row.serial),
                P::S(&row.file_name),
                P::I(if row.ms932 { 2 } else { 1 }),
                P::S(&row.content),
                P::I(row.size_bytes),
                P::I(row.state as i64),
                P::S(&row.code),
                P::T(row.received_at),
                P::S(&row.sent_by),
            ],
        )
        .await?;
    Ok(())
}

/// One transfer.
pub async fn find(
    work: &mut Work,
    insurer_no: &InsurerNumber,
    transfer_id: Uuid,
) -> Result<Option<TransferRow>> {
    work.conn
        .first(
            &select!("WHERE insurer_no = $1 AND transfer_id = $2"),
            &[P::S(insurer_no.as_str()), P::U(transfer_id)],
            transfer,
        )
        .await
}

/// The transfers of a set, newest first.
pub async fn list_of_set(
    work: &mut Work,
    insurer_no: &InsurerNumber,
    dataset: DataSet,
    limit: i64,
) -> Result<Vec<TransferRow>> {
    work.conn
        .query(
            &select!("WHERE insurer_no = $1 AND dataset = $2 ORDER BY arrival_no DESC LIMIT $3"),
            &[
                P::S(insurer_no.as_str()),
                P::I(i64::from(dataset.number())),
                P::I(limit),
            ],
            transfer,
        )
        .await
}

/// The newest transfer with the number, reference date and mode of `row` that counts, see [`TransferState::counts`].
pub async fn find_counting(work: &mut Work, row: &TransferRow) -> Result<Option<TransferRow>> {
    work.conn
        .first(
            &select!(
                "WHERE insurer_no = $1 AND dataset = $2 AND serial = $3 AND base_date = $4 AND mode = $5 AND state NOT IN (6, 7) ORDER BY arrival_no DESC LIMIT 1"
            ),
            &[
                P::S(row.insurer_no.as_str()),
                P::I(i64::from(row.dataset.number())),
                P::I(row.serial),
                P::D(row.base_date),
                P::I(if row.full { 1 } else { 2 }),
            ],
            transfer,
        )
        .await
}

/// The newest transfer of a set that counts, see [`TransferState::counts`].
pub async fn last_counting(
    work: &mut Work,
    insurer_no: &InsurerNumber,
    dataset: DataSet,
) -> Result<Option<TransferRow>> {
    work.conn
        .first(
            &select!(
                "WHERE insurer_no = $1 AND dataset = $2 AND state NOT IN (6, 7) ORDER BY arrival_no DESC LIMIT 1"
            ),
            &[
                P::S(insurer_no.as_str()),
                P::I(i64::from(dataset.number())),
            ],
            transfer,
        )
        .await
}

/// The transfers of an insurer, newest first.
pub async fn list(
    work: &mut Work,
    insurer_no: &InsurerNumber,
    limit: i64,
) -> Result<Vec<TransferRow>> {
    work.conn
        .query(
            &select!("WHERE insurer_no = $1 ORDER BY arrival_no DESC LIMIT $2"),
            &[P::S(insurer_no.as_str()), P::I(limit)],
            transfer,
        )
        .await
}

/// Takes the oldest transfer that waits or whose worker is gone, and leases it until `until`.
///
/// A set's files go one after the other: one that has an unfinished older file of the same set before it waits, and a
/// full set of insured persons goes before whatever came later.
pub async fn claim(
    work: &mut Work,
    now: Timestamp,
    until: Timestamp,
) -> Result<Option<TransferRow>> {
    let candidates = work
        .conn
        .query(
            &select!(
                "WHERE state IN (1, 2, 4) AND (lease_until IS NULL OR lease_until < $1) AND NOT EXISTS (SELECT 1 FROM transfer earlier WHERE earlier.insurer_no = transfer.insurer_no AND earlier.dataset = transfer.dataset AND earlier.arrival_no < transfer.arrival_no AND earlier.state IN (1, 2, 3, 4)) ORDER BY received_at, insurer_no, arrival_no LIMIT 8"
            ),
            &[P::T(now)],
            transfer,
        )
        .await?;
    for row in candidates {
        let touched = work
            .conn
            .exec(
                &sql!(
                    "UPDATE transfer SET lease_until = $3, started_at = COALESCE(started_at, $4) WHERE insurer_no = $1 AND transfer_id = $2 AND state IN (1, 2, 4) AND (lease_until IS NULL OR lease_until < $4)"
                ),
                &[P::S(row.insurer_no.as_str()), P::U(row.transfer_id), P::T(until), P::T(now)],
            )
            .await?;
        if touched == 1 {
            return Ok(Some(row));
        }
    }
    Ok(None)
}

/// The file of the same set that arrived before `row` and is held until the insurer has looked at it; `row` waits for it.
pub async fn find_held_before(work: &mut Work, row: &TransferRow) -> Result<Option<TransferRow>> {
    work.conn
        .first(
            &select!(
                "WHERE insurer_no = $1 AND dataset = $2 AND state = 3 AND arrival_no < (SELECT own.arrival_no FROM transfer own WHERE own.insurer_no = $1 AND own.transfer_id = $3) ORDER BY arrival_no LIMIT 1"
            ),
            &[
                P::S(row.insurer_no.as_str()),
                P::I(i64::from(row.dataset.number())),
                P::U(row.transfer_id),
            ],
            transfer,
        )
        .await
}

/// Gives up every lease: the embedded engine has one process, so at its start nobody else holds one.
pub async fn release_leases(work: &mut Work) -> Result<u64> {
    work.conn
        .exec(
            &sql!("UPDATE transfer SET lease_until = NULL WHERE lease_until IS NOT NULL"),
            &[],
        )
        .await
}

/// Writes where a transfer stands; keeps the lease alive until `lease_until`, or gives it up with `None`.
pub async fn save_progress(
    work: &mut Work,
    row: &TransferRow,
    lease_until: Option<Timestamp>,
) -> Result<()> {
    let counts = &row.counts;
    work.conn
        .exec(
            &sql!(
                "UPDATE transfer SET state = $3, code = $4, finished_at = $5, lease_until = $6, total_rows = $7, progress_rows = $8, inserted = $9, updated = $10, unchanged = $11, ended = $12, rejected = $13, waiting = $14, findings = $15, confirmed_by = $16 WHERE insurer_no = $1 AND transfer_id = $2"
            ),
            &[
                P::S(row.insurer_no.as_str()),
                P::U(row.transfer_id),
                P::I(row.state as i64),
                P::S(&row.code),
                P::opt_at(row.finished_at),
                P::opt_at(lease_until),
                P::I(counts.total),
                P::I(counts.progress),
                P::I(counts.inserted),
                P::I(counts.updated),
                P::I(counts.unchanged),
                P::I(counts.ended),
                P::I(counts.rejected),
                P::I(counts.waiting),
                P::opt(row.findings.as_deref()),
                P::opt(row.confirmed_by.as_deref()),
            ],
        )
        .await?;
    Ok(())
}

/// How many standing records a set has, and which file came last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SetStateRow {
    /// Number of the last file that was taken in; 0 before the first.
    pub last_serial: i64,
    /// Its reference date.
    pub last_base_date: Date,
    /// Standing live records.
    pub live_count: i64,
}

/// How a set stands; `None` before its first file.
pub async fn find_set_state(
    work: &mut Work,
    insurer_no: &InsurerNumber,
    dataset: DataSet,
) -> Result<Option<SetStateRow>> {
    work.conn
        .first(
            &sql!(
                "SELECT last_serial, last_base_date, live_count FROM dataset_state WHERE insurer_no = $1 AND dataset = $2"
            ),
            &[P::S(insurer_no.as_str()), P::I(i64::from(dataset.number()))],
            |row| {
                Ok(SetStateRow { last_serial: row.get(0)?, last_base_date: row.get(1)?, live_count: row.get(2)? })
            },
        )
        .await
}

/// Writes how a set stands.
pub async fn save_set_state(
    work: &mut Work,
    insurer_no: &InsurerNumber,
    dataset: DataSet,
    state: &SetStateRow,
) -> Result<()> {
    work.conn
        .exec(
            &sql!(
                "INSERT INTO dataset_state (insurer_no, dataset, last_serial, last_base_date, live_count) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (insurer_no, dataset) DO UPDATE SET last_serial = excluded.last_serial, last_base_date = excluded.last_base_date, live_count = excluded.live_count"
            ),
            &[
                P::S(insurer_no.as_str()),
                P::I(i64::from(dataset.number())),
                P::I(state.last_serial),
                P::D(state.last_base_date),
                P::I(state.live_count),
            ],
        )
        .await?;
    Ok(())
}

/// Adds `change` to the count of a set's live records, making its state if it has none.
pub async fn add_live(
    work: &mut Work,
    insurer_no: &InsurerNumber,
    dataset: DataSet,
    base_date: Date,
    change: i64,
) -> Result<()> {
    work.conn
        .exec(
            &sql!(
                "INSERT INTO dataset_state (insurer_no, dataset, last_serial, last_base_date, live_count) VALUES ($1, $2, 0, $3, $4) ON CONFLICT (insurer_no, dataset) DO UPDATE SET live_count = dataset_state.live_count + excluded.live_count"
            ),
            &[
                P::S(insurer_no.as_str()),
                P::I(i64::from(dataset.number())),
                P::D(base_date),
                P::I(change),
            ],
        )
        .await?;
    Ok(())
}
