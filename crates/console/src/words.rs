//! Days, instants and places in lists, as the console says them.

use kiban_console_ui::{Choice, ChoiceField, DateText, PageNumber, Pager};
use kiban_domain::{Date, Timestamp, Wareki, tokyo_date};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

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

/// 「令和8年11月23日 10時05分」.
pub(crate) fn instant(at: Timestamp) -> String {
    let local = at.to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(9)));
    let day = date(local.date()).wareki;
    format!("{day} {}時{:02}分", local.hour(), local.minute())
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
