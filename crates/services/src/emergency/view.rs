//! The view itself: asked for with a reason, open for a day at most, on the trail each time it is shown.

use super::{
    at_terminal,
    search::{self, Wanted},
    shown::ShownParts,
};
use crate::{
    CallContext, Platform, maintenance,
    person_notices::{self, NoticeFacts},
    rate::{self, Exhausted},
    relations::caller_office,
};
use kiban_access::{
    EmergencyFacts, EmergencyLook, EmergencyMatrix, EmergencyRead, EmergencyRefusal,
    EmergencyWindow, Part, Permit, PersonKey, read_emergency, view_end,
};
use kiban_audit::Action;
use kiban_domain::{EmergencyReason, InsurerNumber, MunicipalityStage, Timestamp};
use kiban_store::{
    Error, Work,
    repo::{
        eligibility,
        emergency::{self, LookRow, WindowRow},
        insurers,
    },
};
use std::{fmt, str::FromStr};
use uuid::Uuid;

/// The shortest statement, in characters: a word alone does not tell a reviewer what happened.
pub const STATEMENT_MIN: usize = 10;
/// The longest statement, in characters.
pub const STATEMENT_MAX: usize = 300;

/// Names a view: the insurer's number and an identifier, `131128.0193…`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LookId {
    /// Whose lane and shard it lies in.
    pub insurer_no: InsurerNumber,
    /// Its identifier.
    pub id: Uuid,
}

impl fmt::Display for LookId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.insurer_no.as_str(), self.id.as_simple())
    }
}

/// The text names no view.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the identifier of an emergency view")]
pub struct InvalidLookId;

impl FromStr for LookId {
    type Err = InvalidLookId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (insurer_no, id) = text.split_once('.').ok_or(InvalidLookId)?;
        Ok(Self {
            insurer_no: insurer_no.parse().map_err(|_| InvalidLookId)?,
            id: id.parse().map_err(|_| InvalidLookId)?,
        })
    }
}

/// What a member asks to see.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Whom: one of those that the search for `wanted` showed.
    pub person: PersonKey,
    /// What was searched for. Without it a number alone would open a person, whom nobody had to know.
    pub wanted: Wanted,
    /// Why.
    pub reason: EmergencyReason,
    /// Why, in words: [`STATEMENT_MIN`] to [`STATEMENT_MAX`] characters.
    pub statement: String,
}

/// Why no view was opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Not allowed; [`EmergencyRefusal::NotFound`] when the person does not fit what was searched for.
    #[error("refused")]
    Refused(#[source] EmergencyRefusal),
    /// The statement is too short or too long.
    #[error("the statement is too short or too long")]
    Statement,
    /// Too many attempts.
    #[error("too many attempts")]
    TooMany(Exhausted),
    /// The database.
    #[error("storage")]
    Storage(#[from] Error),
}

impl OpenError {
    /// The stable code that entries keep and pages show; `None` for a failure of the database.
    pub fn code(&self) -> Option<&'static str> {
        match self {
            Self::Refused(refusal) => Some(refusal.code()),
            Self::Statement => Some("emergency_statement_length"),
            Self::TooMany(_) => Some("emergency_too_many_searches"),
            Self::Storage(_) => None,
        }
    }
}

/// Opens a view. View, notice to the person and audit entry are one unit of work; nothing is shown by it.
///
/// The same member who asks the same once more while it is open gets the same view, as after a second press of the button.
///
/// # Errors
///
/// See [`OpenError`]; nothing has been opened, and the attempt is on the trail.
pub async fn open(
    platform: &Platform,
    context: &CallContext,
    asked: Asked,
) -> Result<LookId, OpenError> {
    let person = asked.person.clone();
    let outcome = attempt(platform, context, asked).await;
    if let Err(code) = outcome.as_ref().map_err(OpenError::code)
        && let Some(code) = code
    {
        let event = context
            .event(
                platform,
                person.insurer_no.as_str(),
                Action::EmergencyOpened,
            )
            .about(person.insured_no.as_str())
            .refused(code);
        platform.audit.append(event.to_entry()).await?;
    }
    outcome
}

async fn attempt(
    platform: &Platform,
    context: &CallContext,
    mut asked: Asked,
) -> Result<LookId, OpenError> {
    let statement = asked.statement.trim().to_owned();
    let length = statement.chars().count();
    let control = |it: char| it.is_control() && it != '\n' && it != '\r';
    if !(STATEMENT_MIN..=STATEMENT_MAX).contains(&length) || statement.chars().any(control) {
        return Err(OpenError::Statement);
    }
    asked.statement = statement;
    let buckets = search::buckets(context);
    let buckets = buckets.ok_or(OpenError::Refused(nobody(context)))?;
    // Counted like a search, for it says whether a number belongs to a name; what fits is taken off again.
    let reserved = rate::reserve(platform, buckets).await?;
    let reserved = reserved.map_err(OpenError::TooMany)?;
    let (own, caller) = (platform.clone(), context.clone());
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                let id = begin(work, &own, &caller, &asked).await?;
                reserved.give_back(work).await?;
                Ok(id)
            })
        })
        .await
}

/// Why somebody without terminal or account may not.
fn nobody(context: &CallContext) -> EmergencyRefusal {
    match caller_office(&context.caller) {
        Some(_) => EmergencyRefusal::NotAtTerminal,
        None => EmergencyRefusal::NotEntitled,
    }
}

async fn begin(
    work: &mut Work,
    platform: &Platform,
    context: &CallContext,
    asked: &Asked,
) -> Result<LookId, OpenError> {
    let refused = OpenError::Refused;
    let insurer_no = asked.person.insurer_no;
    // Two presses of one button wait here for each other, so that the second finds what the first has opened.
    insurers::take_turn(work, &insurer_no).await?;
    let now = platform.now();
    let open = emergency::list_open_windows(work, now).await?;
    let windows: Vec<EmergencyWindow> = open.iter().map(WindowRow::window).collect();
    let insurer = insurers::find(work, &insurer_no).await?;
    let stage = insurer.map_or(MunicipalityStage::Unknown, |it| it.stage);
    let permit = search::permit(platform, context, insurer_no, stage, &windows).map_err(refused)?;
    let born = emergency::list_born(work, &permit, asked.wanted.birth_date).await?;
    let there = born
        .iter()
        .any(|row| row.person == asked.person && asked.wanted.fits(row));
    if !there {
        return Err(refused(EmergencyRefusal::NotFound));
    }
    let (account, terminal) = at_terminal(context).ok_or(refused(nobody(context)))?;
    let office_no = *caller_office(&context.caller).ok_or(refused(nobody(context)))?;
    // Of several the one that lasts longest.
    let window = open.iter().find(|it| it.area.covers(&insurer_no));
    let window = window.ok_or(refused(EmergencyRefusal::NotOpen))?;
    let row = LookRow {
        look_id: platform.id(),
        person: asked.person.clone(),
        window_id: window.window_id,
        office_no,
        account: account.to_owned(),
        terminal: terminal.to_owned(),
        reason: asked.reason,
        statement: asked.statement.clone(),
        opened_at: now,
        ends_at: view_end(now, &window.window()),
        review: None,
    };
    let running = emergency::list_running_looks(work, &office_no, now).await?;
    let same = |it: &&LookRow| {
        it.person == row.person
            && it.account == row.account
            && it.window_id == row.window_id
            && (it.reason, &it.statement) == (row.reason, &row.statement)
    };
    if let Some(standing) = running.iter().find(same) {
        return Ok(id_of(standing));
    }
    let permit = decide(platform, context, &row, stage, &[window.window()]).map_err(refused)?;
    emergency::add_look(work, &permit, &row).await?;
    let facts = NoticeFacts::EmergencyView {
        office: person_notices::named(work, &office_no).await?,
        reason: row.reason.code().to_owned(),
        until: row.ends_at,
    };
    person_notices::tell(work, platform, &row.person, &facts).await?;
    let event = context
        .event(platform, insurer_no.as_str(), Action::EmergencyOpened)
        .about(row.person.insured_no.as_str())
        .purpose(row.reason.code())
        .ground(permit.ground().to_owned());
    work.record(&event.to_entry()).await?;
    Ok(id_of(&row))
}

fn id_of(row: &LookRow) -> LookId {
    LookId {
        insurer_no: row.person.insurer_no,
        id: row.look_id,
    }
}

fn decide(
    platform: &Platform,
    context: &CallContext,
    row: &LookRow,
    stage: MunicipalityStage,
    windows: &[EmergencyWindow],
) -> Result<Permit<EmergencyRead>, EmergencyRefusal> {
    let look = EmergencyLook {
        id: row.look_id.to_string(),
        office_no: row.office_no,
        opened_at: row.opened_at,
        ends_at: row.ends_at,
    };
    let facts = EmergencyFacts {
        stage,
        windows,
        at_terminal: at_terminal(context).is_some(),
        now: platform.now(),
    };
    let matrix = EmergencyMatrix::standard();
    read_emergency(&context.caller, &row.person, Some(&look), &facts, matrix)
}

/// What a view shows.
#[derive(Debug)]
pub struct EmergencyView {
    /// The view: why, since when and until when.
    pub look: LookRow,
    /// Name of the insurer.
    pub insurer_name: String,
    /// The telephone of its counter; may be empty.
    pub insurer_phone: String,
    /// What may be shown of the person.
    pub parts: ShownParts,
    /// The parts that an emergency view does not show.
    pub hidden: Vec<Part>,
}

/// Why nothing is shown.
#[derive(Debug, thiserror::Error)]
pub enum LookError {
    /// Not allowed, not any more, or no such view of this office.
    #[error("refused")]
    Refused(#[source] EmergencyRefusal),
    /// The database, or the record of the look could not be written.
    #[error("storage")]
    Storage(#[from] Error),
}

/// Shows a view of the caller's office. When this returns, the record of the look is on disk, be it shown or refused.
///
/// # Errors
///
/// See [`LookError`].
pub async fn read(
    platform: &Platform,
    context: &CallContext,
    id: LookId,
) -> Result<EmergencyView, LookError> {
    let row =
        emergency::find_look(&mut platform.store.point().await?, &id.insurer_no, id.id).await?;
    // The ground of a view that is another office's, or nobody's, goes into no entry.
    let own = |it: &LookRow| caller_office(&context.caller) == Some(&it.office_no);
    let Some(row) = row.filter(own) else {
        let refusal = caller_office(&context.caller).map_or(EmergencyRefusal::NotEntitled, |_| {
            EmergencyRefusal::NotFound
        });
        let event = context.event(platform, id.insurer_no.as_str(), Action::EmergencyView);
        platform
            .audit
            .append(event.refused(refusal.code()).to_entry())
            .await?;
        return Err(LookError::Refused(refusal));
    };
    let mut event = context
        .event(platform, id.insurer_no.as_str(), Action::EmergencyView)
        .about(row.person.insured_no.as_str())
        .purpose(row.reason.code())
        .ground(format!("emergency:{}", row.look_id));
    match show(platform, context, row).await {
        Ok((view, codes)) => {
            event.parts = codes.into_iter().map(Into::into).collect();
            platform.audit.append(event.to_entry()).await?;
            Ok(view)
        }
        Err(LookError::Refused(refusal)) => {
            let entry = event.refused(refusal.code()).to_entry();
            platform.audit.append(entry).await?;
            Err(LookError::Refused(refusal))
        }
        Err(LookError::Storage(error)) => Err(LookError::Storage(error)),
    }
}

async fn show(
    platform: &Platform,
    context: &CallContext,
    row: LookRow,
) -> Result<(EmergencyView, Vec<&'static str>), LookError> {
    let not_found = || LookError::Refused(EmergencyRefusal::NotFound);
    let today = platform.today();
    let mut work = platform.store.read().await?;
    let window = emergency::find_window(&mut work, row.window_id).await?;
    let windows: Vec<EmergencyWindow> = window.iter().map(WindowRow::window).collect();
    let insurer = insurers::find(&mut work, &row.person.insurer_no).await?;
    let insurer = insurer.ok_or_else(not_found)?;
    let permit = decide(platform, context, &row, insurer.stage, &windows);
    let permit = permit.map_err(LookError::Refused)?;
    let looked = eligibility::look(&mut work, &row.person, None).await?;
    drop(work);
    let sealed = looked.and_then(|it| it.sealed).ok_or_else(not_found)?;
    let sealed = if sealed.is_good_on(today) {
        sealed
    } else {
        maintenance::refresh_person(platform, &row.person).await?;
        let mut work = platform.store.point().await?;
        let looked = eligibility::look(&mut work, &row.person, None).await?;
        looked.and_then(|it| it.sealed).ok_or_else(not_found)?
    };
    let parts = sealed.open_in_emergency(&permit, today)?;
    let (parts, codes) = ShownParts::of(&parts.ok_or_else(not_found)?, permit.shown())?;
    let hidden = Part::ALL
        .into_iter()
        .filter(|part| !permit.shown().contains(*part))
        .collect();
    let view = EmergencyView {
        look: row,
        insurer_name: insurer.name,
        insurer_phone: insurer.phone,
        parts,
        hidden,
    };
    Ok((view, codes))
}

/// A view of the caller's office that is still open, without whom it shows: the view itself says that, and records it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Running {
    /// Its identifier.
    pub id: LookId,
    /// Login of the member who asked.
    pub account: String,
    /// Why.
    pub reason: EmergencyReason,
    /// Since when.
    pub opened_at: Timestamp,
    /// The first instant after it.
    pub ends_at: Timestamp,
}

/// The views of the caller's office that can still be shown, newest first.
///
/// # Errors
///
/// [`LookError::Refused`] for callers that are no office.
pub async fn running(
    platform: &Platform,
    context: &CallContext,
) -> Result<Vec<Running>, LookError> {
    let office_no = caller_office(&context.caller);
    let office_no = office_no.ok_or(LookError::Refused(EmergencyRefusal::NotEntitled))?;
    let mut work = platform.store.point().await?;
    let open = emergency::list_open_windows(&mut work, platform.now()).await?;
    let rows = emergency::list_running_looks(&mut work, office_no, platform.now()).await?;
    let stands = |row: &LookRow| open.iter().any(|it| it.window_id == row.window_id);
    let running = rows.into_iter().filter(stands).map(|row| Running {
        id: id_of(&row),
        account: row.account,
        reason: row.reason,
        opened_at: row.opened_at,
        ends_at: row.ends_at,
    });
    Ok(running.collect())
}
