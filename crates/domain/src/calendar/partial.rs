use jiff::civil::Date;
use unicode_normalization::UnicodeNormalization as _;

use super::{Era, InvalidDate, Wareki, parse, read_date};

const YEARS: std::ops::RangeInclusive<i16> = 1868..=2999;

/// A day of which perhaps only the year, or year and month, or nothing is known, as 発症年月日 on an opinion.
///
/// Years are Gregorian, 1868 to 2999, so that every one has an era year of three digits at most: 昭和64年 and 平成元年 are the same year and are shown as 平成元年. Source: identifiers, section 8.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PartialDate {
    /// 不詳.
    Unknown,
    /// The year alone.
    Year(i16),
    /// Year and month, the month from 1 to 12.
    Month(i16, i8),
    /// The whole day.
    Day(Date),
}

impl PartialDate {
    /// The year alone; nothing outside 1868 to 2999.
    pub fn year(year: i16) -> Option<Self> {
        YEARS.contains(&year).then_some(Self::Year(year))
    }

    /// Year and month; nothing when there is no such month since 1868.
    pub fn month(year: i16, month: i8) -> Option<Self> {
        let fits = YEARS.contains(&year) && (1..=12).contains(&month);
        fits.then_some(Self::Month(year, month))
    }

    /// The first day it can mean; nothing for 不詳.
    pub fn earliest(self) -> Option<Date> {
        match self {
            Self::Unknown => None,
            Self::Year(year) => Date::new(year, 1, 1).ok(),
            Self::Month(year, month) => Date::new(year, month, 1).ok(),
            Self::Day(day) => Some(day),
        }
    }

    /// The last day it can mean; nothing for 不詳.
    pub fn latest(self) -> Option<Date> {
        match self {
            Self::Unknown => None,
            Self::Year(year) => Date::new(year, 12, 31).ok(),
            Self::Month(year, month) => Some(Date::new(year, month, 1).ok()?.last_of_month()),
            Self::Day(day) => Some(day),
        }
    }

    /// As on paper: 「不詳」, 「平成20年」, 「平成20年5月」, 「平成20年5月12日」. The era is that of the last day it can mean.
    pub fn long(self) -> String {
        let Some(last) = self.latest().and_then(|it| Wareki::try_from(it).ok()) else {
            return "不詳".to_owned();
        };
        let (era, year) = (last.era().kanji(), last.year());
        let year = if year == 1 {
            "元".to_owned()
        } else {
            year.to_string()
        };
        match self {
            Self::Unknown => "不詳".to_owned(),
            Self::Year(_) => format!("{era}{year}年"),
            Self::Month(_, month) => format!("{era}{year}年{month}月"),
            Self::Day(_) => last.long(),
        }
    }
}

/// Reads a day that may be partly known, in any form people type: those of [`read_date`], and 「平成20年」, 「H20.5」, 「2008-05」, 「2008年」,
/// 「不詳」, 「不明」; 「頃」 behind it means nothing.
///
/// # Errors
///
/// [`InvalidDate`] telling which part is wrong.
pub fn read_partial_date(text: &str) -> Result<PartialDate, InvalidDate> {
    if text.chars().count() > 40 {
        return Err(InvalidDate::UnknownForm);
    }
    let normal: String = text.nfkc().filter(|it| !it.is_whitespace()).collect();
    let normal = normal
        .strip_suffix('頃')
        .or_else(|| normal.strip_suffix("ごろ"))
        .unwrap_or(&normal);
    match normal {
        "" => return Err(InvalidDate::Empty),
        "不詳" | "不明" => return Ok(PartialDate::Unknown),
        _ => {}
    }
    match read_date(normal) {
        Ok(read) => return Ok(PartialDate::Day(read.date)),
        Err(InvalidDate::UnknownForm) => {}
        Err(other) => return Err(other),
    }
    let normal: String = normal
        .chars()
        .map(|it| {
            if crate::identifiers::is_hyphen(it) {
                '-'
            } else {
                it.to_ascii_uppercase()
            }
        })
        .collect();
    let (era, rest) = parse::split_era(&normal);
    let rest = rest.replacen('元', "1", usize::from(era.is_some()));
    let (year, month) = match rest.split_once(['年', '.', '-', '/']) {
        Some((year, "")) if rest.ends_with('年') => (year, None),
        Some((year, month)) => (year, Some(month.strip_suffix('月').unwrap_or(month))),
        None => (&*rest, None),
    };
    let year = number(year, if era.is_some() { 3 } else { 4 })?;
    let gregorian = match era {
        Some(era) if year > 0 => year + Era::offset(era),
        Some(_) => return Err(InvalidDate::YearOutOfRange),
        None => year,
    };
    match month {
        None => PartialDate::year(gregorian).ok_or(InvalidDate::YearOutOfRange),
        Some(month) => {
            let month = i8::try_from(number(month, 2)?).map_err(|_| InvalidDate::UnknownForm)?;
            if PartialDate::year(gregorian).is_none() {
                return Err(InvalidDate::YearOutOfRange);
            }
            PartialDate::month(gregorian, month).ok_or(InvalidDate::MonthOutOfRange)
        }
    }
}

fn number(digits: &str, most: usize) -> Result<i16, InvalidDate> {
    let plain = (1..=most).contains(&digits.len()) && digits.bytes().all(|it| it.is_ascii_digit());
    plain
        .then(|| digits.parse().ok())
        .flatten()
        .ok_or(InvalidDate::UnknownForm)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_accepted_form_means_what_it_says() {
        for (text, means) in [
            ("平成20年05月", PartialDate::Month(2008, 5)),
            ("平成２０年５月頃", PartialDate::Month(2008, 5)),
            ("H20.5", PartialDate::Month(2008, 5)),
            ("2008-05", PartialDate::Month(2008, 5)),
            ("平成元年", PartialDate::Year(1989)),
            ("昭和64年", PartialDate::Year(1989)),
            ("2008年ごろ", PartialDate::Year(2008)),
            ("2008", PartialDate::Year(2008)),
            ("不 詳", PartialDate::Unknown),
            ("令和7年4月1日頃", PartialDate::Day(date(2025, 4, 1))),
        ] {
            assert_eq!(read_partial_date(text), Ok(means), "{text}");
        }
    }

    #[test]
    fn errors_say_which_part_is_wrong() {
        for (text, code) in [
            ("　", "date_empty"),
            ("去年", "date_unknown_form"),
            ("20年", "date_year_out_of_range"),
            ("R0年", "date_year_out_of_range"),
            ("令和7年13月", "date_month_out_of_range"),
            ("令和7年2月30日", "date_day_out_of_range"),
            ("1867-12", "date_year_out_of_range"),
            ("3000年", "date_year_out_of_range"),
            ("R7.", "date_unknown_form"),
        ] {
            assert_eq!(read_partial_date(text).unwrap_err().code(), code, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_reads_as_the_same(year in 1868_i16..=2200, month in 1_i8..=12) {
            let year = PartialDate::year(year).unwrap();
            prop_assert_eq!(read_partial_date(&year.long()), Ok(year));
            let PartialDate::Year(number) = year else { unreachable!() };
            let month = PartialDate::month(number, month).unwrap();
            prop_assert_eq!(read_partial_date(&month.long()), Ok(month));
        }

        #[test]
        fn no_text_makes_the_reader_panic(text in "[RHSMT令和平成昭元0-9年月日頃./-]{0,14}|\\PC{0,20}") {
            let _ = read_partial_date(&text);
        }
    }
}
