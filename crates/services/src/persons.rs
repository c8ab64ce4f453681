//! Reading what the platform holds about one person (S-1, S-2, S-6, W-5).

mod changes;
mod many;

pub use changes::{Change, Changes, PersonChanges, Since, read_with_changes};
pub use many::{MANY, ManyQuestion, Read, read_many};

use crate::{
    CallContext, Platform,
    consents::effect,
    eligibility::{compose, without_opinion},
    maintenance,
    relations::caller_office,
};
use kiban_access::{Facts, Matrix, Part, Permit, PersonKey, ReadPerson, Refusal, read_person};
use kiban_audit::{Action, Event};
use kiban_domain::{DataSet, Date, MunicipalityStage, Timestamp};
use kiban_store::{
    Work,
    repo::{
        consents,
        eligibility::{self, Looked, Parts, SealedPerson},
        facts::{self, FactRow, FactState},
        opinions::list_stages_of,
    },
};
use std::borrow::Cow;

/// What is asked about a person.
#[derive(Debug, Clone, Default)]
pub struct Question {
    /// The day on which it shall be true; `None` is today.
    pub on: Option<Date>,
    /// The instant at which the platform knew it; `None` is now.
    pub known_at: Option<Timestamp>,
    /// What the caller looks for; empty means everything it may see.
    pub only: Vec<Part>,
    /// Why the caller looks; recorded.
    pub purpose: Option<Cow<'static, str>>,
}

/// What may be shown.
#[derive(Debug)]
pub struct PersonView {
    /// The decision, with what is withheld and why.
    pub permit: Permit<ReadPerson>,
    /// The day on which it is true.
    pub on: Date,
    /// The insurer's stage.
    pub stage: MunicipalityStage,
    /// The members that may be shown, `"insured":{…}`, in the order of [`Part::ALL`].
    pub members: Members,
}

/// Shown members, kept in one text.
pub struct Members {
    parts: Parts,
    shown: Vec<Part>,
}

impl std::fmt::Debug for Members {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Members")
            .field("shown", &self.shown)
            .finish_non_exhaustive()
    }
}

impl Members {
    /// Which parts are there.
    pub fn shown(&self) -> &[Part] {
        &self.shown
    }

    /// How many bytes the members take at most.
    pub fn size(&self) -> usize {
        self.parts.text.len() + self.shown.len()
    }

    /// Writes the members with commas between them.
    pub fn write_to(&self, out: &mut String) {
        let mut first = true;
        for (part, member) in self.parts.iter().unwrap_or_default() {
            if self.shown.contains(&part) {
                if !first {
                    out.push(',');
                }
                first = false;
                out.push_str(member);
            }
        }
    }

    /// All members as one JSON object.
    pub fn to_json(&self) -> String {
        let mut out = String::with_capacity(self.parts.text.len() + 16);
        out.push('{');
        self.write_to(&mut out);
        out.push('}');
        out
    }
}

/// Why nothing is shown.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// Not allowed, or nobody there.
    #[error("refused")]
    Refused(#[source] Refusal),
    /// The database, or the record of the look could not be written.
    #[error("storage")]
    Storage(#[from] kiban_store::Error),
}

/// Reads a person. When this returns, the record of the look is on disk, be it shown or refused.
///
/// # Errors
///
/// [`ReadError::Refused`] with the reason; [`ReadError::Storage`] also when the look could not be recorded.
pub async fn read(
    platform: &Platform,
    context: &CallContext,
    person: &PersonKey,
    question: &Question,
) -> Result<PersonView, ReadError> {
    let view = open(platform, context, person, question).await?;
    record(platform, context, person, question, &view, &[]).await?;
    Ok(view)
}

/// A person as read on one day, with every standing version of the parts that may be shown.
pub struct PersonHistory {
    /// The day's reading.
    pub view: PersonView,
    /// The versions, those of earlier and later days among them.
    pub versions: Vec<FactRow>,
}

/// Reads a person with the versions of the shown parts: one look, recorded once with everything that it showed.
///
/// # Errors
///
/// As [`read`].
pub async fn read_with_versions(
    platform: &Platform,
    context: &CallContext,
    person: &PersonKey,
    question: &Question,
) -> Result<PersonHistory, ReadError> {
    let view = open(platform, context, person, question).await?;
    let mut work = platform.store.point().await?;
    let rows = known(&mut work, &view.permit, question.known_at).await?;
    drop(work);
    let mut parts = Vec::new();
    let mut versions = Vec::new();
    for mut row in rows {
        let part = part_of(&row).filter(|part| view.permit.shown().contains(*part));
        let Some(part) = part.filter(|_| row.state != FactState::Cancelled) else {
            continue;
        };
        if part == Part::Certification && !view.permit.shown().contains(Part::CommitteeOpinion) {
            row.body = without_opinion(&row.body);
        }
        if !parts.contains(&part) {
            parts.push(part);
        }
        versions.push(row);
    }
    record(platform, context, person, question, &view, &parts).await?;
    Ok(PersonHistory { view, versions })
}

/// The part that a set's versions belong to: the set of applications is the part of their progress.
fn part_of(row: &FactRow) -> Option<Part> {
    match DataSet::from_number(row.dataset).ok()? {
        DataSet::Application => Some(Part::Progress),
        set => Part::from_code(set.as_str()),
    }
}

/// Decides and opens; a refusal is recorded here, what is shown by the caller.
async fn open(
    platform: &Platform,
    context: &CallContext,
    person: &PersonKey,
    question: &Question,
) -> Result<PersonView, ReadError> {
    let decided = decide(platform, context, person, question).await;
    if let Err(ReadError::Refused(refusal)) = &decided {
        let refused = refused_event(platform, context, person, *refusal);
        platform.audit.append(refused.to_entry()).await?;
    }
    decided
}

/// Decides and opens; nothing is recorded, so the caller records what is shown and what is refused before it answers.
async fn decide(
    platform: &Platform,
    context: &CallContext,
    person: &PersonKey,
    question: &Question,
) -> Result<PersonView, ReadError> {
    let today = platform.today();
    let on = question.on.unwrap_or(today);
    let Some((looked, sealed)) = look(platform, context, person).await? else {
        return Err(ReadError::Refused(Refusal::NotFound));
    };
    let (looked, sealed) = if sealed.is_good_on(today) {
        (looked, sealed)
    } else {
        // The day has moved on past what was composed: compose anew before anything is decided on it.
        maintenance::refresh_person(platform, person).await?;
        match look(platform, context, person).await? {
            Some(found) => found,
            None => return Err(ReadError::Refused(Refusal::NotFound)),
        }
    };
    let facts = Facts {
        person: person.clone(),
        stage: looked.stage,
        relations: looked.relations,
        consents: looked.consents,
        today,
    };
    let permit = read_person(&context.caller, &facts, Matrix::standard());
    let permit = permit.map_err(ReadError::Refused)?;
    let current = if question.known_at.is_none() {
        sealed.open(&permit, on)?
    } else {
        None
    };
    let parts = match current {
        Some(parts) => parts,
        None => from_history(platform, &permit, on, question.known_at).await?,
    };
    let shown: Vec<Part> = parts
        .iter()?
        .into_iter()
        .map(|(part, _)| part)
        .filter(|part| permit.shown().contains(*part))
        .filter(|part| question.only.is_empty() || question.only.contains(part))
        .collect();
    Ok(PersonView {
        permit,
        on,
        stage: looked.stage,
        members: Members { parts, shown },
    })
}

/// Records the look with the parts of the day's reading and those `beside` it.
async fn record(
    platform: &Platform,
    context: &CallContext,
    person: &PersonKey,
    question: &Question,
    view: &PersonView,
    beside: &[Part],
) -> Result<(), kiban_store::Error> {
    let event = shown_event(platform, context, person, question, view, beside);
    platform.audit.append(event.to_entry()).await
}

fn shown_event(
    platform: &Platform,
    context: &CallContext,
    person: &PersonKey,
    question: &Question,
    view: &PersonView,
    beside: &[Part],
) -> Event {
    let shown = &view.members.shown;
    let mut event = context
        .event(platform, person.insurer_no.as_str(), Action::ReadPerson)
        .about(person.insured_no.as_str())
        .ground(view.permit.ground().to_owned());
    event.purpose.clone_from(&question.purpose);
    let beside = beside.iter().filter(|part| !shown.contains(part));
    event.parts = shown
        .iter()
        .chain(beside)
        .map(|part| Cow::Borrowed(part.as_str()))
        .collect();
    event
}

async fn look(
    platform: &Platform,
    context: &CallContext,
    person: &PersonKey,
) -> Result<Option<(Looked, SealedPerson)>, kiban_store::Error> {
    let mut work = platform.store.point().await?;
    let looked = eligibility::look(&mut work, person, caller_office(&context.caller)).await?;
    Ok(looked.and_then(|mut looked| {
        let sealed = looked.sealed.take()?;
        Some((looked, sealed))
    }))
}

async fn from_history(
    platform: &Platform,
    permit: &Permit<ReadPerson>,
    on: Date,
    known_at: Option<Timestamp>,
) -> Result<Parts, ReadError> {
    let mut work = platform.store.point().await?;
    let mut rows = known(&mut work, permit, known_at).await?;
    // What the platform itself knew of opinions at an earlier instant is not kept apart.
    if known_at.is_none() {
        let stages = list_stages_of(&mut work, permit).await?;
        crate::opinions::join_stages(&mut rows, &stages);
    }
    Ok(compose(&rows, on).parts)
}

/// The records that were known, with the consents that offices had recorded by then.
async fn known(
    work: &mut Work,
    permit: &Permit<ReadPerson>,
    known_at: Option<Timestamp>,
) -> Result<Vec<FactRow>, kiban_store::Error> {
    let mut rows = facts::list_known(work, permit, known_at).await?;
    let mut entries = consents::list_of_person(work, permit).await?;
    entries.retain(|entry| known_at.is_none_or(|at| entry.recorded_at <= at));
    effect::join(&mut rows, &entries);
    Ok(rows)
}

fn refused_event(
    platform: &Platform,
    context: &CallContext,
    person: &PersonKey,
    refusal: Refusal,
) -> Event {
    context
        .event(platform, person.insurer_no.as_str(), Action::ReadPerson)
        .about(person.insured_no.as_str())
        .refused(refusal.code())
}
