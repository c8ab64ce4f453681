//! Requests for opinions and what is typed for them (D-1, D-2, D-5).
//!
//! Every statement names whose rows it means: the institution that was asked or the insurer that asks, by its permit. A row of somebody else is not found.

use crate::{
    Work,
    engine::{Kind, P, Row, Table},
    error::{Error, Result},
    sql,
};
use kiban_access::{AskedInstitution, AskingInsurer, Permit, PersonKey, ReadPerson};
use kiban_domain::{
    Date, InsurerNumber, OfficeNumber, PrivateText, Sex, Timestamp,
    opinion::{Choice as _, Setting},
    opinion_case::{CaseAct, CaseState, OpinionRequest, RequestKey, Writing},
};
use uuid::Uuid;

/// Whose requests a statement means.
#[derive(Debug, Clone, Copy)]
pub enum Own<'a> {
    /// Those made to an institution.
    Asked(&'a Permit<AskedInstitution>),
    /// Those made by an insurer.
    Asking(&'a Permit<AskingInsurer>),
}

impl Own<'_> {
    /// The institution and the insurer that a row must have; an empty text stands for any.
    fn bounds(&self) -> (&str, &str) {
        match self {
            Self::Asked(permit) => (permit.institution().as_str(), ""),
            Self::Asking(permit) => ("", permit.insurer_no().as_str()),
        }
    }
}

/// Who a request is about, as the insurer's records have the person. No `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct CasePerson {
    /// 氏名.
    pub name: String,
    /// カナ.
    pub name_kana: String,
    /// 生年月日.
    pub birth_date: Date,
    /// 性別.
    pub sex: Sex,
}

/// A request. No `Debug`: it is about a person.
#[derive(Clone, PartialEq, Eq)]
pub struct CaseRow {
    /// Its identifier.
    pub case_id: Uuid,
    /// What makes it this request.
    pub key: RequestKey,
    /// As the insurer made it; its own due date is in [`Self::due_on`].
    pub request: OpinionRequest,
    /// By when the opinion is due.
    pub due_on: Date,
    /// Where it stands.
    pub state: CaseState,
    /// The code of why it was declined, or empty.
    pub reason: String,
    /// Why it was declined or given back, in words, or empty.
    pub note: String,
    /// Counted up by every step, from 1.
    pub version: i64,
    /// How many opinions were sent for it.
    pub submissions: i64,
    /// How many steps it took.
    pub events: i64,
    /// The day on which the opinion that stands was received by the insurer.
    pub received_on: Option<Date>,
    /// When it came.
    pub created_at: Timestamp,
    /// When its last step was.
    pub changed_at: Timestamp,
    /// The person, unless the insurer's records do not know it any more.
    pub person: Option<CasePerson>,
}

impl CaseRow {
    /// Whom it is about.
    pub fn person_key(&self) -> PersonKey {
        PersonKey {
            insurer_no: self.key.insurer_no,
            insured_no: self.key.insured_no,
        }
    }
}

macro_rules! case_columns {
    () => {
        "c.insurer_no, c.case_id, c.insured_no, c.applied_on, c.branch, c.request_no, c.institution_code, c.doctor_no, c.doctor_name, c.requested_on, c.due_on, c.setting, c.writing, c.state, c.reason, c.note, c.version, c.submissions, c.events, c.received_on, c.created_at, c.changed_at, e.name, e.name_kana, e.birth_date, e.sex FROM opinion_case c LEFT JOIN eligibility_current e ON e.insurer_no = c.insurer_no AND e.insured_no = c.insured_no"
    };
}

/// One own request.
pub async fn find(
    work: &mut Work,
    own: Own<'_>,
    insurer_no: &InsurerNumber,
    case_id: Uuid,
) -> Result<Option<CaseRow>> {
    let (institution, insurer) = own.bounds();
    work.conn
        .first(
            &sql!(concat!(
                "SELECT ",
                case_columns!(),
                " WHERE c.insurer_no = $1 AND c.case_id = $2 AND ($3 = '' OR c.institution_code = $3) AND ($4 = '' OR c.insurer_no = $4)"
            )),
            &[
                P::S(insurer_no.as_str()),
                P::U(case_id),
                P::S(institution),
                P::S(insurer),
            ],
            case,
        )
        .await
}

/// One own request, held until the unit of work ends: whoever moves it too waits, and then sees what this one did.
pub async fn lock(
    work: &mut Work,
    own: Own<'_>,
    insurer_no: &InsurerNumber,
    case_id: Uuid,
) -> Result<Option<CaseRow>> {
    work.conn
        .exec(
            &sql!(
                "UPDATE opinion_case SET version = version WHERE insurer_no = $1 AND case_id = $2"
            ),
            &[P::S(insurer_no.as_str()), P::U(case_id)],
        )
        .await?;
    find(work, own, insurer_no, case_id).await
}

/// The permitted insurer's request of this key that stands, held until the unit of work ends.
pub async fn lock_by_key(
    work: &mut Work,
    permit: &Permit<AskingInsurer>,
    key: &RequestKey,
) -> Result<Option<CaseRow>> {
    let case_id: Option<Uuid> = work
        .conn
        .first(
            &sql!(
                "UPDATE opinion_case SET version = version WHERE insurer_no = $1 AND insured_no = $2 AND applied_on = $3 AND branch = $4 AND request_no = $5 AND state <> 'transferred' RETURNING case_id"
            ),
            &[
                P::S(permit.insurer_no().as_str()),
                P::S(key.insured_no.as_str()),
                P::D(key.applied_on),
                P::I(i64::from(key.branch)),
                P::S(key.request_no.as_str()),
            ],
            |row| row.get(0),
        )
        .await?;
    match case_id {
        Some(case_id) => find(work, Own::Asking(permit), permit.insurer_no(), case_id).await,
        None => Ok(None),
    }
}

/// The requests to the permitted institution about this person, newest first.
///
/// The person's requests are found by their own index and then taken by their key: asked for in one breath, SQLite would take the key alone and read every request of
/// the insurer at each sending.
pub async fn list_by_number(
    work: &mut Work,
    permit: &Permit<AskedInstitution>,
    person: &PersonKey,
) -> Result<Vec<CaseRow>> {
    work.conn
        .query(
            &sql!(concat!(
                "SELECT ",
                case_columns!(),
                " WHERE c.insurer_no = $1 AND c.case_id IN (SELECT k.case_id FROM opinion_case k WHERE k.insurer_no = $1 AND k.insured_no = $2) AND c.institution_code = $3 ORDER BY c.requested_on DESC, c.created_at DESC, c.case_id DESC"
            )),
            &[
                P::S(person.insurer_no.as_str()),
                P::S(person.insured_no.as_str()),
                P::S(permit.institution().as_str()),
            ],
            case,
        )
        .await
}

/// Where a list of requests goes on: behind this due date and identifier.
pub type CaseCursor = (Date, Uuid);

/// Own requests in one of these states, by due date; behind `after`, `most` at most.
pub async fn list(
    work: &mut Work,
    own: Own<'_>,
    states: &[CaseState],
    after: Option<CaseCursor>,
    most: i64,
) -> Result<Vec<CaseRow>> {
    let (institution, insurer) = own.bounds();
    let wanted: Vec<&str> = states.iter().map(CaseState::code).collect();
    let wanted = format!(",{},", wanted.join(","));
    let (day, id) = after.unwrap_or((Date::constant(1, 1, 1), Uuid::nil()));
    let rest = [P::S(&wanted), P::D(day), P::U(id), P::I(most)];
    // One text for each side, so that each goes by its own index.
    match own {
        Own::Asked(_) => {
            let mut all = vec![P::S(institution)];
            all.extend(rest);
            work.conn
                .query(
                    &sql!(concat!(
                        "SELECT ",
                        case_columns!(),
                        " WHERE c.institution_code = $1 AND $2 LIKE '%,' || c.state || ',%' AND (c.due_on > $3 OR (c.due_on = $3 AND c.case_id > $4)) ORDER BY c.due_on, c.case_id LIMIT $5"
                    )),
                    &all,
                    case,
                )
                .await
        }
        Own::Asking(_) => {
            let mut all = vec![P::S(insurer)];
            all.extend(rest);
            work.conn
                .query(
                    &sql!(concat!(
                        "SELECT ",
                        case_columns!(),
                        " WHERE c.insurer_no = $1 AND $2 LIKE '%,' || c.state || ',%' AND (c.due_on > $3 OR (c.due_on = $3 AND c.case_id > $4)) ORDER BY c.due_on, c.case_id LIMIT $5"
                    )),
                    &all,
                    case,
                )
                .await
        }
    }
}

/// How many own requests are in each state.
pub async fn count(work: &mut Work, own: Own<'_>) -> Result<Vec<(CaseState, i64)>> {
    let (institution, insurer) = own.bounds();
    let counted = |row: &Row<'_>| Ok((super::parse(row, 0, "opinion_case.state")?, row.get(1)?));
    match own {
        Own::Asked(_) => {
            let sql = sql!(
                "SELECT state, count(*) FROM opinion_case WHERE institution_code = $1 GROUP BY state ORDER BY state"
            );
            work.conn.query(&sql, &[P::S(institution)], counted).await
        }
        Own::Asking(_) => {
            let sql = sql!(
                "SELECT state, count(*) FROM opinion_case WHERE insurer_no = $1 GROUP BY state ORDER BY state"
            );
            work.conn.query(&sql, &[P::S(insurer)], counted).await
        }
    }
}

/// What a decision about a person's opinions rests on: whether the institution is asked about the person now, and whether it wrote about it before.
///
/// It tells nothing about the person but what the institution did itself.
pub async fn standing_of(
    work: &mut Work,
    institution: &OfficeNumber,
    person: &PersonKey,
) -> Result<(bool, bool)> {
    let rows: Vec<(CaseState, i64)> = work
        .conn
        .query(
            &sql!(
                "SELECT c.state, c.submissions FROM opinion_case k CROSS JOIN opinion_case c WHERE k.insurer_no = $1 AND k.insured_no = $2 AND c.insurer_no = k.insurer_no AND c.case_id = k.case_id AND c.institution_code = $3"
            ),
            &[
                P::S(person.insurer_no.as_str()),
                P::S(person.insured_no.as_str()),
                P::S(institution.as_str()),
            ],
            |row| Ok((super::parse(row, 0, "opinion_case.state")?, row.get(1)?)),
        )
        .await?;
    let is_asked = rows.iter().any(|(state, _)| state.waits_for_institution());
    Ok((is_asked, rows.iter().any(|(_, sent)| *sent > 0)))
}

const STAGE: Table = Table {
    name: "stage_opinion_persons",
    columns: &[("insured_no", Kind::Text)],
    key: &[],
};

/// How far the opinion of an application is, as its requests tell.
#[derive(Clone, PartialEq, Eq)]
pub struct StageRow {
    /// About whom.
    pub insured_no: String,
    /// 申請日 of the application.
    pub applied_on: Date,
    /// Its 枝番.
    pub branch: u64,
    /// 作成依頼日.
    pub requested_on: Date,
    /// The day on which the insurer received the opinion that stands.
    pub received_on: Option<Date>,
}

/// The requests of several persons that stand, as the clock of their applications sees them: for keeping the read model. Shows nothing to anybody.
///
/// An insurer without requests costs one probe, however many persons are asked about.
pub async fn list_stages(
    work: &mut Work,
    insurer_no: &str,
    insured_nos: &[&str],
) -> Result<Vec<StageRow>> {
    let any: Option<i64> = work
        .conn
        .first(
            &sql!("SELECT 1 FROM opinion_case WHERE insurer_no = $1 LIMIT 1"),
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
                "SELECT c.insured_no, c.applied_on, c.branch, c.requested_on, c.received_on FROM stage_opinion_persons s CROSS JOIN opinion_case k CROSS JOIN opinion_case c WHERE k.insurer_no = $1 AND k.insured_no = s.insured_no AND c.insurer_no = k.insurer_no AND c.case_id = k.case_id AND c.state NOT IN ('cancelled', 'transferred') ORDER BY c.requested_on, c.case_id"
            ),
            &[P::S(insurer_no)],
            stage,
        )
        .await
}

/// The same for the permitted person.
pub async fn list_stages_of(work: &mut Work, permit: &Permit<ReadPerson>) -> Result<Vec<StageRow>> {
    let person = permit.person();
    work.conn
        .query(
            &sql!(
                "SELECT c.insured_no, c.applied_on, c.branch, c.requested_on, c.received_on FROM opinion_case k CROSS JOIN opinion_case c WHERE k.insurer_no = $1 AND k.insured_no = $2 AND c.insurer_no = k.insurer_no AND c.case_id = k.case_id AND c.state NOT IN ('cancelled', 'transferred') ORDER BY c.requested_on, c.case_id"
            ),
            &[
                P::S(person.insurer_no.as_str()),
                P::S(person.insured_no.as_str()),
            ],
            stage,
        )
        .await
}

fn stage(row: &Row<'_>) -> Result<StageRow> {
    Ok(StageRow {
        insured_no: row.get(0)?,
        applied_on: row.get(1)?,
        branch: row.get(2)?,
        requested_on: row.get(3)?,
        received_on: row.get(4)?,
    })
}

/// How many requests wait for an institution, by their days: for reminding. Tells nothing about persons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingCount {
    /// The institution.
    pub institution: OfficeNumber,
    /// When they were asked for.
    pub requested_on: Date,
    /// When they are due.
    pub due_on: Date,
    /// How many.
    pub count: i64,
}

/// The requests that wait for institutions, counted.
pub async fn count_waiting(work: &mut Work) -> Result<Vec<WaitingCount>> {
    work.conn
        .query(
            &sql!(
                "SELECT institution_code, requested_on, due_on, count(*) FROM opinion_case WHERE state IN ('requested', 'draft', 'returned', 'withdrawn') GROUP BY institution_code, requested_on, due_on ORDER BY institution_code, due_on, requested_on"
            ),
            &[],
            |row| {
                Ok(WaitingCount {
                    institution: super::parse(row, 0, "opinion_case.institution_code")?,
                    requested_on: row.get(1)?,
                    due_on: row.get(2)?,
                    count: row.get(3)?,
                })
            },
        )
        .await
}

/// Adds a request of the permitted insurer. A unique key refuses it when one of the same key stands.
pub async fn add(work: &mut Work, permit: &Permit<AskingInsurer>, row: &CaseRow) -> Result<()> {
    debug_assert_eq!(*permit.insurer_no(), row.key.insurer_no);
    let (setting, writing) = (
        setting_code(row.request.setting),
        writing_code(row.request.writing),
    );
    work.conn
        .exec(
            &sql!(
                "INSERT INTO opinion_case (insurer_no, case_id, insured_no, applied_on, branch, request_no, institution_code, doctor_no, doctor_name, requested_on, due_on, setting, writing, state, reason, note, version, submissions, events, received_on, created_at, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)"
            ),
            &[
                P::S(row.key.insurer_no.as_str()),
                P::U(row.case_id),
                P::S(row.key.insured_no.as_str()),
                P::D(row.key.applied_on),
                P::I(i64::from(row.key.branch)),
                P::S(row.key.request_no.as_str()),
                P::S(row.request.institution.as_str()),
                P::S(&row.request.doctor_no),
                P::S(row.request.doctor_name.as_str()),
                P::D(row.request.requested_on),
                P::D(row.due_on),
                P::S(setting),
                P::S(writing),
                P::S(row.state.code()),
                P::S(&row.reason),
                P::S(&row.note),
                P::I(row.version),
                P::I(row.submissions),
                P::I(row.events),
                P::opt_day(row.received_on),
                P::T(row.created_at),
                P::T(row.changed_at),
            ],
        )
        .await?;
    Ok(())
}

/// Saves what a step changed of an own request that [`lock`] gave, and counts its version up.
pub async fn save(work: &mut Work, own: Own<'_>, row: &mut CaseRow) -> Result<()> {
    let (institution, insurer) = own.bounds();
    let (setting, writing) = (
        setting_code(row.request.setting),
        writing_code(row.request.writing),
    );
    let touched = work
        .conn
        .exec(
            &sql!(
                "UPDATE opinion_case SET doctor_no = $3, doctor_name = $4, requested_on = $5, due_on = $6, setting = $7, writing = $8, state = $9, reason = $10, note = $11, version = version + 1, submissions = $12, events = $13, received_on = $14, changed_at = $15 WHERE insurer_no = $1 AND case_id = $2 AND version = $16 AND ($17 = '' OR institution_code = $17) AND ($18 = '' OR insurer_no = $18)"
            ),
            &[
                P::S(row.key.insurer_no.as_str()),
                P::U(row.case_id),
                P::S(&row.request.doctor_no),
                P::S(row.request.doctor_name.as_str()),
                P::D(row.request.requested_on),
                P::D(row.due_on),
                P::S(setting),
                P::S(writing),
                P::S(row.state.code()),
                P::S(&row.reason),
                P::S(&row.note),
                P::I(row.submissions),
                P::I(row.events),
                P::opt_day(row.received_on),
                P::T(row.changed_at),
                P::I(row.version),
                P::S(institution),
                P::S(insurer),
            ],
        )
        .await?;
    if touched == 0 {
        return Err(Error::corrupt("opinion_case.version", "moved while held"));
    }
    row.version += 1;
    Ok(())
}

/// A step of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseEventRow {
    /// From 1.
    pub number: i64,
    /// What was done.
    pub act: CaseAct,
    /// Which opinion it was about; 0: none.
    pub submission: i64,
    /// Who did it: a member's login or the organisation's number.
    pub actor: String,
    /// In words, or empty.
    pub note: String,
    /// When.
    pub acted_at: Timestamp,
}

/// Adds a step of an own request that [`lock`] gave.
pub async fn add_event(work: &mut Work, row: &CaseRow, event: &CaseEventRow) -> Result<()> {
    work.conn
        .exec(
            &sql!(
                "INSERT INTO opinion_event (insurer_no, case_id, number, act, submission, actor, note, acted_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
            ),
            &[
                P::S(row.key.insurer_no.as_str()),
                P::U(row.case_id),
                P::I(event.number),
                P::S(event.act.code()),
                P::I(event.submission),
                P::S(&event.actor),
                P::S(&event.note),
                P::T(event.acted_at),
            ],
        )
        .await?;
    Ok(())
}

/// The steps of an own request, the first one first.
pub async fn list_events(
    work: &mut Work,
    own: Own<'_>,
    insurer_no: &InsurerNumber,
    case_id: Uuid,
) -> Result<Vec<CaseEventRow>> {
    let (institution, insurer) = own.bounds();
    work.conn
        .query(
            &sql!(
                "SELECT v.number, v.act, v.submission, v.actor, v.note, v.acted_at FROM opinion_case c JOIN opinion_event v ON v.insurer_no = c.insurer_no AND v.case_id = c.case_id WHERE c.insurer_no = $1 AND c.case_id = $2 AND ($3 = '' OR c.institution_code = $3) AND ($4 = '' OR c.insurer_no = $4) ORDER BY v.number"
            ),
            &[
                P::S(insurer_no.as_str()),
                P::U(case_id),
                P::S(institution),
                P::S(insurer),
            ],
            |row| {
                Ok(CaseEventRow {
                    number: row.get(0)?,
                    act: super::parse(row, 1, "opinion_event.act")?,
                    submission: row.get(2)?,
                    actor: row.get(3)?,
                    note: row.get(4)?,
                    acted_at: row.get(5)?,
                })
            },
        )
        .await
}

fn setting_code(setting: Option<Setting>) -> &'static str {
    match setting {
        Some(Setting::Home) => "1",
        Some(Setting::Facility) => "2",
        None => "",
    }
}

fn writing_code(writing: Option<Writing>) -> &'static str {
    writing.map_or("", |it| it.code())
}

/// Reads a column that holds a choice's number, or nothing.
pub(super) fn setting_of(row: &Row<'_>, index: usize) -> Result<Option<Setting>> {
    row.with_text(index, |text| match text {
        "" => Ok(None),
        code => {
            let setting = code.parse().ok().and_then(Setting::of);
            let known = setting.ok_or_else(|| Error::corrupt("opinion_case.setting", code));
            known.map(Some)
        }
    })?
}

/// Reads a column that holds 新規 or 継続, or nothing.
pub(super) fn writing_of(row: &Row<'_>, index: usize) -> Result<Option<Writing>> {
    row.with_text(index, |text| match text {
        "" => Ok(None),
        code => {
            let writing = code.parse();
            writing
                .map(Some)
                .map_err(|error| Error::corrupt("opinion_case.writing", error))
        }
    })?
}

fn case(row: &Row<'_>) -> Result<CaseRow> {
    let branch: i64 = row.get(4)?;
    let due_on = row.get(10)?;
    let name: Option<String> = row.get(22)?;
    let person = match name {
        Some(name) => Some(CasePerson {
            name,
            name_kana: row.get(23)?,
            birth_date: row.get(24)?,
            sex: if row.get::<i64>(25)? == 1 {
                Sex::Male
            } else {
                Sex::Female
            },
        }),
        None => None,
    };
    Ok(CaseRow {
        case_id: row.get(1)?,
        key: RequestKey {
            insurer_no: super::parse(row, 0, "opinion_case.insurer_no")?,
            insured_no: super::parse(row, 2, "opinion_case.insured_no")?,
            applied_on: row.get(3)?,
            branch: u16::try_from(branch)
                .map_err(|error| Error::corrupt("opinion_case.branch", error))?,
            request_no: super::parse(row, 5, "opinion_case.request_no")?,
        },
        request: OpinionRequest {
            institution: super::parse(row, 6, "opinion_case.institution_code")?,
            doctor_no: row.get(7)?,
            doctor_name: PrivateText::new(row.get::<String>(8)?),
            requested_on: row.get(9)?,
            due_on: Some(due_on),
            setting: setting_of(row, 11)?,
            writing: writing_of(row, 12)?,
        },
        due_on,
        state: super::parse(row, 13, "opinion_case.state")?,
        reason: row.get(14)?,
        note: row.get(15)?,
        version: row.get(16)?,
        submissions: row.get(17)?,
        events: row.get(18)?,
        received_on: row.get(19)?,
        created_at: row.get(20)?,
        changed_at: row.get(21)?,
        person,
    })
}
