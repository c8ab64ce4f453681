//! Offers of one care-management office to another to take over a person (W-4).

use crate::{
    Work,
    engine::{P, Row},
    error::{Error, Result},
    sql,
};
use kiban_access::{ListPersons, Permit, PersonKey};
use kiban_domain::{Date, OfficeNumber, Timestamp};
use uuid::Uuid;

/// How far an offer has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(i16)]
pub enum HandoverState {
    /// It waits for an answer, until its day.
    Offered = 1,
    /// The other office has taken over.
    Accepted = 2,
    /// The other office does not take over.
    Declined = 3,
    /// It was taken back before an answer.
    Withdrawn = 4,
    /// It was accepted by mistake, and that was undone.
    Undone = 5,
}

/// One offer.
#[derive(Debug, Clone)]
pub struct HandoverRow {
    /// Its identifier.
    pub handover_id: Uuid,
    /// Whom it is about.
    pub person: PersonKey,
    /// The registration of the office that offers.
    pub relation_id: Uuid,
    /// Who offers.
    pub from_office: OfficeNumber,
    /// To whom.
    pub to_office: OfficeNumber,
    /// The last day of the office that offers.
    pub last_day: Date,
    /// How far it is.
    pub state: HandoverState,
    /// When it was offered.
    pub offered_at: Timestamp,
    /// By whom.
    pub offered_by: String,
    /// Last day on which it can be accepted.
    pub expires_on: Date,
    /// When it was answered.
    pub answered_at: Option<Timestamp>,
    /// By whom.
    pub answered_by: Option<String>,
    /// The registration that came of it.
    pub new_relation_id: Option<Uuid>,
}

impl HandoverRow {
    /// Whether it can be accepted on `day`.
    pub fn is_open(&self, day: Date) -> bool {
        self.state == HandoverState::Offered && day <= self.expires_on
    }
}

/// Adds an offer.
pub async fn add(work: &mut Work, row: &HandoverRow) -> Result<()> {
    work.conn
        .exec(
            &sql!(
                "INSERT INTO handover (insurer_no, handover_id, insured_no, relation_id, from_office, to_office, last_day, state, offered_at, offered_by, expires_on) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
            ),
            &[
                P::S(row.person.insurer_no.as_str()),
                P::U(row.handover_id),
                P::S(row.person.insured_no.as_str()),
                P::U(row.relation_id),
                P::S(row.from_office.as_str()),
                P::S(row.to_office.as_str()),
                P::D(row.last_day),
                P::I(row.state as i64),
                P::T(row.offered_at),
                P::S(&row.offered_by),
                P::D(row.expires_on),
            ],
        )
        .await?;
    Ok(())
}

/// What an answer writes.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The new state.
    pub state: HandoverState,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: String,
    /// The registration that came of it.
    pub new_relation_id: Option<Uuid>,
}

/// Moves an offer on from the state in which it was read; false when somebody else has moved it meanwhile.
pub async fn answer(work: &mut Work, row: &HandoverRow, answer: &Answer) -> Result<bool> {
    let touched = work
        .conn
        .exec(
            &sql!(
                "UPDATE handover SET state = $3, answered_at = $4, answered_by = $5, new_relation_id = $6 WHERE insurer_no = $1 AND handover_id = $2 AND state = $7"
            ),
            &[
                P::S(row.person.insurer_no.as_str()),
                P::U(row.handover_id),
                P::I(answer.state as i64),
                P::T(answer.at),
                P::S(&answer.by),
                answer.new_relation_id.map_or(P::Null, P::U),
                P::I(row.state as i64),
            ],
        )
        .await?;
    Ok(touched == 1)
}

/// The offers that the permitted office made or got, newest first. An office has few.
pub async fn list_of_office(
    work: &mut Work,
    _permit: &Permit<ListPersons>,
    office_no: &OfficeNumber,
) -> Result<Vec<HandoverRow>> {
    work.conn
        .query(
            &sql!(
                "SELECT h.insurer_no, h.insured_no, h.handover_id, h.relation_id, h.from_office, h.to_office, h.last_day, h.state, h.offered_at, h.offered_by, h.expires_on, h.answered_at, h.answered_by, h.new_relation_id FROM handover h JOIN insurer i ON i.insurer_no = h.insurer_no WHERE h.from_office = $1 OR h.to_office = $1 ORDER BY h.offered_at DESC, h.handover_id DESC"
            ),
            &[P::S(office_no.as_str())],
            handover,
        )
        .await
}

fn handover(row: &Row<'_>) -> Result<HandoverRow> {
    Ok(HandoverRow {
        person: PersonKey {
            insurer_no: super::parse(row, 0, "handover.insurer_no")?,
            insured_no: super::parse(row, 1, "handover.insured_no")?,
        },
        handover_id: row.get(2)?,
        relation_id: row.get(3)?,
        from_office: super::parse(row, 4, "handover.from_office")?,
        to_office: super::parse(row, 5, "handover.to_office")?,
        last_day: row.get(6)?,
        state: match row.get::<i64>(7)? {
            1 => HandoverState::Offered,
            2 => HandoverState::Accepted,
            3 => HandoverState::Declined,
            4 => HandoverState::Withdrawn,
            5 => HandoverState::Undone,
            other => return Err(Error::corrupt("handover.state", other)),
        },
        offered_at: row.get(8)?,
        offered_by: row.get(9)?,
        expires_on: row.get(10)?,
        answered_at: row.get(11)?,
        answered_by: row.get(12)?,
        new_relation_id: row.get(13)?,
    })
}
