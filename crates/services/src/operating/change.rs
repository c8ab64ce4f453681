//! What an operator does with maintenances and incidents. Every act is recorded and says something to everybody; nothing is taken back.

use super::{Matter, MatterState};
use crate::{
    CallContext, Platform,
    forms::{self, FormKey},
};
use jiff::SignedDuration;
use kiban_audit::{Action, Entry, NO_INSURER};
use kiban_domain::{ServiceFunction, Timestamp};
use kiban_store::{
    Error, Work,
    repo::operating::{self, MatterKind, MatterRow, NoteRow},
};
use uuid::Uuid;

/// Longest title, in characters.
const TITLE: usize = 80;
/// Longest text.
const WORDS: usize = 1_000;
/// A maintenance takes at most so long: what is shut longer is another service.
const LONGEST: SignedDuration = SignedDuration::from_hours(24 * 14);
/// The banner begins at most so long before.
const AHEAD_HOURS: i64 = 24 * 30;

/// What people read.
#[derive(Debug, Clone)]
pub struct Lines {
    /// In one line, at most 80 characters.
    pub title: String,
    /// What happens or is known, at most 1,000 characters.
    pub words: String,
    /// What remains possible, or what to do meanwhile; may be empty.
    pub remains: String,
}

/// What a maintenance shuts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closing {
    /// Nothing: it is only told.
    Nothing,
    /// Sending; pages can still be read.
    Sending,
    /// Reading and sending.
    Everything,
}

/// A maintenance as it is planned.
#[derive(Debug, Clone)]
pub struct Plan {
    /// What people read.
    pub lines: Lines,
    /// From when on.
    pub starts_at: Timestamp,
    /// Until when, at most two weeks later.
    pub ends_at: Timestamp,
    /// So many hours before, 0 to 720, every page begins to say so.
    pub ahead_hours: i64,
    /// What it concerns, at least one.
    pub functions: Vec<ServiceFunction>,
    /// What of these it shuts.
    pub closing: Closing,
}

/// An incident as it is found.
#[derive(Debug, Clone)]
pub struct NewIncident {
    /// What people read.
    pub lines: Lines,
    /// Since when, not in the future.
    pub since: Timestamp,
    /// What it concerns, at least one.
    pub functions: Vec<ServiceFunction>,
}

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// The title is empty or too long.
    #[error("the title is empty or too long")]
    Title,
    /// The text is empty or too long.
    #[error("the text is empty or too long")]
    Words,
    /// What remains possible is too long.
    #[error("what remains possible is too long")]
    Remains,
    /// The end is not after the start, or later than two weeks after it.
    #[error("the end does not fit the start")]
    End,
    /// A maintenance would be over before it is planned.
    #[error("the end has passed")]
    Past,
    /// The incident would begin in the future.
    #[error("the start is in the future")]
    Future,
    /// The banner would begin too early.
    #[error("too many hours ahead")]
    Ahead,
    /// No function is named.
    #[error("no function")]
    Functions,
    /// There is none with this identifier.
    #[error("no such matter")]
    NotFound,
    /// Somebody else was first.
    #[error("somebody else was first")]
    Stale,
    /// It is over.
    #[error("it is over")]
    Over,
    /// The database.
    #[error("storage")]
    Storage(#[from] Error),
}

fn checked(lines: &Lines) -> Result<Lines, ChangeError> {
    let lines = Lines {
        title: lines.title.trim().to_owned(),
        words: words(&lines.words)?,
        remains: lines.remains.trim().replace("\r\n", "\n"),
    };
    let long = |text: &str, most| text.chars().count() > most;
    if lines.title.is_empty() || long(&lines.title, TITLE) || lines.title.contains(char::is_control)
    {
        return Err(ChangeError::Title);
    }
    if long(&lines.remains, WORDS) {
        return Err(ChangeError::Remains);
    }
    Ok(lines)
}

fn words(text: &str) -> Result<String, ChangeError> {
    let text = text.trim().replace("\r\n", "\n");
    if text.is_empty() || text.chars().count() > WORDS {
        return Err(ChangeError::Words);
    }
    Ok(text)
}

fn row_of(
    plan: &Plan,
    lines: &Lines,
    matter_id: Uuid,
    now: Timestamp,
) -> Result<MatterRow, ChangeError> {
    let length = plan.ends_at.duration_since(plan.starts_at);
    if !length.is_positive() || length > LONGEST {
        return Err(ChangeError::End);
    }
    if plan.ends_at <= now {
        return Err(ChangeError::Past);
    }
    if !(0..=AHEAD_HOURS).contains(&plan.ahead_hours) {
        return Err(ChangeError::Ahead);
    }
    if plan.functions.is_empty() {
        return Err(ChangeError::Functions);
    }
    Ok(MatterRow {
        matter_id,
        kind: MatterKind::Maintenance,
        title: lines.title.clone(),
        starts_at: plan.starts_at,
        ends_at: Some(plan.ends_at),
        ended_at: None,
        ahead_hours: plan.ahead_hours,
        functions: plan.functions.clone(),
        closes: plan.closing != Closing::Nothing,
        reading: plan.closing == Closing::Sending,
        remains: lines.remains.clone(),
        revision: 1,
        changed_at: now,
    })
}

fn note(
    context: &CallContext,
    matter_id: Uuid,
    step: &str,
    words: String,
    at: Timestamp,
) -> NoteRow {
    NoteRow {
        matter_id,
        step: step.to_owned(),
        words,
        written_by: context.name(),
        written_at: at,
    }
}

fn entry(platform: &Platform, context: &CallContext, matter_id: Uuid, step: &str) -> Entry {
    let event = context.event(platform, NO_INSURER, Action::SettingChanged);
    event
        .ground(format!("operating:{matter_id}:{step}"))
        .to_entry()
}

async fn add(
    platform: &Platform,
    context: &CallContext,
    form: &FormKey,
    row: MatterRow,
    text: String,
) -> Result<Uuid, ChangeError> {
    let matter_id = row.matter_id;
    let note = note(context, matter_id, "opened", text, platform.now());
    let entry = entry(platform, context, matter_id, "opened");
    let (inside, form) = (platform.clone(), form.clone());
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                let before = forms::take(work, &inside, &form, "").await?;
                if let Some(earlier) = before.and_then(|kept| kept.parse().ok()) {
                    return Ok(earlier);
                }
                forms::keep(work, &inside, &form, &matter_id.to_string()).await?;
                operating::add(work, &row).await?;
                operating::add_note(work, &note).await?;
                work.record(&entry).await?;
                Ok(matter_id)
            })
        })
        .await
}

/// Plans a maintenance; a form that comes again finds the one that it made.
///
/// # Errors
///
/// See [`ChangeError`].
pub async fn plan(
    platform: &Platform,
    context: &CallContext,
    form: &FormKey,
    plan: Plan,
) -> Result<Uuid, ChangeError> {
    let lines = checked(&plan.lines)?;
    let row = row_of(&plan, &lines, platform.id(), platform.now())?;
    add(platform, context, form, row, lines.words).await
}

/// Tells of an incident; a form that comes again finds the one that it made.
///
/// # Errors
///
/// See [`ChangeError`].
pub async fn open(
    platform: &Platform,
    context: &CallContext,
    form: &FormKey,
    new: NewIncident,
) -> Result<Uuid, ChangeError> {
    let lines = checked(&new.lines)?;
    let now = platform.now();
    if new.since > now {
        return Err(ChangeError::Future);
    }
    if new.functions.is_empty() {
        return Err(ChangeError::Functions);
    }
    let row = MatterRow {
        matter_id: platform.id(),
        kind: MatterKind::Incident,
        title: lines.title,
        starts_at: new.since,
        ends_at: None,
        ended_at: None,
        ahead_hours: 0,
        functions: new.functions,
        closes: false,
        reading: false,
        remains: lines.remains,
        revision: 1,
        changed_at: now,
    };
    add(platform, context, form, row, lines.words).await
}

/// One of them with its history.
///
/// # Errors
///
/// The database only.
pub async fn find(platform: &Platform, matter_id: Uuid) -> Result<Option<Matter>, Error> {
    let all = super::list(platform).await?;
    let found = all.matters.into_iter();
    Ok(found.into_iter().find(|it| it.row.matter_id == matter_id))
}

/// Changes a maintenance that is not over. `seen`: the revision that was looked at.
///
/// # Errors
///
/// See [`ChangeError`].
pub async fn replan(
    platform: &Platform,
    context: &CallContext,
    matter_id: Uuid,
    seen: i64,
    plan: Plan,
) -> Result<(), ChangeError> {
    let lines = checked(&plan.lines)?;
    let row = row_of(&plan, &lines, matter_id, platform.now())?;
    let change = move |old: &MatterRow| MatterRow {
        kind: old.kind,
        revision: old.revision + 1,
        ..row
    };
    moved(
        platform,
        context,
        (matter_id, seen),
        ("changed", lines.words),
        change,
    )
    .await
}

/// Says more about one that is not over.
///
/// # Errors
///
/// See [`ChangeError`].
pub async fn say(
    platform: &Platform,
    context: &CallContext,
    matter_id: Uuid,
    seen: i64,
    text: &str,
) -> Result<(), ChangeError> {
    let now = platform.now();
    let change = move |old: &MatterRow| MatterRow {
        revision: old.revision + 1,
        changed_at: now,
        ..old.clone()
    };
    moved(
        platform,
        context,
        (matter_id, seen),
        ("note", words(text)?),
        change,
    )
    .await
}

/// Ends a maintenance, calls off one that has not begun, or closes an incident.
///
/// # Errors
///
/// See [`ChangeError`].
pub async fn close(
    platform: &Platform,
    context: &CallContext,
    matter_id: Uuid,
    seen: i64,
    text: &str,
) -> Result<(), ChangeError> {
    let now = platform.now();
    let change = move |old: &MatterRow| MatterRow {
        revision: old.revision + 1,
        changed_at: now,
        ended_at: Some(now),
        ..old.clone()
    };
    moved(
        platform,
        context,
        (matter_id, seen),
        ("ended", words(text)?),
        change,
    )
    .await
}

async fn moved(
    platform: &Platform,
    context: &CallContext,
    (matter_id, seen): (Uuid, i64),
    (step, text): (&'static str, String),
    change: impl FnOnce(&MatterRow) -> MatterRow + Send + 'static,
) -> Result<(), ChangeError> {
    let now = platform.now();
    let note = note(context, matter_id, step, text, now);
    let entry = entry(platform, context, matter_id, step);
    platform
        .store
        .write(move |work: &mut Work| {
            Box::pin(async move {
                let row = operating::find(work, matter_id).await?;
                let row = row.ok_or(ChangeError::NotFound)?;
                if row.revision != seen {
                    return Err(ChangeError::Stale);
                }
                let is_plan = step == "changed";
                if is_plan && row.kind != MatterKind::Maintenance {
                    return Err(ChangeError::NotFound);
                }
                let next = change(&row);
                let matter = Matter {
                    row,
                    notes: Vec::new(),
                };
                if matches!(
                    matter.state(now),
                    MatterState::Ended | MatterState::CalledOff
                ) {
                    return Err(ChangeError::Over);
                }
                if !operating::replace(work, &next).await? {
                    return Err(ChangeError::Stale);
                }
                operating::add_note(work, &note).await?;
                Ok(work.record(&entry).await?)
            })
        })
        .await
}
