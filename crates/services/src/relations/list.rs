//! The list of the office's persons (W-4).

use super::caller_office;
use crate::{CallContext, Platform, maintenance};
use kiban_access::{ListPersons, Permit, Refusal, list_persons};
use kiban_audit::{Action, NO_INSURER};
use kiban_domain::{InsurerNumber, OfficeNumber};
use kiban_store::repo::relations::{self, ListedRow};
use std::collections::{BTreeMap, BTreeSet};

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

/// The persons of the caller's office, those whose registration is over among them, as they are today.
///
/// The look is one act and leaves one entry, in the insurer's lane when all persons are of one, else in the lane of no
/// insurer: an entry has one lane, and one for each insurer made ten acts of one. `parts` names the insurers with their
/// numbers of persons, `131128:12`, so that each insurer's share of the list can be told.
///
/// # Errors
///
/// A [`Refusal`] for callers that are no office.
pub async fn list(platform: &Platform, context: &CallContext) -> Result<Vec<ListedRow>, ListError> {
    let permit: Permit<ListPersons> = list_persons(&context.caller).map_err(ListError::Refused)?;
    let office_no =
        caller_office(&context.caller).ok_or(ListError::Refused(Refusal::RoleNotEntitled))?;
    let mut rows = load_fresh(platform, &permit, office_no).await?;
    for row in &mut rows {
        // How far an application is, only the office that makes the care plan may see (access matrix, `progress`).
        if !kiban_access::makes_care_plans(row.relation.service_kind) {
            row.progress.clear();
            row.application_date = None;
        }
    }
    record(platform, context, &permit, &rows).await?;
    Ok(rows)
}

/// Between midnight and the nightly rebuild some rows are yesterday's: those are composed anew first.
async fn load_fresh(
    platform: &Platform,
    permit: &Permit<ListPersons>,
    office_no: &OfficeNumber,
) -> Result<Vec<ListedRow>, kiban_store::Error> {
    let mut work = platform.store.point().await?;
    let rows = relations::list_of_office(&mut work, permit, office_no).await?;
    drop(work);
    let today = platform.today();
    let mut stale: BTreeMap<InsurerNumber, BTreeSet<String>> = BTreeMap::new();
    for row in rows.iter().filter(|row| !row.is_good_on(today)) {
        let person = &row.relation.person;
        let persons = stale.entry(person.insurer_no).or_default();
        persons.insert(person.insured_no.as_str().to_owned());
    }
    if stale.is_empty() {
        return Ok(rows);
    }
    for (insurer_no, persons) in stale {
        maintenance::refresh_persons(platform, insurer_no, persons.into_iter().collect()).await?;
    }
    let mut work = platform.store.point().await?;
    relations::list_of_office(&mut work, permit, office_no).await
}

async fn record(
    platform: &Platform,
    context: &CallContext,
    permit: &Permit<ListPersons>,
    rows: &[ListedRow],
) -> Result<(), kiban_store::Error> {
    let persons: BTreeSet<(InsurerNumber, &str)> = rows
        .iter()
        .map(|row| &row.relation.person)
        .map(|person| (person.insurer_no, person.insured_no.as_str()))
        .collect();
    let mut insurers: BTreeMap<InsurerNumber, usize> = BTreeMap::new();
    for (insurer_no, _) in persons {
        *insurers.entry(insurer_no).or_default() += 1;
    }
    let lane = match insurers.keys().next() {
        Some(only) if insurers.len() == 1 => only.as_str(),
        Some(_) | None => NO_INSURER,
    };
    let mut event = context
        .event(platform, lane, Action::ListPersons)
        .ground(permit.ground().to_owned());
    event.parts = insurers
        .iter()
        .map(|(insurer_no, count)| format!("{}:{count}", insurer_no.as_str()).into())
        .collect();
    platform.audit.append(event.to_entry()).await
}
