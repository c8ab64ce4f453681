//! How applications move on (W-6): notices for the office that makes the care plan, and how long results took.

use crate::{
    Work,
    engine::{Kind, P, Table},
    error::Result,
    sql,
};
use kiban_access::{ListPersons, Permit, PersonKey};
use kiban_domain::{DataSet, Date, InsurerNumber, OfficeNumber, Timestamp};

/// How far a person's application is, for an office that is to be told when it moves on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchedRow {
    /// Insured number.
    pub insured_no: String,
    /// Which office.
    pub office_no: String,
    /// Code of the progress; empty without an application.
    pub progress: String,
    /// Day of the application.
    pub applied_on: Option<Date>,
}

const STAGE: Table = Table {
    name: "stage_watched_persons",
    columns: &[("insured_no", Kind::Text)],
    key: &[],
};

/// How far the applications of some persons are, for each office that makes the care plan of one of them on `day`.
///
/// This is the intake's own bookkeeping. An insurer whose persons no office serves costs one probe.
pub async fn list_watched(
    work: &mut Work,
    insurer_no: &str,
    insured_nos: &[&str],
    day: Date,
) -> Result<Vec<WatchedRow>> {
    let any: Option<i64> = work
        .conn
        .first(
            &sql!("SELECT 1 FROM care_relation WHERE insurer_no = $1 LIMIT 1"),
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
                "SELECT DISTINCT r.insured_no, r.office_no, e.progress, e.application_date FROM stage_watched_persons s CROSS JOIN care_relation r JOIN eligibility_current e ON e.insurer_no = r.insurer_no AND e.insured_no = r.insured_no WHERE r.insurer_no = $1 AND r.insured_no = s.insured_no AND r.valid_from <= $2 AND r.valid_to >= $2 AND r.service_kind IN ('43', '46', 'AF') ORDER BY r.insured_no, r.office_no"
            ),
            &[P::S(insurer_no), P::D(day)],
            |row| {
                Ok(WatchedRow {
                    insured_no: row.get(0)?,
                    office_no: row.get(1)?,
                    progress: row.get(2)?,
                    applied_on: row.get(3)?,
                })
            },
        )
        .await
}

/// Tells an office that an application has moved on.
pub async fn tell(
    work: &mut Work,
    insurer_no: &str,
    row: &WatchedRow,
    at: Timestamp,
) -> Result<()> {
    work.conn
        .exec(
            &sql!(
                "INSERT INTO progress_notice (insurer_no, insured_no, office_no, changed_at, progress) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (insurer_no, insured_no, office_no, changed_at) DO UPDATE SET progress = excluded.progress, seen_at = NULL"
            ),
            &[
                P::S(insurer_no),
                P::S(&row.insured_no),
                P::S(&row.office_no),
                P::T(at),
                P::S(&row.progress),
            ],
        )
        .await?;
    Ok(())
}

/// An application that has moved on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeRow {
    /// Whose.
    pub person: PersonKey,
    /// When the platform learned it.
    pub changed_at: Timestamp,
    /// Code of the progress.
    pub progress: String,
}

/// What the permitted office has not seen yet, newest first.
pub async fn list_unseen(
    work: &mut Work,
    _permit: &Permit<ListPersons>,
    office_no: &OfficeNumber,
) -> Result<Vec<NoticeRow>> {
    work.conn
        .query(
            &sql!(
                "SELECT n.insurer_no, n.insured_no, n.changed_at, n.progress FROM progress_notice n JOIN insurer i ON i.insurer_no = n.insurer_no WHERE n.office_no = $1 AND n.seen_at IS NULL ORDER BY n.changed_at DESC, n.insurer_no, n.insured_no LIMIT 500"
            ),
            &[P::S(office_no.as_str())],
            |row| {
                Ok(NoticeRow {
                    person: PersonKey {
                        insurer_no: super::parse(row, 0, "progress_notice.insurer_no")?,
                        insured_no: super::parse(row, 1, "progress_notice.insured_no")?,
                    },
                    changed_at: row.get(2)?,
                    progress: row.get(3)?,
                })
            },
        )
        .await
}

/// The office has seen how far the person's application is: a mark of the office's own, not the person's data.
pub async fn set_seen(
    work: &mut Work,
    person: &PersonKey,
    office_no: &OfficeNumber,
    at: Timestamp,
) -> Result<()> {
    work.conn
        .exec(
            &sql!(
                "UPDATE progress_notice SET seen_at = $4 WHERE insurer_no = $1 AND insured_no = $2 AND office_no = $3 AND seen_at IS NULL"
            ),
            &[
                P::S(person.insurer_no.as_str()),
                P::S(person.insured_no.as_str()),
                P::S(office_no.as_str()),
                P::T(at),
            ],
        )
        .await?;
    Ok(())
}

/// Feeds the standing applications of an insurer that were filed on or after `since` to `f`, without whose they are.
pub async fn scan_applications(
    work: &mut Work,
    insurer_no: &InsurerNumber,
    since: Date,
    mut f: impl FnMut(&str) + Send,
) -> Result<()> {
    work.conn
        .fold(
            &sql!(
                "SELECT body FROM fact WHERE insurer_no = $1 AND dataset = $2 AND superseded_at IS NULL AND state <> 2 AND valid_from >= $3"
            ),
            &[
                P::S(insurer_no.as_str()),
                P::I(i64::from(DataSet::Application.number())),
                P::D(since),
            ],
            (),
            |(), row| row.with_text(0, &mut f),
        )
        .await
}

/// How long an insurer took from application to result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DurationRow {
    /// The last day of the twelve months.
    pub counted_on: Date,
    /// How many results.
    pub cases: i64,
    /// Half of them took so many days at most; 0 without cases.
    pub median_days: i64,
    /// Four in five took so many days at most; 0 without cases.
    pub most_days: i64,
}

/// Keeps what was counted.
pub async fn save_duration(
    work: &mut Work,
    insurer_no: &InsurerNumber,
    row: &DurationRow,
) -> Result<()> {
    work.conn
        .exec(
            &sql!(
                "INSERT INTO result_duration (insurer_no, counted_on, cases, median_days, most_days) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (insurer_no) DO UPDATE SET counted_on = excluded.counted_on, cases = excluded.cases, median_days = excluded.median_days, most_days = excluded.most_days"
            ),
            &[
                P::S(insurer_no.as_str()),
                P::D(row.counted_on),
                P::I(row.cases),
                P::I(row.median_days),
                P::I(row.most_days),
            ],
        )
        .await?;
    Ok(())
}

/// What was counted last.
pub async fn find_duration(
    work: &mut Work,
    insurer_no: &InsurerNumber,
) -> Result<Option<DurationRow>> {
    work.conn
        .first(
            &sql!("SELECT counted_on, cases, median_days, most_days FROM result_duration WHERE insurer_no = $1"),
            &[P::S(insurer_no.as_str())],
            |row| {
                Ok(DurationRow {
                    counted_on: row.get(0)?,
                    cases: row.get(1)?,
                    median_days: row.get(2)?,
                    most_days: row.get(3)?,
                })
            },
        )
        .await
}
