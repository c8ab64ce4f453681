//! May this office register itself as one of a person's offices?

use crate::{Caller, Facts, PartSet, Permit, Refusal, RegisterRelation, Role};
use std::marker::PhantomData;

/// Decides about registering (W-4). The caller has shown a fresh identity check; what remains is the insurer's stage.
///
/// # Errors
///
/// [`Refusal::InsurerNotSharing`] before the insurer shares, [`Refusal::RoleNotEntitled`] for callers that are no office.
pub fn register_relation(
    caller: &Caller,
    facts: &Facts,
    check_id: &str,
) -> Result<Permit<RegisterRelation>, Refusal> {
    if !matches!(caller, Caller::Office(_) | Caller::Medical { .. }) {
        return Err(Refusal::RoleNotEntitled);
    }
    if !facts.stage.may_be_seen() {
        return Err(Refusal::InsurerNotSharing);
    }
    Ok(Permit {
        caller: caller.clone(),
        person: Some(facts.person.clone()),
        role: Role::OtherOffice,
        ground: format!("identity_check:{check_id}"),
        shown: PartSet::EMPTY,
        withheld: Vec::new(),
        member: None,
        insurer: None,
        action: PhantomData,
    })
}
