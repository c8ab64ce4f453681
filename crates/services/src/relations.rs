//! Registering as a person's office, ending it, and the list of the office's persons (S-2, W-4).

mod end;
mod list;
mod managers;
pub mod silence;

pub(crate) use end::tell_of_end;
pub use end::{AHEAD_DAYS, End, EndError, NOTE_MAX, end, span};
pub use list::{ListError, list};
pub use managers::other_managers;

use crate::{
    CallContext, Platform, handovers,
    identity::CheckId,
    person_notices::{self, NoticeFacts},
};
use kiban_access::{Caller, Facts, Refusal, register_relation};
use kiban_audit::Action;
use kiban_domain::{Date, OfficeNumber, ServiceKind};
use kiban_store::{
    Work,
    repo::{
        eligibility, identity, offices,
        relations::{self, FOREVER, RelationRow},
    },
};
use uuid::Uuid;

/// The longest purpose, in characters.
pub const PURPOSE_MAX: usize = 100;

/// What an office asks to register.
#[derive(Debug, Clone)]
pub struct Registration {
    /// The check that agreed.
    pub check: CheckId,
    /// For which service.
    pub service_kind: ServiceKind,
    /// For what purpose, 1 to [`PURPOSE_MAX`] characters.
    pub purpose: String,
    /// From which day; `None` is today.
    pub from: Option<Date>,
    /// Whether this accepts the hand-over that waits for this office, if one does.
    pub accepts_handover: bool,
}

/// Why nothing was registered.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// There is no such check of this office.
    #[error("no such identity check")]
    CheckNotFound,
    /// The check has run out or was used.
    #[error("the identity check has run out")]
    CheckSpent,
    /// The office is not designated for this service.
    #[error("the office does not offer this service")]
    ServiceNotOffered,
    /// The purpose is empty or too long.
    #[error("the purpose is empty or too long")]
    Purpose,
    /// The first day lies more than a year from today.
    #[error("the first day is out of range")]
    FromOutOfRange,
    /// The office is registered for this service already.
    #[error("already registered")]
    AlreadyRegistered(Uuid),
    /// Not allowed.
    #[error("refused")]
    Refused(#[source] Refusal),
    /// The database.
    #[error("storage")]
    Storage(#[from] kiban_store::Error),
}

/// Registers the caller's office as one of the person's offices.
///
/// # Errors
///
/// See [`RegisterError`]; nothing is half-saved, and the check stays usable unless it was used.
pub async fn register(
    platform: &Platform,
    context: &CallContext,
    registration: Registration,
) -> Result<RelationRow, RegisterError> {
    let purpose = registration.purpose.trim().to_owned();
    if purpose.is_empty()
        || purpose.chars().count() > PURPOSE_MAX
        || purpose.chars().any(char::is_control)
    {
        return Err(RegisterError::Purpose);
    }
    let today = platform.today();
    let from = registration.from.unwrap_or(today);
    if (from - today).get_days().abs() > 366 {
        return Err(RegisterError::FromOutOfRange);
    }
    let check = registration.check;
    let (own, caller) = (platform.clone(), context.clone());
    let outcome = platform
        .store
        .write(move |work| {
            Box::pin(async move { write(work, &own, &caller, &registration, purpose, from).await })
        })
        .await;
    if let Err(RegisterError::Refused(refusal)) = &outcome {
        let entry = context
            .event(
                platform,
                check.insurer_no.as_str(),
                Action::RegisterRelation,
            )
            .ground(format!("identity_check:{}", check.id))
            .refused(refusal.code())
            .to_entry();
        platform.audit.append(entry).await?;
    }
    outcome
}

async fn write(
    work: &mut Work,
    platform: &Platform,
    context: &CallContext,
    registration: &Registration,
    purpose: String,
    from: Date,
) -> Result<RelationRow, RegisterError> {
    let office_no =
        caller_office(&context.caller).ok_or(RegisterError::Refused(Refusal::RoleNotEntitled))?;
    let CheckId { insurer_no, id } = registration.check;
    let check = identity::find_check(work, &insurer_no, id)
        .await?
        .filter(|check| check.office_no == *office_no)
        .ok_or(RegisterError::CheckNotFound)?;
    let now = platform.now();
    if check.used_at.is_some() || check.expires_at < now {
        return Err(RegisterError::CheckSpent);
    }
    let office = offices::find(work, office_no).await?;
    let offered =
        office.is_some_and(|office| office.service_kinds.contains(&registration.service_kind));
    if !offered {
        return Err(RegisterError::ServiceNotOffered);
    }
    // The insurer may have cancelled the person since the check: there is nobody to register for.
    let looked = eligibility::look(work, &check.person, Some(office_no))
        .await?
        .filter(|looked| looked.sealed.is_some())
        .ok_or(RegisterError::Refused(Refusal::NotFound))?;
    let facts = Facts {
        person: check.person.clone(),
        stage: looked.stage,
        relations: looked.relations,
        consents: looked.consents,
        today: platform.today(),
    };
    let permit = register_relation(&context.caller, &facts, &id.to_string())
        .map_err(RegisterError::Refused)?;
    let standing = relations::list_of(work, &check.person, office_no).await?;
    if let Some(row) = standing.iter().find(|row| {
        row.service_kind == registration.service_kind
            && row.valid_to >= from
            && row.ended_at.is_none()
    }) {
        return Err(RegisterError::AlreadyRegistered(row.relation_id));
    }
    if !identity::use_check(work, &insurer_no, id, now).await? {
        return Err(RegisterError::CheckSpent);
    }
    let row = RelationRow {
        relation_id: platform.id(),
        person: check.person,
        office_no: *office_no,
        service_kind: registration.service_kind,
        purpose,
        valid_from: from,
        valid_to: FOREVER,
        check_id: id,
        created_at: now,
        created_by: actor_name(context),
        ended_at: None,
        end_reason: None,
        end_note: None,
        voided_from: None,
    };
    relations::add(work, &permit, &row).await?;
    let facts = NoticeFacts::RelationRegistered {
        office: person_notices::named(work, office_no).await?,
        service_kind: row.service_kind.as_str().to_owned(),
        from: row.valid_from,
    };
    person_notices::tell(work, platform, &row.person, &facts).await?;
    if registration.accepts_handover && kiban_access::makes_care_plans(row.service_kind) {
        handovers::accept(work, platform, context, &row).await?;
    }
    let entry = context
        .event(
            platform,
            row.person.insurer_no.as_str(),
            Action::RegisterRelation,
        )
        .about(row.person.insured_no.as_str())
        .purpose(row.purpose.clone())
        .ground(permit.ground().to_owned())
        .to_entry();
    work.record(&entry).await?;
    Ok(row)
}

/// The number under which an office or institution calls.
pub fn caller_office(caller: &Caller) -> Option<&OfficeNumber> {
    match caller {
        Caller::Office(office_no) | Caller::Medical { office_no, .. } => Some(office_no),
        Caller::Insurer(_) | Caller::Person(_) | Caller::Operator => None,
    }
}

pub(crate) fn actor_name(context: &CallContext) -> String {
    context
        .actor
        .staff
        .clone()
        .unwrap_or_else(|| "system".to_owned())
}
