//! What the desk was asked, by nobody in particular (P-6).

use crate::{Work, engine::P, error::Result, sql};
use kiban_domain::Date;
use uuid::Uuid;

/// What came of a question. The number never changes, since tables store it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// One answer was shown.
    Answered = 1,
    /// Near ones were shown.
    Near = 2,
    /// Nothing was found.
    Nothing = 3,
    /// A municipality's state was shown.
    Place = 4,
}

/// A question.
#[derive(Debug, Clone)]
pub struct QuestionRow {
    /// Its identifier; random, so that it tells no time.
    pub question_id: Uuid,
    /// The day it was asked.
    pub asked_on: Date,
    /// The question, masked and normalised.
    pub text: String,
    /// What came of it.
    pub outcome: Outcome,
    /// Names of what was shown, separated by spaces.
    pub shown: String,
}

/// Keeps a question.
pub async fn add(work: &mut Work, row: &QuestionRow) -> Result<()> {
    work.conn
        .exec(
            &sql!("INSERT INTO helpdesk_question (question_id, asked_on, text, outcome, shown) VALUES ($1, $2, $3, $4, $5)"),
            &[
                P::U(row.question_id),
                P::D(row.asked_on),
                P::S(&row.text),
                P::I(row.outcome as i64),
                P::S(&row.shown),
            ],
        )
        .await?;
    Ok(())
}

/// Notes whether the answer helped; false when the question is not there any more.
pub async fn set_helped(work: &mut Work, question_id: Uuid, helped: bool) -> Result<bool> {
    let touched = work
        .conn
        .exec(
            &sql!("UPDATE helpdesk_question SET helped = $2 WHERE question_id = $1"),
            &[P::U(question_id), P::I(i64::from(helped))],
        )
        .await?;
    Ok(touched == 1)
}

/// A question that was not answered, with how often it was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnansweredRow {
    /// The question.
    pub text: String,
    /// How often it was asked since.
    pub times: i64,
    /// The day it was last asked.
    pub last_on: Date,
}

/// Questions since a day that found nothing, only near ones, or an answer that did not help, and that no editor has dealt with
/// since they were asked: the most frequent first.
pub async fn list_unanswered(
    work: &mut Work,
    since: Date,
    most: i64,
) -> Result<Vec<UnansweredRow>> {
    work.conn
        .query(
            &sql!("SELECT q.text, count(*), max(q.asked_on) FROM helpdesk_question q WHERE q.asked_on >= $1 AND (q.outcome IN (2, 3) OR q.helped = 0) AND NOT EXISTS (SELECT 1 FROM helpdesk_done d WHERE d.text = q.text AND d.done_on >= q.asked_on) GROUP BY q.text ORDER BY count(*) DESC, max(q.asked_on) DESC, q.text LIMIT $2"),
            &[P::D(since), P::I(most)],
            |row| {
                Ok(UnansweredRow {
                    text: row.get(0)?,
                    times: row.get(1)?,
                    last_on: row.get(2)?,
                })
            },
        )
        .await
}

/// Notes that an editor has dealt with a question up to a day; `became`: the entry it became, or empty.
pub async fn set_done(work: &mut Work, text: &str, on: Date, by: &str, became: &str) -> Result<()> {
    work.conn
        .exec(
            &sql!("INSERT INTO helpdesk_done (text, done_on, done_by, became) VALUES ($1, $2, $3, $4) ON CONFLICT (text) DO UPDATE SET done_on = excluded.done_on, done_by = excluded.done_by, became = excluded.became"),
            &[P::S(text), P::D(on), P::S(by), P::S(became)],
        )
        .await?;
    Ok(())
}

/// Forgets what was dealt with before a day: the questions themselves are forgotten then.
pub async fn forget_done(work: &mut Work, before: Date) -> Result<u64> {
    work.conn
        .exec(
            &sql!("DELETE FROM helpdesk_done WHERE done_on < $1"),
            &[P::D(before)],
        )
        .await
}

/// How often each entry was the answer since a day, and how often its reader said that it did not help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HitRow {
    /// Names of what was shown, separated by spaces.
    pub shown: String,
    /// How often it was shown.
    pub times: i64,
    /// How often it did not help.
    pub not_helped: i64,
}

/// What was stated as the answer since a day.
pub async fn list_hits(work: &mut Work, since: Date) -> Result<Vec<HitRow>> {
    work.conn
        .query(
            &sql!("SELECT shown, count(*), sum(CASE WHEN helped = 0 THEN 1 ELSE 0 END) FROM helpdesk_question WHERE asked_on >= $1 AND outcome = 1 GROUP BY shown ORDER BY shown"),
            &[P::D(since)],
            |row| {
                Ok(HitRow {
                    shown: row.get(0)?,
                    times: row.get(1)?,
                    not_helped: row.get(2)?,
                })
            },
        )
        .await
}

/// Forgets questions asked before a day; how many.
pub async fn forget(work: &mut Work, before: Date) -> Result<u64> {
    work.conn
        .exec(
            &sql!("DELETE FROM helpdesk_question WHERE asked_on < $1"),
            &[P::D(before)],
        )
        .await
}
