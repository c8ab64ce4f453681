//! Ending a registration: on a last day, for a reason (W-4).

use super::{actor_name, caller_office};
use crate::{
    CallContext, Platform,
    person_notices::{self, NoticeFacts},
};
use kiban_access::PersonKey;
use kiban_audit::Action;
use kiban_domain::{Date, EndReason, OfficeNumber};
use kiban_store::{
    Work,
    repo::{
        eligibility::relation_ground,
        relations::{self, Ending, NEVER, RelationRow},
    },
};
use uuid::Uuid;

/// How far ahead the last day may lie: about three months, within which the end of a contract is known.
pub const AHEAD_DAYS: i32 = 92;
/// The longest note, in characters.
pub const NOTE_MAX: usize = 100;

/// How a registration shall end.
#[derive(Debug, Clone)]
pub struct End {
    /// With whom it is.
    pub person: PersonKey,
    /// Its identifier.
    pub relation_id: Uuid,
    /// The last day on which the office may look, inclusive; `None` is today. A mistake has none.
    pub last_day: Option<Date>,
    /// Why.
    pub reason: EndReason,
    /// The reason in words, 1 to [`NOTE_MAX`] characters: with [`EndReason::Other`] only, which needs it.
    pub note: String,
}

/// Why nothing was ended.
#[derive(Debug, thiserror::Error)]
pub enum EndError {
    /// There is no such registration of this office, or it is over.
    #[error("no such registration")]
    NotFound,
    /// The last day lies before the first, too far ahead, or behind the end that was set before.
    #[error("the last day is out of range")]
    LastDayOutOfRange {
        /// The earliest last day.
        from: Date,
        /// The latest.
        to: Date,
    },
    /// The reason is none that an office gives.
    #[error("an office does not give this reason")]
    Reason,
    /// "Other" without words, or too many.
    #[error("the note is empty or too long")]
    Note,
    /// The database.
    #[error("storage")]
    Storage(#[from] kiban_store::Error),
}

/// Ends a registration. The right to look ends with the last day; a registration that was a mistake
/// ([`EndReason::Mistake`]) was never valid, which takes the right away at once, and stays in the list of what was.
///
/// An end that lies ahead can be brought forward, never put off: who goes on serving the person registers anew.
///
/// # Errors
///
/// See [`EndError`]; nothing has been changed.
pub async fn end(
    platform: &Platform,
    context: &CallContext,
    request: End,
) -> Result<RelationRow, EndError> {
    let office_no = *caller_office(&context.caller).ok_or(EndError::NotFound)?;
    if !request.reason.may_be_given() {
        return Err(EndError::Reason);
    }
    let note = note(&request)?;
    let (own, caller) = (platform.clone(), context.clone());
    platform
        .store
        .write(move |work| {
            Box::pin(async move { write(work, &own, &caller, &office_no, &request, note).await })
        })
        .await
}

/// The earliest and the latest last day that `row` can get on `today`.
pub fn span(row: &RelationRow, today: Date) -> (Date, Date) {
    let ahead = today.checked_add(jiff::Span::new().days(AHEAD_DAYS));
    let latest = ahead.unwrap_or(today).max(row.valid_from);
    (row.valid_from, latest.min(row.valid_to))
}

fn note(request: &End) -> Result<Option<String>, EndError> {
    if request.reason != EndReason::Other {
        return Ok(None);
    }
    let note = request.note.trim();
    let length = note.chars().count();
    if length == 0 || length > NOTE_MAX || note.chars().any(char::is_control) {
        return Err(EndError::Note);
    }
    Ok(Some(note.to_owned()))
}

async fn write(
    work: &mut Work,
    platform: &Platform,
    context: &CallContext,
    office_no: &OfficeNumber,
    request: &End,
    note: Option<String>,
) -> Result<RelationRow, EndError> {
    let today = platform.today();
    let mut row = relations::list_of(work, &request.person, office_no)
        .await?
        .into_iter()
        .find(|row| row.relation_id == request.relation_id && !row.is_over(today))
        .ok_or(EndError::NotFound)?;
    let (valid_from, valid_to, voided_from) = if request.reason == EndReason::Mistake {
        (NEVER, NEVER, Some(row.valid_from))
    } else {
        let (from, to) = span(&row, today);
        let last_day = request.last_day.unwrap_or(today);
        if last_day < from || to < last_day {
            return Err(EndError::LastDayOutOfRange { from, to });
        }
        (row.valid_from, last_day, None)
    };
    let ending = Ending {
        valid_from,
        valid_to,
        voided_from,
        reason: request.reason,
        note,
        at: platform.now(),
        by: actor_name(context),
    };
    if !relations::end(work, &row, &ending).await? {
        return Err(EndError::NotFound);
    }
    tell_of_end(work, platform, &row, &ending).await?;
    let entry = context
        .event(
            platform,
            row.person.insurer_no.as_str(),
            Action::EndRelation,
        )
        .about(row.person.insured_no.as_str())
        .purpose(request.reason.code())
        .ground(relation_ground(row.relation_id))
        .to_entry();
    work.record(&entry).await?;
    row.valid_from = ending.valid_from;
    row.valid_to = ending.valid_to;
    row.voided_from = ending.voided_from;
    row.end_reason = Some(ending.reason);
    row.end_note = ending.note;
    row.ended_at = Some(ending.at);
    Ok(row)
}

/// Tells the person that an office is theirs no longer.
pub(crate) async fn tell_of_end(
    work: &mut Work,
    platform: &Platform,
    row: &RelationRow,
    ending: &Ending,
) -> Result<(), kiban_store::Error> {
    let never_was = ending.voided_from.is_some();
    let facts = NoticeFacts::RelationEnded {
        office: person_notices::named(work, &row.office_no).await?,
        service_kind: row.service_kind.as_str().to_owned(),
        last_day: (!never_was).then_some(ending.valid_to),
        reason: ending.reason.code().to_owned(),
    };
    person_notices::tell(work, platform, &row.person, &facts).await
}
