//! Single values: reading them from text and writing them into the body.

use std::fmt::Write as _;

use kiban_domain::{Date, Timestamp};

/// Reads `YYYYMMDD` or `YYYY-MM-DD`, years 1000 to 9999, existing days only.
pub(super) fn parse_date(text: &str) -> Option<Date> {
    let bytes = text.as_bytes();
    let (year, month, day) = match bytes {
        [_, _, _, _, _, _, _, _] => (&bytes[..4], &bytes[4..6], &bytes[6..]),
        [_, _, _, _, b'-', _, _, b'-', _, _] => (&bytes[..4], &bytes[5..7], &bytes[8..]),
        _ => return None,
    };
    let year = digits(year)?;
    if year < 1000 {
        return None;
    }
    Date::new(
        year,
        i8::try_from(digits(month)?).ok()?,
        i8::try_from(digits(day)?).ok()?,
    )
    .ok()
}

fn digits(bytes: &[u8]) -> Option<i16> {
    bytes.iter().try_fold(0_i16, |sum, byte| {
        byte.is_ascii_digit()
            .then(|| sum * 10 + i16::from(byte - b'0'))
    })
}

/// Reads RFC 3339; without an offset the text is Japanese time.
pub(super) fn parse_instant(text: &str) -> Option<Timestamp> {
    if let Ok(instant) = text.parse() {
        return Some(instant);
    }
    let local: jiff::civil::DateTime = text.parse().ok()?;
    let tokyo = jiff::tz::TimeZone::fixed(jiff::tz::offset(9));
    local.to_zoned(tokyo).ok().map(|it| it.timestamp())
}

/// Reads a whole number of ASCII digits, at most 19 of them.
pub(super) fn parse_number(text: &str) -> Option<u64> {
    let plain = (1..=19).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

/// Reads a number with at most one decimal as tenths.
pub(super) fn parse_tenths(text: &str) -> Option<u16> {
    let (whole, tenth) = text.split_once('.').unwrap_or((text, "0"));
    if tenth.len() != 1 {
        return None;
    }
    let tenths = parse_number(whole)?
        .checked_mul(10)?
        .checked_add(parse_number(tenth)?)?;
    u16::try_from(tenths).ok()
}

/// Writes an ISO date.
pub(super) fn push_date(out: &mut String, date: Date) {
    // Writing digits by hand, since a formatter for each of six dates a row is felt in large files.
    let pair = |out: &mut String, value: u16| {
        for digit in [value / 10, value % 10] {
            out.push(char::from(b'0' + u8::try_from(digit).unwrap_or(0)));
        }
    };
    let year = date.year().unsigned_abs();
    pair(out, year / 100);
    pair(out, year % 100);
    out.push('-');
    pair(out, u16::from(date.month().unsigned_abs()));
    out.push('-');
    pair(out, u16::from(date.day().unsigned_abs()));
}

/// Writes a JSON string with its quotes, escaping what JSON demands and nothing else.
pub(super) fn push_json_string(out: &mut String, text: &str) {
    out.push('"');
    let mut rest = text;
    while let Some(at) = rest
        .bytes()
        .position(|byte| byte < 0x20 || byte == b'"' || byte == b'\\')
    {
        out.push_str(&rest[..at]);
        match rest.as_bytes()[at] {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            byte => {
                let _ = write!(out, "\\u{byte:04x}");
            }
        }
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
    out.push('"');
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn dates_are_gregorian_in_two_forms() {
        assert_eq!(parse_date("20260401"), Some(date(2026, 4, 1)));
        assert_eq!(parse_date("2026-04-01"), Some(date(2026, 4, 1)));
        for text in [
            "20230229",
            "2026/04/01",
            "260401",
            "0026-04-01",
            "２０２６０４０１",
            "2026-4-1",
            "",
        ] {
            assert_eq!(parse_date(text), None, "{text}");
        }
    }

    #[test]
    fn instants_without_offset_are_japanese_time() {
        let instant = parse_instant("2026-04-01T00:00:00Z");
        assert!(instant.is_some());
        assert_eq!(parse_instant("2026-04-01T09:00:00"), instant);
        assert_eq!(parse_instant("2026-04-01 09:00:00+09:00"), instant);
        assert_eq!(parse_instant("きのう"), None);
    }

    #[test]
    fn tenths_have_one_decimal() {
        assert_eq!(parse_tenths("32.5"), Some(325));
        assert_eq!(parse_tenths("32"), Some(320));
        for text in ["32.55", "32.", ".5", "-1", "6553.6", "1e2"] {
            assert_eq!(parse_tenths(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn strings_are_escaped_as_json_demands(text in any::<String>()) {
            let mut out = String::new();
            push_json_string(&mut out, &text);
            prop_assert_eq!(serde_json::from_str::<String>(&out).unwrap(), text);
        }

        #[test]
        fn dates_come_back(days in 0_i32..3_000_000) {
            let day = date(1000, 1, 1).saturating_add(jiff::Span::new().days(days));
            let mut out = String::new();
            push_date(&mut out, day);
            prop_assert_eq!(parse_date(&out), Some(day));
        }
    }
}
