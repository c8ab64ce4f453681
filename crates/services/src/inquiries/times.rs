//! How long answers take, and by when they are due.

use crate::Platform;
use jiff::SignedDuration;
use kiban_domain::{Date, InquiryCategory, Timestamp};
use kiban_store::{
    Error,
    repo::inquiries::{self, TimesRow},
};
use std::sync::LazyLock;

/// By when the first answer of a category is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// The category.
    pub category: InquiryCategory,
    /// The first day on which this holds.
    pub valid_from: Date,
    /// Within so many working days after the day it came, from 1.
    pub working_days: u16,
}

/// What holds for which category since when. Source: the data file `inquiry-due.csv`.
pub fn dues() -> &'static [Due] {
    static DUES: LazyLock<Vec<Due>> =
        LazyLock::new(|| read(include_str!("../../../../data/inquiry-due.csv")));
    &DUES
}

fn read(text: &str) -> Vec<Due> {
    let lines = text.lines().filter(|line| !line.starts_with('#')).skip(1);
    let due = |line: &str| {
        let mut cells = line.split(',');
        Some(Due {
            category: cells.next()?.parse().ok()?,
            valid_from: cells.next()?.parse().ok()?,
            working_days: cells.next()?.parse().ok()?,
        })
    };
    lines.filter_map(due).collect()
}

/// The day on which the first answer is due; `is_closed` tells the days on which nobody works. `None` when no rule holds.
pub fn due_on(
    category: InquiryCategory,
    received: Date,
    is_closed: impl Fn(Date) -> bool,
) -> Option<Date> {
    let rules = dues().iter();
    let holding = rules.filter(|it| it.category == category && it.valid_from <= received);
    let mut left = holding.max_by_key(|it| it.valid_from)?.working_days;
    let mut day = received;
    while left > 0 {
        day = day.tomorrow().ok()?;
        left -= u16::from(!is_closed(day));
    }
    Some(day)
}

/// How long something took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimesOf {
    /// How many were counted.
    pub count: usize,
    /// Half of them took no longer.
    pub median: SignedDuration,
    /// Nine of ten took no longer.
    pub ninety: SignedDuration,
}

/// How long the help desk took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Times {
    /// The category; `None`: all of them.
    pub category: Option<InquiryCategory>,
    /// How many came.
    pub received: usize,
    /// To the first answer; `None` when none was answered.
    pub first_answer: Option<TimesOf>,
    /// To the end.
    pub close: Option<TimesOf>,
}

/// How long the help desk took with what came since: for all together first, then for each category of which something came.
///
/// # Errors
///
/// The database only.
pub async fn times(platform: &Platform, since: Timestamp) -> Result<Vec<Times>, Error> {
    let rows = inquiries::list_times(&mut platform.store.point().await?, since).await?;
    let all = std::iter::once(None).chain(InquiryCategory::ALL.iter().copied().map(Some));
    let times = all.map(|category| of(&rows, category));
    Ok(times
        .filter(|it| it.category.is_none() || it.received > 0)
        .collect())
}

fn of(rows: &[TimesRow], category: Option<InquiryCategory>) -> Times {
    let fits = |row: &&TimesRow| category.is_none_or(|it| it == row.category);
    let took = |end: fn(&TimesRow) -> Option<Timestamp>| {
        let taken = rows.iter().filter(fits).filter_map(move |row| {
            let end = end(row)?;
            Some(end.duration_since(row.created_at))
        });
        measured(taken.collect())
    };
    Times {
        category,
        received: rows.iter().filter(fits).count(),
        first_answer: took(|row| row.first_answer_at),
        close: took(|row| row.closed_at),
    }
}

/// The nearest rank: a time that really was taken, never one between two.
fn measured(mut taken: Vec<SignedDuration>) -> Option<TimesOf> {
    taken.sort_unstable();
    let rank = |hundredths: usize| {
        let rank = (taken.len() * hundredths).div_ceil(100).max(1);
        taken.get(rank - 1).copied()
    };
    Some(TimesOf {
        count: taken.len(),
        median: rank(50)?,
        ninety: rank(90)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::{Weekday, date};

    #[test]
    fn p5_every_category_has_a_due_time() {
        let text = include_str!("../../../../data/inquiry-due.csv");
        let lines = text.lines().filter(|line| !line.starts_with('#')).count() - 1;
        assert_eq!(dues().len(), lines, "a line that cannot be read");
        for category in InquiryCategory::ALL {
            let due = due_on(*category, date(2026, 11, 2), |_| false);
            assert!(due.is_some_and(|it| it > date(2026, 11, 2)), "{category:?}");
            assert_eq!(due_on(*category, date(2020, 1, 1), |_| false), None);
        }
    }

    #[test]
    fn p5_days_on_which_nobody_works_do_not_count() {
        let closed = |day: Date| matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        let friday = date(2026, 11, 6);
        let open = due_on(InquiryCategory::Terminal, friday, |_| false).unwrap();
        let due = due_on(InquiryCategory::Terminal, friday, closed).unwrap();
        assert_eq!(due, open.saturating_add(jiff::Span::new().days(2)));
    }

    #[test]
    fn p5_times_are_told_by_their_rank() {
        let hours = |hours: &[i64]| {
            let taken = hours.iter().copied().map(SignedDuration::from_hours);
            measured(taken.collect()).map(|it| (it.median.as_hours(), it.ninety.as_hours()))
        };
        assert_eq!(hours(&[]), None);
        assert_eq!(hours(&[7]), Some((7, 7)));
        assert_eq!(hours(&[9, 1, 2, 3, 4, 5, 6, 7, 8, 100]), Some((5, 9)));
    }
}
