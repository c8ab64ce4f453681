//! Days, instants and spans in the words of the pages.

use jiff::{SignedDuration, tz};
use kiban_domain::{Date, FileKind, Timestamp, Wareki};

/// 「令和8年11月23日」.
pub(crate) fn day(day: Date) -> String {
    Wareki::try_from(day).map_or_else(|_| day.to_string(), Wareki::long)
}

/// 「R8.11.23」, for tables.
pub(crate) fn short_day(day: Date) -> String {
    Wareki::try_from(day).map_or_else(|_| day.to_string(), Wareki::short)
}

/// 「令和8年11月23日 10時05分」, in Japan.
pub(crate) fn instant(at: Timestamp) -> String {
    let local = at.to_zoned(tz::TimeZone::fixed(tz::offset(9)));
    let (hour, minute) = (local.hour(), local.minute());
    format!("{} {hour}時{minute:02}分", day(local.date()))
}

/// 「R8.11.23 10:05」, for tables.
pub(crate) fn short_instant(at: Timestamp) -> String {
    let local = at.to_zoned(tz::TimeZone::fixed(tz::offset(9)));
    let (hour, minute) = (local.hour(), local.minute());
    format!("{} {hour}:{minute:02}", short_day(local.date()))
}

/// 「3日」, 「5時間」, 「12分」: rounded down, in one unit.
pub(crate) fn span(span: SignedDuration) -> String {
    match span.as_mins() {
        minutes @ ..60 => format!("{}分", minutes.max(0)),
        minutes @ 60..2_880 => format!("{}時間", minutes / 60),
        minutes => format!("{}日", minutes / 1_440),
    }
}

/// 「PDF・1.2MB」.
pub(crate) fn file(kind: FileKind, size_bytes: i64) -> String {
    let size = match size_bytes {
        ..1_024 => format!("{size_bytes}バイト"),
        1_024..1_048_576 => format!("{}KB", size_bytes / 1_024),
        _ => {
            let tenths = size_bytes * 10 / 1_048_576;
            format!("{}.{}MB", tenths / 10, tenths % 10)
        }
    };
    format!("{}・{size}", kind.label())
}

/// 「2026-12-01 09:00」 of Japan, in any width, with a space or a `T`; minutes only.
pub(crate) fn typed_instant(text: &str) -> Option<Timestamp> {
    let plain: String = text
        .trim()
        .chars()
        .map(|it| match it {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(it) - 0xfee0).unwrap_or(it),
            '\u{3000}' => ' ',
            it => it,
        })
        .collect();
    let plain = plain.replace('/', "-").replace(' ', "T");
    let at: jiff::civil::DateTime = plain.parse().ok()?;
    let zoned = at.to_zoned(tz::TimeZone::fixed(tz::offset(9))).ok()?;
    Some(zoned.timestamp())
}

/// The text, in lines.
pub(crate) fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn o1_a_typed_time_is_that_of_japan_in_any_width() {
        let right = "2026-12-01T00:00:00Z".parse().ok();
        for typed in [
            "2026-12-01 09:00",
            "２０２６/１２/０１　０９：００",
            " 2026-12-01T09:00 ",
        ] {
            assert_eq!(typed_instant(typed), right, "{typed}");
        }
        for typed in ["", "明日", "2026-13-01 09:00", "2026-12-01 25:00"] {
            assert_eq!(typed_instant(typed), None, "{typed}");
        }
    }

    #[test]
    fn o1_spans_have_one_unit() {
        for (minutes, words) in [
            (0, "0分"),
            (59, "59分"),
            (60, "1時間"),
            (2_879, "47時間"),
            (2_880, "2日"),
        ] {
            assert_eq!(span(SignedDuration::from_mins(minutes)), words);
        }
    }
}
