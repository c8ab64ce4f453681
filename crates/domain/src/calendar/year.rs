use std::fmt;

use jiff::civil::{Date, date};

use super::Wareki;

/// A year of twelve months named by the calendar year it begins in.
fn beginning_year(day: Date, first_month: i8) -> i16 {
    day.year() - i16::from(day.month() < first_month)
}

macro_rules! year {
    ($(#[$meta:meta])* $name:ident, $first_month:literal, $last_month:literal, $last_day:literal, $suffix:literal) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(i16);

        impl $name {
            /// The year a day belongs to.
            pub fn of(day: Date) -> Self {
                Self(beginning_year(day, $first_month))
            }

            /// The year that begins in a calendar year, or nothing outside 1868 to 9998.
            pub fn beginning_in(year: i16) -> Option<Self> {
                (1868..=9998).contains(&year).then_some(Self(year))
            }

            /// The calendar year it begins in.
            pub fn year(self) -> i16 {
                self.0
            }

            /// Its first day.
            pub fn first_day(self) -> Date {
                date(self.0, $first_month, 1)
            }

            /// Its last day, inclusive.
            pub fn last_day(self) -> Date {
                date(self.0.saturating_add(1).min(9999), $last_month, $last_day)
            }

            /// Whether the day belongs to it.
            pub fn contains(self, day: Date) -> bool {
                Self::of(day) == self
            }
        }

        impl fmt::Display for $name {
            /// The era year of the first day, as in 「令和7年度」.
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match Wareki::try_from(self.first_day()) {
                    Ok(it) if it.year() == 1 => write!(f, concat!("{}元年", $suffix), it.era().kanji()),
                    Ok(it) => write!(f, concat!("{}{}年", $suffix), it.era().kanji(), it.year()),
                    Err(_) => write!(f, concat!("{}年", $suffix), self.0),
                }
            }
        }
    };
}

year! {
    /// A fiscal year (年度), 1 April to 31 March; the limit of assistive purchases counts by it.
    FiscalYear, 4, 3, 31, "度"
}
year! {
    /// A certificate year, 1 August to 31 July; cost-share and burden-limit certificates follow it.
    ///
    /// Source: certificates, common rules.
    CertificateYear, 8, 7, 31, "8月から1年間"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fiscal_years_turn_in_april() {
        let year = FiscalYear::of(date(2026, 3, 31));
        assert_eq!(
            (year.first_day(), year.last_day()),
            (date(2025, 4, 1), date(2026, 3, 31))
        );
        assert_eq!(year.to_string(), "令和7年度");
        assert!(!year.contains(date(2026, 4, 1)));
    }

    #[test]
    fn certificate_years_turn_in_august() {
        let year = CertificateYear::of(date(2026, 7, 31));
        assert_eq!(
            (year.first_day(), year.last_day()),
            (date(2025, 8, 1), date(2026, 7, 31))
        );
        assert_eq!(CertificateYear::of(date(2026, 8, 1)).year(), 2026);
        assert_eq!(
            FiscalYear::beginning_in(2019).unwrap().to_string(),
            "平成31年度"
        );
    }
}
