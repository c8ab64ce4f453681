//! May this caller read what the platform has to tell a person (Z-2)?

use crate::{Caller, PartSet, Permit, ReadNotices, Refusal, Role};
use std::marker::PhantomData;

/// Decides about reading notices: the person reads their own, nobody else any.
///
/// # Errors
///
/// [`Refusal::RoleNotEntitled`] for every other caller.
pub fn read_notices(caller: &Caller) -> Result<Permit<ReadNotices>, Refusal> {
    let Caller::Person(person) = caller else {
        return Err(Refusal::RoleNotEntitled);
    };
    Ok(Permit {
        caller: caller.clone(),
        person: Some(person.clone()),
        role: Role::Person,
        ground: "self".to_owned(),
        shown: PartSet::EMPTY,
        withheld: Vec::new(),
        member: None,
        insurer: None,
        action: PhantomData,
    })
}
