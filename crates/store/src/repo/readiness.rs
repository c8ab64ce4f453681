//! What municipalities declare about themselves, and what their traffic says (P-3, M-7).

use crate::{
    Work,
    engine::{P, Row},
    error::Result,
    sql,
};
use kiban_domain::{
    DataSet, Date, InsurerNumber, LocalGovernmentCode, PlannedTime, PlatformFunction,
    ReadinessStep, StepDates, Timestamp,
};

/// One declaration of one step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepRow {
    /// Whose.
    pub municipality: LocalGovernmentCode,
    /// Of which function.
    pub function: PlatformFunction,
    /// Which step.
    pub step: ReadinessStep,
    /// What was declared; both empty when a declaration was taken back.
    pub dates: StepDates,
    /// Who declared it.
    pub declared_by: String,
    /// When.
    pub recorded_at: Timestamp,
    /// Why the operator corrected it; empty when the municipality declared it itself.
    pub reason: String,
}

/// A declaration with what stood before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeRow {
    /// The declaration.
    pub row: StepRow,
    /// What stood before; both empty when nothing did.
    pub before: StepDates,
}

/// Adds a declaration; the earlier ones of the step stay as its history.
pub async fn add_step(work: &mut Work, row: &StepRow) -> Result<()> {
    let planned = row.dates.planned.map(|it| it.to_string());
    work.conn
        .exec(
            &sql!("INSERT INTO readiness_step (municipality_code, function, step, recorded_at, planned, actual, declared_by, reason) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (municipality_code, function, step, recorded_at) DO UPDATE SET planned = excluded.planned, actual = excluded.actual, declared_by = excluded.declared_by, reason = excluded.reason"),
            &[
                P::S(row.municipality.as_str()),
                P::S(row.function.code()),
                P::S(row.step.code()),
                P::T(row.recorded_at),
                P::opt(planned.as_deref()),
                row.dates.actual.map_or(P::Null, P::D),
                P::S(&row.declared_by),
                P::S(&row.reason),
            ],
        )
        .await?;
    Ok(())
}

/// Everything a municipality ever declared, the newest first.
pub async fn list_history(
    work: &mut Work,
    municipality: &LocalGovernmentCode,
) -> Result<Vec<StepRow>> {
    work.conn
        .query(
            &sql!("SELECT municipality_code, function, step, planned, actual, declared_by, recorded_at, reason FROM readiness_step WHERE municipality_code = $1 ORDER BY recorded_at DESC, function, step"),
            &[P::S(municipality.as_str())],
            step,
        )
        .await
}

/// Everything anybody ever declared, the oldest first: the open data with their history.
pub async fn list_all(work: &mut Work) -> Result<Vec<StepRow>> {
    work.conn
        .query(
            &sql!("SELECT municipality_code, function, step, planned, actual, declared_by, recorded_at, reason FROM readiness_step ORDER BY recorded_at, municipality_code, function, step"),
            &[],
            step,
        )
        .await
}

/// What was declared after `after` and up to `until`, the oldest first, each with what stood before.
pub async fn list_changes(
    work: &mut Work,
    (after, until): (Timestamp, Timestamp),
) -> Result<Vec<ChangeRow>> {
    work.conn
        .query(
            &sql!("SELECT s.municipality_code, s.function, s.step, s.planned, s.actual, s.declared_by, s.recorded_at, s.reason, b.planned, b.actual FROM readiness_step s LEFT JOIN readiness_step b ON b.municipality_code = s.municipality_code AND b.function = s.function AND b.step = s.step AND b.recorded_at = (SELECT max(n.recorded_at) FROM readiness_step n WHERE n.municipality_code = s.municipality_code AND n.function = s.function AND n.step = s.step AND n.recorded_at < s.recorded_at) WHERE s.recorded_at > $1 AND s.recorded_at <= $2 ORDER BY s.recorded_at, s.municipality_code, s.function, s.step"),
            &[P::T(after), P::T(until)],
            |row| {
                Ok(ChangeRow {
                    row: step(row)?,
                    before: dates(row, 8)?,
                })
            },
        )
        .await
}

fn dates(row: &Row<'_>, at: usize) -> Result<StepDates> {
    let planned: Option<String> = row.get(at)?;
    let planned = planned
        .map(|text| text.parse::<PlannedTime>())
        .transpose()
        .map_err(|error| crate::Error::corrupt("readiness_step.planned", error))?;
    let actual: Option<Date> = row.get(at + 1)?;
    Ok(StepDates { planned, actual })
}

fn step(row: &Row<'_>) -> Result<StepRow> {
    Ok(StepRow {
        municipality: super::parse(row, 0, "readiness_step.municipality_code")?,
        function: super::parse(row, 1, "readiness_step.function")?,
        step: super::parse(row, 2, "readiness_step.step")?,
        dates: dates(row, 3)?,
        declared_by: row.get(5)?,
        recorded_at: row.get(6)?,
        reason: row.get(7)?,
    })
}

/// When anything was last declared, and how many declarations there are: unchanged means nothing is new.
pub async fn mark(work: &mut Work) -> Result<(Option<Timestamp>, i64)> {
    let mark = work
        .conn
        .first(
            &sql!("SELECT greatest_at, steps + contacts FROM (SELECT (SELECT max(recorded_at) FROM readiness_step) AS greatest_at, (SELECT count(*) FROM readiness_step) AS steps, (SELECT count(*) FROM municipality_contact) AS contacts) mark"),
            &[],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .await?;
    Ok(mark.unwrap_or((None, 0)))
}

/// Keeps other declarations of this municipality waiting until this unit of work ends. `insurer_no` is noted as its insurer when
/// none was named.
pub async fn take_turn(
    work: &mut Work,
    municipality: &LocalGovernmentCode,
    insurer_no: &InsurerNumber,
) -> Result<()> {
    work.conn
        .exec(
            &sql!("INSERT INTO municipality_insurer (municipality_code, insurer_no) VALUES ($1, $2) ON CONFLICT (municipality_code) DO UPDATE SET insurer_no = municipality_insurer.insurer_no"),
            &[P::S(municipality.as_str()), P::S(insurer_no.as_str())],
        )
        .await?;
    Ok(())
}

/// Names the number that insures a municipality's people; a union names the same one for several.
pub async fn set_insurer(
    work: &mut Work,
    municipality: &LocalGovernmentCode,
    insurer_no: &InsurerNumber,
) -> Result<()> {
    work.conn
        .exec(
            &sql!("INSERT INTO municipality_insurer (municipality_code, insurer_no) VALUES ($1, $2) ON CONFLICT (municipality_code) DO UPDATE SET insurer_no = excluded.insurer_no"),
            &[P::S(municipality.as_str()), P::S(insurer_no.as_str())],
        )
        .await?;
    Ok(())
}

/// The number that was named for a municipality.
pub async fn find_insurer(
    work: &mut Work,
    municipality: &LocalGovernmentCode,
) -> Result<Option<InsurerNumber>> {
    work.conn
        .first(
            &sql!("SELECT insurer_no FROM municipality_insurer WHERE municipality_code = $1"),
            &[P::S(municipality.as_str())],
            |row| super::parse(row, 0, "municipality_insurer.insurer_no"),
        )
        .await
}

/// The municipalities whose insurer was named.
pub async fn list_insurers(work: &mut Work) -> Result<Vec<(LocalGovernmentCode, InsurerNumber)>> {
    work.conn
        .query(
            &sql!("SELECT municipality_code, insurer_no FROM municipality_insurer ORDER BY municipality_code"),
            &[],
            |row| {
                Ok((
                    super::parse(row, 0, "municipality_insurer.municipality_code")?,
                    super::parse(row, 1, "municipality_insurer.insurer_no")?,
                ))
            },
        )
        .await
}

/// Whom to ask in a municipality.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactRow {
    /// Which municipality.
    pub municipality: LocalGovernmentCode,
    /// The counter: 「介護保険課」.
    pub counter: String,
    /// Its telephone; may be empty.
    pub phone: String,
    /// The address of its page; may be empty.
    pub address: String,
    /// What else the municipality wants to say; may be empty.
    pub remark: String,
    /// Whose system it uses for the insurance; may be empty.
    pub vendor: String,
    /// Who declared it.
    pub declared_by: String,
    /// When.
    pub recorded_at: Timestamp,
}

/// Adds a contact; the newest counts.
pub async fn add_contact(work: &mut Work, row: &ContactRow) -> Result<()> {
    work.conn
        .exec(
            &sql!("INSERT INTO municipality_contact (municipality_code, recorded_at, counter, phone, address, remark, declared_by, vendor) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (municipality_code, recorded_at) DO UPDATE SET counter = excluded.counter, phone = excluded.phone, address = excluded.address, remark = excluded.remark, declared_by = excluded.declared_by, vendor = excluded.vendor"),
            &[
                P::S(row.municipality.as_str()),
                P::T(row.recorded_at),
                P::S(&row.counter),
                P::S(&row.phone),
                P::S(&row.address),
                P::S(&row.remark),
                P::S(&row.declared_by),
                P::S(&row.vendor),
            ],
        )
        .await?;
    Ok(())
}

/// The newest contact of each municipality.
pub async fn list_contacts(work: &mut Work) -> Result<Vec<ContactRow>> {
    work.conn
        .query(
            &sql!("SELECT c.municipality_code, c.counter, c.phone, c.address, c.remark, c.declared_by, c.recorded_at, c.vendor FROM municipality_contact c WHERE c.recorded_at = (SELECT max(n.recorded_at) FROM municipality_contact n WHERE n.municipality_code = c.municipality_code) ORDER BY c.municipality_code"),
            &[],
            contact,
        )
        .await
}

/// The newest contact of a municipality.
pub async fn find_contact(
    work: &mut Work,
    municipality: &LocalGovernmentCode,
) -> Result<Option<ContactRow>> {
    work.conn
        .first(
            &sql!("SELECT municipality_code, counter, phone, address, remark, declared_by, recorded_at, vendor FROM municipality_contact WHERE municipality_code = $1 ORDER BY recorded_at DESC LIMIT 1"),
            &[P::S(municipality.as_str())],
            contact,
        )
        .await
}

fn contact(row: &Row<'_>) -> Result<ContactRow> {
    Ok(ContactRow {
        municipality: super::parse(row, 0, "municipality_contact.municipality_code")?,
        counter: row.get(1)?,
        phone: row.get(2)?,
        address: row.get(3)?,
        remark: row.get(4)?,
        declared_by: row.get(5)?,
        recorded_at: row.get(6)?,
        vendor: row.get(7)?,
    })
}

/// What an insurer's real traffic of one set of data is: no person is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrafficRow {
    /// Whose.
    pub insurer_no: InsurerNumber,
    /// Which set.
    pub dataset: DataSet,
    /// When a file of it was first taken in.
    pub first_at: Timestamp,
    /// When one was last taken in.
    pub last_at: Timestamp,
    /// How many were.
    pub files: i64,
}

/// The traffic of all insurers: files that were taken in.
pub async fn list_traffic(work: &mut Work) -> Result<Vec<TrafficRow>> {
    work.conn
        .query(
            &sql!("SELECT insurer_no, dataset, min(finished_at), max(finished_at), count(*) FROM transfer WHERE state = $1 AND finished_at IS NOT NULL GROUP BY insurer_no, dataset ORDER BY insurer_no, dataset"),
            &[P::I(i64::from(super::transfers::TransferState::Applied as i16))],
            |row| {
                let number: i16 = row.get(1)?;
                Ok(TrafficRow {
                    insurer_no: super::parse(row, 0, "transfer.insurer_no")?,
                    dataset: DataSet::from_number(number)
                        .map_err(|error| crate::Error::corrupt("transfer.dataset", error))?,
                    first_at: row.get(2)?,
                    last_at: row.get(3)?,
                    files: row.get(4)?,
                })
            },
        )
        .await
}
