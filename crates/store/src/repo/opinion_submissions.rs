//! Opinions as they were sent, and what became of each (D-1 to D-4, D-6).
//!
//! **The running number.** Each opinion has the next number of its insurer. The number's row is held from its taking until the unit of work ends, so a number is
//! never visible before every lower one is: who asks for what lies behind a number it has seen misses nothing that commits late.

use super::opinions::{CaseRow, Own, setting_of, writing_of};
use crate::{
    Work,
    engine::{P, Row},
    error::{Error, Result},
    sql,
};
use kiban_access::{AskedInstitution, AskingInsurer, Permit, PersonKey, ReadOpinion};
use kiban_domain::{
    InsuredNumber, InsurerNumber, MedicalInstitutionCode, Timestamp,
    opinion::{EditionCode, Setting},
    opinion_case::{OpinionRoute, SubmissionState, Writing},
};
use uuid::Uuid;

/// An opinion that was sent. No `Debug`: it is about a person.
#[derive(Clone, PartialEq, Eq)]
pub struct SubmissionRow {
    /// Whose request it answers.
    pub insurer_no: InsurerNumber,
    /// The request.
    pub case_id: Uuid,
    /// From 1 within the request.
    pub number: i64,
    /// The insurer's running number over all requests, from 1.
    pub seq: i64,
    /// About whom.
    pub insured_no: InsuredNumber,
    /// Who wrote it.
    pub institution: MedicalInstitutionCode,
    /// Which way it came.
    pub route: OpinionRoute,
    /// On which edition of the form.
    pub edition: EditionCode,
    /// The canonical JSON.
    pub document: String,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// Name of a PDF in the object store.
    pub pdf: Option<String>,
    /// The sender's own name of this act.
    pub send_key: Option<String>,
    /// Where it stands.
    pub state: SubmissionState,
    /// Why it was given back, or empty.
    pub note: String,
    /// When it was sent.
    pub submitted_at: Timestamp,
    /// By whom.
    pub submitted_by: String,
    /// When it left the state of being sent.
    pub settled_at: Option<Timestamp>,
    /// By whom.
    pub settled_by: Option<String>,
}

macro_rules! fields {
    () => {
        "s.insurer_no, s.case_id, s.number, s.seq, s.insured_no, s.institution_code, s.route, s.edition, s.document, s.sha256, s.pdf, s.send_key, s.state, s.note, s.submitted_at, s.submitted_by, s.settled_at, s.settled_by"
    };
}
pub(super) use fields;

macro_rules! columns {
    () => {
        concat!("SELECT ", fields!(), " FROM opinion_submission s ")
    };
}

/// Takes the next running number of an insurer. Take it last in the unit of work: whoever takes one too waits until this one ends.
pub async fn take_seq(work: &mut Work, insurer_no: &InsurerNumber) -> Result<i64> {
    let last: Option<i64> = work
        .conn
        .first(
            &sql!(
                "INSERT INTO opinion_counter (insurer_no, last) VALUES ($1, 1) ON CONFLICT (insurer_no) DO UPDATE SET last = opinion_counter.last + 1 RETURNING last"
            ),
            &[P::S(insurer_no.as_str())],
            |row| row.get(0),
        )
        .await?;
    last.ok_or_else(|| Error::corrupt("opinion_counter.last", "missing"))
}

/// Adds an opinion to a request that is held.
pub async fn add(work: &mut Work, row: &SubmissionRow) -> Result<()> {
    work.conn
        .exec(
            &sql!(
                "INSERT INTO opinion_submission (insurer_no, case_id, number, seq, insured_no, institution_code, route, edition, document, sha256, pdf, send_key, state, note, submitted_at, submitted_by, settled_at, settled_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)"
            ),
            &[
                P::S(row.insurer_no.as_str()),
                P::U(row.case_id),
                P::I(row.number),
                P::I(row.seq),
                P::S(row.insured_no.as_str()),
                P::S(row.institution.as_str()),
                P::S(row.route.code()),
                P::S(&row.edition.to_string()),
                P::S(&row.document),
                P::S(&row.sha256),
                P::opt(row.pdf.as_deref()),
                P::opt(row.send_key.as_deref()),
                P::S(row.state.code()),
                P::S(&row.note),
                P::T(row.submitted_at),
                P::S(&row.submitted_by),
                P::opt_at(row.settled_at),
                P::opt(row.settled_by.as_deref()),
            ],
        )
        .await?;
    Ok(())
}

/// What ends the state of an opinion.
#[derive(Debug, Clone, Copy)]
pub struct Settling<'a> {
    /// The new state.
    pub state: SubmissionState,
    /// Why, or empty.
    pub note: &'a str,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: &'a str,
}

/// Moves the opinion of a held request that is sent or acknowledged; how many there were, 0 or 1.
pub async fn settle_standing(work: &mut Work, of: &CaseRow, to: Settling<'_>) -> Result<u64> {
    work.conn
        .exec(
            &sql!(
                "UPDATE opinion_submission SET state = $3, note = $4, settled_at = $5, settled_by = $6 WHERE insurer_no = $1 AND case_id = $2 AND state IN ('sent', 'acknowledged')"
            ),
            &[
                P::S(of.key.insurer_no.as_str()),
                P::U(of.case_id),
                P::S(to.state.code()),
                P::S(to.note),
                P::T(to.at),
                P::S(to.by),
            ],
        )
        .await
}

/// The opinions of an own request, the first one first.
pub async fn list_of_case(
    work: &mut Work,
    own: Own<'_>,
    insurer_no: &InsurerNumber,
    case_id: Uuid,
) -> Result<Vec<SubmissionRow>> {
    let (institution, insurer) = match own {
        Own::Asked(permit) => (permit.institution().as_str(), ""),
        Own::Asking(permit) => ("", permit.insurer_no().as_str()),
    };
    work.conn
        .query(
            &sql!(concat!(
                columns!(),
                " WHERE s.insurer_no = $1 AND s.case_id = $2 AND ($3 = '' OR s.institution_code = $3) AND ($4 = '' OR s.insurer_no = $4) ORDER BY s.number"
            )),
            &[
                P::S(insurer_no.as_str()),
                P::U(case_id),
                P::S(institution),
                P::S(insurer),
            ],
            submission,
        )
        .await
}

/// The permitted institution's opinion that was sent under this key of its own.
pub async fn find_by_key(
    work: &mut Work,
    permit: &Permit<AskedInstitution>,
    insurer_no: &InsurerNumber,
    send_key: &str,
) -> Result<Option<SubmissionRow>> {
    work.conn
        .first(
            &sql!(concat!(
                columns!(),
                " WHERE s.insurer_no = $1 AND s.institution_code = $2 AND s.send_key = $3"
            )),
            &[
                P::S(insurer_no.as_str()),
                P::S(permit.institution().as_str()),
                P::S(send_key),
            ],
            submission,
        )
        .await
}

/// The permitted insurer's opinion with this running number.
pub async fn find_by_seq(
    work: &mut Work,
    permit: &Permit<AskingInsurer>,
    seq: i64,
) -> Result<Option<SubmissionRow>> {
    work.conn
        .first(
            &sql!(concat!(
                columns!(),
                " WHERE s.insurer_no = $1 AND s.seq = $2"
            )),
            &[P::S(permit.insurer_no().as_str()), P::I(seq)],
            submission,
        )
        .await
}

/// The permitted insurer's opinions that wait to be received, behind a running number, in order; `most` at most.
pub async fn list_waiting(
    work: &mut Work,
    permit: &Permit<AskingInsurer>,
    after: i64,
    most: i64,
) -> Result<Vec<SubmissionRow>> {
    work.conn
        .query(
            &sql!(concat!(
                columns!(),
                " WHERE s.insurer_no = $1 AND s.seq > $2 AND s.state = 'sent' ORDER BY s.seq LIMIT $3"
            )),
            &[P::S(permit.insurer_no().as_str()), P::I(after), P::I(most)],
            submission,
        )
        .await
}

/// The permitted person's opinions that were sent and not taken back, newest first.
pub async fn list_of_person(
    work: &mut Work,
    permit: &Permit<ReadOpinion>,
) -> Result<Vec<SubmissionRow>> {
    let PersonKey {
        insurer_no,
        insured_no,
    } = permit.person();
    work.conn
        .query(
            &sql!(concat!(
                columns!(),
                " WHERE s.insurer_no = $1 AND (s.case_id, s.number) IN (SELECT o.case_id, o.number FROM opinion_submission o WHERE o.insurer_no = $1 AND o.insured_no = $2) AND s.state IN ('sent', 'acknowledged', 'returned') ORDER BY s.submitted_at DESC, s.seq DESC"
            )),
            &[P::S(insurer_no.as_str()), P::S(insured_no.as_str())],
            submission,
        )
        .await
}

/// For how many requests about this person the permitted institution has sent opinions, without the request `except`.
///
/// A request is in these states while an opinion for it stands. The person's requests are found by their own index and then taken by their key: asked for in one
/// breath, SQLite would take the key alone and read every request of the insurer at each sending.
pub async fn count_earlier(
    work: &mut Work,
    permit: &Permit<AskedInstitution>,
    person: &PersonKey,
    except: Uuid,
) -> Result<u32> {
    let count: Option<i64> = work
        .conn
        .first(
            &sql!(
                "SELECT count(*) FROM opinion_case k CROSS JOIN opinion_case c WHERE k.insurer_no = $1 AND k.insured_no = $2 AND k.case_id <> $4 AND c.insurer_no = k.insurer_no AND c.case_id = k.case_id AND c.institution_code = $3 AND c.state IN ('sent', 'acknowledged')"
            ),
            &[
                P::S(person.insurer_no.as_str()),
                P::S(person.insured_no.as_str()),
                P::S(permit.institution().as_str()),
                P::U(except),
            ],
            |row| row.get(0),
        )
        .await?;
    Ok(u32::try_from(count.unwrap_or(0)).unwrap_or(u32::MAX))
}

/// An opinion that was received, as the fee sees it. No `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct ReceivedRow {
    /// Who owes the fee.
    pub insurer_no: InsurerNumber,
    /// About whom.
    pub insured_no: InsuredNumber,
    /// The running number.
    pub seq: i64,
    /// When it was received.
    pub received_at: Timestamp,
    /// 種別 as the insurer asked.
    pub setting: Option<Setting>,
    /// 新規 or 継続 as the insurer asked.
    pub writing: Option<Writing>,
    /// The canonical JSON.
    pub document: String,
}

/// The permitted institution's opinions that were received from `first` on and before `end`.
pub async fn list_received(
    work: &mut Work,
    permit: &Permit<AskedInstitution>,
    first: Timestamp,
    end: Timestamp,
) -> Result<Vec<ReceivedRow>> {
    work.conn
        .query(
            &sql!(
                "SELECT s.insurer_no, s.seq, s.settled_at, c.setting, c.writing, s.document, s.insured_no FROM opinion_submission s JOIN opinion_case c ON c.insurer_no = s.insurer_no AND c.case_id = s.case_id WHERE s.institution_code = $1 AND s.state = 'acknowledged' AND s.settled_at >= $2 AND s.settled_at < $3 ORDER BY s.insurer_no, s.seq"
            ),
            &[
                P::S(permit.institution().as_str()),
                P::T(first),
                P::T(end),
            ],
            |row| {
                Ok(ReceivedRow {
                    insurer_no: super::parse(row, 0, "opinion_submission.insurer_no")?,
                    seq: row.get(1)?,
                    received_at: row.get(2)?,
                    setting: setting_of(row, 3)?,
                    writing: writing_of(row, 4)?,
                    document: row.get(5)?,
                    insured_no: super::parse(row, 6, "opinion_submission.insured_no")?,
                })
            },
        )
        .await
}

/// The row of [`fields`].
pub(super) fn submission(row: &Row<'_>) -> Result<SubmissionRow> {
    Ok(SubmissionRow {
        insurer_no: super::parse(row, 0, "opinion_submission.insurer_no")?,
        case_id: row.get(1)?,
        number: row.get(2)?,
        seq: row.get(3)?,
        insured_no: super::parse(row, 4, "opinion_submission.insured_no")?,
        institution: super::parse(row, 5, "opinion_submission.institution_code")?,
        route: super::parse(row, 6, "opinion_submission.route")?,
        edition: super::parse(row, 7, "opinion_submission.edition")?,
        document: row.get(8)?,
        sha256: row.get(9)?,
        pdf: row.get(10)?,
        send_key: row.get(11)?,
        state: super::parse(row, 12, "opinion_submission.state")?,
        note: row.get(13)?,
        submitted_at: row.get(14)?,
        submitted_by: row.get(15)?,
        settled_at: row.get(16)?,
        settled_by: row.get(17)?,
    })
}
