use jiff::civil::Date;
use unicode_normalization::UnicodeNormalization as _;

use super::{Era, Wareki};

/// A day read from what somebody typed, with a hint when it was written in an era it does not belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadDate {
    /// The day meant.
    pub date: Date,
    /// What to tell the writer, if anything.
    pub hint: Option<DateHint>,
}

/// The day is clear but was written in the wrong era, as 平成31年5月1日 for 令和元年5月1日.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateHint {
    /// The era as written.
    pub written: Era,
    /// The day as it should be written.
    pub meant: Wareki,
}

impl DateHint {
    /// The hint in Japanese.
    pub fn message(&self) -> String {
        format!(
            "{}ではなく、{}として読み取りました。",
            self.written.kanji(),
            self.meant
        )
    }
}

/// Why a text is not a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidDate {
    /// Nothing was given.
    #[error("the date is empty")]
    Empty,
    /// The text has none of the accepted forms.
    #[error("the date has an unknown form")]
    UnknownForm,
    /// The year is 0 or outside 1868 to 9999.
    #[error("the year is out of range")]
    YearOutOfRange,
    /// The month is not 1 to 12.
    #[error("the month is not 1 to 12")]
    MonthOutOfRange,
    /// The month of that year has no such day.
    #[error("the month has no such day")]
    DayOutOfRange,
    /// The day lies before 1868-01-25.
    #[error("the day lies before 1868-01-25")]
    BeforeMeiji,
}

impl InvalidDate {
    /// A stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "date_empty",
            Self::UnknownForm => "date_unknown_form",
            Self::YearOutOfRange => "date_year_out_of_range",
            Self::MonthOutOfRange => "date_month_out_of_range",
            Self::DayOutOfRange => "date_day_out_of_range",
            Self::BeforeMeiji => "date_before_meiji",
        }
    }

    /// What is wrong, in Japanese, with what to do next.
    pub fn message(self) -> &'static str {
        match self {
            Self::Empty => "日付を入力してください。",
            Self::UnknownForm => {
                "日付として読み取れません。「令和7年4月1日」「R7.4.1」「2025-04-01」のように入力してください。"
            }
            Self::YearOutOfRange => "年が範囲の外です。年を確認してください。",
            Self::MonthOutOfRange => "月は1から12までで入力してください。",
            Self::DayOutOfRange => "この月にない日です。日を確認してください。",
            Self::BeforeMeiji => {
                "明治元年1月25日より前の日付は入力できません。年を確認してください。"
            }
        }
    }
}

/// Reads a day in any form people type.
///
/// `令和7年4月1日`, `令7.4.1`, `R7.4.1`, `R07/04/01`, `R070401`, `2025-04-01`, `2025/4/1`, `2025年4月1日`, `20250401`;
/// full width as well, 元年 for year 1, spaces anywhere. An era that had ended or not yet begun on that day is
/// forgiven with a hint, since the Gregorian day is clear. Source: identifiers, section 8.
///
/// # Errors
///
/// [`InvalidDate`] telling which part is wrong.
///
/// # Examples
///
/// ```
/// let read = kiban_domain::read_date("平成31年5月1日").unwrap();
/// assert_eq!(read.date.to_string(), "2019-05-01");
/// assert_eq!(read.hint.unwrap().meant.long(), "令和元年5月1日");
/// ```
pub fn read_date(text: &str) -> Result<ReadDate, InvalidDate> {
    // No accepted form is longer; cutting early keeps hostile input cheap.
    if text.chars().count() > 40 {
        return Err(InvalidDate::UnknownForm);
    }
    let normal: String = text
        .nfkc()
        .filter(|it| !it.is_whitespace())
        .map(|it| {
            if crate::identifiers::is_hyphen(it) {
                '-'
            } else {
                it.to_ascii_uppercase()
            }
        })
        .collect();
    if normal.is_empty() {
        return Err(InvalidDate::Empty);
    }
    let (era, rest) = split_era(&normal);
    let rest = rest.replacen("元", "1", usize::from(era.is_some()));
    let [year, month, day] = numbers(&rest, era.is_some()).ok_or(InvalidDate::UnknownForm)?;
    let gregorian = match era {
        Some(_) if year == 0 => return Err(InvalidDate::YearOutOfRange),
        Some(era) => year + era.offset(),
        None => year,
    };
    if !(1..=9999).contains(&gregorian) {
        return Err(InvalidDate::YearOutOfRange);
    }
    let (Ok(month), Ok(day)) = (i8::try_from(month), i8::try_from(day)) else {
        return Err(InvalidDate::UnknownForm);
    };
    if !(1..=12).contains(&month) {
        return Err(InvalidDate::MonthOutOfRange);
    }
    let date = Date::new(gregorian, month, day).map_err(|_| InvalidDate::DayOutOfRange)?;
    let meant = Wareki::try_from(date).map_err(|_| InvalidDate::BeforeMeiji)?;
    let hint = era
        .filter(|written| *written != meant.era())
        .map(|written| DateHint { written, meant });
    Ok(ReadDate { date, hint })
}

pub(super) fn split_era(text: &str) -> (Option<Era>, &str) {
    for era in Era::ALL {
        let kanji = era.kanji();
        let first = &kanji[..kanji.chars().next().map_or(0, char::len_utf8)];
        let rest = text
            .strip_prefix(kanji)
            .or_else(|| text.strip_prefix(first))
            .or_else(|| text.strip_prefix(era.letter()));
        if let Some(rest) = rest {
            return (Some(era), rest.strip_prefix('.').unwrap_or(rest));
        }
    }
    (None, text)
}

fn numbers(text: &str, in_era: bool) -> Option<[i16; 3]> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        let year_digits = match (text.len(), in_era) {
            (6, true) => 2,
            (8, false) => 4,
            _ => return None,
        };
        let (year, rest) = text.split_at(year_digits);
        let (month, day) = rest.split_at(2);
        return Some([year.parse().ok()?, month.parse().ok()?, day.parse().ok()?]);
    }
    let (year, rest) = text.split_once(['年', '.', '-', '/'])?;
    let (month, rest) = rest.split_once(['月', '.', '-', '/'])?;
    let day = rest.strip_suffix('日').unwrap_or(rest);
    let shaped = if in_era {
        (1..=3).contains(&year.len())
    } else {
        year.len() == 4
    };
    let number = |digits: &str| {
        let plain = !digits.is_empty()
            && digits.len() <= 4
            && digits.bytes().all(|byte| byte.is_ascii_digit());
        plain.then(|| digits.parse::<i16>().ok()).flatten()
    };
    if !shaped || month.len() > 2 || day.len() > 2 {
        return None;
    }
    Some([number(year)?, number(month)?, number(day)?])
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_accepted_form_means_the_same_day() {
        for text in [
            "令和7年4月1日",
            "令和７年４月１日",
            "令7.4.1",
            "R7.4.1",
            "r07/04/01",
            "R070401",
            "Ｒ７．４．１",
            "R7年4月1日",
            "R7-4-1",
            "㋿7年4月1日",
            "2025-04-01",
            "2025/4/1",
            "2025.4.1",
            "２０２５年４月１日",
            "20250401",
            " 令和 7年 4月 1日 ",
        ] {
            assert_eq!(
                read_date(text),
                Ok(ReadDate {
                    date: date(2025, 4, 1),
                    hint: None
                }),
                "{text}"
            );
        }
        assert_eq!(read_date("令和元年5月1日").unwrap().date, date(2019, 5, 1));
        assert_eq!(read_date("R元.5.1").unwrap().date, date(2019, 5, 1));
    }

    #[test]
    fn the_last_days_of_eras_are_valid_and_the_next_ones_hinted() {
        for (text, hinted) in [
            ("昭和64年1月7日", false),
            ("昭和64年1月8日", true),
            ("平成31年4月30日", false),
            ("平成31年5月1日", true),
            ("令和元年4月30日", true),
        ] {
            assert_eq!(read_date(text).unwrap().hint.is_some(), hinted, "{text}");
        }
        assert_eq!(
            read_date("昭和64年1月8日").unwrap().hint.unwrap().message(),
            "昭和ではなく、平成元年1月8日として読み取りました。"
        );
    }

    #[test]
    fn errors_say_which_part_is_wrong() {
        for (text, code) in [
            ("", "date_empty"),
            ("きのう", "date_unknown_form"),
            ("R7.13.1", "date_month_out_of_range"),
            ("2023-02-29", "date_day_out_of_range"),
            ("R0.1.1", "date_year_out_of_range"),
            ("1868-01-24", "date_before_meiji"),
            ("25/4/1", "date_unknown_form"),
            ("2025-4", "date_unknown_form"),
            ("250401", "date_unknown_form"),
        ] {
            let error = read_date(text).unwrap_err();
            assert_eq!(error.code(), code, "{text}");
            assert!(!error.message().is_empty());
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reader_panic(text in "\\PC{0,30}") {
            let _ = read_date(&text);
        }

        #[test]
        fn no_date_like_text_makes_the_reader_panic(text in "[RHSMT令和平成元０-９0-9年月日./-]{0,14}") {
            let _ = read_date(&text);
        }
    }
}
