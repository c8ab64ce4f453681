//! The two-axis history: facts with the days on which they were true and the instants at which we knew them (S-6).

use crate::{
    Work,
    engine::{Kind, P, Row, Sql, Table},
    error::Result,
    sql,
};
use kiban_access::{Permit, PersonKey, ReadPerson};
use kiban_domain::{Date, Timestamp};
use uuid::Uuid;

/// What a version of a record says about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(i16)]
pub enum FactState {
    /// The record stands.
    Live = 1,
    /// The insurer has cancelled the record: it was never true.
    Cancelled = 2,
    /// The record was missing from a full file and ends with the day before its base date.
    Closed = 3,
}

impl FactState {
    fn from_number(number: i16) -> Self {
        match number {
            2 => Self::Cancelled,
            3 => Self::Closed,
            _ => Self::Live,
        }
    }
}

/// A record as it arrives.
#[derive(Clone)]
pub struct NewFact {
    /// Insured number.
    pub insured_no: String,
    /// Key within person and set.
    pub record_key: String,
    /// Counted from 1 for each record.
    pub version: i64,
    /// First day on which it is true.
    pub valid_from: Date,
    /// Last day on which it is true.
    pub valid_to: Date,
    /// The insurer's history number.
    pub history_no: u32,
    /// When the insurer changed it.
    pub updated_at: Timestamp,
    /// What this version says.
    pub state: FactState,
    /// SHA-256 of state, days, history number and body, cut to 16 bytes.
    pub digest: Vec<u8>,
    /// Canonical JSON of the record's items.
    pub body: String,
}

/// A record as it is kept.
#[derive(Clone)]
pub struct FactRow {
    /// Insured number.
    pub insured_no: String,
    /// Number of the data set.
    pub dataset: i16,
    /// Key within person and set.
    pub record_key: String,
    /// First day on which it is true.
    pub valid_from: Date,
    /// Last day on which it is true.
    pub valid_to: Date,
    /// The insurer's history number.
    pub history_no: u32,
    /// When the insurer changed it.
    pub updated_at: Timestamp,
    /// When we came to know it.
    pub recorded_at: Timestamp,
    /// What this version says.
    pub state: FactState,
    /// Canonical JSON of the record's items.
    pub body: String,
}

/// How a record stands before a row is taken in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// Whether the insured person is known.
    pub person_known: bool,
    /// The version that stands now, if any.
    pub current: Option<CurrentVersion>,
}

/// The version of a record that has not been superseded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CurrentVersion {
    /// Its number.
    pub version: i64,
    /// Its digest.
    pub digest: Vec<u8>,
    /// What it says.
    pub state: FactState,
}

/// Names a record within an insurer and a set.
pub type RecordKey<'a> = (&'a str, &'a str);

const STAGE_KEYS: Table = Table {
    name: "stage_keys",
    columns: &[
        ("n", Kind::Int),
        ("insured_no", Kind::Text),
        ("record_key", Kind::Text),
    ],
    key: &[],
};

const COMPARE: Sql = sql!(
    "SELECT s.n, e.insured_no, f.version, f.digest, f.state FROM stage_keys s LEFT JOIN eligibility_current e ON e.insurer_no = $1 AND e.insured_no = s.insured_no LEFT JOIN fact f ON f.insurer_no = $1 AND f.insured_no = s.insured_no AND f.dataset = $2 AND f.record_key = s.record_key AND f.superseded_at IS NULL"
);

/// How each of `keys` stands now, in the order given.
pub async fn compare(
    work: &mut Work,
    insurer_no: &str,
    dataset: i16,
    keys: &[RecordKey<'_>],
) -> Result<Vec<Standing>> {
    let numbered: Vec<(i64, &RecordKey<'_>)> = (0..).zip(keys).collect();
    work.conn
        .stage(
            &STAGE_KEYS,
            &numbered,
            |(n, (insured_no, record_key)), values| {
                values.extend([P::I(*n), P::S(insured_no), P::S(record_key)]);
            },
        )
        .await?;
    let standings = vec![Standing::default(); keys.len()];
    work.conn
        .fold(
            &COMPARE,
            &[P::S(insurer_no), P::I(i64::from(dataset))],
            standings,
            |mut all, row| {
                let n = usize::try_from(row.get::<i64>(0)?).unwrap_or(usize::MAX);
                let Some(standing) = all.get_mut(n) else {
                    return Ok(all);
                };
                standing.person_known = row.get::<Option<String>>(1)?.is_some();
                if let Some(version) = row.get::<Option<i64>>(2)? {
                    standing.current = Some(CurrentVersion {
                        version,
                        digest: row.get(3)?,
                        state: FactState::from_number(row.get(4)?),
                    });
                }
                Ok(all)
            },
        )
        .await
}

const FACT: Table = Table {
    name: "fact",
    columns: &[
        ("insurer_no", Kind::Text),
        ("insured_no", Kind::Text),
        ("dataset", Kind::Small),
        ("record_key", Kind::Text),
        ("version", Kind::Int),
        ("valid_from", Kind::Day),
        ("valid_to", Kind::Day),
        ("history_no", Kind::Int),
        ("updated_at", Kind::At),
        ("recorded_at", Kind::At),
        ("recorded_by", Kind::Id),
        ("state", Kind::Small),
        ("digest", Kind::Bytes),
        ("body", Kind::Text),
    ],
    key: &[
        "insurer_no",
        "insured_no",
        "dataset",
        "record_key",
        "version",
    ],
};

/// By which delivery, and when, something came to be known.
#[derive(Debug, Clone, Copy)]
pub struct Recorded {
    /// The delivery.
    pub by: Uuid,
    /// The instant.
    pub at: Timestamp,
}

/// Adds versions of records of one insurer and set.
pub async fn add(
    work: &mut Work,
    insurer_no: &str,
    dataset: i16,
    recorded: Recorded,
    facts: &[NewFact],
) -> Result<()> {
    let rows: Vec<(&str, &NewFact)> = facts.iter().map(|fact| (insurer_no, fact)).collect();
    work.conn
        .insert(&FACT, &rows, |(insurer_no, fact), values| {
            values.extend([
                P::S(insurer_no),
                P::S(&fact.insured_no),
                P::I(i64::from(dataset)),
                P::S(&fact.record_key),
                P::I(fact.version),
                P::D(fact.valid_from),
                P::D(fact.valid_to),
                P::I(i64::from(fact.history_no)),
                P::T(fact.updated_at),
                P::T(recorded.at),
                P::U(recorded.by),
                P::I(fact.state as i64),
                P::B(&fact.digest),
                P::S(&fact.body),
            ]);
        })
        .await
}

const STAGE_SUPERSEDED: Table = Table {
    name: "stage_superseded",
    columns: &[
        ("insured_no", Kind::Text),
        ("record_key", Kind::Text),
        ("version", Kind::Int),
    ],
    key: &[],
};

/// Ends what we knew: marks versions as superseded.
pub async fn supersede(
    work: &mut Work,
    insurer_no: &str,
    dataset: i16,
    recorded: Recorded,
    versions: &[(&str, &str, i64)],
) -> Result<()> {
    if versions.is_empty() {
        return Ok(());
    }
    work.conn
        .stage(
            &STAGE_SUPERSEDED,
            versions,
            |(insured_no, record_key, version), values| {
                values.extend([P::S(insured_no), P::S(record_key), P::I(*version)]);
            },
        )
        .await?;
    work.conn
        .exec(
            &sql!(
                "UPDATE fact SET superseded_at = $3, superseded_by = $4 FROM stage_superseded s WHERE fact.insurer_no = $1 AND fact.dataset = $2 AND fact.insured_no = s.insured_no AND fact.record_key = s.record_key AND fact.version = s.version"
            ),
            &[P::S(insurer_no), P::I(i64::from(dataset)), P::T(recorded.at), P::U(recorded.by)],
        )
        .await?;
    Ok(())
}

const STAGE_PERSONS: Table = Table {
    name: "stage_persons",
    columns: &[("insured_no", Kind::Text)],
    key: &[],
};

/// The standing records of several persons, in no particular order: for keeping the read model.
///
/// This is the intake's own bookkeeping and shows nothing to anybody.
pub async fn list_standing(
    work: &mut Work,
    insurer_no: &str,
    insured_nos: &[&str],
) -> Result<Vec<FactRow>> {
    if insured_nos.is_empty() {
        return Ok(Vec::new());
    }
    work.conn
        .stage(&STAGE_PERSONS, insured_nos, |insured_no, values| {
            values.push(P::S(insured_no));
        })
        .await?;
    work.conn
        .query(
            &sql!(
                "SELECT f.insured_no, f.dataset, f.record_key, f.valid_from, f.valid_to, f.history_no, f.updated_at, f.recorded_at, f.state, f.body FROM stage_persons s CROSS JOIN fact f WHERE f.insurer_no = $1 AND f.insured_no = s.insured_no AND f.superseded_at IS NULL"
            ),
            &[P::S(insurer_no)],
            fact,
        )
        .await
}

fn fact(row: &Row<'_>) -> Result<FactRow> {
    Ok(FactRow {
        insured_no: row.get(0)?,
        dataset: row.get(1)?,
        record_key: row.get(2)?,
        valid_from: row.get(3)?,
        valid_to: row.get(4)?,
        history_no: row.get(5)?,
        updated_at: row.get(6)?,
        recorded_at: row.get(7)?,
        state: FactState::from_number(row.get(8)?),
        body: row.get(9)?,
    })
}

/// A person's records as they were known at `known_at` (`None`: now), for answering about another day than today.
pub async fn list_known(
    work: &mut Work,
    permit: &Permit<ReadPerson>,
    known_at: Option<Timestamp>,
) -> Result<Vec<FactRow>> {
    let PersonKey {
        insurer_no,
        insured_no,
    } = permit.person();
    let key = [P::S(insurer_no.as_str()), P::S(insured_no.as_str())];
    match known_at {
        None => {
            work.conn
                .query(
                    &sql!(
                        "SELECT insured_no, dataset, record_key, valid_from, valid_to, history_no, updated_at, recorded_at, state, body FROM fact WHERE insurer_no = $1 AND insured_no = $2 AND superseded_at IS NULL ORDER BY dataset, record_key"
                    ),
                    &key,
                    fact,
                )
                .await
        }
        Some(at) => {
            work.conn
                .query(
                    &sql!(
                        "SELECT insured_no, dataset, record_key, valid_from, valid_to, history_no, updated_at, recorded_at, state, body FROM fact WHERE insurer_no = $1 AND insured_no = $2 AND recorded_at <= $3 AND (superseded_at IS NULL OR superseded_at > $3) ORDER BY dataset, record_key"
                    ),
                    &[key[0], key[1], P::T(at)],
                    fact,
                )
                .await
        }
    }
}

/// Feeds every standing record of an insurer's set to `f`: insured number, record key, digest, state.
pub async fn scan_standing(
    work: &mut Work,
    insurer_no: &str,
    dataset: i16,
    mut f: impl FnMut(&str, &str, &[u8], FactState) -> Result<()> + Send,
) -> Result<()> {
    work.conn
        .fold(
            &sql!(
                "SELECT insured_no, record_key, digest, state FROM fact WHERE insurer_no = $1 AND dataset = $2 AND superseded_at IS NULL"
            ),
            &[P::S(insurer_no), P::I(i64::from(dataset))],
            (),
            |(), row| {
                let insured_no: String = row.get(0)?;
                let record_key: String = row.get(1)?;
                let digest: Vec<u8> = row.get(2)?;
                f(&insured_no, &record_key, &digest, FactState::from_number(row.get(3)?))
            },
        )
        .await
}

/// The standing versions of some records, whole, to write their closing versions from.
pub async fn list_by_keys(
    work: &mut Work,
    insurer_no: &str,
    dataset: i16,
    keys: &[RecordKey<'_>],
) -> Result<Vec<(FactRow, i64)>> {
    let numbered: Vec<(i64, &RecordKey<'_>)> = (0..).zip(keys).collect();
    work.conn
        .stage(
            &STAGE_KEYS,
            &numbered,
            |(n, (insured_no, record_key)), values| {
                values.extend([P::I(*n), P::S(insured_no), P::S(record_key)]);
            },
        )
        .await?;
    work.conn
        .query(
            &sql!(
                "SELECT f.insured_no, f.dataset, f.record_key, f.valid_from, f.valid_to, f.history_no, f.updated_at, f.recorded_at, f.state, f.body, f.version FROM stage_keys s CROSS JOIN fact f WHERE f.insurer_no = $1 AND f.insured_no = s.insured_no AND f.dataset = $2 AND f.record_key = s.record_key AND f.superseded_at IS NULL"
            ),
            &[P::S(insurer_no), P::I(i64::from(dataset))],
            |row| Ok((fact(row)?, row.get(10)?)),
        )
        .await
}
