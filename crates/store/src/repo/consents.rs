//! Consents that offices took, and withdrawals (S-5). Entries are added, never changed or removed.

use crate::{
    Work,
    engine::{Kind, P, Row, Table},
    error::{Error, Result},
    sql,
};
use kiban_access::{Permit, PersonKey, ReadPerson, RecordConsent};
use kiban_domain::{ConsentBasis, ConsentScope, ConsentTaker, Date, OfficeNumber, Timestamp};
use uuid::Uuid;

/// What an entry says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(i16)]
pub enum ConsentKind {
    /// The person agreed.
    Given = 1,
    /// The person took a consent back.
    Withdrawn = 2,
}

/// One entry of the ledger.
#[derive(Clone)]
pub struct ConsentEntry {
    /// Whose consent.
    pub person: PersonKey,
    /// The consent; a withdrawal of one that an office took has the same.
    pub consent_id: Uuid,
    /// What it says.
    pub kind: ConsentKind,
    /// The insurer's own record that is withdrawn; empty for what an office took.
    pub record_key: String,
    /// What it covers.
    pub scope: ConsentScope,
    /// In which quality the office acted.
    pub taker: ConsentTaker,
    /// The office that recorded it.
    pub office_no: OfficeNumber,
    /// Login of the member, or `system`.
    pub staff: String,
    /// On whose word.
    pub basis: ConsentBasis,
    /// Why that word counts; empty for the person's own.
    pub ground: String,
    /// Where the paper is kept.
    pub evidence: String,
    /// The day from which it holds.
    pub day: Date,
    /// When it was recorded.
    pub recorded_at: Timestamp,
}

/// Shows nothing of the person.
impl std::fmt::Debug for ConsentEntry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ConsentEntry")
            .field("consent_id", &self.consent_id)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

/// Adds an entry; the permit names the person.
pub async fn add(
    work: &mut Work,
    permit: &Permit<RecordConsent>,
    entry: &ConsentEntry,
) -> Result<()> {
    debug_assert_eq!(permit.person(), &entry.person);
    work.conn
        .exec(
            &sql!(
                "INSERT INTO consent_entry (insurer_no, insured_no, consent_id, kind, record_key, scope, taker, office_no, staff, basis, ground, evidence, day, recorded_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
            ),
            &[
                P::S(entry.person.insurer_no.as_str()),
                P::S(entry.person.insured_no.as_str()),
                P::U(entry.consent_id),
                P::I(entry.kind as i64),
                P::S(&entry.record_key),
                P::S(entry.scope.code()),
                P::S(entry.taker.code()),
                P::S(entry.office_no.as_str()),
                P::S(&entry.staff),
                P::S(entry.basis.code()),
                P::S(&entry.ground),
                P::S(&entry.evidence),
                P::D(entry.day),
                P::T(entry.recorded_at),
            ],
        )
        .await?;
    Ok(())
}

/// A person's entries before another one is recorded.
pub async fn list_to_record(
    work: &mut Work,
    permit: &Permit<RecordConsent>,
) -> Result<Vec<ConsentEntry>> {
    list(work, permit.person()).await
}

/// A person's entries, oldest first.
pub async fn list_of_person(
    work: &mut Work,
    permit: &Permit<ReadPerson>,
) -> Result<Vec<ConsentEntry>> {
    list(work, permit.person()).await
}

async fn list(work: &mut Work, person: &PersonKey) -> Result<Vec<ConsentEntry>> {
    work.conn
        .query(
            &sql!(
                "SELECT insurer_no, insured_no, consent_id, kind, record_key, scope, taker, office_no, staff, basis, ground, evidence, day, recorded_at FROM consent_entry WHERE insurer_no = $1 AND insured_no = $2 ORDER BY recorded_at, consent_id, kind"
            ),
            &[P::S(person.insurer_no.as_str()), P::S(person.insured_no.as_str())],
            entry,
        )
        .await
}

const STAGE: Table = Table {
    name: "stage_consent_persons",
    columns: &[("insured_no", Kind::Text)],
    key: &[],
};

/// The entries of several persons, oldest first: for keeping the read model. Shows nothing to anybody.
///
/// An insurer without entries costs one probe, however many persons are asked about.
pub async fn list_standing(
    work: &mut Work,
    insurer_no: &str,
    insured_nos: &[&str],
) -> Result<Vec<ConsentEntry>> {
    let any: Option<i64> = work
        .conn
        .first(
            &sql!("SELECT 1 FROM consent_entry WHERE insurer_no = $1 LIMIT 1"),
            &[P::S(insurer_no)],
            |row| row.get(0),
        )
        .await?;
    if any.is_none() || insured_nos.is_empty() {
        return Ok(Vec::new());
    }
    work.conn
        .stage(&STAGE, insured_nos, |insured_no, values| {
            values.push(P::S(insured_no));
        })
        .await?;
    work.conn
        .query(
            &sql!(
                "SELECT c.insurer_no, c.insured_no, c.consent_id, c.kind, c.record_key, c.scope, c.taker, c.office_no, c.staff, c.basis, c.ground, c.evidence, c.day, c.recorded_at FROM stage_consent_persons s CROSS JOIN consent_entry c WHERE c.insurer_no = $1 AND c.insured_no = s.insured_no ORDER BY c.recorded_at, c.consent_id, c.kind"
            ),
            &[P::S(insurer_no)],
            entry,
        )
        .await
}

fn entry(row: &Row<'_>) -> Result<ConsentEntry> {
    Ok(ConsentEntry {
        person: PersonKey {
            insurer_no: super::parse(row, 0, "consent_entry.insurer_no")?,
            insured_no: super::parse(row, 1, "consent_entry.insured_no")?,
        },
        consent_id: row.get(2)?,
        kind: match row.get::<i64>(3)? {
            1 => ConsentKind::Given,
            2 => ConsentKind::Withdrawn,
            other => return Err(Error::corrupt("consent_entry.kind", other)),
        },
        record_key: row.get(4)?,
        scope: super::parse(row, 5, "consent_entry.scope")?,
        taker: super::parse(row, 6, "consent_entry.taker")?,
        office_no: super::parse(row, 7, "consent_entry.office_no")?,
        staff: row.get(8)?,
        basis: super::parse(row, 9, "consent_entry.basis")?,
        ground: row.get(10)?,
        evidence: row.get(11)?,
        day: row.get(12)?,
        recorded_at: row.get(13)?,
    })
}
