//! Registrations under which nobody has done anything for long, and what their offices were asked (W-4).

use super::relations::{Ending, FOREVER, RelationRow};
use crate::{
    Work,
    engine::{P, Row},
    error::Result,
    sql,
};
use kiban_access::{ListPersons, Permit, PersonKey};
use kiban_domain::{Date, InsurerNumber, OfficeNumber, ServiceKind, Timestamp};
use uuid::Uuid;

/// A registration without an end, with what is known of its use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SilentRow {
    /// With whom.
    pub person: PersonKey,
    /// Of which office.
    pub office_no: OfficeNumber,
    /// Its identifier.
    pub relation_id: Uuid,
    /// For which service.
    pub service_kind: ServiceKind,
    /// First day.
    pub valid_from: Date,
    /// When it was made.
    pub created_at: Timestamp,
    /// The last day on which it was confirmed or looked at by, as far as that was looked up.
    pub alive_on: Option<Date>,
    /// What its office was asked; `None` while it is asked nothing.
    pub asked: Option<Asked>,
}

/// That an office is asked whether a registration goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// Since when.
    pub on: Date,
    /// The day with which the registration ends if nobody answers.
    pub ends_on: Date,
}

/// Where a page of [`list_silent`] begins: behind this registration.
pub type Behind = (String, String, Uuid);

/// Registrations of an insurer's persons without an end that are asked about, or that nobody is known to have used since
/// `until`, at most `limit` of them behind `behind`. `until_at` is the first instant after that day.
///
/// This is the platform's own bookkeeping and shows nothing to anybody.
pub async fn list_silent(
    work: &mut Work,
    insurer_no: &InsurerNumber,
    behind: &Behind,
    (until, until_at): (Date, Timestamp),
    limit: i64,
) -> Result<Vec<SilentRow>> {
    work.conn
        .query(
            &sql!(
                "SELECT insurer_no, insured_no, office_no, relation_id, service_kind, valid_from, created_at, alive_on, asked_on, ends_unanswered_on FROM care_relation WHERE insurer_no = $1 AND (insured_no, office_no, relation_id) > ($2, $3, $4) AND valid_to = $5 AND (asked_on IS NOT NULL OR (valid_from <= $6 AND (alive_on <= $6 OR (alive_on IS NULL AND created_at < $7)))) ORDER BY insured_no, office_no, relation_id LIMIT $8"
            ),
            &[
                P::S(insurer_no.as_str()),
                P::S(&behind.0),
                P::S(&behind.1),
                P::U(behind.2),
                P::D(FOREVER),
                P::D(until),
                P::T(until_at),
                P::I(limit),
            ],
            silent,
        )
        .await
}

/// The registrations about which the permitted office is asked, those that end first at the beginning.
pub async fn list_asked(
    work: &mut Work,
    _permit: &Permit<ListPersons>,
    office_no: &OfficeNumber,
) -> Result<Vec<SilentRow>> {
    work.conn
        .query(
            &sql!(
                "SELECT insurer_no, insured_no, office_no, relation_id, service_kind, valid_from, created_at, alive_on, asked_on, ends_unanswered_on FROM care_relation WHERE office_no = $1 AND valid_to = $2 AND asked_on IS NOT NULL ORDER BY ends_unanswered_on, insurer_no, insured_no, relation_id"
            ),
            &[P::S(office_no.as_str()), P::D(FOREVER)],
            silent,
        )
        .await
}

fn silent(row: &Row<'_>) -> Result<SilentRow> {
    let asked: (Option<Date>, Option<Date>) = (row.get(8)?, row.get(9)?);
    Ok(SilentRow {
        person: PersonKey {
            insurer_no: super::parse(row, 0, "care_relation.insurer_no")?,
            insured_no: super::parse(row, 1, "care_relation.insured_no")?,
        },
        office_no: super::parse(row, 2, "care_relation.office_no")?,
        relation_id: row.get(3)?,
        service_kind: super::parse(row, 4, "care_relation.service_kind")?,
        valid_from: row.get(5)?,
        created_at: row.get(6)?,
        alive_on: row.get(7)?,
        asked: match asked {
            (Some(on), Some(ends_on)) => Some(Asked { on, ends_on }),
            (_, _) => None,
        },
    })
}

/// Notes the last day of use and what the office is asked from now on; false when the registration does not stand as it
/// was read any more.
pub async fn note(
    work: &mut Work,
    row: &SilentRow,
    alive_on: Date,
    asked: Option<Asked>,
) -> Result<bool> {
    let touched = work
        .conn
        .exec(
            &sql!(
                "UPDATE care_relation SET alive_on = $5, asked_on = $6, ends_unanswered_on = $7 WHERE insurer_no = $1 AND insured_no = $2 AND office_no = $3 AND relation_id = $4 AND valid_to = $8 AND coalesce(asked_on, $8) = $9 AND coalesce(alive_on, $8) = $10"
            ),
            &[
                P::S(row.person.insurer_no.as_str()),
                P::S(row.person.insured_no.as_str()),
                P::S(row.office_no.as_str()),
                P::U(row.relation_id),
                P::D(alive_on),
                P::opt_day(asked.map(|it| it.on)),
                P::opt_day(asked.map(|it| it.ends_on)),
                P::D(FOREVER),
                P::D(row.asked.map_or(FOREVER, |it| it.on)),
                P::D(row.alive_on.unwrap_or(FOREVER)),
            ],
        )
        .await?;
    Ok(touched == 1)
}

/// Ends a registration about which nobody answered; false when somebody has answered or ended it since it was read.
pub async fn end_unanswered(work: &mut Work, row: &SilentRow, ending: &Ending) -> Result<bool> {
    let Some(asked) = row.asked else {
        return Ok(false);
    };
    let touched = work
        .conn
        .exec(
            &sql!(
                "UPDATE care_relation SET valid_to = $5, end_reason = $6, end_note = NULL, ended_at = $7, ended_by = $8, asked_on = NULL, ends_unanswered_on = NULL WHERE insurer_no = $1 AND insured_no = $2 AND office_no = $3 AND relation_id = $4 AND valid_to = $9 AND asked_on = $10"
            ),
            &[
                P::S(row.person.insurer_no.as_str()),
                P::S(row.person.insured_no.as_str()),
                P::S(row.office_no.as_str()),
                P::U(row.relation_id),
                P::D(ending.valid_to),
                P::S(ending.reason.code()),
                P::T(ending.at),
                P::S(&ending.by),
                P::D(FOREVER),
                P::D(asked.on),
            ],
        )
        .await?;
    Ok(touched == 1)
}

/// What a letter to an office counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Silence {
    /// Registrations about which the office is asked.
    pub waiting: i64,
    /// Registrations that ended without an answer since its last letter.
    pub ended: i64,
}

/// Takes an office's turn for a letter at `now`: nobody else gets it, and none is given while the last letter was written
/// on or after `since`. What the letter counts, or `None` when there is no turn or nothing to say.
pub async fn take_letter(
    work: &mut Work,
    office_no: &OfficeNumber,
    since: Timestamp,
    now: Timestamp,
) -> Result<Option<Silence>> {
    let last: Option<Timestamp> = work
        .conn
        .first(
            &sql!("SELECT sent_at FROM silence_letter WHERE office_no = $1"),
            &[P::S(office_no.as_str())],
            |row| row.get(0),
        )
        .await?;
    let told = last.unwrap_or(Timestamp::UNIX_EPOCH);
    let silence = work
        .conn
        .first(
            &sql!(
                "SELECT count(CASE WHEN asked_on IS NOT NULL AND valid_to = $2 THEN 1 END), count(CASE WHEN end_reason = 'no_answer' AND ended_at > $3 THEN 1 END) FROM care_relation WHERE office_no = $1"
            ),
            &[P::S(office_no.as_str()), P::D(FOREVER), P::T(told)],
            |row| {
                Ok(Silence {
                    waiting: row.get(0)?,
                    ended: row.get(1)?,
                })
            },
        )
        .await?;
    let Some(silence) = silence.filter(|it| it.waiting + it.ended > 0) else {
        return Ok(None);
    };
    let touched = work
        .conn
        .exec(
            &sql!(
                "INSERT INTO silence_letter (office_no, sent_at) VALUES ($1, $2) ON CONFLICT (office_no) DO UPDATE SET sent_at = excluded.sent_at WHERE silence_letter.sent_at < $3"
            ),
            &[P::S(office_no.as_str()), P::T(now), P::T(since)],
        )
        .await?;
    Ok((touched == 1).then_some(silence))
}

/// Offices of which a registration ended without an answer after their last letter.
pub async fn list_untold(work: &mut Work) -> Result<Vec<OfficeNumber>> {
    work.conn
        .query(
            &sql!(
                "SELECT DISTINCT l.office_no FROM silence_letter l JOIN care_relation r ON r.office_no = l.office_no WHERE r.end_reason = 'no_answer' AND r.ended_at > l.sent_at ORDER BY l.office_no"
            ),
            &[],
            |row| super::parse(row, 0, "silence_letter.office_no"),
        )
        .await
}

/// Where letters about an office's persons go: its active administrators and care managers with an address, or its contact
/// while there is none.
pub async fn list_mails(work: &mut Work, office_no: &OfficeNumber) -> Result<Vec<String>> {
    let members: Vec<String> = work
        .conn
        .query(
            &sql!("SELECT DISTINCT mail FROM staff WHERE office_no = $1 AND role IN (1, 2) AND state = 1 AND mail IS NOT NULL ORDER BY mail"),
            &[P::S(office_no.as_str())],
            |row| row.get(0),
        )
        .await?;
    if members.is_empty() {
        return super::offices::list_mails(work, office_no).await;
    }
    Ok(members)
}

impl SilentRow {
    /// Whether it is the registration `row`.
    pub fn is(&self, row: &RelationRow) -> bool {
        self.relation_id == row.relation_id && self.person == row.person
    }
}
