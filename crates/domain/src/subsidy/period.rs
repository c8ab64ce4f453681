use crate::{Date, Timestamp, tokyo_date};

/// From the beginning of one calendar day to the end of another, in Asia/Tokyo; both belong to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// The first day: it begins at 00:00:00.
    pub first: Date,
    /// The last day: it ends with its last instant before midnight.
    pub last: Date,
}

/// How an instant stands to a [`Period`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// It has not begun.
    Before,
    /// It is open, and so many days are left after the present one.
    Open {
        /// 0 on the last day.
        days_left: u32,
    },
    /// It is over.
    After,
}

impl Period {
    /// Where the period stands at an instant of the server's clock.
    pub fn at(&self, at: Timestamp) -> Opening {
        let day = tokyo_date(at);
        if day < self.first {
            Opening::Before
        } else if day > self.last {
            Opening::After
        } else {
            let days = day.until(self.last).map_or(0, |it| it.get_days());
            Opening::Open {
                days_left: u32::try_from(days).unwrap_or(0),
            }
        }
    }

    /// Whether the day belongs to it.
    pub fn has(&self, day: Date) -> bool {
        (self.first..=self.last).contains(&day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn g1_the_period_has_its_first_and_last_instant() {
        let period = Period {
            first: "2025-10-17".parse().unwrap(),
            last: "2026-03-13".parse().unwrap(),
        };
        let at = |text: &str| period.at(text.parse().unwrap());
        assert_eq!(at("2025-10-16T23:59:59.999+09:00"), Opening::Before);
        assert_eq!(
            at("2025-10-17T00:00:00+09:00"),
            Opening::Open { days_left: 147 }
        );
        assert_eq!(
            at("2026-03-13T23:59:59.999+09:00"),
            Opening::Open { days_left: 0 }
        );
        assert_eq!(at("2026-03-14T00:00:00+09:00"), Opening::After);
        assert!(period.has(period.first) && period.has(period.last));
    }
}
