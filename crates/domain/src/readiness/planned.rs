use std::{fmt, str::FromStr};

use jiff::civil::{Date, date};

use unicode_normalization::UnicodeNormalization as _;

use crate::{FiscalYear, Wareki, read_date};

/// When something is planned, as exactly as it was said: a day, a month or a fiscal year. A month is never turned into its
/// first day: nobody said that day.
///
/// Text form: `2026-11-02`, `2026-11`, `FY2026`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PlannedTime {
    /// A day.
    Day(Date),
    /// A month of a Gregorian year.
    Month(i16, i8),
    /// A fiscal year.
    Year(FiscalYear),
}

impl PlannedTime {
    /// The first day it can mean.
    pub fn first_day(self) -> Date {
        match self {
            Self::Day(day) => day,
            Self::Month(year, month) => date(year, month, 1),
            Self::Year(year) => year.first_day(),
        }
    }

    /// The last day it can mean: up to then nothing is late.
    pub fn last_day(self) -> Date {
        match self {
            Self::Day(day) => day,
            Self::Month(year, month) => date(year, month, 1).last_of_month(),
            Self::Year(year) => year.last_day(),
        }
    }

    /// The fiscal year it lies in.
    pub fn fiscal_year(self) -> FiscalYear {
        FiscalYear::of(self.last_day())
    }

    /// How many days `actual` is after what was planned; negative when it was before. Zero anywhere within a month or year that
    /// was named.
    pub fn days_late(self, actual: Date) -> i32 {
        let days = |from: Date, to: Date| from.until(to).map_or(0, |span| span.get_days());
        if actual > self.last_day() {
            days(self.last_day(), actual)
        } else if actual < self.first_day() {
            days(self.first_day(), actual)
        } else {
            0
        }
    }
}

impl PlannedTime {
    /// How many days the end has moved when `to` replaces this plan; negative when it came nearer. Zero when one lies within
    /// the other: whoever says a month of the year named before, or the year of the month, has moved nothing.
    pub fn days_moved(self, to: Self) -> i32 {
        if to.first_day() <= self.last_day() && self.first_day() <= to.last_day() {
            return 0;
        }
        let span = self.last_day().until(to.last_day());
        span.map_or(0, |span| span.get_days())
    }
}

impl fmt::Display for PlannedTime {
    /// The text form.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(day) => write!(f, "{day}"),
            Self::Month(year, month) => write!(f, "{year:04}-{month:02}"),
            Self::Year(year) => write!(f, "FY{}", year.year()),
        }
    }
}

impl PlannedTime {
    /// For people: 「令和8年11月2日」, 「令和8年11月」, 「令和8年度」.
    pub fn label(self) -> String {
        let wareki =
            |day: Date| Wareki::try_from(day).map_or_else(|_| day.to_string(), Wareki::long);
        match self {
            Self::Day(day) => wareki(day),
            Self::Month(..) => {
                let long = wareki(self.first_day());
                long.strip_suffix("1日").unwrap_or(&long).to_owned()
            }
            Self::Year(year) => year.to_string(),
        }
    }
}

impl FromStr for PlannedTime {
    type Err = InvalidPlannedTime;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number = |text: &str| {
            let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            digits.then(|| text.parse::<i16>().ok()).flatten()
        };
        if let Some(year) = text.strip_prefix("FY") {
            let year = (year.len() == 4).then(|| number(year)).flatten();
            let year = year.and_then(FiscalYear::beginning_in);
            return year.map(Self::Year).ok_or(InvalidPlannedTime);
        }
        match text.len() {
            7 => {
                let (year, month) = text.split_once('-').ok_or(InvalidPlannedTime)?;
                let month = number(month).and_then(|month| i8::try_from(month).ok());
                match (number(year), month) {
                    (Some(year @ 1868..=9998), Some(month @ 1..=12)) => {
                        Ok(Self::Month(year, month))
                    }
                    _ => Err(InvalidPlannedTime),
                }
            }
            10 => text.parse().map(Self::Day).map_err(|_| InvalidPlannedTime),
            _ => Err(InvalidPlannedTime),
        }
    }
}

impl PlannedTime {
    /// Reads what a person typed, as exactly as they said it: 「令和8年度」 「2026年度」 「R8年度」, 「令和8年11月」 「R8.11」 「2026-11」
    /// 「2026/11」, or a day in any form that [`read_date`] takes. Full width as well.
    ///
    /// # Errors
    ///
    /// [`InvalidPlannedTime`] when it is neither.
    ///
    /// # Examples
    ///
    /// ```
    /// use kiban_domain::PlannedTime;
    /// assert_eq!(PlannedTime::read("令和８年度").unwrap().to_string(), "FY2026");
    /// assert_eq!(PlannedTime::read("R8.11").unwrap().to_string(), "2026-11");
    /// ```
    pub fn read(text: &str) -> Result<Self, InvalidPlannedTime> {
        let typed: String = text
            .nfkc()
            .filter(|it| !it.is_whitespace())
            .take(40)
            .collect();
        if let Ok(own) = typed.to_ascii_uppercase().parse() {
            return Ok(own);
        }
        if let Some(year) = typed.strip_suffix("年度") {
            // The first of April of the year lies in the fiscal year of its name; the last era began in May.
            let day = read_date(&format!("{year}年12月1日")).map_err(|_| InvalidPlannedTime)?;
            let year = FiscalYear::of(day.date);
            return Ok(Self::Year(year));
        }
        if let Ok(day) = read_date(&typed) {
            return Ok(Self::Day(day.date));
        }
        let month = typed.strip_suffix('月').unwrap_or(&typed);
        let day = read_date(&format!("{month}.1")).or_else(|_| read_date(&format!("{month}月1日")));
        let day = day.map_err(|_| InvalidPlannedTime)?.date;
        Ok(Self::Month(day.year(), day.month()))
    }
}

/// The text is neither a day, a month nor a fiscal year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a planned time is 2026-11-02, 2026-11 or FY2026")]
pub struct InvalidPlannedTime;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn planned(text: &str) -> PlannedTime {
        text.parse().unwrap()
    }

    #[test]
    fn a_plan_is_as_exact_as_it_was_said() {
        for (text, first, last, label) in [
            (
                "2026-11-02",
                date(2026, 11, 2),
                date(2026, 11, 2),
                "令和8年11月2日",
            ),
            (
                "2028-02",
                date(2028, 2, 1),
                date(2028, 2, 29),
                "令和10年2月",
            ),
            ("FY2027", date(2027, 4, 1), date(2028, 3, 31), "令和9年度"),
        ] {
            let planned = planned(text);
            assert_eq!((planned.first_day(), planned.last_day()), (first, last));
            assert_eq!(
                (planned.to_string().as_str(), planned.label().as_str()),
                (text, label)
            );
        }
        assert_eq!(planned("2027-03").fiscal_year().year(), 2026);
    }

    #[test]
    fn late_is_counted_from_the_end_of_what_was_said() {
        let actual = date(2027, 4, 10);
        for (text, days) in [
            ("FY2026", 10),
            ("2027-04", 0),
            ("2027-04-01", 9),
            ("FY2027", 0),
            ("2027-05", -21),
        ] {
            assert_eq!(planned(text).days_late(actual), days, "{text}");
        }
    }

    #[test]
    fn a_plan_moves_only_when_another_time_is_named() {
        for (from, to, days) in [
            ("FY2026", "FY2027", 366),
            ("FY2026", "2027-03", 0),
            ("2026-06", "FY2026", 0),
            ("2026-06", "2026-09", 92),
            ("2026-09-15", "2026-09-01", -14),
            ("2027-05", "FY2026", -61),
        ] {
            assert_eq!(planned(from).days_moved(planned(to)), days, "{from} {to}");
        }
    }

    #[test]
    fn what_people_type_is_read_as_exactly_as_they_said_it() {
        for (typed, text) in [
            ("令和8年度", "FY2026"),
            ("R8年度", "FY2026"),
            ("２０２６年度", "FY2026"),
            ("令和元年度", "FY2019"),
            ("FY2026", "FY2026"),
            ("fy2026", "FY2026"),
            ("令和８年１１月", "2026-11"),
            ("R8.11", "2026-11"),
            ("R8/11", "2026-11"),
            ("2026/11", "2026-11"),
            ("2026-11", "2026-11"),
            ("2026年 1月", "2026-01"),
            ("R8.11.2", "2026-11-02"),
            ("令和8年11月2日", "2026-11-02"),
            ("20261102", "2026-11-02"),
        ] {
            let read = PlannedTime::read(typed).map(|it| it.to_string());
            assert_eq!(read.as_deref(), Ok(text), "{typed}");
        }
        for typed in [
            "",
            "未定",
            "来年",
            "R8",
            "2026",
            "R8.13",
            "=1+1",
            "令和8年度末",
            "年度",
        ] {
            assert_eq!(PlannedTime::read(typed), Err(InvalidPlannedTime), "{typed}");
        }
    }

    #[test]
    fn other_text_is_refused() {
        for text in [
            "",
            "2026",
            "2026-13",
            "2026-00",
            "2026-02-30",
            "FY26",
            "FY20261",
            "令和8年",
            "2026-1-1",
            "+026-11",
            "FY-026",
        ] {
            assert_eq!(
                text.parse::<PlannedTime>(),
                Err(InvalidPlannedTime),
                "{text}"
            );
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_can_be_typed_again(year in 2015_i16..2045, month in 1_i8..=12, day in 1_i8..=28) {
            for it in [
                PlannedTime::Day(date(year, month, day)),
                PlannedTime::Month(year, month),
                PlannedTime::Year(FiscalYear::beginning_in(year).unwrap()),
            ] {
                prop_assert_eq!(PlannedTime::read(&it.label()), Ok(it));
            }
        }

        #[test]
        fn any_text_is_taken_or_refused_and_what_is_taken_comes_back(text in "\\PC{0,12}") {
            if let Ok(it) = text.parse::<PlannedTime>() {
                prop_assert_eq!(it.to_string(), text);
            }
        }
    }
}
