//! A parameter that both drivers take.

use kiban_domain::{Date, Timestamp};
use postgres_types::{IsNull, ToSql as PgToSql, Type, to_sql_checked};
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use std::error::Error as StdError;
use uuid::Uuid;

/// One value for a statement.
///
/// SQLite stores a day as days since 1970-01-01 and an instant as microseconds since then (text would have to be
/// parsed and is longer); PostgreSQL has types of its own for both.
#[derive(Debug, Clone, Copy)]
pub enum P<'a> {
    /// Text.
    S(&'a str),
    /// A whole number, for a column of any width that holds it.
    I(i64),
    /// A calendar day.
    D(Date),
    /// An instant, in microseconds.
    T(Timestamp),
    /// An identifier.
    U(Uuid),
    /// Bytes.
    B(&'a [u8]),
    /// Nothing.
    Null,
}

impl<'a> P<'a> {
    /// Text that may be absent.
    pub fn opt(text: Option<&'a str>) -> Self {
        text.map_or(Self::Null, Self::S)
    }

    /// An instant that may be absent.
    pub fn opt_at(at: Option<Timestamp>) -> Self {
        at.map_or(Self::Null, Self::T)
    }

    /// A day that may be absent.
    pub fn opt_day(day: Option<Date>) -> Self {
        day.map_or(Self::Null, Self::D)
    }
}

/// Days from 1970-01-01 to `day`.
pub(crate) fn day_number(day: Date) -> i64 {
    // Civil-day arithmetic without a time zone: the count of whole days since the epoch.
    let (year, month) = (i64::from(day.year()), i64::from(day.month()));
    let shifted = if month <= 2 { year - 1 } else { year };
    let era = shifted.div_euclid(400);
    let year_of_era = shifted - era * 400;
    let month_index = (month + 9) % 12;
    let day_of_year = (153 * month_index + 2) / 5 + i64::from(day.day()) - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

impl rusqlite::ToSql for P<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::S(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Self::I(number) => ToSqlOutput::Owned(Value::Integer(*number)),
            Self::D(day) => ToSqlOutput::Owned(Value::Integer(day_number(*day))),
            Self::T(at) => ToSqlOutput::Owned(Value::Integer(at.as_microsecond())),
            Self::U(id) => ToSqlOutput::Borrowed(ValueRef::Blob(id.as_bytes())),
            Self::B(bytes) => ToSqlOutput::Borrowed(ValueRef::Blob(bytes)),
            Self::Null => ToSqlOutput::Owned(Value::Null),
        })
    }
}

impl PgToSql for P<'_> {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut bytes::BytesMut,
    ) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        match self {
            Self::S(text) => text.to_sql(ty, out),
            Self::I(number) => match *ty {
                Type::INT2 => i16::try_from(*number)?.to_sql(ty, out),
                Type::INT4 => i32::try_from(*number)?.to_sql(ty, out),
                _ => number.to_sql(ty, out),
            },
            Self::D(day) => day.to_sql(ty, out),
            Self::T(at) => at.to_sql(ty, out),
            Self::U(id) => id.to_sql(ty, out),
            Self::B(bytes) => bytes.to_sql(ty, out),
            Self::Null => Ok(IsNull::Yes),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

#[cfg(test)]
mod tests {
    use super::day_number;
    use kiban_domain::Date;

    #[test]
    fn days_are_counted_as_the_calendar_library_counts_them() {
        let epoch = Date::constant(1970, 1, 1);
        for day in [
            Date::constant(1868, 1, 25),
            Date::constant(1970, 1, 1),
            Date::constant(2000, 2, 29),
            Date::constant(2026, 8, 1),
            Date::constant(9999, 12, 31),
        ] {
            let days = epoch.until(day).unwrap().get_days();
            assert_eq!(day_number(day), i64::from(days), "{day}");
        }
    }
}
