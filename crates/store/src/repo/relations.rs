//! Which office serves which person (S-2, W-4).

use crate::{
    Work,
    engine::{P, Row},
    error::Result,
    sql,
};
use kiban_access::{ListPersons, Permit, PersonKey, RegisterRelation};
use kiban_domain::{Date, EndReason, MunicipalityStage, OfficeNumber, ServiceKind, Timestamp};
use uuid::Uuid;

/// The last day of what has no end.
pub const FOREVER: Date = Date::constant(9999, 12, 31);
/// First and last day of a registration that never was valid: no day that anybody asks for.
pub const NEVER: Date = Date::constant(1, 1, 1);

/// One registration.
#[derive(Debug, Clone)]
pub struct RelationRow {
    /// Its identifier.
    pub relation_id: Uuid,
    /// With whom.
    pub person: PersonKey,
    /// Of which office.
    pub office_no: OfficeNumber,
    /// For which service.
    pub service_kind: ServiceKind,
    /// For what purpose.
    pub purpose: String,
    /// First day.
    pub valid_from: Date,
    /// Last day, inclusive; [`FOREVER`] when open.
    pub valid_to: Date,
    /// The identity check it rests on.
    pub check_id: Uuid,
    /// When it was registered.
    pub created_at: Timestamp,
    /// By whom.
    pub created_by: String,
    /// When it was ended by somebody; its last day may still lie ahead.
    pub ended_at: Option<Timestamp>,
    /// Why it was ended.
    pub end_reason: Option<EndReason>,
    /// The reason in words, where the code says "other".
    pub end_note: Option<String>,
    /// The first day it had before it was found to be a mistake; both its days are [`NEVER`] since.
    pub voided_from: Option<Date>,
}

impl RelationRow {
    /// Whether it holds on `day`.
    pub fn holds_on(&self, day: Date) -> bool {
        self.valid_from <= day && day <= self.valid_to
    }

    /// Whether nothing follows from it on `day` or later.
    pub fn is_over(&self, day: Date) -> bool {
        self.valid_to < day
    }
}

/// Registers; the permit names the person.
pub async fn add(
    work: &mut Work,
    permit: &Permit<RegisterRelation>,
    row: &RelationRow,
) -> Result<()> {
    debug_assert_eq!(permit.person(), &row.person);
    work.conn
        .exec(
            &sql!(
                "INSERT INTO care_relation (insurer_no, insured_no, office_no, relation_id, service_kind, purpose, valid_from, valid_to, check_id, created_at, created_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
            ),
            &[
                P::S(row.person.insurer_no.as_str()),
                P::S(row.person.insured_no.as_str()),
                P::S(row.office_no.as_str()),
                P::U(row.relation_id),
                P::S(row.service_kind.as_str()),
                P::S(&row.purpose),
                P::D(row.valid_from),
                P::D(row.valid_to),
                P::U(row.check_id),
                P::T(row.created_at),
                P::S(&row.created_by),
            ],
        )
        .await?;
    Ok(())
}

/// An office's registrations with one person, newest first. They are the office's own acts, not the person's data.
pub async fn list_of(
    work: &mut Work,
    person: &PersonKey,
    office_no: &OfficeNumber,
) -> Result<Vec<RelationRow>> {
    work.conn
        .query(
            &sql!(
                "SELECT insurer_no, insured_no, office_no, relation_id, service_kind, purpose, valid_from, valid_to, check_id, created_at, created_by, ended_at, end_reason, end_note, voided_from FROM care_relation WHERE insurer_no = $1 AND insured_no = $2 AND office_no = $3 ORDER BY relation_id DESC"
            ),
            &[
                P::S(person.insurer_no.as_str()),
                P::S(person.insured_no.as_str()),
                P::S(office_no.as_str()),
            ],
            relation,
        )
        .await
}

fn relation(row: &Row<'_>) -> Result<RelationRow> {
    Ok(RelationRow {
        person: PersonKey {
            insurer_no: super::parse(row, 0, "care_relation.insurer_no")?,
            insured_no: super::parse(row, 1, "care_relation.insured_no")?,
        },
        office_no: super::parse(row, 2, "care_relation.office_no")?,
        relation_id: row.get(3)?,
        service_kind: super::parse(row, 4, "care_relation.service_kind")?,
        purpose: row.get(5)?,
        valid_from: row.get(6)?,
        valid_to: row.get(7)?,
        check_id: row.get(8)?,
        created_at: row.get(9)?,
        created_by: row.get(10)?,
        ended_at: row.get(11)?,
        end_reason: match row.get::<Option<String>>(12)? {
            None => None,
            Some(_) => Some(super::parse(row, 12, "care_relation.end_reason")?),
        },
        end_note: row.get(13)?,
        voided_from: row.get(14)?,
    })
}

/// The days and the reason that an ended registration gets.
#[derive(Debug, Clone)]
pub struct Ending {
    /// First day: what it was, or [`NEVER`].
    pub valid_from: Date,
    /// Last day, inclusive; never before the first.
    pub valid_to: Date,
    /// The first day it had, if it was a mistake.
    pub voided_from: Option<Date>,
    /// Why.
    pub reason: EndReason,
    /// Why, in words.
    pub note: Option<String>,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: String,
}

/// Ends `row`; false when it is not as it was read any more, because somebody else has ended it meanwhile.
pub async fn end(work: &mut Work, row: &RelationRow, ending: &Ending) -> Result<bool> {
    debug_assert!(ending.valid_from <= ending.valid_to);
    let touched = work
        .conn
        .exec(
            &sql!(
                "UPDATE care_relation SET valid_from = $5, valid_to = $6, voided_from = $7, end_reason = $8, end_note = $9, ended_at = $10, ended_by = $11, asked_on = NULL, ends_unanswered_on = NULL WHERE insurer_no = $1 AND insured_no = $2 AND office_no = $3 AND relation_id = $4 AND valid_to = $12"
            ),
            &[
                P::S(row.person.insurer_no.as_str()),
                P::S(row.person.insured_no.as_str()),
                P::S(row.office_no.as_str()),
                P::U(row.relation_id),
                P::D(ending.valid_from),
                P::D(ending.valid_to),
                P::opt_day(ending.voided_from),
                P::S(ending.reason.code()),
                P::opt(ending.note.as_deref()),
                P::T(ending.at),
                P::S(&ending.by),
                P::D(row.valid_to),
            ],
        )
        .await?;
    Ok(touched == 1)
}

/// A person in the office's own list: never more than `specs/ui` section 6 allows.
#[derive(Clone)]
pub struct ListedRow {
    /// Who.
    pub relation: RelationRow,
    /// Name.
    pub name: String,
    /// Kana name.
    pub name_kana: String,
    /// Birth date.
    pub birth_date: Date,
    /// Care level code; empty when never certified.
    pub care_level: String,
    /// Last day of the certification.
    pub certified_until: Option<Date>,
    /// Day of the latest application.
    pub application_date: Option<Date>,
    /// Code of its progress; empty without an application.
    pub progress: String,
    /// Name of the insurer.
    pub insurer_name: String,
    /// Whether the insurer shares.
    pub shared: bool,
    /// First day on which what the insurer keeps is true as it stands here.
    pub good_from: Date,
    /// Last day on which it is.
    pub good_until: Date,
}

impl ListedRow {
    /// Whether what the insurer keeps is that of `day`.
    pub fn is_good_on(&self, day: Date) -> bool {
        self.good_from <= day && day <= self.good_until
    }
}

/// The persons of the permitted office, by kana; registrations that ended are among them.
///
/// An office has some thousands at most, so the whole list is read and searched in memory.
pub async fn list_of_office(
    work: &mut Work,
    _permit: &Permit<ListPersons>,
    office_no: &OfficeNumber,
) -> Result<Vec<ListedRow>> {
    work.conn
        .query(
            &sql!(
                "SELECT r.insurer_no, r.insured_no, r.office_no, r.relation_id, r.service_kind, r.purpose, r.valid_from, r.valid_to, r.check_id, r.created_at, r.created_by, r.ended_at, r.end_reason, r.end_note, r.voided_from, e.name, e.name_kana, e.birth_date, e.care_level, e.certified_until, e.application_date, e.progress, i.name, i.stage, e.good_from, e.good_until FROM care_relation r JOIN insurer i ON i.insurer_no = r.insurer_no JOIN eligibility_current e ON e.insurer_no = r.insurer_no AND e.insured_no = r.insured_no WHERE r.office_no = $1 ORDER BY e.name_kana, r.insurer_no, r.insured_no, r.relation_id"
            ),
            &[P::S(office_no.as_str())],
            |row| {
                Ok(ListedRow {
                    relation: relation(row)?,
                    name: row.get(15)?,
                    name_kana: row.get(16)?,
                    birth_date: row.get(17)?,
                    care_level: row.get(18)?,
                    certified_until: row.get(19)?,
                    application_date: row.get(20)?,
                    progress: row.get(21)?,
                    insurer_name: row.get(22)?,
                    shared: super::parse::<MunicipalityStage>(row, 23, "insurer.stage")?.may_be_seen(),
                    good_from: row.get(24)?,
                    good_until: row.get(25)?,
                })
            },
        )
        .await
}

/// The name of a person whom the permitted office serves or served; `None` for anybody else.
pub async fn find_name(
    work: &mut Work,
    _permit: &Permit<ListPersons>,
    office_no: &OfficeNumber,
    person: &PersonKey,
) -> Result<Option<String>> {
    work.conn
        .first(
            &sql!(
                "SELECT e.name FROM care_relation r JOIN eligibility_current e ON e.insurer_no = r.insurer_no AND e.insured_no = r.insured_no WHERE r.insurer_no = $1 AND r.insured_no = $2 AND r.office_no = $3 LIMIT 1"
            ),
            &[
                P::S(person.insurer_no.as_str()),
                P::S(person.insured_no.as_str()),
                P::S(office_no.as_str()),
            ],
            |row| row.get(0),
        )
        .await
}

/// Another office that manages a person's care on the same day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherManager {
    /// Whose care.
    pub person: PersonKey,
    /// The other office.
    pub office_no: OfficeNumber,
    /// Its name.
    pub office: String,
    /// For which service it is registered.
    pub service_kind: ServiceKind,
}

/// The persons whose care the permitted office manages on `day` while another office does too, with the other office.
///
/// The kinds are those of [`kiban_access::manages_care`]; a test holds the two together.
pub async fn list_other_managers(
    work: &mut Work,
    _permit: &Permit<ListPersons>,
    office_no: &OfficeNumber,
    day: Date,
) -> Result<Vec<OtherManager>> {
    work.conn
        .query(
            &sql!(
                "SELECT o.insurer_no, o.insured_no, f.name, o.service_kind, o.office_no FROM care_relation r JOIN care_relation o ON o.insurer_no = r.insurer_no AND o.insured_no = r.insured_no JOIN office f ON f.office_no = o.office_no WHERE r.office_no = $1 AND r.valid_from <= $2 AND r.valid_to >= $2 AND r.service_kind IN ('43', '46', 'AF', '73', '75', '77') AND o.office_no <> $1 AND o.valid_from <= $2 AND o.valid_to >= $2 AND o.service_kind IN ('43', '46', 'AF', '73', '75', '77') ORDER BY o.insurer_no, o.insured_no, f.name, o.relation_id"
            ),
            &[P::S(office_no.as_str()), P::D(day)],
            |row| {
                Ok(OtherManager {
                    person: PersonKey {
                        insurer_no: super::parse(row, 0, "care_relation.insurer_no")?,
                        insured_no: super::parse(row, 1, "care_relation.insured_no")?,
                    },
                    office_no: super::parse(row, 4, "care_relation.office_no")?,
                    office: row.get(2)?,
                    service_kind: super::parse(row, 3, "care_relation.service_kind")?,
                })
            },
        )
        .await
}

/// Takes the end of a registration back that a hand-over had set; false when it does not stand as the hand-over left it.
pub async fn reopen(work: &mut Work, row: &RelationRow) -> Result<bool> {
    let touched = work
        .conn
        .exec(
            &sql!(
                "UPDATE care_relation SET valid_to = $5, end_reason = NULL, end_note = NULL, ended_at = NULL, ended_by = NULL WHERE insurer_no = $1 AND insured_no = $2 AND office_no = $3 AND relation_id = $4 AND valid_to = $6 AND end_reason = 'handed_over'"
            ),
            &[
                P::S(row.person.insurer_no.as_str()),
                P::S(row.person.insured_no.as_str()),
                P::S(row.office_no.as_str()),
                P::U(row.relation_id),
                P::D(FOREVER),
                P::D(row.valid_to),
            ],
        )
        .await?;
    Ok(touched == 1)
}
