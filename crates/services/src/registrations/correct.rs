//! The applicant corrects an application that was returned, or takes it back.

use super::{look_up::Typed, members};
use crate::{CallContext, Platform, code::typed_code, office_register::present};
use kiban_audit::{Action, NO_INSURER};
use kiban_domain::{RegistrationError, RegistrationStage, RegistrationStep};
use kiban_store::{
    Work,
    repo::{
        office_register,
        registrations::{self, AppliedOffice, RegistrationRow, StepRow},
    },
};
use uuid::Uuid;

/// Why an application was not changed.
#[derive(Debug, thiserror::Error)]
pub enum CorrectError {
    /// The user has no such application.
    #[error("no such application")]
    NotFound,
    /// It cannot be done now.
    #[error("stage")]
    Stage(#[from] RegistrationError),
    /// Somebody moved it on since it was looked at.
    #[error("the application has moved on")]
    Stale,
    /// The database.
    #[error("storage")]
    Storage(#[from] kiban_store::Error),
}

/// What an applicant may correct.
#[derive(Clone)]
pub struct Corrections {
    /// What is said of the office; counts only when the register does not have it.
    pub typed: Typed,
    /// The applicant's telephone.
    pub phone: String,
    /// What the applicant says to the reviewers; may be empty.
    pub note: String,
}

/// Submits an application anew after it was returned; what the register says by now is taken over. `seen` is the version that was
/// looked at.
///
/// # Errors
///
/// See [`CorrectError`].
pub async fn resubmit(
    platform: &Platform,
    context: &CallContext,
    applicant_id: Uuid,
    (receipt, seen): (&str, i64),
    corrections: Corrections,
) -> Result<(), CorrectError> {
    let step = Step::new(platform, context, applicant_id, receipt, seen)?;
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                let row = step.own(work).await?;
                let stage = row.stage.resubmit()?;
                let office = corrected(work, &row, corrections.typed).await?;
                let (id, phone) = (row.registration_id, corrections.phone);
                step.take(
                    work,
                    row,
                    stage,
                    RegistrationStep::Resubmit,
                    corrections.note,
                )
                .await?;
                Ok(registrations::correct(work, id, &office, &phone).await?)
            })
        })
        .await
}

async fn corrected(
    work: &mut Work,
    row: &RegistrationRow,
    typed: Typed,
) -> Result<AppliedOffice, kiban_store::Error> {
    let (kind, office_no) = (row.office.kind, row.office.office_no);
    let entry = present(office_register::find(work, &office_no).await?);
    let candidate = super::Candidate {
        kind,
        office_no,
        entry,
    };
    Ok(candidate.applied(typed))
}

/// Takes an application back; its number is free again.
///
/// # Errors
///
/// See [`CorrectError`].
pub async fn withdraw(
    platform: &Platform,
    context: &CallContext,
    applicant_id: Uuid,
    (receipt, seen): (&str, i64),
) -> Result<(), CorrectError> {
    let step = Step::new(platform, context, applicant_id, receipt, seen)?;
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                let row = step.own(work).await?;
                let stage = row.stage.withdraw()?;
                let (inside, let_out) = (step.platform.clone(), row.clone());
                // The application first, as a review does: whoever takes its row and the membership the other way round
                // may wait for somebody who waits for them.
                step.take(work, row, stage, RegistrationStep::Withdraw, String::new())
                    .await?;
                Ok(members::let_out(work, &let_out, inside.now()).await?)
            })
        })
        .await
}

/// A step of the applicant.
struct Step {
    platform: Platform,
    context: CallContext,
    applicant_id: Uuid,
    receipt: String,
    seen: i64,
}

impl Step {
    fn new(
        platform: &Platform,
        context: &CallContext,
        applicant_id: Uuid,
        receipt: &str,
        seen: i64,
    ) -> Result<Self, CorrectError> {
        let receipt = typed_code(receipt, super::RECEIPT).ok_or(CorrectError::NotFound)?;
        Ok(Self {
            platform: platform.clone(),
            context: context.clone(),
            applicant_id,
            receipt,
            seen,
        })
    }

    /// The applicant's own application; another's is none.
    async fn own(&self, work: &mut Work) -> Result<RegistrationRow, CorrectError> {
        registrations::find_by_receipt(work, &self.receipt)
            .await?
            .filter(|row| row.applicant_id == self.applicant_id)
            .ok_or(CorrectError::NotFound)
    }

    async fn take(
        self,
        work: &mut Work,
        row: RegistrationRow,
        stage: RegistrationStage,
        step: RegistrationStep,
        note: String,
    ) -> Result<(), CorrectError> {
        let now = self.platform.now();
        let id = row.registration_id;
        if !registrations::move_on(work, id, self.seen, stage, now).await? {
            return Err(CorrectError::Stale);
        }
        let line = StepRow {
            step,
            by_operator: false,
            acted_by: self.applicant_id,
            actor: row.applicant.name,
            note,
            acted_at: now,
        };
        registrations::add_step(work, id, &line).await?;
        let entry = self
            .context
            .event(&self.platform, NO_INSURER, Action::RegistrationMoved)
            .ground(format!("registration:{}", row.receipt))
            .purpose(step.code())
            .to_entry();
        Ok(work.record(&entry).await?)
    }
}
