//! Applications for subsidies: where they stand, and what was submitted (G-4).

mod history;
mod marks;
mod queue;

pub use history::{
    DecisionRow, RemarkRow, StepRow, SubmissionRow, add_decision, add_remark, add_step,
    add_submission, find_decision, last_submissions, list_remarks, list_steps,
};
pub use marks::{MarkRow, Shared, list_shared, replace_marks};
pub use queue::{SubsidyFilter, Totals, count, list, totals};

use crate::{
    Work,
    engine::{P, Row},
    error::{Error, Result},
    sql,
};
use kiban_domain::{OfficeNumber, Programme, SubsidyStage, Timestamp};
use uuid::Uuid;

/// An application. No `Debug`: its draft has an account.
#[derive(Clone)]
pub struct SubsidyRow {
    /// Its identifier.
    pub application_id: Uuid,
    /// Its number on pages and in letters.
    pub receipt: String,
    /// The scheme.
    pub scheme: String,
    /// The programme.
    pub programme: Programme,
    /// Whose it is.
    pub office_no: OfficeNumber,
    /// The office's name when it was begun or last submitted.
    pub office_name: String,
    /// Where it stands.
    pub stage: SubsidyStage,
    /// Counted up by every step.
    pub version: i64,
    /// How often it was submitted.
    pub submissions: i64,
    /// The name of whoever reviews it; empty.
    pub reviewer_name: String,
    /// The user who began it.
    pub applicant_id: Uuid,
    /// The name of that user.
    pub applicant_name: String,
    /// The mail address of that user.
    pub applicant_mail: String,
    /// What was typed so far, as JSON.
    pub draft: String,
    /// What the last submission comes to, in yen.
    pub claimed_yen: Option<i64>,
    /// What is proposed or granted, in yen.
    pub granted_yen: Option<i64>,
    /// What the review says, as JSON; empty.
    pub proposal: String,
    /// Whether a payment came back and nothing has been done about it.
    pub on_hold: bool,
    /// When it was begun.
    pub begun_at: Timestamp,
    /// When it was last submitted.
    pub submitted_at: Option<Timestamp>,
    /// When it last moved.
    pub changed_at: Timestamp,
}

/// Adds an application; refused by [`Error::is_duplicate`] when one of the office stands already.
pub async fn add(work: &mut Work, row: &SubsidyRow) -> Result<()> {
    let (first, second) = row.stage.reviewers();
    work.conn
        .exec(
            &sql!("INSERT INTO subsidy_application (application_id, receipt, scheme, programme, office_no, office_name, stage, version, submissions, first_reviewer, second_reviewer, reviewer_name, applicant_id, applicant_name, applicant_mail, draft, claimed_yen, granted_yen, proposal, on_hold, begun_at, submitted_at, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)"),
            &[
                P::U(row.application_id),
                P::S(&row.receipt),
                P::S(&row.scheme),
                P::S(row.programme.code()),
                P::S(row.office_no.as_str()),
                P::S(&row.office_name),
                P::S(row.stage.code()),
                P::I(row.version),
                P::I(row.submissions),
                first.map_or(P::Null, P::U),
                second.map_or(P::Null, P::U),
                P::S(&row.reviewer_name),
                P::U(row.applicant_id),
                P::S(&row.applicant_name),
                P::S(&row.applicant_mail),
                P::S(&row.draft),
                row.claimed_yen.map_or(P::Null, P::I),
                row.granted_yen.map_or(P::Null, P::I),
                P::S(&row.proposal),
                P::I(i64::from(row.on_hold)),
                P::T(row.begun_at),
                P::opt_at(row.submitted_at),
                P::T(row.changed_at),
            ],
        )
        .await?;
    Ok(())
}

/// Writes an application as it now is over the version that was looked at; false when somebody else was first. The row's own version is not read: the next
/// one is `seen + 1`.
pub async fn save(work: &mut Work, row: &SubsidyRow, seen: i64) -> Result<bool> {
    let (first, second) = row.stage.reviewers();
    let touched = work
        .conn
        .exec(
            &sql!("UPDATE subsidy_application SET version = version + 1, office_name = $3, stage = $4, submissions = $5, first_reviewer = $6, second_reviewer = $7, reviewer_name = $8, draft = $9, claimed_yen = $10, granted_yen = $11, proposal = $12, on_hold = $13, submitted_at = $14, changed_at = $15 WHERE application_id = $1 AND version = $2"),
            &[
                P::U(row.application_id),
                P::I(seen),
                P::S(&row.office_name),
                P::S(row.stage.code()),
                P::I(row.submissions),
                first.map_or(P::Null, P::U),
                second.map_or(P::Null, P::U),
                P::S(&row.reviewer_name),
                P::S(&row.draft),
                row.claimed_yen.map_or(P::Null, P::I),
                row.granted_yen.map_or(P::Null, P::I),
                P::S(&row.proposal),
                P::I(i64::from(row.on_hold)),
                P::opt_at(row.submitted_at),
                P::T(row.changed_at),
            ],
        )
        .await?;
    Ok(touched == 1)
}

/// One application.
pub async fn find(work: &mut Work, application_id: Uuid) -> Result<Option<SubsidyRow>> {
    work.conn
        .first(
            &sql!("SELECT application_id, receipt, scheme, programme, office_no, office_name, stage, version, submissions, first_reviewer, second_reviewer, reviewer_name, applicant_id, applicant_name, applicant_mail, draft, claimed_yen, granted_yen, proposal, on_hold, begun_at, submitted_at, changed_at FROM subsidy_application WHERE application_id = $1"),
            &[P::U(application_id)],
            subsidy,
        )
        .await
}

/// One application by its number.
pub async fn find_by_receipt(work: &mut Work, receipt: &str) -> Result<Option<SubsidyRow>> {
    work.conn
        .first(
            &sql!("SELECT application_id, receipt, scheme, programme, office_no, office_name, stage, version, submissions, first_reviewer, second_reviewer, reviewer_name, applicant_id, applicant_name, applicant_mail, draft, claimed_yen, granted_yen, proposal, on_hold, begun_at, submitted_at, changed_at FROM subsidy_application WHERE receipt = $1"),
            &[P::S(receipt)],
            subsidy,
        )
        .await
}

/// The application of an office that stands in a scheme and programme.
pub async fn find_standing(
    work: &mut Work,
    (scheme, programme): (&str, Programme),
    office_no: &OfficeNumber,
) -> Result<Option<SubsidyRow>> {
    work.conn
        .first(
            &sql!("SELECT application_id, receipt, scheme, programme, office_no, office_name, stage, version, submissions, first_reviewer, second_reviewer, reviewer_name, applicant_id, applicant_name, applicant_mail, draft, claimed_yen, granted_yen, proposal, on_hold, begun_at, submitted_at, changed_at FROM subsidy_application WHERE scheme = $1 AND programme = $2 AND office_no = $3 AND stage NOT IN ('refused', 'withdrawn')"),
            &[P::S(scheme), P::S(programme.code()), P::S(office_no.as_str())],
            subsidy,
        )
        .await
}

/// All applications of an office, the newest first.
pub async fn list_of_office(work: &mut Work, office_no: &OfficeNumber) -> Result<Vec<SubsidyRow>> {
    work.conn
        .query(
            &sql!("SELECT application_id, receipt, scheme, programme, office_no, office_name, stage, version, submissions, first_reviewer, second_reviewer, reviewer_name, applicant_id, applicant_name, applicant_mail, draft, claimed_yen, granted_yen, proposal, on_hold, begun_at, submitted_at, changed_at FROM subsidy_application WHERE office_no = $1 ORDER BY begun_at DESC, application_id DESC"),
            &[P::S(office_no.as_str())],
            subsidy,
        )
        .await
}

fn subsidy(row: &Row<'_>) -> Result<SubsidyRow> {
    let stage: String = row.get(6)?;
    let (first, second) = (row.get(9)?, row.get(10)?);
    let stage = SubsidyStage::of(&stage, first, second).ok_or_else(|| {
        Error::corrupt(
            "subsidy_application.stage",
            "stage and reviewers do not fit",
        )
    })?;
    Ok(SubsidyRow {
        application_id: row.get(0)?,
        receipt: row.get(1)?,
        scheme: row.get(2)?,
        programme: super::parse(row, 3, "subsidy_application.programme")?,
        office_no: super::parse(row, 4, "subsidy_application.office_no")?,
        office_name: row.get(5)?,
        stage,
        version: row.get(7)?,
        submissions: row.get(8)?,
        reviewer_name: row.get(11)?,
        applicant_id: row.get(12)?,
        applicant_name: row.get(13)?,
        applicant_mail: row.get(14)?,
        draft: row.get(15)?,
        claimed_yen: row.get(16)?,
        granted_yen: row.get(17)?,
        proposal: row.get(18)?,
        on_hold: row.get(19)?,
        begun_at: row.get(20)?,
        submitted_at: row.get(21)?,
        changed_at: row.get(22)?,
    })
}
