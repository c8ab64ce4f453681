//! The requests of one side, as a list: an institution's (W-7, D-1) or an insurer's (M-3).

use super::{CaseError, OPINION, due_rules};
use crate::{CallContext, Platform};
use kiban_access::{asked_institution, asking_insurer};
use kiban_audit::{Action, NO_INSURER};
use kiban_domain::{Date, opinion_case::CaseState};
use kiban_store::repo::opinions::{self, CaseCursor, CaseRow, Own};

/// The most requests of an answer.
pub const PAGE_MOST: i64 = 200;

/// A request in a list. No `Debug`: it is about a person.
#[derive(Clone)]
pub struct ListedCase {
    /// The request.
    pub row: CaseRow,
    /// Days until it is due, negative ones since; nothing where the institution has nothing to do.
    pub days_left: Option<i32>,
    /// Whether today is a day on which the institution is reminded.
    pub is_reminded: bool,
}

/// Requests with what is in each state. No `Debug`.
pub struct CaseList {
    /// The requests, by due date.
    pub cases: Vec<ListedCase>,
    /// Where the next page begins; nothing on the last one.
    pub next: Option<CaseCursor>,
    /// How many there are in each state.
    pub counts: Vec<(CaseState, i64)>,
}

/// The requests to the calling institution in these states (none: all), by due date, behind `after`. The look is recorded.
///
/// # Errors
///
/// [`CaseError::Refused`] for callers that are no medical institution; storage.
pub async fn inbox(
    platform: &Platform,
    context: &CallContext,
    states: &[CaseState],
    after: Option<CaseCursor>,
) -> Result<CaseList, CaseError> {
    let permit = asked_institution(&context.caller)?;
    let listed = list(platform, Own::Asked(&permit), states, after).await?;
    // Persons of several insurers: each lane has its own entry.
    record(platform, context, &listed).await?;
    Ok(listed)
}

/// The requests that the calling insurer made, as [`inbox`].
///
/// # Errors
///
/// As there, for callers that are no insurer.
pub async fn asked(
    platform: &Platform,
    context: &CallContext,
    states: &[CaseState],
    after: Option<CaseCursor>,
) -> Result<CaseList, CaseError> {
    let permit = asking_insurer(&context.caller)?;
    let listed = list(platform, Own::Asking(&permit), states, after).await?;
    record(platform, context, &listed).await?;
    Ok(listed)
}

async fn list(
    platform: &Platform,
    own: Own<'_>,
    states: &[CaseState],
    after: Option<CaseCursor>,
) -> Result<CaseList, CaseError> {
    let states = if states.is_empty() {
        CaseState::ALL
    } else {
        states
    };
    let mut work = platform.store.point().await?;
    let rows = opinions::list(&mut work, own, states, after, PAGE_MOST).await?;
    let counts = opinions::count(&mut work, own).await?;
    let full = i64::try_from(rows.len()).is_ok_and(|it| it == PAGE_MOST);
    let next = rows
        .last()
        .filter(|_| full)
        .map(|it| (it.due_on, it.case_id));
    let today = platform.today();
    let cases = rows.into_iter().map(|row| listed(row, today)).collect();
    Ok(CaseList {
        cases,
        next,
        counts,
    })
}

/// A request as a list shows it.
pub(super) fn listed(row: CaseRow, today: Date) -> ListedCase {
    let waits = row.state.waits_for_institution();
    let left = today.until(row.due_on).ok().map(|it| it.get_days());
    ListedCase {
        days_left: left.filter(|_| waits),
        is_reminded: waits
            && due_rules().is_reminder_day(row.request.requested_on, row.due_on, today),
        row,
    }
}

async fn record(
    platform: &Platform,
    context: &CallContext,
    listed: &CaseList,
) -> Result<(), kiban_store::Error> {
    let mut lanes: Vec<&str> = listed
        .cases
        .iter()
        .map(|it| it.row.key.insurer_no.as_str())
        .collect();
    lanes.sort_unstable();
    lanes.dedup();
    if lanes.is_empty() {
        lanes.push(NO_INSURER);
    }
    for lane in lanes {
        let of_lane = listed.cases.iter();
        let of_lane = of_lane.filter(|it| it.row.key.insurer_no.as_str() == lane);
        let shown: Vec<String> = of_lane.map(|it| it.row.case_id.to_string()).collect();
        let event = context
            .event(platform, lane, Action::ListPersons)
            .purpose("opinion_requests")
            .ground(format!("count:{}", shown.len()))
            .shown([OPINION], shown.join(",").as_bytes());
        platform.audit.append(event.to_entry()).await?;
    }
    Ok(())
}
