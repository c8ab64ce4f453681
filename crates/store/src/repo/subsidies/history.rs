//! What was submitted, said and decided.

use crate::{Work, engine::P, error::Result, sql};
use kiban_domain::{Date, SubsidyStep, Timestamp};
use uuid::Uuid;

/// What was submitted. No `Debug`: it has an account.
#[derive(Clone)]
pub struct SubmissionRow {
    /// From 1.
    pub number: i64,
    /// The form, as JSON.
    pub content: String,
    /// The revision of the scheme by which it was worked out.
    pub scheme_revision: i64,
    /// What it comes to, in yen.
    pub claimed_yen: i64,
    /// Who submitted it.
    pub submitted_by: Uuid,
    /// When.
    pub submitted_at: Timestamp,
}

/// A line of the history.
#[derive(Clone)]
pub struct StepRow {
    /// What was done.
    pub step: SubsidyStep,
    /// Whether a reviewer or the platform did it.
    pub by_operator: bool,
    /// The user who did it; nobody for the bank's answer.
    pub acted_by: Option<Uuid>,
    /// The name at that time.
    pub actor: String,
    /// What the applicant reads; may be empty.
    pub note: String,
    /// What only the operator reads; may be empty.
    pub inner_note: String,
    /// When.
    pub acted_at: Timestamp,
}

/// What a reviewer says of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemarkRow {
    /// Of which submission.
    pub submission: i64,
    /// The name of the field.
    pub field: String,
    /// What is wrong with it.
    pub remark: String,
}

/// A decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionRow {
    /// Its number, from 1.
    pub decision_no: i64,
    /// The application.
    pub application_id: Uuid,
    /// `grant` or `refuse`.
    pub kind: String,
    /// What is granted, in yen.
    pub amount_yen: i64,
    /// What the applicant is told.
    pub reason: String,
    /// The day in Japan.
    pub decided_on: Date,
}

/// Keeps a submission.
pub async fn add_submission(
    work: &mut Work,
    application_id: Uuid,
    row: &SubmissionRow,
) -> Result<()> {
    work.conn
        .exec(
            &sql!("INSERT INTO subsidy_submission (application_id, number, content, scheme_revision, claimed_yen, submitted_by, submitted_at) VALUES ($1, $2, $3, $4, $5, $6, $7)"),
            &[
                P::U(application_id),
                P::I(row.number),
                P::S(&row.content),
                P::I(row.scheme_revision),
                P::I(row.claimed_yen),
                P::U(row.submitted_by),
                P::T(row.submitted_at),
            ],
        )
        .await?;
    Ok(())
}

/// The submissions of an application, the last first; `most` at most.
pub async fn last_submissions(
    work: &mut Work,
    application_id: Uuid,
    most: i64,
) -> Result<Vec<SubmissionRow>> {
    work.conn
        .query(
            &sql!("SELECT number, content, scheme_revision, claimed_yen, submitted_by, submitted_at FROM subsidy_submission WHERE application_id = $1 ORDER BY number DESC LIMIT $2"),
            &[P::U(application_id), P::I(most)],
            |row| {
                Ok(SubmissionRow {
                    number: row.get(0)?,
                    content: row.get(1)?,
                    scheme_revision: row.get(2)?,
                    claimed_yen: row.get(3)?,
                    submitted_by: row.get(4)?,
                    submitted_at: row.get(5)?,
                })
            },
        )
        .await
}

/// Adds a line to the history.
pub async fn add_step(work: &mut Work, application_id: Uuid, row: &StepRow) -> Result<()> {
    work.conn
        .exec(
            &sql!("INSERT INTO subsidy_step (application_id, number, step, by_operator, acted_by, actor, note, inner_note, acted_at) SELECT $1, coalesce(max(number), 0) + 1, $2, $3, $4, $5, $6, $7, $8 FROM subsidy_step WHERE application_id = $1"),
            &[
                P::U(application_id),
                P::S(row.step.code()),
                P::I(i64::from(row.by_operator)),
                row.acted_by.map_or(P::Null, P::U),
                P::S(&row.actor),
                P::S(&row.note),
                P::S(&row.inner_note),
                P::T(row.acted_at),
            ],
        )
        .await?;
    Ok(())
}

/// The history, in order.
pub async fn list_steps(work: &mut Work, application_id: Uuid) -> Result<Vec<StepRow>> {
    work.conn
        .query(
            &sql!("SELECT step, by_operator, acted_by, actor, note, inner_note, acted_at FROM subsidy_step WHERE application_id = $1 ORDER BY number"),
            &[P::U(application_id)],
            |row| {
                Ok(StepRow {
                    step: crate::repo::parse(row, 0, "subsidy_step.step")?,
                    by_operator: row.get(1)?,
                    acted_by: row.get(2)?,
                    actor: row.get(3)?,
                    note: row.get(4)?,
                    inner_note: row.get(5)?,
                    acted_at: row.get(6)?,
                })
            },
        )
        .await
}

/// Keeps what a reviewer says of a field.
pub async fn add_remark(work: &mut Work, application_id: Uuid, row: &RemarkRow) -> Result<()> {
    work.conn
        .exec(
            &sql!("INSERT INTO subsidy_remark (application_id, submission, field, remark) VALUES ($1, $2, $3, $4)"),
            &[
                P::U(application_id),
                P::I(row.submission),
                P::S(&row.field),
                P::S(&row.remark),
            ],
        )
        .await?;
    Ok(())
}

/// Everything that reviewers said, by submission and field.
pub async fn list_remarks(work: &mut Work, application_id: Uuid) -> Result<Vec<RemarkRow>> {
    work.conn
        .query(
            &sql!("SELECT submission, field, remark FROM subsidy_remark WHERE application_id = $1 ORDER BY submission, field"),
            &[P::U(application_id)],
            |row| {
                Ok(RemarkRow {
                    submission: row.get(0)?,
                    field: row.get(1)?,
                    remark: row.get(2)?,
                })
            },
        )
        .await
}

/// Keeps a decision; refused by [`crate::Error::is_duplicate`] when the number or the application has one.
pub async fn add_decision(work: &mut Work, row: &DecisionRow) -> Result<()> {
    work.conn
        .exec(
            &sql!("INSERT INTO subsidy_decision (decision_no, application_id, kind, amount_yen, reason, decided_on) VALUES ($1, $2, $3, $4, $5, $6)"),
            &[
                P::I(row.decision_no),
                P::U(row.application_id),
                P::S(&row.kind),
                P::I(row.amount_yen),
                P::S(&row.reason),
                P::D(row.decided_on),
            ],
        )
        .await?;
    Ok(())
}

/// The decision on an application.
pub async fn find_decision(work: &mut Work, application_id: Uuid) -> Result<Option<DecisionRow>> {
    work.conn
        .first(
            &sql!("SELECT decision_no, application_id, kind, amount_yen, reason, decided_on FROM subsidy_decision WHERE application_id = $1"),
            &[P::U(application_id)],
            |row| {
                Ok(DecisionRow {
                    decision_no: row.get(0)?,
                    application_id: row.get(1)?,
                    kind: row.get(2)?,
                    amount_yen: row.get(3)?,
                    reason: row.get(4)?,
                    decided_on: row.get(5)?,
                })
            },
        )
        .await
}
