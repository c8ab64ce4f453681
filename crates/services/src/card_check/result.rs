//! The result of a card that stands for a person is used: an identity check like the five items'.

use super::{RESULT_MINUTES, SignIn, key};
use crate::{
    CallContext, Platform,
    identity::{AgreedCheck, CheckId, USABLE_MINUTES},
    maintenance,
    relations::caller_office,
};
use kiban_access::{PersonKey, Refusal};
use kiban_audit::Action;
use kiban_card::ChallengeId;
use kiban_domain::OfficeNumber;
use kiban_store::{
    Error, Work,
    repo::{
        card_challenges::{self, CardOutcome, ChallengeRow, ChallengeState},
        card_links,
        identity::{self, CheckMethod, CheckRow},
    },
};

/// Why a result is not to be had.
#[derive(Debug, thiserror::Error)]
pub enum ConfirmError {
    /// No such challenge of this sign-in and case.
    #[error("no such challenge")]
    NotFound,
    /// It is not done, or its card does not stand for one person.
    #[error("no result to use")]
    NoResult,
    /// It was used, or is too old.
    #[error("the result is spent")]
    Spent,
    /// The person is not in the register any more.
    #[error("the person is not known any more")]
    PersonGone,
    /// The insurer does not share, or the caller is no office.
    #[error("refused")]
    Refused(#[source] Refusal),
    /// The database.
    #[error("storage")]
    Storage(#[from] Error),
}

/// The challenge of this sign-in and case, if it is done and its result can be used.
pub(super) async fn usable(
    work: &mut Work,
    platform: &Platform,
    sign_in: &SignIn,
    id: ChallengeId,
    case: &str,
) -> Result<ChallengeRow, ConfirmError> {
    let row = card_challenges::find(work, key(id)).await?;
    let row = row
        .filter(|row| row.sign_in == sign_in.0 && row.case_id == case)
        .ok_or(ConfirmError::NotFound)?;
    let Some(ended_at) = row.ended_at.filter(|_| row.state == ChallengeState::Done) else {
        return Err(ConfirmError::NoResult);
    };
    let age = platform.now().duration_since(ended_at);
    if row.used_at.is_some() || age > jiff::SignedDuration::from_mins(RESULT_MINUTES) {
        return Err(ConfirmError::Spent);
    }
    Ok(row)
}

/// Uses the result of a card that stands for one person, once, by the sign-in that asked and for the same case. What it leaves
/// is an identity check, with which registering goes on.
///
/// # Errors
///
/// See [`ConfirmError`].
pub async fn confirm(
    platform: &Platform,
    context: &CallContext,
    sign_in: &SignIn,
    id: ChallengeId,
    case: &str,
) -> Result<AgreedCheck, ConfirmError> {
    let office_no =
        *caller_office(&context.caller).ok_or(ConfirmError::Refused(Refusal::RoleNotEntitled))?;
    let mut work = platform.store.point().await?;
    let row = usable(&mut work, platform, sign_in, id, case).await?;
    let person = person_of(&mut work, &row).await?;
    let on_file = identity::find_registered(&mut work, &person).await?;
    drop(work);
    let on_file = on_file.ok_or(ConfirmError::PersonGone)?;
    if !on_file.stage.may_be_seen() {
        let refusal = Refusal::InsurerNotSharing;
        let entry = context
            .event(platform, person.insurer_no.as_str(), Action::IdentityCheck)
            .about(person.insured_no.as_str())
            .purpose(method_of(&row).as_str())
            .refused(refusal.code());
        platform.audit.append(entry.to_entry()).await?;
        return Err(ConfirmError::Refused(refusal));
    }
    let good = on_file.person.ok_or(ConfirmError::PersonGone)?;
    if !good.is_good_on(platform.today()) {
        maintenance::refresh_person(platform, &person).await?;
    }
    let (own, caller) = (platform.clone(), context.clone());
    platform
        .store
        .write(move |work| {
            Box::pin(async move { keep(work, &own, &caller, office_no, &row, person).await })
        })
        .await
}

fn method_of(row: &ChallengeRow) -> CheckMethod {
    if row.method == 2 {
        CheckMethod::CardSight
    } else {
        CheckMethod::CardPin
    }
}

async fn person_of(work: &mut Work, row: &ChallengeRow) -> Result<PersonKey, ConfirmError> {
    match (row.outcome, &row.insurer_no, row.link_id) {
        (Some(CardOutcome::Linked), Some(insurer_no), Some(link_id)) => {
            let living = card_links::find_living(work, insurer_no, link_id).await?;
            living.ok_or(ConfirmError::NoResult)
        }
        _ => Err(ConfirmError::NoResult),
    }
}

async fn keep(
    work: &mut Work,
    platform: &Platform,
    context: &CallContext,
    office_no: OfficeNumber,
    row: &ChallengeRow,
    person: PersonKey,
) -> Result<AgreedCheck, ConfirmError> {
    let now = platform.now();
    if !card_challenges::use_result(work, row.challenge_id, now).await? {
        return Err(ConfirmError::Spent);
    }
    let expires_at = now + jiff::SignedDuration::from_mins(USABLE_MINUTES);
    let staff = context.actor.staff.clone();
    let check = CheckRow {
        check_id: platform.id(),
        person: person.clone(),
        office_no,
        checked_by: staff.unwrap_or_else(|| "system".to_owned()),
        method: method_of(row),
        checked_at: now,
        expires_at,
        used_at: None,
    };
    identity::add_check(work, &check).await?;
    let entry = context
        .event(platform, person.insurer_no.as_str(), Action::IdentityCheck)
        .about(person.insured_no.as_str())
        .purpose(check.method.as_str())
        .ground(format!("identity_check:{}", check.check_id));
    work.record(&entry.to_entry()).await?;
    let id = CheckId {
        insurer_no: person.insurer_no,
        id: check.check_id,
    };
    Ok(AgreedCheck {
        id,
        person,
        expires_at,
    })
}
