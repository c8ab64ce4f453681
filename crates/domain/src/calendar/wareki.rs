use std::fmt;

use jiff::civil::{Date, Weekday};

use super::Era;

/// A day in the Japanese calendar. It always exists and lies within its era.
///
/// `Display` writes the long form, 「令和7年12月4日」.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Wareki {
    era: Era,
    year: i16,
    month: i8,
    day: i8,
}

impl Wareki {
    /// The era.
    pub fn era(self) -> Era {
        self.era
    }

    /// The year of the era, from 1.
    pub fn year(self) -> i16 {
        self.year
    }

    /// The month, 1 to 12.
    pub fn month(self) -> i8 {
        self.month
    }

    /// The day of the month, from 1.
    pub fn day(self) -> i8 {
        self.day
    }

    /// The Gregorian day.
    pub fn to_date(self) -> Date {
        Date::new(self.era.offset() + self.year, self.month, self.day)
            .expect("made from an existing day")
    }

    /// The form of papers and screens: 「令和7年12月4日」, 「令和元年5月1日」.
    pub fn long(self) -> String {
        self.to_string()
    }

    /// The long form with the weekday: 「令和7年12月4日(木)」.
    pub fn long_with_weekday(self) -> String {
        format!("{self}({})", weekday_label(self.to_date().weekday()))
    }

    /// The form of narrow columns: 「R7.12.4」.
    pub fn short(self) -> String {
        format!(
            "{}{}.{}.{}",
            self.era.letter(),
            self.year,
            self.month,
            self.day
        )
    }
}

impl TryFrom<Date> for Wareki {
    type Error = BeforeMeiji;

    fn try_from(day: Date) -> Result<Self, Self::Error> {
        let era = Era::of(day).ok_or(BeforeMeiji)?;
        Ok(Self {
            era,
            year: day.year() - era.offset(),
            month: day.month(),
            day: day.day(),
        })
    }
}

impl fmt::Display for Wareki {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.era.kanji())?;
        if self.year == 1 {
            f.write_str("元年")?;
        } else {
            write!(f, "{}年", self.year)?;
        }
        write!(f, "{}月{}日", self.month, self.day)
    }
}

/// The day lies before 1868-01-25, the first day of 明治.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("days before 1868-01-25 have no era here")]
pub struct BeforeMeiji;

/// The one-character name of a weekday, 「月」 to 「日」.
pub fn weekday_label(weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Monday => "月",
        Weekday::Tuesday => "火",
        Weekday::Wednesday => "水",
        Weekday::Thursday => "木",
        Weekday::Friday => "金",
        Weekday::Saturday => "土",
        Weekday::Sunday => "日",
    }
}

#[cfg(test)]
mod tests {
    use jiff::{ToSpan, civil::date};

    use super::*;

    #[test]
    fn each_day_from_1868_to_2100_comes_back() {
        let mut day = date(1868, 1, 25);
        while day < date(2100, 1, 1) {
            let wareki = Wareki::try_from(day).unwrap();
            assert_eq!(wareki.to_date(), day);
            let read = crate::read_date(&wareki.long()).unwrap();
            assert_eq!((read.date, read.hint), (day, None));
            assert_eq!(crate::read_date(&wareki.short()).unwrap().date, day);
            day += 1.day();
        }
    }

    #[test]
    fn the_forms_are_those_of_papers() {
        let of = |year, month, day| Wareki::try_from(date(year, month, day)).unwrap();
        assert_eq!(of(2025, 12, 4).long(), "令和7年12月4日");
        assert_eq!(of(2019, 5, 1).long(), "令和元年5月1日");
        assert_eq!(of(2025, 12, 4).short(), "R7.12.4");
        assert_eq!(of(2025, 12, 4).long_with_weekday(), "令和7年12月4日(木)");
        assert_eq!(of(1989, 1, 7).long(), "昭和64年1月7日");
        assert_eq!(Wareki::try_from(date(1868, 1, 24)), Err(BeforeMeiji));
    }
}
