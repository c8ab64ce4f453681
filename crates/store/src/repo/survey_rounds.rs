//! Rounds of the questionnaire among municipalities, and what was answered (P-3).

use crate::{
    Work,
    engine::{P, Row},
    error::Result,
    sql,
};
use kiban_domain::{Date, LocalGovernmentCode, Timestamp};

/// A round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoundRow {
    /// Its number, from 1.
    pub round_no: i64,
    /// What it is called.
    pub title: String,
    /// The day the answers are to tell of.
    pub record_day: Date,
    /// The first day on which it can be answered.
    pub opens_on: Date,
    /// The last.
    pub closes_on: Date,
    /// The questions, in their text form.
    pub source: String,
    /// Who opened it.
    pub opened_by: String,
    /// When.
    pub opened_at: Timestamp,
    /// When the operator closed it before its last day.
    pub closed_at: Option<Timestamp>,
}

/// One version of a municipality's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerRow {
    /// To which round.
    pub round_no: i64,
    /// Whose.
    pub municipality: LocalGovernmentCode,
    /// Its place, from 1.
    pub version: i64,
    /// Whether it was submitted, and not kept as a draft.
    pub submitted: bool,
    /// Questions' keys and answers, as JSON.
    pub content: String,
    /// Who saved it.
    pub saved_by: String,
    /// When.
    pub saved_at: Timestamp,
}

/// Adds a round after the last one; `row.round_no` is not looked at. Its number.
pub async fn add(work: &mut Work, row: &RoundRow) -> Result<i64> {
    let number = work
        .conn
        .first(
            &sql!("INSERT INTO survey_round (round_no, title, record_day, opens_on, closes_on, source, opened_by, opened_at) SELECT coalesce(max(round_no), 0) + 1, $1, $2, $3, $4, $5, $6, $7 FROM survey_round RETURNING round_no"),
            &[
                P::S(&row.title),
                P::D(row.record_day),
                P::D(row.opens_on),
                P::D(row.closes_on),
                P::S(&row.source),
                P::S(&row.opened_by),
                P::T(row.opened_at),
            ],
            |row| row.get(0),
        )
        .await?;
    Ok(number.unwrap_or(0))
}

/// Closes a round before its last day; false when it is closed already or not there.
pub async fn close(work: &mut Work, round_no: i64, at: Timestamp) -> Result<bool> {
    let touched = work
        .conn
        .exec(
            &sql!(
                "UPDATE survey_round SET closed_at = $2 WHERE round_no = $1 AND closed_at IS NULL"
            ),
            &[P::I(round_no), P::T(at)],
        )
        .await?;
    Ok(touched == 1)
}

/// One round.
pub async fn find(work: &mut Work, round_no: i64) -> Result<Option<RoundRow>> {
    work.conn
        .first(
            &sql!("SELECT round_no, title, record_day, opens_on, closes_on, source, opened_by, opened_at, closed_at FROM survey_round WHERE round_no = $1"),
            &[P::I(round_no)],
            round,
        )
        .await
}

/// All rounds, the newest first.
pub async fn list(work: &mut Work) -> Result<Vec<RoundRow>> {
    work.conn
        .query(
            &sql!("SELECT round_no, title, record_day, opens_on, closes_on, source, opened_by, opened_at, closed_at FROM survey_round ORDER BY round_no DESC"),
            &[],
            round,
        )
        .await
}

fn round(row: &Row<'_>) -> Result<RoundRow> {
    Ok(RoundRow {
        round_no: row.get(0)?,
        title: row.get(1)?,
        record_day: row.get(2)?,
        opens_on: row.get(3)?,
        closes_on: row.get(4)?,
        source: row.get(5)?,
        opened_by: row.get(6)?,
        opened_at: row.get(7)?,
        closed_at: row.get(8)?,
    })
}

/// Adds a version of an answer; false when there is one of this number already: somebody was faster.
pub async fn add_answer(work: &mut Work, row: &AnswerRow) -> Result<bool> {
    let touched = work
        .conn
        .exec(
            &sql!("INSERT INTO survey_answer (round_no, municipality_code, version, state, content, saved_by, saved_at) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (round_no, municipality_code, version) DO NOTHING"),
            &[
                P::I(row.round_no),
                P::S(row.municipality.as_str()),
                P::I(row.version),
                P::I(if row.submitted { 2 } else { 1 }),
                P::S(&row.content),
                P::S(&row.saved_by),
                P::T(row.saved_at),
            ],
        )
        .await?;
    Ok(touched == 1)
}

/// Every version of a municipality's answer, the newest first.
pub async fn list_versions(
    work: &mut Work,
    round_no: i64,
    municipality: &LocalGovernmentCode,
) -> Result<Vec<AnswerRow>> {
    work.conn
        .query(
            &sql!("SELECT round_no, municipality_code, version, state, content, saved_by, saved_at FROM survey_answer WHERE round_no = $1 AND municipality_code = $2 ORDER BY version DESC"),
            &[P::I(round_no), P::S(municipality.as_str())],
            answer,
        )
        .await
}

/// What counts: the newest submitted answer of each municipality.
pub async fn list_submitted(work: &mut Work, round_no: i64) -> Result<Vec<AnswerRow>> {
    work.conn
        .query(
            &sql!("SELECT a.round_no, a.municipality_code, a.version, a.state, a.content, a.saved_by, a.saved_at FROM survey_answer a WHERE a.round_no = $1 AND a.version = (SELECT max(n.version) FROM survey_answer n WHERE n.round_no = a.round_no AND n.municipality_code = a.municipality_code AND n.state = 2) ORDER BY a.municipality_code"),
            &[P::I(round_no)],
            answer,
        )
        .await
}

/// What of all rounds' answers changed last: how many rounds, closed rounds and answers there are. Unchanged means nothing is new.
pub async fn mark(work: &mut Work) -> Result<(i64, i64, i64)> {
    let mark = work
        .conn
        .first(
            &sql!("SELECT rounds, closed, answers FROM (SELECT (SELECT count(*) FROM survey_round) AS rounds, (SELECT count(*) FROM survey_round WHERE closed_at IS NOT NULL) AS closed, (SELECT count(*) FROM survey_answer WHERE state = 2) AS answers) mark"),
            &[],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )
        .await?;
    Ok(mark.unwrap_or_default())
}

fn answer(row: &Row<'_>) -> Result<AnswerRow> {
    let state: i16 = row.get(3)?;
    Ok(AnswerRow {
        round_no: row.get(0)?,
        municipality: super::parse(row, 1, "survey_answer.municipality_code")?,
        version: row.get(2)?,
        submitted: state == 2,
        content: row.get(4)?,
        saved_by: row.get(5)?,
        saved_at: row.get(6)?,
    })
}
