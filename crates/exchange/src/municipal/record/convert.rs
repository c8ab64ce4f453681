//! From the text of a record to values of the domain.

use std::str::FromStr;

use kiban_domain::Date;

/// An item of a record does not hold what its type promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the item {item} does not hold a valid value")]
pub struct InvalidRecord {
    /// The item's id.
    pub item: &'static str,
}

/// Parses one item.
pub(super) fn parse<T: FromStr>(item: &'static str, text: &str) -> Result<T, InvalidRecord> {
    text.parse().map_err(|_| InvalidRecord { item })
}

/// Parses one item that may be absent.
pub(super) fn parse_option<T: FromStr>(
    item: &'static str,
    text: Option<&String>,
) -> Result<Option<T>, InvalidRecord> {
    text.map(|text| parse(item, text)).transpose()
}

/// Parses an ISO date.
pub(super) fn date(item: &'static str, text: &str) -> Result<Date, InvalidRecord> {
    crate::municipal::value::parse_date(text).ok_or(InvalidRecord { item })
}

/// Parses an ISO date that may be absent.
pub(super) fn date_option(
    item: &'static str,
    text: Option<&String>,
) -> Result<Option<Date>, InvalidRecord> {
    text.map(|text| date(item, text)).transpose()
}

/// Narrows a number.
pub(super) fn number<T: TryFrom<u64>>(item: &'static str, value: u64) -> Result<T, InvalidRecord> {
    T::try_from(value).map_err(|_| InvalidRecord { item })
}

/// Narrows a number that may be absent.
pub(super) fn number_option<T: TryFrom<u64>>(
    item: &'static str,
    value: Option<u64>,
) -> Result<Option<T>, InvalidRecord> {
    value.map(|value| number(item, value)).transpose()
}
