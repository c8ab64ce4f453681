//! Recording that a person agreed, or that they took a consent back.

use super::{ConsentRef, effect};
use crate::{CallContext, Platform, intake::rebuild_persons, relations::caller_office};
use kiban_access::{
    ConsentAct, Facts, Permit, PersonKey, RecordConsent, Refusal, Role, record_consent,
};
use kiban_audit::Action;
use kiban_domain::{ConsentBasis, ConsentScope, ConsentTaker, DataSet, Date};
use kiban_exchange::municipal::record::ConsentRecord;
use kiban_store::{
    Work,
    repo::{
        consents::{self, ConsentEntry, ConsentKind},
        eligibility,
        facts::{self, FactState},
    },
};

/// The longest note, in characters.
pub const NOTE_MAX: usize = 100;
/// How far ahead a consent or its withdrawal may begin.
pub const AHEAD_DAYS: i32 = 92;
/// How far back the day of a consent on paper may lie.
pub const BACK_DAYS: i32 = 366;

/// A consent that an office took.
#[derive(Clone)]
pub struct NewConsent {
    /// What it covers.
    pub scope: ConsentScope,
    /// On whose word.
    pub basis: ConsentBasis,
    /// Why that word counts, 1 to [`NOTE_MAX`] characters; not used for the person's own.
    pub ground: String,
    /// Where the paper is kept, 1 to [`NOTE_MAX`] characters.
    pub evidence: String,
    /// The first day.
    pub from: Date,
}

/// A consent that is taken back.
#[derive(Clone)]
pub struct Withdrawal {
    /// Which.
    pub consent: ConsentRef,
    /// On whose word.
    pub basis: ConsentBasis,
    /// Why that word counts; not used for the person's own.
    pub ground: String,
    /// Where the paper is kept, or how the person said so.
    pub evidence: String,
    /// The first day on which it no longer holds.
    pub from: Date,
}

/// Why nothing was recorded.
#[derive(Debug, thiserror::Error)]
pub enum ConsentError {
    /// The ground is empty or too long.
    #[error("the ground is empty or too long")]
    Ground,
    /// The note about the paper is empty or too long.
    #[error("the note about the paper is empty or too long")]
    Evidence,
    /// The day is out of range.
    #[error("the day is out of range")]
    DayOutOfRange {
        /// The earliest.
        from: Date,
        /// The latest.
        to: Date,
    },
    /// This office has recorded a consent of this scope that stands.
    #[error("a consent of this scope stands already")]
    AlreadyGiven,
    /// There is no such consent, or it was taken back before.
    #[error("no such consent")]
    NotFound,
    /// Not allowed.
    #[error("refused")]
    Refused(#[source] Refusal),
    /// The database.
    #[error("storage")]
    Storage(#[from] kiban_store::Error),
}

/// Records that a person agreed. It counts for every read from its first day on, and the record says who took it.
///
/// # Errors
///
/// See [`ConsentError`]; nothing has been changed.
pub async fn give(
    platform: &Platform,
    context: &CallContext,
    person: &PersonKey,
    new: NewConsent,
) -> Result<ConsentEntry, ConsentError> {
    let (ground, evidence) = notes(new.basis, &new.ground, &new.evidence)?;
    let today = platform.today();
    within(
        new.from,
        days_from(today, -BACK_DAYS),
        days_from(today, AHEAD_DAYS),
    )?;
    let (own, caller, key) = (platform.clone(), context.clone(), person.clone());
    let outcome = platform
        .store
        .write(move |work| {
            Box::pin(async move {
                let permit = permit(work, &own, &caller, &key, ConsentAct::Give).await?;
                let entries = consents::list_to_record(work, &permit).await?;
                let mut entry = blank(&own, &caller, &permit)?;
                let stands = |it: &&ConsentEntry| {
                    it.kind == ConsentKind::Given
                        && it.scope == new.scope
                        && it.office_no == entry.office_no
                        && effect::withdrawal_of(&entries, it).is_none()
                };
                if entries.iter().any(|it| stands(&it)) {
                    return Err(ConsentError::AlreadyGiven);
                }
                entry.scope = new.scope;
                entry.basis = new.basis;
                entry.ground = ground;
                entry.evidence = evidence;
                entry.day = new.from;
                keep(work, &own, &caller, &permit, &entry).await?;
                Ok(entry)
            })
        })
        .await;
    recorded(platform, context, person, outcome).await
}

/// Records that a person took a consent back, whoever had taken it: nobody has to go elsewhere to withdraw.
///
/// # Errors
///
/// See [`ConsentError`]; nothing has been changed.
pub async fn withdraw(
    platform: &Platform,
    context: &CallContext,
    person: &PersonKey,
    withdrawal: Withdrawal,
) -> Result<ConsentEntry, ConsentError> {
    let (ground, evidence) = notes(withdrawal.basis, &withdrawal.ground, &withdrawal.evidence)?;
    let (own, caller, key) = (platform.clone(), context.clone(), person.clone());
    let outcome = platform
        .store
        .write(move |work| {
            Box::pin(async move {
                let permit = permit(work, &own, &caller, &key, ConsentAct::Withdraw).await?;
                let mut entry = blank(&own, &caller, &permit)?;
                entry.kind = ConsentKind::Withdrawn;
                let given_on = name(work, &permit, &withdrawal.consent, &mut entry).await?;
                let latest = days_from(own.today(), AHEAD_DAYS).max(given_on);
                within(withdrawal.from, given_on, latest)?;
                entry.basis = withdrawal.basis;
                entry.ground = ground;
                entry.evidence = evidence;
                entry.day = withdrawal.from;
                keep(work, &own, &caller, &permit, &entry).await?;
                Ok(entry)
            })
        })
        .await;
    recorded(platform, context, person, outcome).await
}

/// Makes `entry` name the consent that is taken back; the day on which that was given.
async fn name(
    work: &mut Work,
    permit: &Permit<RecordConsent>,
    consent: &ConsentRef,
    entry: &mut ConsentEntry,
) -> Result<Date, ConsentError> {
    let entries = consents::list_to_record(work, permit).await?;
    match consent {
        ConsentRef::Office(id) => {
            let given = entries
                .iter()
                .find(|it| it.kind == ConsentKind::Given && it.consent_id == *id)
                .filter(|it| effect::withdrawal_of(&entries, it).is_none())
                .ok_or(ConsentError::NotFound)?;
            entry.consent_id = given.consent_id;
            entry.scope = given.scope;
            Ok(given.day)
        }
        ConsentRef::Insurer(key) => {
            let person = permit.person();
            let mut rows = facts::list_standing(
                work,
                person.insurer_no.as_str(),
                &[person.insured_no.as_str()],
            )
            .await?;
            effect::join(&mut rows, &entries);
            let row = rows
                .iter()
                .filter(|it| it.dataset == DataSet::Consent.number() && it.record_key == *key)
                .find(|it| it.state == FactState::Live)
                .ok_or(ConsentError::NotFound)?;
            let record: ConsentRecord =
                serde_json::from_str(&row.body).map_err(|_| ConsentError::NotFound)?;
            if record.withdrawn_on.is_some() {
                return Err(ConsentError::NotFound);
            }
            entry.scope = record.scope.parse().map_err(|_| ConsentError::NotFound)?;
            entry.record_key.clone_from(key);
            Ok(row.valid_from)
        }
    }
}

pub(super) async fn permit(
    work: &mut Work,
    platform: &Platform,
    context: &CallContext,
    person: &PersonKey,
    act: ConsentAct,
) -> Result<Permit<RecordConsent>, ConsentError> {
    let looked = eligibility::look(work, person, caller_office(&context.caller))
        .await?
        .filter(|looked| looked.sealed.is_some())
        .ok_or(ConsentError::Refused(Refusal::NotFound))?;
    let facts = Facts {
        person: person.clone(),
        stage: looked.stage,
        relations: looked.relations,
        consents: looked.consents,
        today: platform.today(),
    };
    record_consent(&context.caller, &facts, act).map_err(ConsentError::Refused)
}

/// An entry of the caller, to be filled.
fn blank(
    platform: &Platform,
    context: &CallContext,
    permit: &Permit<RecordConsent>,
) -> Result<ConsentEntry, ConsentError> {
    let office_no =
        *caller_office(&context.caller).ok_or(ConsentError::Refused(Refusal::RoleNotEntitled))?;
    Ok(ConsentEntry {
        person: permit.person().clone(),
        consent_id: platform.id(),
        kind: ConsentKind::Given,
        record_key: String::new(),
        scope: ConsentScope::All,
        taker: if permit.role() == Role::CareManagement {
            ConsentTaker::CareManager
        } else {
            ConsentTaker::Office
        },
        office_no,
        staff: context
            .actor
            .staff
            .clone()
            .unwrap_or_else(|| "system".to_owned()),
        basis: ConsentBasis::Own,
        ground: String::new(),
        evidence: String::new(),
        day: platform.today(),
        recorded_at: platform.now(),
    })
}

/// Writes the entry, what every read goes by, and the audit entry.
async fn keep(
    work: &mut Work,
    platform: &Platform,
    context: &CallContext,
    permit: &Permit<RecordConsent>,
    entry: &ConsentEntry,
) -> Result<(), ConsentError> {
    consents::add(work, permit, entry).await?;
    let (insurer_no, insured_no) = (
        entry.person.insurer_no.as_str(),
        entry.person.insured_no.as_str(),
    );
    rebuild_persons(work, insurer_no, &[insured_no], platform.today()).await?;
    let purpose = match entry.kind {
        ConsentKind::Given => "consent_given",
        ConsentKind::Withdrawn => "consent_withdrawn",
    };
    let mut event = context
        .event(platform, insurer_no, Action::ConsentChanged)
        .about(insured_no)
        .purpose(purpose)
        .ground(permit.ground().to_owned());
    event.parts = vec![entry.scope.code().into(), entry.basis.code().into()];
    work.record(&event.to_entry()).await?;
    Ok(())
}

pub(super) async fn recorded<T>(
    platform: &Platform,
    context: &CallContext,
    person: &PersonKey,
    outcome: Result<T, ConsentError>,
) -> Result<T, ConsentError> {
    if let Err(ConsentError::Refused(refusal)) = &outcome {
        let entry = context
            .event(platform, person.insurer_no.as_str(), Action::ConsentChanged)
            .about(person.insured_no.as_str())
            .refused(refusal.code())
            .to_entry();
        platform.audit.append(entry).await?;
    }
    outcome
}

fn notes(
    basis: ConsentBasis,
    ground: &str,
    evidence: &str,
) -> Result<(String, String), ConsentError> {
    let sound = |text: &str| {
        let length = text.chars().count();
        (1..=NOTE_MAX).contains(&length) && !text.chars().any(char::is_control)
    };
    let ground = if basis == ConsentBasis::Own {
        ""
    } else {
        ground.trim()
    };
    if basis != ConsentBasis::Own && !sound(ground) {
        return Err(ConsentError::Ground);
    }
    let evidence = evidence.trim();
    if !sound(evidence) {
        return Err(ConsentError::Evidence);
    }
    Ok((ground.to_owned(), evidence.to_owned()))
}

fn days_from(day: Date, days: i32) -> Date {
    day.checked_add(jiff::Span::new().days(days)).unwrap_or(day)
}

fn within(day: Date, from: Date, to: Date) -> Result<(), ConsentError> {
    if (from..=to).contains(&day) {
        Ok(())
    } else {
        Err(ConsentError::DayOutOfRange { from, to })
    }
}
