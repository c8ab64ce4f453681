//! What the calling institution has sent, as a list (D06).

use super::{CaseError, OPINION};
use crate::{CallContext, Platform, days::first_instant};
use jiff::ToSpan as _;
use kiban_access::asked_institution;
use kiban_audit::{Action, NO_INSURER};
use kiban_domain::{Date, InsuredNumber, Kana, Timestamp, opinion_case::SubmissionState};
use kiban_store::{
    Error,
    repo::opinions_sent::{self, Narrowing, SentRow},
};
use std::collections::BTreeMap;

/// The most opinions of an answer.
const MOST: usize = 100;

/// What the list is narrowed to. No `Debug`: it may name a person.
#[derive(Clone, Default)]
pub struct SentFilter {
    /// 被保険者番号, or a part of the name or its kana, as typed; empty: everybody.
    pub person: String,
    /// A day of the month in which they were sent; nothing: any time.
    pub month: Option<Date>,
    /// Where they stand; nothing: anywhere.
    pub state: Option<SubmissionState>,
}

/// A part of the list. No `Debug`.
pub struct SentList {
    /// The opinions, newest first.
    pub rows: Vec<SentRow>,
    /// How many there are in all.
    pub total: usize,
}

/// The calling institution's opinions behind the first `skipped`, newest first, `most` at most (never more than 100). The look is recorded.
///
/// # Errors
///
/// [`CaseError::Refused`] for callers that are no medical institution; storage.
pub async fn sent(
    platform: &Platform,
    context: &CallContext,
    filter: &SentFilter,
    (skipped, most): (usize, usize),
) -> Result<SentList, CaseError> {
    let permit = asked_institution(&context.caller)?;
    let narrowing = narrowing(filter);
    let size = |it: usize| i64::try_from(it).unwrap_or(i64::MAX);
    let mut work = platform.store.point().await?;
    let total = opinions_sent::count(&mut work, &permit, &narrowing).await?;
    let (skipped, most) = (size(skipped), size(most.min(MOST)));
    let rows = opinions_sent::list(&mut work, &permit, &narrowing, skipped, most).await?;
    drop(work);
    record(platform, context, &rows).await?;
    Ok(SentList {
        rows,
        total: usize::try_from(total).unwrap_or_default(),
    })
}

fn narrowing(filter: &SentFilter) -> Narrowing {
    let typed = filter.person.trim();
    let number = InsuredNumber::from_typed(typed).ok();
    let name = Kana::normalize(typed).unwrap_or(typed.into());
    // Signs of a pattern stand in no name.
    let name: String = name
        .chars()
        .filter(|it| !it.is_whitespace() && !['%', '_', '\\'].contains(it))
        .collect();
    let month = filter.month.map(Date::first_of_month);
    let end = month.map(|it| it.saturating_add(1.month()));
    Narrowing {
        name: number.map_or(name, |_| String::new()),
        insured_no: number.map_or_else(String::new, |it| it.as_str().to_owned()),
        from: month.map_or(Timestamp::UNIX_EPOCH, first_instant),
        before: end.map_or(FAR, first_instant),
        state: filter.state,
    }
}

/// Later than anything is sent; both engines can hold it.
const FAR: Timestamp = Timestamp::constant(32_503_680_000, 0);

async fn record(platform: &Platform, context: &CallContext, rows: &[SentRow]) -> Result<(), Error> {
    let mut lanes: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for row in rows {
        let lane = row.submission.insurer_no.as_str().to_owned();
        lanes.entry(lane).or_default().push(&row.submission.sha256);
    }
    if lanes.is_empty() {
        lanes.insert(NO_INSURER.to_owned(), Vec::new());
    }
    let entries = lanes.iter().map(|(lane, shown)| {
        let event = context.event(platform, lane, Action::ListPersons);
        event
            .purpose("opinions_sent")
            .ground(format!("count:{}", shown.len()))
            .shown([OPINION], shown.join(",").as_bytes())
            .to_entry()
    });
    platform.audit.append_all(entries.collect()).await
}
