//! Dates, amounts and states as pages show them.

use jiff::tz::{TimeZone, offset};
use kiban_domain::{CareLevel, Date, InsurerNumber, Timestamp, Wareki};
use kiban_services::Platform;
use kiban_store::repo::{insurers, relations::FOREVER};
use kiban_ui::{Chip, ChipColor, DateText, Period};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// From how many days before its end a certificate is marked.
const SOON_DAYS: i32 = 30;

/// A day in both calendars.
pub(crate) fn date(day: Date) -> DateText {
    let seireki = format!("{}年{}月{}日", day.year(), day.month(), day.day());
    let wareki = Wareki::try_from(day).map_or_else(|_| seireki.clone(), Wareki::long);
    DateText::new(day.to_string(), wareki, seireki)
}

/// A day in both calendars in one text.
pub(crate) fn both(day: Date) -> String {
    let text = date(day);
    format!("{}（{}）", text.wareki, text.seireki)
}

/// A day from its ISO text.
pub(crate) fn date_of(text: &str) -> Option<DateText> {
    text.parse().ok().map(date)
}

/// A span of days; no end, or one in the far future, goes on.
pub(crate) fn period(from: Date, to: Option<Date>) -> Period {
    Period {
        from: date(from),
        to: to.filter(|to| *to != FOREVER).map(date),
    }
}

/// A span of days from their ISO texts, when its first day is known.
pub(crate) fn period_of(from: Option<&String>, to: Option<&String>) -> Option<Period> {
    let day = |text: &String| text.parse().ok();
    Some(period(from.and_then(day)?, to.and_then(day)))
}

/// 「令和8年6月23日 21時05分」.
pub(crate) fn instant(at: Timestamp) -> String {
    let local = at.to_zoned(TimeZone::fixed(offset(9)));
    let day = date(local.date()).wareki;
    format!("{day} {}", time_of_day(at))
}

/// 「21時05分」.
pub(crate) fn time_of_day(at: Timestamp) -> String {
    let local = at.to_zoned(TimeZone::fixed(offset(9)));
    format!("{}時{:02}分", local.hour(), local.minute())
}

/// 「令和8年6月23日」 and 「21:05」, for tables.
pub(crate) fn day_and_time(at: Timestamp) -> (String, String) {
    let local = at.to_zoned(TimeZone::fixed(offset(9)));
    let time = format!("{:02}:{:02}", local.hour(), local.minute());
    (date(local.date()).wareki, time)
}

/// 「2026-06-23 21:05:17」 in Japan, as spreadsheets read it.
pub(crate) fn instant_iso(at: Timestamp) -> String {
    let local = at.to_zoned(TimeZone::fixed(offset(9)));
    local.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// An insured number of which only the last three characters are shown.
pub(crate) fn masked(insured_no: &str) -> String {
    let hidden = insured_no.chars().count().saturating_sub(3);
    let shown: String = insured_no.chars().skip(hidden).collect();
    format!("{}{shown}", "＊".repeat(hidden))
}

/// 「88歳」 on a day; empty for days before birth.
pub(crate) fn age(birth: Date, on: Date) -> String {
    let had_birthday = (on.month(), on.day()) >= (birth.month(), birth.day());
    let years = on.year() - birth.year() - i16::from(!had_birthday);
    if years < 0 {
        String::new()
    } else {
        format!("{years}歳")
    }
}

/// Days from `from` to `to`, negative when `to` lies before.
pub(crate) fn days_between(from: Date, to: Date) -> i32 {
    from.until(to).map_or(0, |span| span.get_days())
}

/// How a certificate with these days stands on a day.
pub(crate) fn validity(from: Option<Date>, until: Option<Date>, on: Date) -> Chip {
    if from.is_some_and(|from| on < from) {
        return Chip::new("開始前", ChipColor::Gray);
    }
    match until.filter(|until| *until != FOREVER) {
        Some(until) if until < on => Chip::new("期限切れ", ChipColor::Gray),
        Some(until) if days_between(on, until) <= SOON_DAYS => {
            Chip::new(left(on, until), ChipColor::Yellow)
        }
        Some(_) | None => Chip::new("有効", ChipColor::Green),
    }
}

/// 「あと5日」, 「今日まで」.
pub(crate) fn left(on: Date, until: Date) -> String {
    match days_between(on, until) {
        0 => "今日まで".to_owned(),
        days => format!("あと{days}日"),
    }
}

/// A care level's words; a code that is not known is shown as it came.
pub(crate) fn care_level(code: &str) -> String {
    match code.parse::<CareLevel>() {
        Ok(level) => level.label().to_owned(),
        Err(_) if code.is_empty() => "認定なし".to_owned(),
        Err(_) => code.to_owned(),
    }
}

/// A care level as a chip.
pub(crate) fn care_level_chip(code: &str) -> Chip {
    let certified = code.parse::<CareLevel>().is_ok_and(CareLevel::is_certified);
    let color = if certified {
        ChipColor::Blue
    } else {
        ChipColor::Gray
    };
    Chip::new(care_level(code), color)
}

/// The words of a code; one that is not known is shown as it came.
pub(crate) fn label<T: std::str::FromStr>(code: &str, words: impl Fn(T) -> &'static str) -> String {
    code.parse::<T>()
        .map_or_else(|_| code.to_owned(), |it| words(it).to_owned())
}

/// A text as part of a query or path.
pub(crate) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

/// The insurer's name, or its number while the name is not known.
pub(crate) async fn insurer_name(
    platform: &Platform,
    insurer_no: &InsurerNumber,
) -> Result<String, kiban_store::Error> {
    let mut work = platform.store.point().await?;
    let row = insurers::find(&mut work, insurer_no).await?;
    Ok(row.map_or_else(|| insurer_no.as_str().to_owned(), |row| row.name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_written_in_both_calendars() {
        assert_eq!(
            both(Date::constant(2026, 6, 30)),
            "令和8年6月30日（2026年6月30日）"
        );
    }

    #[test]
    fn the_middle_of_a_number_is_hidden() {
        assert_eq!(masked("0000012345"), "＊＊＊＊＊＊＊345");
    }

    #[test]
    fn the_last_day_still_counts() {
        let day = Date::constant(2026, 6, 30);
        let chip = |on| validity(None, Some(day), on).label;
        assert_eq!(chip(Date::constant(2026, 5, 30)), "有効");
        assert_eq!(chip(Date::constant(2026, 5, 31)), "あと30日");
        assert_eq!(chip(day), "今日まで");
        assert_eq!(chip(Date::constant(2026, 7, 1)), "期限切れ");
    }

    #[test]
    fn years_are_counted_from_the_birthday() {
        let birth = Date::constant(1938, 4, 12);
        assert_eq!(age(birth, Date::constant(2026, 4, 11)), "87歳");
        assert_eq!(age(birth, Date::constant(2026, 4, 12)), "88歳");
    }
}
