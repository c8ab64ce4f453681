//! Applications that move on (W-6): telling the office that makes the care plan, and when a result is to be expected.

pub mod letters;

use crate::{
    CallContext, Platform,
    relations::{ListError, caller_office},
};
use kiban_access::{Part, Permit, ReadPerson, Refusal, list_persons};
use kiban_domain::{Application, Date, InsurerNumber, Timestamp};
use kiban_exchange::municipal::record::ApplicationRecord;
use kiban_store::{
    Error, Work,
    repo::{
        insurers,
        progress::{self, DurationRow, NoticeRow, WatchedRow},
    },
};

/// With fewer results than these nothing is expected from them.
pub const CASES_MIN: i64 = 10;

/// Writes a notice for everything that differs between `before` and now, in the unit of work that changed it.
pub(crate) async fn tell(
    work: &mut Work,
    insurer_no: &str,
    insured_nos: &[&str],
    before: &[WatchedRow],
    at: Timestamp,
    today: Date,
) -> Result<(), Error> {
    if before.is_empty() {
        return Ok(());
    }
    let now = progress::list_watched(work, insurer_no, insured_nos, today).await?;
    for row in now.iter().filter(|row| !row.progress.is_empty()) {
        if !before.contains(row) {
            progress::tell(work, insurer_no, row, at).await?;
        }
    }
    Ok(())
}

/// What the caller's office has not seen yet, newest first. It goes with the list of persons, whose entry records the
/// look.
///
/// # Errors
///
/// A [`Refusal`] for callers that are no office.
pub async fn unseen(
    platform: &Platform,
    context: &CallContext,
) -> Result<Vec<NoticeRow>, ListError> {
    let permit = list_persons(&context.caller).map_err(ListError::Refused)?;
    let office_no =
        caller_office(&context.caller).ok_or(ListError::Refused(Refusal::RoleNotEntitled))?;
    let mut work = platform.store.point().await?;
    Ok(progress::list_unseen(&mut work, &permit, office_no).await?)
}

/// The caller's office has seen the progress that `permit` let it see.
pub async fn seen(
    platform: &Platform,
    context: &CallContext,
    permit: &Permit<ReadPerson>,
) -> Result<(), Error> {
    let Some(office_no) = caller_office(&context.caller).copied() else {
        return Ok(());
    };
    if !permit.shown().contains(Part::Progress) {
        return Ok(());
    }
    let permitted = list_persons(&context.caller).ok();
    let mut work = platform.store.point().await?;
    let unseen = match &permitted {
        Some(listing) => progress::list_unseen(&mut work, listing, &office_no).await?,
        None => Vec::new(),
    };
    drop(work);
    // A look at what has not moved on writes nothing.
    if !unseen.iter().any(|it| it.person == *permit.person()) {
        return Ok(());
    }
    let (person, at) = (permit.person().clone(), platform.now());
    platform
        .store
        .write(move |work| {
            Box::pin(async move { progress::set_seen(work, &person, &office_no, at).await })
        })
        .await
}

/// How long the insurer took lately; `None` before it was counted.
pub async fn duration(
    platform: &Platform,
    insurer_no: &InsurerNumber,
) -> Result<Option<DurationRow>, Error> {
    progress::find_duration(&mut platform.store.point().await?, insurer_no).await
}

/// Counts for every insurer how long its results of the last twelve months took; how many insurers. Runs nightly.
pub async fn count_durations(platform: &Platform) -> Result<usize, Error> {
    let insurers = insurers::list(&mut platform.store.point().await?).await?;
    for insurer in &insurers {
        count_durations_of(platform, insurer.insurer_no).await?;
    }
    Ok(insurers.len())
}

/// Counts it for one insurer, after a file of its applications.
pub async fn count_durations_of(
    platform: &Platform,
    insurer_no: InsurerNumber,
) -> Result<(), Error> {
    let today = platform.today();
    let mut days = Vec::new();
    let year = today
        .checked_sub(jiff::Span::new().years(1))
        .unwrap_or(today);
    // What was filed long before and has its result now is counted too.
    let since = year.checked_sub(jiff::Span::new().years(1)).unwrap_or(year);
    let mut work = platform.store.point().await?;
    progress::scan_applications(&mut work, &insurer_no, since, |body| {
        days.extend(took(body, year, today));
    })
    .await?;
    drop(work);
    let row = durations(days, today);
    platform
        .store
        .write::<(), Error, _>(move |work| {
            Box::pin(async move { progress::save_duration(work, &insurer_no, &row).await })
        })
        .await
}

/// Days from application to result, if there was one after `after` and until `until`.
fn took(body: &str, after: Date, until: Date) -> Option<i64> {
    let record: ApplicationRecord = serde_json::from_str(body).ok()?;
    let application = Application::try_from(&record).ok()?;
    let progress = application.progress();
    let certified = application
        .certified_on
        .filter(|_| !progress.withdrawn && !progress.rejected)
        .filter(|day| after < *day && *day <= until)?;
    let days = application.applied_on.until(certified).ok()?.get_days();
    (days >= 0).then_some(i64::from(days))
}

/// The smallest numbers of days within which half and four in five of the results came.
fn durations(mut days: Vec<i64>, counted_on: Date) -> DurationRow {
    days.sort_unstable();
    let within = |fifths: usize, of: usize| {
        let rank = (days.len() * fifths).div_ceil(of);
        days.get(rank.saturating_sub(1)).copied().unwrap_or(0)
    };
    DurationRow {
        counted_on,
        cases: i64::try_from(days.len()).unwrap_or(i64::MAX),
        median_days: within(1, 2),
        most_days: within(4, 5),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn w6_half_and_four_in_five_are_counted_from_the_shortest() {
        let day = Date::constant(2026, 11, 1);
        let row = durations((1..=10).rev().collect(), day);
        assert_eq!((row.cases, row.median_days, row.most_days), (10, 5, 8));
        let none = durations(Vec::new(), day);
        assert_eq!((none.cases, none.median_days, none.most_days), (0, 0, 0));
        assert_eq!(durations(vec![7], day).most_days, 7);
    }

    #[test]
    fn w6_only_results_of_the_last_twelve_months_count() {
        let span = (Date::constant(2025, 11, 1), Date::constant(2026, 11, 1));
        let of = |items: &str| {
            let body = format!(r#"{{"applied_on":"2026-06-01","branch":1,"kind":"2"{items}}}"#);
            took(&body, span.0, span.1)
        };
        assert_eq!(of(r#","certified_on":"2026-06-29""#), Some(28));
        assert_eq!(of(""), None);
        assert_eq!(of(r#","certified_on":"2026-11-02""#), None);
        assert_eq!(of(r#","certified_on":"2026-06-29","withdrawal":"3""#), None);
    }
}
