//! Reading many persons for one answer (C13): each is one permitted look with its own record.

use super::{PersonView, Question, ReadError, Since, changes::changes_of, decide};
use crate::{CallContext, Platform};
use kiban_access::{Part, PersonKey, Refusal};

/// The most persons of one call: what is opened is in memory until its records are on disk.
pub const MANY: usize = 250;

/// What is asked about each person.
#[derive(Debug, Clone, Default)]
pub struct ManyQuestion {
    /// As for one person.
    pub each: Question,
    /// Whether to tell in which of the asked parts something changed since the office's last look on an earlier day.
    pub changes: bool,
}

/// One person as read.
#[derive(Debug)]
pub struct Read {
    /// What may be shown.
    pub view: PersonView,
    /// The asked parts in which something changed; `None` when it was not asked, or the office looks for the first time.
    pub changed: Option<Vec<Part>>,
}

/// Reads persons, at most [`MANY`] at a time, in their order; a refusal concerns that person alone. When this returns, the record
/// of each look and of each refusal is on disk.
///
/// # Errors
///
/// The database's, or the looks could not be recorded: then nothing may be answered.
pub async fn read_many(
    platform: &Platform,
    context: &CallContext,
    persons: &[PersonKey],
    question: &ManyQuestion,
) -> Result<Vec<Result<Read, Refusal>>, kiban_store::Error> {
    let mut answers = Vec::with_capacity(persons.len());
    let mut entries = Vec::with_capacity(persons.len());
    for person in persons.iter().take(MANY) {
        match one(platform, context, person, question).await {
            Ok(read) => {
                let changed = read.changed.as_deref().unwrap_or_default();
                let event = super::shown_event(
                    platform,
                    context,
                    person,
                    &question.each,
                    &read.view,
                    changed,
                );
                entries.push(event.to_entry());
                answers.push(Ok(read));
            }
            Err(ReadError::Refused(refusal)) => {
                let mut event = super::refused_event(platform, context, person, refusal);
                event.purpose.clone_from(&question.each.purpose);
                entries.push(event.to_entry());
                answers.push(Err(refusal));
            }
            Err(ReadError::Storage(error)) => return Err(error),
        }
    }
    platform.audit.append_all(entries).await?;
    Ok(answers)
}

async fn one(
    platform: &Platform,
    context: &CallContext,
    person: &PersonKey,
    question: &ManyQuestion,
) -> Result<Read, ReadError> {
    let view = decide(platform, context, person, &question.each).await?;
    let mut changed = None;
    if question.changes {
        let changes = changes_of(platform, context, &view, Since::LastLook).await?;
        changed = changes.map(|it| {
            let mut parts = it.parts();
            parts.retain(|part| question.each.only.is_empty() || question.each.only.contains(part));
            parts
        });
    }
    Ok(Read { view, changed })
}
