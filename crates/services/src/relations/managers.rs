//! Two offices that manage one person's care on one day (W-4): told to both, never hidden.

use super::{ListError, caller_office};
use crate::{CallContext, Platform};
use kiban_access::{Refusal, list_persons};
use kiban_store::repo::relations::{self, OtherManager};

/// The other offices that manage the care of the caller's persons today, with whom each is about. No member of theirs is
/// named: a telephone call goes to the office.
///
/// It goes with a list or a page of a person, whose entry records the look.
///
/// # Errors
///
/// A [`Refusal`] for callers that are no office.
pub async fn other_managers(
    platform: &Platform,
    context: &CallContext,
) -> Result<Vec<OtherManager>, ListError> {
    let permit = list_persons(&context.caller).map_err(ListError::Refused)?;
    let office_no =
        caller_office(&context.caller).ok_or(ListError::Refused(Refusal::RoleNotEntitled))?;
    let mut work = platform.store.point().await?;
    Ok(relations::list_other_managers(&mut work, &permit, office_no, platform.today()).await?)
}
