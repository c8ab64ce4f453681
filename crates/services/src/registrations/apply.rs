//! An application comes in.

use super::{
    RECEIPT, letters,
    look_up::{LookUpError, Typed, candidate},
    members,
};
use crate::{CallContext, Platform, code::new_code, mail};
use kiban_audit::{Action, NO_INSURER};
use kiban_domain::{
    OfficeNumber, PortalRole, RegistrationKind, RegistrationStage, RegistrationStep,
};
use kiban_store::{
    Work,
    repo::registrations::{self, Applicant, AppliedOffice, RegistrationRow, StepRow},
};
use uuid::Uuid;

/// Why no application came in.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// The office cannot be registered.
    #[error("office")]
    Office(#[from] LookUpError),
    /// The database.
    #[error("storage")]
    Storage(#[from] kiban_store::Error),
}

/// A user applies for an office: the first one of a new user, or one more of the same company. Gives back the receipt.
///
/// # Errors
///
/// See [`ApplyError`].
pub async fn apply(
    platform: &Platform,
    context: &CallContext,
    portal: &str,
    (kind, office_no, typed): (RegistrationKind, OfficeNumber, Typed),
    (applicant_id, applicant): (Uuid, Applicant),
) -> Result<String, ApplyError> {
    let coming = Coming::new(platform, context, portal, applicant_id);
    let today = platform.today();
    platform
        .store
        .write::<_, ApplyError, _>(move |work| {
            Box::pin(async move {
                let office = candidate(work, kind, office_no, today).await?;
                coming.add(work, office.applied(typed), applicant).await
            })
        })
        .await
}

/// What an application needs besides office and applicant: chance and time, which a unit of work may not wait for.
pub(super) struct Coming {
    platform: Platform,
    context: CallContext,
    portal: String,
    receipt: String,
    registration_id: Uuid,
    mail_id: Uuid,
    applicant_id: Uuid,
}

impl Coming {
    pub(super) fn new(
        platform: &Platform,
        context: &CallContext,
        portal: &str,
        applicant_id: Uuid,
    ) -> Self {
        Self {
            platform: platform.clone(),
            context: context.clone(),
            portal: portal.to_owned(),
            receipt: new_code(platform, RECEIPT),
            registration_id: platform.id(),
            mail_id: platform.id(),
            applicant_id,
        }
    }

    /// Adds the application, its first line of history, its letter and its entry; gives back the receipt.
    ///
    /// # Errors
    ///
    /// [`LookUpError::Taken`] when another application of the office stands, even one that came at the same moment.
    pub(super) async fn add(
        self,
        work: &mut Work,
        office: AppliedOffice,
        applicant: Applicant,
    ) -> Result<String, ApplyError> {
        let now = self.platform.now();
        let row = RegistrationRow {
            registration_id: self.registration_id,
            receipt: self.receipt,
            office,
            stage: RegistrationStage::Applied,
            version: 1,
            applicant_id: self.applicant_id,
            applicant,
            applied_at: now,
            changed_at: now,
        };
        match registrations::add(work, &row).await {
            Err(error) if error.is_duplicate() => return Err(LookUpError::Taken.into()),
            other => other?,
        }
        let step = StepRow {
            step: RegistrationStep::Apply,
            by_operator: false,
            acted_by: row.applicant_id,
            actor: row.applicant.name.clone(),
            note: String::new(),
            acted_at: now,
        };
        registrations::add_step(work, row.registration_id, &step).await?;
        members::let_in(work, &row, PortalRole::Member, now).await?;
        if let Some(letter) = letters::received(&row, &self.portal) {
            mail::queue(work, self.mail_id, &self.platform, &letter).await?;
        }
        let entry = self
            .context
            .event(&self.platform, NO_INSURER, Action::RegistrationMoved)
            .ground(format!("registration:{}", row.receipt))
            .purpose(RegistrationStep::Apply.code())
            .to_entry();
        work.record(&entry).await?;
        Ok(row.receipt)
    }
}
