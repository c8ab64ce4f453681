//! The check of a person's identity by the five items of the paper card (W-3b).

use crate::{
    CallContext, Platform, maintenance,
    rate::{self, Exhausted, Limit, Reserved},
    relations::caller_office,
};
use kiban_access::{Caller, PersonKey, Refusal};
use kiban_audit::{Action, Event};
use kiban_domain::{
    FiveItems, IdentityOutcome, InsurerNumber, Item, Kana, OfficeNumber, RegisteredIdentity, Sex,
    Timestamp, compare,
};
use kiban_store::repo::identity::{self, CheckMethod, CheckRow, RegisteredPerson};
use std::str::FromStr;
use uuid::Uuid;

/// How long an agreed check may be used to register.
pub(crate) const USABLE_MINUTES: i64 = 30;
/// Mismatches that one office may make: a day of honest typing mistakes fits, a search through numbers does not.
const PER_OFFICE: Limit = Limit {
    attempts: 30,
    seconds: 600,
};
/// Mismatches for one number by one office.
const PER_PERSON: Limit = Limit {
    attempts: 5,
    seconds: 3_600,
};

/// Names an agreed check: the insurer's number and an identifier, `131128.0193…`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CheckId {
    /// Whose lane and shard it lies in.
    pub insurer_no: InsurerNumber,
    /// Its identifier.
    pub id: Uuid,
}

impl std::fmt::Display for CheckId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.insurer_no.as_str(), self.id.as_simple())
    }
}

impl FromStr for CheckId {
    type Err = InvalidCheckId;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (insurer_no, id) = text.split_once('.').ok_or(InvalidCheckId)?;
        Ok(Self {
            insurer_no: insurer_no.parse().map_err(|_| InvalidCheckId)?,
            id: id.parse().map_err(|_| InvalidCheckId)?,
        })
    }
}

/// The text names no check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the identifier of an identity check")]
pub struct InvalidCheckId;

/// A check that agreed.
#[derive(Debug, Clone)]
pub struct AgreedCheck {
    /// Its identifier.
    pub id: CheckId,
    /// Whose identity.
    pub person: PersonKey,
    /// Until when it can be used to register.
    pub expires_at: Timestamp,
}

/// Why a check does not stand.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// One item is to be read again; nothing else is said.
    #[error("an item does not agree")]
    ReadAgain(Item),
    /// The insurer does not share yet, or the caller is no office.
    #[error("refused")]
    Refused(#[source] Refusal),
    /// Too many mismatches.
    #[error("too many mismatches")]
    TooMany(Exhausted),
    /// The database.
    #[error("storage")]
    Storage(#[from] kiban_store::Error),
}

/// Compares the five items and, if they agree, keeps the check for registering.
///
/// A mismatch shows nobody's data: it says which one item to read again, is counted against the office and against
/// the number, and is recorded. The attempt is counted before anything is compared, so that attempts made at the same
/// time never see more than the limit allows; what agrees is taken off again.
///
/// # Errors
///
/// See [`IdentityError`]; after an error nothing is kept but the record of it.
pub async fn check(
    platform: &Platform,
    context: &CallContext,
    items: FiveItems,
) -> Result<AgreedCheck, IdentityError> {
    let office_no = office_of(&context.caller)?;
    let person = PersonKey {
        insurer_no: items.insurer_no,
        insured_no: items.insured_no,
    };
    let office_bucket = format!("identity:{}", office_no.as_str());
    let person_bucket = format!(
        "identity:{}:{}:{}",
        office_no.as_str(),
        person.insurer_no.as_str(),
        person.insured_no.as_str()
    );

    let buckets = vec![(office_bucket, PER_OFFICE), (person_bucket, PER_PERSON)];
    let reserved = match rate::reserve(platform, buckets).await? {
        Ok(reserved) => reserved,
        Err(exhausted) => {
            refuse(platform, context, &person, "too_many_mismatches", None).await?;
            return Err(IdentityError::TooMany(exhausted));
        }
    };
    let mut registered =
        identity::find_registered(&mut platform.store.point().await?, &person).await?;
    let on_file = registered.as_ref().and_then(|row| row.person.as_ref());
    if on_file.is_some_and(|on_file| !on_file.is_good_on(platform.today())) {
        // The day has moved on past what was composed, and with it perhaps the name: compose anew before comparing.
        maintenance::refresh_person(platform, &person).await?;
        registered = identity::find_registered(&mut platform.store.point().await?, &person).await?;
    }

    let outcome = match &registered {
        None => IdentityOutcome::ReadAgain(Item::InsurerNo),
        Some(row) if !row.stage.may_be_seen() => {
            let reason = Refusal::InsurerNotSharing.code();
            refuse(platform, context, &person, reason, Some(reserved)).await?;
            return Err(IdentityError::Refused(Refusal::InsurerNotSharing));
        }
        Some(row) => match row.person.as_ref().and_then(on_record) {
            None => IdentityOutcome::ReadAgain(Item::InsuredNo),
            Some(record) => compare(&items, &record),
        },
    };
    match outcome {
        IdentityOutcome::Agrees => keep(platform, context, office_no, person, reserved).await,
        IdentityOutcome::ReadAgain(item) => {
            refuse(platform, context, &person, item.code(), None).await?;
            Err(IdentityError::ReadAgain(item))
        }
    }
}

fn office_of(caller: &Caller) -> Result<OfficeNumber, IdentityError> {
    match caller {
        Caller::Office(office_no) | Caller::Medical { office_no, .. } => Ok(*office_no),
        Caller::Insurer(_) | Caller::Person(_) | Caller::Operator => {
            Err(IdentityError::Refused(Refusal::RoleNotEntitled))
        }
    }
}

fn on_record(person: &RegisteredPerson) -> Option<RegisteredIdentity> {
    Some(RegisteredIdentity {
        name_kana: person.name_kana.parse::<Kana>().ok()?,
        birth_date: person.birth_date,
        sex: if person.sex == 1 {
            Sex::Male
        } else {
            Sex::Female
        },
    })
}

async fn keep(
    platform: &Platform,
    context: &CallContext,
    office_no: OfficeNumber,
    person: PersonKey,
    reserved: Reserved,
) -> Result<AgreedCheck, IdentityError> {
    let now = platform.now();
    let expires_at = now + jiff::SignedDuration::from_mins(USABLE_MINUTES);
    let row = CheckRow {
        check_id: platform.id(),
        person: person.clone(),
        office_no,
        checked_by: context
            .actor
            .staff
            .clone()
            .unwrap_or_else(|| "system".to_owned()),
        method: CheckMethod::FiveItems,
        checked_at: now,
        expires_at,
        used_at: None,
    };
    let id = CheckId {
        insurer_no: person.insurer_no,
        id: row.check_id,
    };
    let entry = event(platform, context, &person)
        .ground(format!("identity_check:{}", row.check_id))
        .to_entry();
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                identity::add_check(work, &row).await?;
                reserved.give_back(work).await?;
                work.record(&entry).await
            })
        })
        .await?;
    Ok(AgreedCheck {
        id,
        person,
        expires_at,
    })
}

/// Who was confirmed, as the register page shows after the check: what the office has just read from the card.
pub struct Confirmed {
    /// The check.
    pub id: CheckId,
    /// Whose identity.
    pub person: PersonKey,
    /// What to show.
    pub shown: identity::ConfirmedRow,
}

/// Why nobody is shown.
#[derive(Debug, thiserror::Error)]
pub enum ConfirmedError {
    /// The caller is no office.
    #[error("refused")]
    Refused(#[source] Refusal),
    /// The database, or the record of the look could not be written.
    #[error("storage")]
    Storage(#[from] kiban_store::Error),
}

/// The person of a check that agreed, while the check can be used by the office that made it and the insurer shares.
/// The look is recorded.
///
/// # Errors
///
/// See [`ConfirmedError`].
pub async fn confirmed(
    platform: &Platform,
    context: &CallContext,
    id: CheckId,
) -> Result<Option<Confirmed>, ConfirmedError> {
    let office_no =
        *caller_office(&context.caller).ok_or(ConfirmedError::Refused(Refusal::RoleNotEntitled))?;
    let mut work = platform.store.read().await?;
    let Some(check) = identity::find_check(&mut work, &id.insurer_no, id.id)
        .await?
        .filter(|check| {
            check.office_no == office_no
                && check.used_at.is_none()
                && check.expires_at >= platform.now()
        })
    else {
        return Ok(None);
    };
    let Some(shown) = identity::find_confirmed(&mut work, &check)
        .await?
        .filter(|shown| shown.stage.may_be_seen())
    else {
        return Ok(None);
    };
    drop(work);
    let mut event = context
        .event(platform, id.insurer_no.as_str(), Action::ReadPerson)
        .about(check.person.insured_no.as_str())
        .purpose("register_relation")
        .ground(format!("identity_check:{}", id.id));
    event.parts = vec!["five_items".into()];
    platform.audit.append(event.to_entry()).await?;
    Ok(Some(Confirmed {
        id,
        person: check.person,
        shown,
    }))
}

fn event(platform: &Platform, context: &CallContext, person: &PersonKey) -> Event {
    context
        .event(platform, person.insurer_no.as_str(), Action::IdentityCheck)
        .about(person.insured_no.as_str())
        .purpose("identity_check")
}

/// Records a refusal; `counted` is given back where the refusal is no mismatch.
async fn refuse(
    platform: &Platform,
    context: &CallContext,
    person: &PersonKey,
    reason: &'static str,
    counted: Option<Reserved>,
) -> Result<(), kiban_store::Error> {
    let entry = event(platform, context, person).refused(reason).to_entry();
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                if let Some(counted) = counted {
                    counted.give_back(work).await?;
                }
                work.record(&entry).await
            })
        })
        .await
}
