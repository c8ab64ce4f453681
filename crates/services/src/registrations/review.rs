//! The operator's people decide on an application, two of them on an admission (O-1).

use super::{NOTE, RECEIPT, letters, members};
use crate::{
    CallContext, Platform,
    code::typed_code,
    mail,
    notices::{self, Event},
    office_register::present,
    portal_users::Session,
};
use kiban_audit::{Action, NO_INSURER};
use kiban_domain::{
    Body, PortalRole, RegistrationError, RegistrationStage, RegistrationStep, Reviewer,
};
use kiban_store::{
    Work,
    repo::{
        office_profiles::{self, ProfileRow},
        office_register,
        offices::{self, OfficeRow},
        portal_users,
        registrations::{self, RegistrationRow, StepRow},
    },
};
use uuid::Uuid;

/// What a reviewer does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Has checked it: 一次確認.
    Check,
    /// Admits the office: 承認.
    Approve,
    /// Sends it back to be corrected: 差戻し.
    Return,
    /// Does not admit it: 却下.
    Refuse,
}

impl Decision {
    /// Every one.
    pub const ALL: [Self; 4] = [Self::Check, Self::Approve, Self::Return, Self::Refuse];

    /// The word in forms.
    pub fn code(self) -> &'static str {
        self.step().code()
    }

    /// The one with this word.
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }

    /// As the history keeps it.
    pub fn step(self) -> RegistrationStep {
        match self {
            Self::Check => RegistrationStep::Check,
            Self::Approve => RegistrationStep::Approve,
            Self::Return => RegistrationStep::Return,
            Self::Refuse => RegistrationStep::Refuse,
        }
    }

    /// The stage to which it leads.
    ///
    /// # Errors
    ///
    /// See [`RegistrationError`].
    pub fn next(
        self,
        stage: RegistrationStage,
        by: Reviewer,
    ) -> Result<RegistrationStage, RegistrationError> {
        match self {
            Self::Check => stage.check(by),
            Self::Approve => stage.approve(by),
            Self::Return => stage.send_back(by),
            Self::Refuse => stage.refuse(by),
        }
    }
}

/// Who reviews. No `Debug`: it is about a person.
#[derive(Clone)]
pub struct ReviewerUser {
    /// The user.
    pub user_id: Uuid,
    /// The name that the history keeps.
    pub name: String,
    /// The mail address: who applied under another user with the same address reviews nothing either.
    pub mail: String,
}

impl ReviewerUser {
    /// Who is signed in.
    ///
    /// # Errors
    ///
    /// The database only.
    pub async fn of(platform: &Platform, session: &Session) -> Result<Self, kiban_store::Error> {
        let mut work = platform.store.point().await?;
        let user = portal_users::find(&mut work, session.user_id).await?;
        Ok(Self {
            user_id: session.user_id,
            name: session.name.clone(),
            mail: user.map(|user| user.mail).unwrap_or_default(),
        })
    }

    /// As whom they review this application.
    pub fn of_application(&self, row: &RegistrationRow) -> Reviewer {
        Reviewer {
            user_id: self.user_id,
            is_applicant: row.applicant_id == self.user_id
                || row.applicant.mail.eq_ignore_ascii_case(&self.mail),
        }
    }
}

/// A decision on the version that was looked at.
#[derive(Clone)]
pub struct Review {
    /// The receipt.
    pub receipt: String,
    /// The version.
    pub seen: i64,
    /// What to do.
    pub decision: Decision,
    /// Why; what the applicant reads of a return or a refusal.
    pub note: String,
    /// By whom.
    pub by: ReviewerUser,
}

/// Why an application did not move.
#[derive(Debug, thiserror::Error)]
pub enum ReviewError {
    /// There is no such application.
    #[error("no such application")]
    NotFound,
    /// The step cannot be done now, or not by this reviewer.
    #[error("stage")]
    Stage(#[from] RegistrationError),
    /// A note is missing where one is needed.
    #[error("a note is needed")]
    NoteMissing,
    /// The note is too long.
    #[error("the note is too long")]
    NoteTooLong,
    /// Somebody moved it on since it was looked at.
    #[error("the application has moved on")]
    Stale,
    /// The database.
    #[error("storage")]
    Storage(#[from] kiban_store::Error),
}

/// Moves an application on. Stage, history, letter, entry and, with an approval, the office itself are one unit of work.
/// `portal` is the portal's address as people reach it.
///
/// # Errors
///
/// See [`ReviewError`].
pub async fn review(
    platform: &Platform,
    context: &CallContext,
    portal: &str,
    review: Review,
) -> Result<RegistrationStage, ReviewError> {
    let receipt = typed_code(&review.receipt, RECEIPT).ok_or(ReviewError::NotFound)?;
    let note = review.note.trim().to_owned();
    if note.chars().count() > NOTE {
        return Err(ReviewError::NoteTooLong);
    }
    let entry = context
        .event(platform, NO_INSURER, Action::RegistrationMoved)
        .ground(format!("registration:{receipt}"))
        .purpose(review.decision.step().code())
        .to_entry();
    let (mail_id, notice_id) = (platform.id(), platform.id());
    let (inside, portal) = (platform.clone(), portal.to_owned());
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                let row = registrations::find_by_receipt(work, &receipt).await?;
                let row = row.ok_or(ReviewError::NotFound)?;
                let stage = decide(work, &inside, &row, &review, &note).await?;
                let now = inside.now();
                if !registrations::move_on(work, row.registration_id, review.seen, stage, now)
                    .await?
                {
                    return Err(ReviewError::Stale);
                }
                let step = StepRow {
                    step: review.decision.step(),
                    by_operator: true,
                    acted_by: review.by.user_id,
                    actor: review.by.name,
                    note: note.clone(),
                    acted_at: now,
                };
                registrations::add_step(work, row.registration_id, &step).await?;
                match review.decision {
                    Decision::Approve => admit(work, &inside, &row).await?,
                    Decision::Refuse => members::let_out(work, &row, now).await?,
                    Decision::Return => {
                        let event = Event::Returned {
                            receipt: receipt.clone(),
                            version: review.seen,
                        };
                        let office = Body::Office(row.office.office_no);
                        notices::tell(work, &inside, notice_id, Some(office), &event).await?;
                    }
                    Decision::Check => {}
                }
                if let Some(letter) = letters::decided(&row, review.decision, &note, &portal) {
                    mail::queue(work, mail_id, &inside, &letter).await?;
                }
                work.record(&entry).await?;
                Ok(stage)
            })
        })
        .await
}

/// Whether a decision could be made as things stand, for a page that asks once more before it is.
///
/// # Errors
///
/// See [`ReviewError`].
pub async fn check(
    platform: &Platform,
    row: &RegistrationRow,
    review: &Review,
) -> Result<RegistrationStage, ReviewError> {
    let note = review.note.trim();
    if note.chars().count() > NOTE {
        return Err(ReviewError::NoteTooLong);
    }
    let mut work = platform.store.point().await?;
    decide(&mut work, platform, row, review, note).await
}

async fn decide(
    work: &mut Work,
    platform: &Platform,
    row: &RegistrationRow,
    review: &Review,
    note: &str,
) -> Result<RegistrationStage, ReviewError> {
    if row.version != review.seen {
        return Err(ReviewError::Stale);
    }
    let reviewer = review.by.of_application(row);
    let stage = review.decision.next(row.stage, reviewer)?;
    // What the register says today counts, not what it said when the application came.
    let entry = present(office_register::find(work, &row.office.office_no).await?);
    let listed = entry.is_some_and(|entry| entry.is_open_on(platform.today()));
    if note.is_empty() && review.decision.step().needs_note(listed) {
        return Err(ReviewError::NoteMissing);
    }
    Ok(stage)
}

/// Makes the office one that may use the platform, and the applicant its administrator. An office that was there before keeps what
/// else is known of it.
async fn admit(
    work: &mut Work,
    platform: &Platform,
    row: &RegistrationRow,
) -> Result<(), kiban_store::Error> {
    let office = OfficeRow {
        office_no: row.office.office_no,
        name: row.office.name.clone(),
        medical: row.office.kind.is_medical(),
        service_kinds: row.office.service_kinds.clone(),
        created_at: platform.now(),
    };
    offices::save(work, &office).await?;
    offices::set_contact_mail(work, &office.office_no, &row.applicant.mail).await?;
    let profile = ProfileRow {
        office_no: office.office_no,
        kind: row.office.kind,
        postal_code: row.office.postal_code.clone(),
        address: row.office.address.clone(),
        phone: row.office.phone.clone(),
        beds: row.office.beds,
        changed_at: platform.now(),
    };
    office_profiles::save(work, &profile).await?;
    members::let_in(work, row, PortalRole::Administrator, platform.now()).await
}
