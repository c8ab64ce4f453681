//! The consents that an office itself took, where nothing of the person may be seen.

use super::{
    ConsentError, ConsentRef, Item, Note, Source, effect,
    record::{permit, recorded},
};
use crate::{CallContext, Platform};
use kiban_access::{ConsentAct, Part, PersonKey};
use kiban_audit::Action;
use kiban_store::repo::{
    consents::{self, ConsentEntry, ConsentKind},
    offices, staff,
};
use std::collections::HashMap;

/// The consents of a person that the caller's office took and nobody took back, newest first; the look is recorded.
///
/// They are the office's own acts, no data of the insurer, so they can be found for a withdrawal also while the insurer
/// does not share (S-4, S-5).
///
/// # Errors
///
/// [`ConsentError::Refused`] when the office may not record a withdrawal, [`ConsentError::Storage`].
pub async fn list_own(
    platform: &Platform,
    context: &CallContext,
    person: &PersonKey,
) -> Result<Vec<Item>, ConsentError> {
    let outcome = read(platform, context, person).await;
    recorded(platform, context, person, outcome).await
}

async fn read(
    platform: &Platform,
    context: &CallContext,
    person: &PersonKey,
) -> Result<Vec<Item>, ConsentError> {
    let mut work = platform.store.point().await?;
    let permit = permit(&mut work, platform, context, person, ConsentAct::Withdraw).await?;
    let entries = consents::list_to_record(&mut work, &permit).await?;
    let own = crate::relations::caller_office(&context.caller).copied();
    let ours = |entry: &&ConsentEntry| {
        entry.kind == ConsentKind::Given
            && Some(entry.office_no) == own
            && effect::withdrawal_of(&entries, entry).is_none()
    };
    let mut items = Vec::new();
    for entry in entries.iter().rev().filter(ours) {
        let office = offices::find(&mut work, &entry.office_no).await?;
        let names: HashMap<_, _> = staff::list_names(&mut work, &entry.office_no)
            .await?
            .into_iter()
            .collect();
        let member = names.get(&entry.staff).unwrap_or(&entry.staff);
        items.push(Item {
            id: ConsentRef::Office(entry.consent_id),
            scope: Some(entry.scope),
            taker: Some(entry.taker),
            office: Some((entry.office_no, office.map(|office| office.name))),
            given_on: entry.day,
            withdrawn_on: None,
            source: Source::Office,
            taken: Some(Note {
                basis: entry.basis,
                ground: entry.ground.clone(),
                evidence: entry.evidence.clone(),
                staff: member.clone(),
            }),
            withdrawn: None,
        });
    }
    drop(work);
    let mut event = context
        .event(platform, person.insurer_no.as_str(), Action::ReadPerson)
        .about(person.insured_no.as_str())
        .purpose("own_consents")
        .ground(permit.ground().to_owned());
    event.parts = vec![Part::Consent.as_str().into()];
    platform.audit.append(event.to_entry()).await?;
    Ok(items)
}
