//! What an institution sent, as it looks for it again (D06): a list, one opinion, and the one before it.

use super::opinion_submissions::{SubmissionRow, fields, submission};
use crate::{
    Work,
    engine::{P, Row},
    error::Result,
    sql,
};
use kiban_access::{AskedInstitution, Permit};
use kiban_domain::{InsurerNumber, Timestamp, opinion_case::SubmissionState};

/// What a list of sent opinions is narrowed to. No `Debug`: it may name a person.
#[derive(Clone)]
pub struct Narrowing {
    /// 被保険者番号, or empty for everybody.
    pub insured_no: String,
    /// A part of name or kana without spaces, or empty for everybody.
    pub name: String,
    /// Sent at or after.
    pub from: Timestamp,
    /// Sent before.
    pub before: Timestamp,
    /// Where it stands; nothing: anywhere.
    pub state: Option<SubmissionState>,
}

/// A sent opinion and whom it is about. No `Debug`.
#[derive(Clone)]
pub struct SentRow {
    /// The opinion.
    pub submission: SubmissionRow,
    /// 氏名 as the insurer's records have it, unless they do not know the person any more.
    pub name: Option<String>,
}

macro_rules! narrowed {
    () => {
        " FROM opinion_submission s LEFT JOIN eligibility_current e ON e.insurer_no = s.insurer_no AND e.insured_no = s.insured_no WHERE s.institution_code = $1 AND ($2 = '' OR s.insured_no = $2) AND ($3 = '' OR replace(replace(e.name, '　', ''), ' ', '') LIKE '%' || $3 || '%' OR replace(replace(e.name_kana, '　', ''), ' ', '') LIKE '%' || $3 || '%') AND s.submitted_at >= $4 AND s.submitted_at < $5 AND ($6 = '' OR s.state = $6)"
    };
}

fn values<'a>(permit: &'a Permit<AskedInstitution>, to: &'a Narrowing) -> Vec<P<'a>> {
    vec![
        P::S(permit.institution().as_str()),
        P::S(&to.insured_no),
        P::S(&to.name),
        P::T(to.from),
        P::T(to.before),
        P::S(to.state.as_ref().map_or("", SubmissionState::code)),
    ]
}

/// The permitted institution's opinions, newest first: `most` of them behind the first `skipped`. The name must hold no `%` and no `_`.
pub async fn list(
    work: &mut Work,
    permit: &Permit<AskedInstitution>,
    to: &Narrowing,
    skipped: i64,
    most: i64,
) -> Result<Vec<SentRow>> {
    let mut all = values(permit, to);
    all.extend([P::I(most), P::I(skipped)]);
    work.conn
        .query(
            &sql!(concat!(
                "SELECT ",
                fields!(),
                ", e.name",
                narrowed!(),
                " ORDER BY s.submitted_at DESC, s.insurer_no, s.seq DESC LIMIT $7 OFFSET $8"
            )),
            &all,
            |row: &Row<'_>| {
                Ok(SentRow {
                    submission: submission(row)?,
                    name: row.get(18)?,
                })
            },
        )
        .await
}

/// How many [`list`] would give in all.
pub async fn count(
    work: &mut Work,
    permit: &Permit<AskedInstitution>,
    to: &Narrowing,
) -> Result<i64> {
    let counted = work
        .conn
        .first(
            &sql!(concat!("SELECT count(*)", narrowed!())),
            &values(permit, to),
            |row| row.get(0),
        )
        .await?;
    Ok(counted.unwrap_or(0))
}

/// The permitted institution's opinion with this running number of the insurer.
pub async fn find(
    work: &mut Work,
    permit: &Permit<AskedInstitution>,
    insurer_no: &InsurerNumber,
    seq: i64,
) -> Result<Option<SubmissionRow>> {
    work.conn
        .first(
            &sql!(concat!(
                "SELECT ",
                fields!(),
                " FROM opinion_submission s WHERE s.insurer_no = $1 AND s.seq = $2 AND s.institution_code = $3"
            )),
            &[
                P::S(insurer_no.as_str()),
                P::I(seq),
                P::S(permit.institution().as_str()),
            ],
            submission,
        )
        .await
}

/// The permitted institution's opinion about the same person that came before this one: of the same request, or else the last one of an earlier request
/// that stands.
pub async fn find_before(
    work: &mut Work,
    permit: &Permit<AskedInstitution>,
    it: &SubmissionRow,
) -> Result<Option<SubmissionRow>> {
    work.conn
        .first(
            &sql!(concat!(
                "SELECT ",
                fields!(),
                " FROM opinion_submission s WHERE s.insurer_no = $1 AND s.insured_no = $2 AND s.institution_code = $3 AND s.seq < $4 AND (s.case_id = $5 OR s.state IN ('sent', 'acknowledged')) ORDER BY s.seq DESC LIMIT 1"
            )),
            &[
                P::S(it.insurer_no.as_str()),
                P::S(it.insured_no.as_str()),
                P::S(permit.institution().as_str()),
                P::I(it.seq),
                P::U(it.case_id),
            ],
            submission,
        )
        .await
}
