//! A row that both drivers give, and the values that come out of it.

use crate::error::{Error, Result};
use kiban_domain::{Date, Timestamp};
use rusqlite::types::ValueRef;
use uuid::Uuid;

/// One row of an answer.
#[derive(Debug)]
pub enum Row<'a> {
    /// From SQLite.
    Lite(&'a rusqlite::Row<'a>),
    /// From PostgreSQL.
    Pg(&'a tokio_postgres::Row),
}

impl Row<'_> {
    /// The value of column `index`, counted from 0.
    ///
    /// # Errors
    ///
    /// [`Error::Corrupt`] when the column holds something else than `T`.
    #[inline]
    pub fn get<T: Cell>(&self, index: usize) -> Result<T> {
        match self {
            Self::Lite(row) => T::from_lite(row.get_ref(index)?).ok_or_else(|| {
                Error::corrupt(format!("column {index}"), std::any::type_name::<T>())
            }),
            Self::Pg(row) => T::from_pg(row, index),
        }
    }

    /// Calls `f` with the text of column `index` without copying it.
    ///
    /// # Errors
    ///
    /// [`Error::Corrupt`] when the column is not text.
    #[inline]
    pub fn with_text<T>(&self, index: usize, f: impl FnOnce(&str) -> T) -> Result<T> {
        match self {
            Self::Lite(row) => match row.get_ref(index)? {
                ValueRef::Text(bytes) => std::str::from_utf8(bytes)
                    .map(f)
                    .map_err(|error| Error::corrupt(format!("column {index}"), error)),
                _ => Err(Error::corrupt(format!("column {index}"), "text")),
            },
            Self::Pg(row) => Ok(f(row.try_get::<_, &str>(index)?)),
        }
    }
}

/// A value that can be read from a column of either engine.
pub trait Cell: Sized {
    /// From SQLite's value; `None` when it is of another type.
    fn from_lite(value: ValueRef<'_>) -> Option<Self>;
    /// From PostgreSQL's row.
    fn from_pg(row: &tokio_postgres::Row, index: usize) -> Result<Self>;
}

impl Cell for String {
    #[inline]
    fn from_lite(value: ValueRef<'_>) -> Option<Self> {
        match value {
            ValueRef::Text(bytes) => std::str::from_utf8(bytes).ok().map(str::to_owned),
            _ => None,
        }
    }
    fn from_pg(row: &tokio_postgres::Row, index: usize) -> Result<Self> {
        Ok(row.try_get(index)?)
    }
}

impl Cell for i64 {
    #[inline]
    fn from_lite(value: ValueRef<'_>) -> Option<Self> {
        match value {
            ValueRef::Integer(number) => Some(number),
            _ => None,
        }
    }
    fn from_pg(row: &tokio_postgres::Row, index: usize) -> Result<Self> {
        use postgres_types::Type;
        Ok(match *row.columns()[index].type_() {
            Type::INT2 => i64::from(row.try_get::<_, i16>(index)?),
            Type::INT4 => i64::from(row.try_get::<_, i32>(index)?),
            _ => row.try_get(index)?,
        })
    }
}

macro_rules! narrow_cell {
    ($($ty:ty),*) => {$(
        impl Cell for $ty {
            #[inline]
            fn from_lite(value: ValueRef<'_>) -> Option<Self> {
                i64::from_lite(value).and_then(|number| Self::try_from(number).ok())
            }
            fn from_pg(row: &tokio_postgres::Row, index: usize) -> Result<Self> {
                let number = i64::from_pg(row, index)?;
                Self::try_from(number)
                    .map_err(|error| Error::corrupt(format!("column {index}"), error))
            }
        }
    )*};
}
narrow_cell!(i16, i32, u16, u32, u64);

impl Cell for bool {
    fn from_lite(value: ValueRef<'_>) -> Option<Self> {
        i64::from_lite(value).map(|number| number != 0)
    }
    fn from_pg(row: &tokio_postgres::Row, index: usize) -> Result<Self> {
        i64::from_pg(row, index).map(|number| number != 0)
    }
}

impl Cell for Date {
    #[inline]
    fn from_lite(value: ValueRef<'_>) -> Option<Self> {
        let days = i64::from_lite(value)?;
        day_of(days)
    }
    fn from_pg(row: &tokio_postgres::Row, index: usize) -> Result<Self> {
        Ok(row.try_get(index)?)
    }
}

/// The day that lies `days` after 1970-01-01; `None` outside the calendar.
fn day_of(days: i64) -> Option<Date> {
    let shifted = days.checked_add(719_468)?;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted - era * 146_097;
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_index = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_index + 2) / 5 + 1;
    let month = if month_index < 10 {
        month_index + 3
    } else {
        month_index - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    Date::new(
        i16::try_from(year).ok()?,
        i8::try_from(month).ok()?,
        i8::try_from(day).ok()?,
    )
    .ok()
}

impl Cell for Timestamp {
    #[inline]
    fn from_lite(value: ValueRef<'_>) -> Option<Self> {
        Self::from_microsecond(i64::from_lite(value)?).ok()
    }
    fn from_pg(row: &tokio_postgres::Row, index: usize) -> Result<Self> {
        Ok(row.try_get(index)?)
    }
}

impl Cell for Uuid {
    #[inline]
    fn from_lite(value: ValueRef<'_>) -> Option<Self> {
        match value {
            ValueRef::Blob(bytes) => Self::from_slice(bytes).ok(),
            _ => None,
        }
    }
    fn from_pg(row: &tokio_postgres::Row, index: usize) -> Result<Self> {
        Ok(row.try_get(index)?)
    }
}

impl Cell for Vec<u8> {
    #[inline]
    fn from_lite(value: ValueRef<'_>) -> Option<Self> {
        match value {
            ValueRef::Blob(bytes) => Some(bytes.to_vec()),
            _ => None,
        }
    }
    fn from_pg(row: &tokio_postgres::Row, index: usize) -> Result<Self> {
        Ok(row.try_get(index)?)
    }
}

macro_rules! optional_cell {
    ($($ty:ty => $pg:ty),*) => {$(
        impl Cell for Option<$ty> {
            #[inline]
            fn from_lite(value: ValueRef<'_>) -> Option<Self> {
                match value {
                    ValueRef::Null => Some(None),
                    other => <$ty>::from_lite(other).map(Some),
                }
            }
            fn from_pg(row: &tokio_postgres::Row, index: usize) -> Result<Self> {
                Ok(row.try_get::<_, Option<$pg>>(index)?)
            }
        }
    )*};
}
optional_cell!(String => String, Date => Date, Timestamp => Timestamp, Uuid => Uuid, Vec<u8> => Vec<u8>);

impl Cell for Option<i64> {
    fn from_lite(value: ValueRef<'_>) -> Option<Self> {
        match value {
            ValueRef::Null => Some(None),
            other => i64::from_lite(other).map(Some),
        }
    }
    fn from_pg(row: &tokio_postgres::Row, index: usize) -> Result<Self> {
        use postgres_types::Type;
        Ok(match *row.columns()[index].type_() {
            Type::INT2 => row.try_get::<_, Option<i16>>(index)?.map(i64::from),
            Type::INT4 => row.try_get::<_, Option<i32>>(index)?.map(i64::from),
            _ => row.try_get(index)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{super::param::day_number, day_of};
    use kiban_domain::Date;

    #[test]
    fn a_day_number_leads_back_to_its_day() {
        let mut day = Date::constant(1860, 1, 1);
        while day.year() < 2110 {
            assert_eq!(day_of(day_number(day)), Some(day));
            day = day.tomorrow().unwrap();
        }
        assert_eq!(
            day_of(day_number(Date::constant(9999, 12, 31))),
            Some(Date::constant(9999, 12, 31))
        );
        assert_eq!(day_of(i64::MAX), None);
    }
}
