//! Days, instants and spans in the words of the pages.

use jiff::{SignedDuration, tz};
use kiban_console_ui::{Choice, ChoiceField, DateText, PageNumber, Pager};
use kiban_domain::{Date, FileKind, Timestamp, Wareki, tokyo_date};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

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

/// What is wrong with a line of text that is called `label`; nothing that is right or, unless it is required, empty.
pub(crate) fn line_error(
    label: &str,
    text: &str,
    longest: usize,
    required: bool,
) -> Option<String> {
    if required && text.is_empty() {
        return Some(format!("{label}を入力してください"));
    }
    if text.contains(char::is_control) {
        return Some(format!(
            "{label}は、改行などを入れないで、1行で入力してください"
        ));
    }
    let long = text.chars().count() > longest;
    long.then(|| {
        let longest = match (longest / 1_000, longest % 1_000) {
            (0, rest) => rest.to_string(),
            (thousands, rest) => format!("{thousands},{rest:03}"),
        };
        format!("{label}は、{longest}文字以内で入力してください")
    })
}

/// As [`line_error`], for a text of many lines.
pub(crate) fn text_error(
    label: &str,
    text: &str,
    longest: usize,
    required: bool,
) -> Option<String> {
    let one_line = text.replace(['\n', '\r', '\t'], " ");
    let error = line_error(label, one_line.trim(), longest, required)?;
    Some(error.replace(
        "改行などを入れないで、1行で入力してください",
        "文字として表示できるものだけで入力してください",
    ))
}

/// The text, in lines.
pub(crate) fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}

/// A day in both calendars.
pub(crate) fn date(day: Date) -> DateText {
    let seireki = format!("{}年{}月{}日", day.year(), day.month(), day.day());
    let wareki = Wareki::try_from(day).map_or_else(|_| seireki.clone(), Wareki::long);
    DateText::new(day.to_string(), wareki, seireki)
}

/// The day of an instant in Japan.
pub(crate) fn day_of(at: Timestamp) -> DateText {
    date(tokyo_date(at))
}

/// Whole days from one instant to another, in Japan.
pub(crate) fn days_between(from: Timestamp, to: Timestamp) -> i64 {
    let span = tokyo_date(from).until(tokyo_date(to));
    span.map_or(0, |span| i64::from(span.get_days()))
}

/// Text in an address.
pub(crate) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

/// A field to choose from, with a first choice that does not filter.
pub(crate) fn choices<'a>(
    all: &'a str,
    some: impl IntoIterator<Item = (&'a str, &'a str)>,
    chosen: &str,
) -> ChoiceField {
    let choice = |(value, label): (&str, &str)| Choice {
        chosen: value == chosen,
        ..Choice::new(value, label, "")
    };
    ChoiceField::of([("", all)].into_iter().chain(some).map(choice).collect())
}

/// So many rows stand on a page.
pub(crate) const ROWS: i64 = 50;

/// The page of a list that an address asks for: from 1.
pub(crate) fn page_number(text: &str) -> i64 {
    text.parse().unwrap_or(1).clamp(1, 10_000)
}

/// Where one is in a list. `base` is the address with its conditions, to which the page's number is added.
pub(crate) fn pager(count: i64, number: i64, base: &str) -> Pager {
    let join = if base.contains('?') { '&' } else { '?' };
    let href = |number: i64| format!("{base}{join}page={number}");
    let last = ((count + ROWS - 1) / ROWS).max(1);
    let from = (number - 1) * ROWS + 1;
    let to = (number * ROWS).min(count);
    let near = (number - 2).max(1)..=(number + 2).min(last);
    Pager {
        summary: if count == 0 {
            "全0件".to_owned()
        } else {
            format!("全{count}件中 {from}〜{to}件")
        },
        previous: (number > 1).then(|| href(number - 1)),
        pages: near
            .map(|it| PageNumber {
                label: it.to_string(),
                href: (it != number).then(|| href(it)),
            })
            .collect(),
        next: (number < last).then(|| href(number + 1)),
        sizes: vec![PageNumber {
            label: ROWS.to_string(),
            href: None,
        }],
    }
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
    fn o1_what_is_empty_or_broken_is_not_called_too_long() {
        let line = |text: &str| line_error("氏名", text, 3, true).unwrap_or_default();
        assert_eq!(line(""), "氏名を入力してください");
        assert_eq!(line("一二三四"), "氏名は、3文字以内で入力してください");
        assert!(line("一\u{0}").contains("1行で"));
        assert_eq!(line("一二三"), "");
        assert_eq!(line_error("氏名", "", 3, false), None);
        assert_eq!(text_error("文章", "一\r\n二", 4, true), None);
        let broken = text_error("文章", "一\u{1}", 4, true).unwrap();
        assert!(broken.contains("表示できる"), "{broken}");
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

    #[test]
    fn o1_a_list_says_where_one_is() {
        let it = pager(120, 2, "/ops/x?stage=open");
        assert_eq!(it.summary, "全120件中 51〜100件");
        assert_eq!(it.next.as_deref(), Some("/ops/x?stage=open&page=3"));
        assert_eq!(it.previous.as_deref(), Some("/ops/x?stage=open&page=1"));
        let only = pager(0, 1, "/ops/x");
        assert!(only.next.is_none() && only.previous.is_none() && only.pages.len() == 1);
        assert_eq!(
            (page_number("x"), page_number("-3"), page_number("7")),
            (1, 1, 7)
        );
    }
}
