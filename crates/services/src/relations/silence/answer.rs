//! What an office answers: a registration goes on. That one ends is said where any registration is ended.

use super::super::{ListError, caller_office};
use crate::{CallContext, Platform};
use kiban_access::{Refusal, list_persons};
use kiban_audit::Action;
use kiban_store::{
    Error,
    repo::{
        eligibility::relation_ground,
        silence::{self, SilentRow},
    },
};
use uuid::Uuid;

/// The registrations about which the caller's office is asked, those that end first at the beginning. It goes with the list
/// of persons, whose entry records the look.
///
/// # Errors
///
/// A [`Refusal`] for callers that are no office.
pub async fn waiting(
    platform: &Platform,
    context: &CallContext,
) -> Result<Vec<SilentRow>, ListError> {
    let permit = list_persons(&context.caller).map_err(ListError::Refused)?;
    let office_no =
        caller_office(&context.caller).ok_or(ListError::Refused(Refusal::RoleNotEntitled))?;
    let mut work = platform.store.point().await?;
    Ok(silence::list_asked(&mut work, &permit, office_no).await?)
}

/// The caller's office goes on with the registrations `relation_ids`; with how many. Each leaves an entry on the trail.
/// What nobody asks about, because it was answered or has ended, is passed over.
///
/// # Errors
///
/// A [`Refusal`] for callers that are no office; the database. All are confirmed or none.
pub async fn confirm(
    platform: &Platform,
    context: &CallContext,
    relation_ids: Vec<Uuid>,
) -> Result<usize, ListError> {
    let permit = list_persons(&context.caller).map_err(ListError::Refused)?;
    let office_no =
        *caller_office(&context.caller).ok_or(ListError::Refused(Refusal::RoleNotEntitled))?;
    let (own, caller) = (platform.clone(), context.clone());
    let confirmed = platform
        .store
        .write::<_, Error, _>(move |work| {
            Box::pin(async move {
                let mut confirmed = 0;
                let rows = silence::list_asked(work, &permit, &office_no).await?;
                for row in rows
                    .iter()
                    .filter(|row| relation_ids.contains(&row.relation_id))
                {
                    if !silence::note(work, row, own.today(), None).await? {
                        continue;
                    }
                    let entry = caller
                        .event(
                            &own,
                            row.person.insurer_no.as_str(),
                            Action::ConfirmRelation,
                        )
                        .about(row.person.insured_no.as_str())
                        .ground(relation_ground(row.relation_id))
                        .to_entry();
                    work.record(&entry).await?;
                    confirmed += 1;
                }
                Ok(confirmed)
            })
        })
        .await?;
    Ok(confirmed)
}
