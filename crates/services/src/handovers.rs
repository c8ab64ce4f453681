//! Handing a person over from one care-management office to another (W-4).
//!
//! The receiving office learns that somebody offers and until when, and nothing of the person, not even a number: whom it
//! is about shows itself when its own identity check agrees. Accepting is part of registering after that check, so that
//! an office never comes to a person by an offer alone. The registration of the office that offered then ends with the
//! last day it had named.

use crate::{
    CallContext, Platform,
    person_notices::{self, NoticeFacts},
    relations::{self as registering, actor_name, caller_office},
};
use kiban_access::{ListPersons, Permit, PersonKey, Refusal, list_persons, makes_care_plans};
use kiban_audit::Action;
use kiban_domain::{Date, EndReason, OfficeNumber, tokyo_date};
use kiban_store::{
    Error, Work,
    repo::{
        handovers::{self, Answer, HandoverRow, HandoverState},
        offices,
        relations::{self, Ending, NEVER, RelationRow},
    },
};
use uuid::Uuid;

/// For how many days an offer can be accepted.
pub const OPEN_DAYS: i32 = 30;
/// For how many days an acceptance can be undone.
pub const UNDO_DAYS: i32 = 14;

/// What an office offers.
#[derive(Debug, Clone)]
pub struct Offer {
    /// Its registration.
    pub relation_id: Uuid,
    /// Of whom.
    pub person: PersonKey,
    /// To which office.
    pub to_office: OfficeNumber,
    /// The last day of the own registration.
    pub last_day: Date,
}

/// What may be done with an offer that was made, besides accepting it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The office that offered takes it back.
    Withdraw,
    /// The other office does not take over.
    Decline,
    /// The other office accepted by mistake: it never was the person's, and the first one's registration goes on.
    Undo,
}

/// An offer as one of its two offices sees it.
#[derive(Debug, Clone)]
pub struct Handover {
    /// The offer. Its person is for the office that offered; the other shows it nowhere.
    pub row: HandoverRow,
    /// Whether the caller's office made it.
    pub ours: bool,
    /// Name of the other office.
    pub other_office: String,
}

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum HandoverError {
    /// There is no such registration or offer of this office, or it has moved on.
    #[error("no such registration or offer")]
    NotFound,
    /// The other office is unknown, the own one, or no care-management office.
    #[error("the other office cannot take over")]
    OfficeCannot,
    /// An offer for this registration waits already.
    #[error("an offer waits already")]
    OfferedAlready,
    /// The last day is out of range.
    #[error("the last day is out of range")]
    LastDayOutOfRange {
        /// The earliest.
        from: Date,
        /// The latest.
        to: Date,
    },
    /// Not allowed.
    #[error("refused")]
    Refused(#[source] Refusal),
    /// The database.
    #[error("storage")]
    Storage(#[from] Error),
}

/// Offers a person to another care-management office; its name, for the confirmation.
///
/// With `go` false everything is checked and nothing is written.
///
/// # Errors
///
/// See [`HandoverError`].
pub async fn offer(
    platform: &Platform,
    context: &CallContext,
    offer: Offer,
    go: bool,
) -> Result<String, HandoverError> {
    let (office_no, permit) = office(context)?;
    let (own, caller) = (platform.clone(), context.clone());
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                let row = checked(work, &own, &permit, &office_no, &offer).await?;
                let other = offices::find(work, &offer.to_office)
                    .await?
                    .filter(|it| it.office_no != office_no)
                    .filter(|it| it.service_kinds.iter().copied().any(makes_care_plans))
                    .ok_or(HandoverError::OfficeCannot)?;
                if !go {
                    return Ok(other.name);
                }
                let handover = HandoverRow {
                    handover_id: own.id(),
                    person: row.person,
                    relation_id: row.relation_id,
                    from_office: office_no,
                    to_office: other.office_no,
                    last_day: offer.last_day,
                    state: HandoverState::Offered,
                    offered_at: own.now(),
                    offered_by: actor_name(&caller),
                    expires_on: after(own.today(), OPEN_DAYS),
                    answered_at: None,
                    answered_by: None,
                    new_relation_id: None,
                };
                handovers::add(work, &handover).await?;
                record(work, &own, &caller, &handover, "handover_offered").await?;
                Ok(other.name)
            })
        })
        .await
}

async fn checked(
    work: &mut Work,
    platform: &Platform,
    permit: &Permit<ListPersons>,
    office_no: &OfficeNumber,
    offer: &Offer,
) -> Result<RelationRow, HandoverError> {
    let today = platform.today();
    let row = relations::list_of(work, &offer.person, office_no)
        .await?
        .into_iter()
        .find(|row| row.relation_id == offer.relation_id && row.holds_on(today))
        .filter(|row| makes_care_plans(row.service_kind))
        .ok_or(HandoverError::NotFound)?;
    let (_, to) = registering::span(&row, today);
    if !(today..=to).contains(&offer.last_day) {
        return Err(HandoverError::LastDayOutOfRange { from: today, to });
    }
    let offers = handovers::list_of_office(work, permit, office_no).await?;
    if offers
        .iter()
        .any(|it| it.relation_id == row.relation_id && it.is_open(today))
    {
        return Err(HandoverError::OfferedAlready);
    }
    Ok(row)
}

/// The offers that the caller's office made or got, newest first.
///
/// # Errors
///
/// See [`HandoverError`].
pub async fn list(
    platform: &Platform,
    context: &CallContext,
) -> Result<Vec<Handover>, HandoverError> {
    let (office_no, permit) = office(context)?;
    let mut work = platform.store.read().await?;
    let rows = handovers::list_of_office(&mut work, &permit, &office_no).await?;
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        let ours = row.from_office == office_no;
        let other = if ours { row.to_office } else { row.from_office };
        let name = offices::find(&mut work, &other).await?;
        all.push(Handover {
            row,
            ours,
            other_office: name.map_or_else(|| other.as_str().to_owned(), |it| it.name),
        });
    }
    Ok(all)
}

/// The offer that waits for the caller's office about a person whose identity it has just checked.
///
/// # Errors
///
/// See [`HandoverError`].
pub async fn waiting(
    platform: &Platform,
    context: &CallContext,
    person: &PersonKey,
) -> Result<Option<Handover>, HandoverError> {
    let today = platform.today();
    let all = list(platform, context).await?;
    Ok(all
        .into_iter()
        .find(|it| !it.ours && it.row.person == *person && it.row.is_open(today)))
}

/// Accepts what waits for the office of the new registration `row`, in that registration's unit of work.
pub(crate) async fn accept(
    work: &mut Work,
    platform: &Platform,
    context: &CallContext,
    row: &RelationRow,
) -> Result<(), Error> {
    let Ok(permit) = list_persons(&context.caller) else {
        return Ok(());
    };
    let today = platform.today();
    let offers = handovers::list_of_office(work, &permit, &row.office_no).await?;
    let Some(offer) = offers
        .into_iter()
        .find(|it| it.to_office == row.office_no && it.person == row.person && it.is_open(today))
    else {
        return Ok(());
    };
    let answer = answer_of(
        platform,
        context,
        HandoverState::Accepted,
        Some(row.relation_id),
    );
    if !handovers::answer(work, &offer, &answer).await? {
        return Ok(());
    }
    let theirs = relations::list_of(work, &offer.person, &offer.from_office).await?;
    let standing = theirs
        .iter()
        .find(|it| it.relation_id == offer.relation_id && !it.is_over(today));
    let mut last_day = offer.last_day;
    if let Some(theirs) = standing {
        // The day named in the offer may have gone by; what was seen until today was seen by right.
        last_day = offer.last_day.max(today).min(theirs.valid_to);
        let ending = Ending {
            valid_from: theirs.valid_from,
            valid_to: last_day.max(theirs.valid_from),
            voided_from: None,
            reason: EndReason::HandedOver,
            note: None,
            at: platform.now(),
            by: offer.offered_by.clone(),
        };
        relations::end(work, theirs, &ending).await?;
    }
    let facts = NoticeFacts::HandedOver {
        from: person_notices::named(work, &offer.from_office).await?,
        to: person_notices::named(work, &offer.to_office).await?,
        last_day,
    };
    person_notices::tell(work, platform, &offer.person, &facts).await?;
    record(work, platform, context, &offer, "handover_accepted").await
}

/// Moves an offer on.
///
/// # Errors
///
/// See [`HandoverError`]; nothing has been changed.
pub async fn step(
    platform: &Platform,
    context: &CallContext,
    handover_id: Uuid,
    step: Step,
) -> Result<(), HandoverError> {
    let (office_no, permit) = office(context)?;
    let (own, caller) = (platform.clone(), context.clone());
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                let today = own.today();
                let offers = handovers::list_of_office(work, &permit, &office_no).await?;
                let offer = offers
                    .into_iter()
                    .find(|it| it.handover_id == handover_id && may(it, &office_no, step, today))
                    .ok_or(HandoverError::NotFound)?;
                let (state, purpose) = match step {
                    Step::Withdraw => (HandoverState::Withdrawn, "handover_withdrawn"),
                    Step::Decline => (HandoverState::Declined, "handover_declined"),
                    Step::Undo => (HandoverState::Undone, "handover_undone"),
                };
                let answer = answer_of(&own, &caller, state, offer.new_relation_id);
                if !handovers::answer(work, &offer, &answer).await? {
                    return Err(HandoverError::NotFound);
                }
                if step == Step::Undo {
                    undo(work, &own, &caller, &offer).await?;
                }
                record(work, &own, &caller, &offer, purpose).await?;
                Ok(())
            })
        })
        .await
}

/// Whether an office may take a step with an offer on a day.
pub fn may(row: &HandoverRow, office_no: &OfficeNumber, step: Step, day: Date) -> bool {
    match step {
        Step::Withdraw => row.from_office == *office_no && row.is_open(day),
        Step::Decline => row.to_office == *office_no && row.is_open(day),
        Step::Undo => {
            let answered = row.answered_at.map(tokyo_date);
            row.to_office == *office_no
                && row.state == HandoverState::Accepted
                && answered.is_some_and(|it| day <= after(it, UNDO_DAYS))
        }
    }
}

/// The registration that came of the offer never was; the one that it ended goes on, if it stands as the offer left it.
async fn undo(
    work: &mut Work,
    platform: &Platform,
    context: &CallContext,
    offer: &HandoverRow,
) -> Result<(), HandoverError> {
    let ours = relations::list_of(work, &offer.person, &offer.to_office).await?;
    let ours = ours
        .iter()
        .find(|it| Some(it.relation_id) == offer.new_relation_id && it.voided_from.is_none())
        .ok_or(HandoverError::NotFound)?;
    let void = Ending {
        valid_from: NEVER,
        valid_to: NEVER,
        voided_from: Some(ours.valid_from),
        reason: EndReason::Mistake,
        note: None,
        at: platform.now(),
        by: actor_name(context),
    };
    if !relations::end(work, ours, &void).await? {
        return Err(HandoverError::NotFound);
    }
    registering::tell_of_end(work, platform, ours, &void).await?;
    let theirs = relations::list_of(work, &offer.person, &offer.from_office).await?;
    if let Some(theirs) = theirs.iter().find(|it| it.relation_id == offer.relation_id) {
        relations::reopen(work, theirs).await?;
    }
    Ok(())
}

fn office(context: &CallContext) -> Result<(OfficeNumber, Permit<ListPersons>), HandoverError> {
    let permit = list_persons(&context.caller).map_err(HandoverError::Refused)?;
    let office_no =
        *caller_office(&context.caller).ok_or(HandoverError::Refused(Refusal::RoleNotEntitled))?;
    Ok((office_no, permit))
}

fn answer_of(
    platform: &Platform,
    context: &CallContext,
    state: HandoverState,
    new_relation_id: Option<Uuid>,
) -> Answer {
    Answer {
        state,
        at: platform.now(),
        by: actor_name(context),
        new_relation_id,
    }
}

fn after(day: Date, days: i32) -> Date {
    day.checked_add(jiff::Span::new().days(days)).unwrap_or(day)
}

async fn record(
    work: &mut Work,
    platform: &Platform,
    context: &CallContext,
    offer: &HandoverRow,
    purpose: &'static str,
) -> Result<(), Error> {
    let mut event = context
        .event(platform, offer.person.insurer_no.as_str(), Action::HandOver)
        .purpose(purpose)
        .ground(format!("handover:{}", offer.handover_id));
    // Who declines has not learned whom it was about and finds it in its access log neither.
    if purpose != "handover_declined" {
        event = event.about(offer.person.insured_no.as_str());
    }
    work.record(&event.to_entry()).await
}
