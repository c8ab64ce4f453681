//! Searching the audit trail for who checks it (O15). Whom an entry is about is masked, and the search is an entry itself.

use crate::{CallContext, Platform};
use kiban_audit::{Action, Entry, Event, NO_INSURER, Outcome};
use kiban_domain::{Date, InsurerNumber, Timestamp};
use kiban_store::{Error, repo::audit};
use uuid::Uuid;

/// Entries that one search looks at; what lies beyond is another page.
const LOOKED_AT: usize = 20_000;
/// Entries that one step reads.
const STEP: i64 = 1_000;
/// Entries that one page shows.
const PAGE: usize = 200;
/// Longest reason, in characters.
pub const LONGEST_REASON: usize = 200;

/// What is searched for. Empty words stand for everything.
#[derive(Debug, Clone)]
pub struct Question {
    /// Whose lane; `None` for what concerns no insurer, such as sign-ins and settings.
    pub insurer: Option<InsurerNumber>,
    /// First and last day, in Japan.
    pub from: Date,
    /// The last day, that day included.
    pub to: Date,
    /// Number of an office, insurer or institution, or the operator's word.
    pub organisation: String,
    /// ユーザID as it is recorded.
    pub staff: String,
    /// The word of the act.
    pub action: String,
    /// Refusals only.
    pub refused: bool,
    /// Entries after this one.
    pub after: Option<Uuid>,
    /// Why it is searched; goes into the trail.
    pub reason: String,
}

/// An entry as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Names the entry, for a receipt.
    pub id: Uuid,
    /// When.
    pub at: Timestamp,
    /// The way in.
    pub door: String,
    /// Who, as an organisation.
    pub organisation: String,
    /// Who, as a person.
    pub staff: Option<String>,
    /// What.
    pub action: String,
    /// About whom: the last three characters only.
    pub person: Option<String>,
    /// What it rested on; nothing where a person is concerned.
    pub ground: Option<String>,
    /// Why it was refused, if it was.
    pub refused: Option<String>,
}

/// What was found.
#[derive(Debug)]
pub struct Page {
    /// The entries, the oldest first.
    pub found: Vec<Found>,
    /// Where to go on, when there may be more.
    pub next: Option<Uuid>,
}

/// Why nothing was searched.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// No reason, or one too long.
    #[error("a reason is needed")]
    Reason,
    /// The last day is before the first, or more than a year after it.
    #[error("the days do not fit")]
    Days,
    /// The database.
    #[error("storage")]
    Storage(#[from] Error),
}

/// Searches the trail. The search itself is recorded, with its reason, before anything is shown.
///
/// # Errors
///
/// See [`SearchError`].
pub async fn search(
    platform: &Platform,
    context: &CallContext,
    question: &Question,
) -> Result<Page, SearchError> {
    let reason = question.reason.trim();
    if reason.is_empty() || reason.chars().count() > LONGEST_REASON {
        return Err(SearchError::Reason);
    }
    let days = question.from.until(question.to);
    if !days.is_ok_and(|span| (0..=366).contains(&span.get_days())) {
        return Err(SearchError::Days);
    }
    let lane = question.insurer.map(|it| it.as_str().to_owned());
    let lane = lane.unwrap_or_else(|| NO_INSURER.to_owned());
    let entry = context
        .event(platform, NO_INSURER, Action::AuditRead)
        .ground(format!(
            "trail:{lane}:{}:{}:{reason}",
            question.from, question.to
        ))
        .to_entry();
    platform
        .store
        .write::<(), Error, _>(move |work| Box::pin(async move { work.record(&entry).await }))
        .await?;
    let (first, last) = (
        start_of(question.from),
        start_of(question.to.tomorrow().unwrap_or(question.to)),
    );
    let mut after = question.after.unwrap_or(before(audit::first_id_at(first)?));
    let end = audit::first_id_at(last)?;
    let mut page = Page {
        found: Vec::new(),
        next: None,
    };
    let mut looked_at = 0;
    let mut work = platform.audit.read().await?;
    loop {
        let entries = audit::list_entries(&mut work, &lane, after, STEP).await?;
        let whole = entries.len() == usize::try_from(STEP).unwrap_or(usize::MAX);
        for entry in entries {
            if entry.id >= end {
                return Ok(page);
            }
            after = entry.id;
            looked_at += 1;
            page.found.extend(fits(&entry, question));
            if page.found.len() == PAGE || looked_at == LOOKED_AT {
                page.next = Some(after);
                return Ok(page);
            }
        }
        if !whole {
            return Ok(page);
        }
    }
}

/// Midnight in Japan.
fn start_of(day: Date) -> Timestamp {
    let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(9));
    day.to_zoned(zone)
        .map_or(Timestamp::MIN, |at| at.timestamp())
}

fn before(id: Uuid) -> Uuid {
    Uuid::from_u128(id.as_u128().saturating_sub(1))
}

fn fits(entry: &Entry, question: &Question) -> Option<Found> {
    // A body that does not read as an event is for the verification to report.
    let event: Event = entry.parse().ok()?;
    let refused = match &event.outcome {
        Outcome::Allowed => None,
        Outcome::Refused { reason } => Some(reason.clone().into_owned()),
    };
    let wanted = |wanted: &str, there: &str| wanted.is_empty() || wanted == there;
    let staff = event.actor.staff.as_deref().unwrap_or_default();
    let fits = wanted(&question.organisation, &event.actor.organisation)
        && wanted(&question.staff, staff)
        && wanted(&question.action, event.action.as_str())
        && (!question.refused || refused.is_some());
    fits.then(|| Found {
        id: event.id,
        at: event.at,
        door: event.actor.door.as_str().to_owned(),
        organisation: event.actor.organisation.clone(),
        staff: event.actor.staff.clone(),
        action: event.action.as_str().to_owned(),
        person: event.insured_no.as_deref().map(masked),
        ground: event.ground.filter(|_| event.insured_no.is_none()),
        refused,
    })
}

fn masked(insured_no: &str) -> String {
    let tail: String = insured_no
        .chars()
        .skip(insured_no.chars().count().saturating_sub(3))
        .collect();
    format!("＊＊＊＊{tail}")
}
