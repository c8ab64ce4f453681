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

/// Questions since a day that found nothing, only near ones, or an answer that did not help: the most frequent first.
pub async fn list_unanswered(
    work: &mut Work,
    since: Date,
    most: i64,
) -> Result<Vec<UnansweredRow>> {
    work.conn
        .query(
            &sql!("SELECT text, count(*), max(asked_on) FROM helpdesk_question WHERE asked_on >= $1 AND (outcome IN (2, 3) OR helped = 0) GROUP BY text ORDER BY count(*) DESC, max(asked_on) DESC, text LIMIT $2"),
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

/// Forgets questions asked before a day; how many.
pub async fn forget(work: &mut Work, before: Date) -> Result<u64> {
    work.conn
        .exec(
            &sql!("DELETE FROM helpdesk_question WHERE asked_on < $1"),
            &[P::D(before)],
        )
        .await
}
