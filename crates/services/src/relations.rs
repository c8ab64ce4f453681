//! Registering as a person's office, and ending it (S-2, W-4).

use crate::{CallContext, Platform, identity::CheckId};
use kiban_access::{
    Caller, Facts, ListPersons, Permit, PersonKey, Refusal, list_persons, register_relation,
};
use kiban_audit::Action;
use kiban_domain::{Date, OfficeNumber, ServiceKind};
use kiban_store::{
    Work,
    repo::{
        eligibility, identity, offices,
        relations::{self, FOREVER, ListedRow, RelationRow},
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
    let platform = platform.clone();
    let context = context.clone();
    let store = platform.store.clone();
    store
        .write(move |work| {
            Box::pin(
                async move { write(work, &platform, &context, &registration, purpose, from).await },
            )
        })
        .await
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
    let looked = eligibility::look(work, &check.person, Some(office_no))
        .await?
        .ok_or(RegisterError::CheckNotFound)?;
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
    };
    relations::add(work, &permit, &row).await?;
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

fn actor_name(context: &CallContext) -> String {
    context
        .actor
        .staff
        .clone()
        .unwrap_or_else(|| "system".to_owned())
}

/// Why nothing was ended.
#[derive(Debug, thiserror::Error)]
pub enum EndError {
    /// There is no such registration of this office, or it has ended.
    #[error("no such registration")]
    NotFound,
    /// The database.
    #[error("storage")]
    Storage(#[from] kiban_store::Error),
}

/// Ends a registration at once: nothing more is shown on its ground.
///
/// # Errors
///
/// [`EndError::NotFound`] for a registration that is not this office's.
pub async fn end(
    platform: &Platform,
    context: &CallContext,
    person: PersonKey,
    relation_id: Uuid,
) -> Result<(), EndError> {
    let office_no = *caller_office(&context.caller).ok_or(EndError::NotFound)?;
    let by = actor_name(context);
    let now = platform.now();
    let yesterday = platform.today().yesterday().unwrap_or(platform.today());
    let entry = context
        .event(platform, person.insurer_no.as_str(), Action::EndRelation)
        .about(person.insured_no.as_str())
        .ground(eligibility::relation_ground(relation_id))
        .to_entry();
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                // The right ends at once: its last day is the day before.
                if !relations::end(work, &person, &office_no, relation_id, yesterday, now, &by)
                    .await?
                {
                    return Err(EndError::NotFound);
                }
                work.record(&entry).await?;
                Ok(())
            })
        })
        .await
}

/// The persons of the caller's office. The list is recorded once for each insurer that appears in it, with the
/// number of persons.
///
/// # Errors
///
/// A [`Refusal`] for callers that are no office.
pub async fn list(platform: &Platform, context: &CallContext) -> Result<Vec<ListedRow>, ListError> {
    let permit: Permit<ListPersons> = list_persons(&context.caller).map_err(ListError::Refused)?;
    let office_no =
        caller_office(&context.caller).ok_or(ListError::Refused(Refusal::RoleNotEntitled))?;
    let mut work = platform.store.point().await?;
    let mut rows = relations::list_of_office(&mut work, &permit, office_no).await?;
    drop(work);
    for row in &mut rows {
        // How far an application is, only the office that makes the care plan may see (access matrix, `progress`).
        if !kiban_access::makes_care_plans(row.relation.service_kind) {
            row.progress.clear();
            row.application_date = None;
        }
    }
    let mut insurers: Vec<_> = rows
        .iter()
        .map(|row| row.relation.person.insurer_no)
        .collect();
    insurers.sort_unstable();
    insurers.dedup();
    for insurer_no in insurers {
        let entry = context
            .event(platform, insurer_no.as_str(), Action::ListPersons)
            .ground(permit.ground().to_owned())
            .to_entry();
        platform.audit.append(entry).await?;
    }
    Ok(rows)
}

/// Why no list was given.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// Not allowed.
    #[error("refused")]
    Refused(#[source] Refusal),
    /// The database, or the record of the look could not be written.
    #[error("storage")]
    Storage(#[from] kiban_store::Error),
}
