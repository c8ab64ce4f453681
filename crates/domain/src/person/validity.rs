use jiff::{
    ToSpan,
    civil::{Date, date},
};

/// What decides default and range of a validity period (認定有効期間). Source: certification, section 4.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ValidityKind {
    /// 新規.
    New,
    /// 区分変更.
    LevelChange,
    /// 更新 with another level than before.
    RenewalOtherLevel,
    /// 更新 with the same level as before.
    RenewalSameLevel,
}

impl ValidityKind {
    /// The months when the committee sets none.
    pub fn default_months(self) -> u8 {
        match self {
            Self::New | Self::LevelChange => 6,
            Self::RenewalOtherLevel | Self::RenewalSameLevel => 12,
        }
    }

    /// The fewest and most months for an application of a day, both inclusive.
    pub fn range_months(self, applied_on: Date) -> (u8, u8) {
        match self {
            Self::New | Self::LevelChange => (3, 12),
            Self::RenewalSameLevel if applied_on >= date(2021, 4, 1) => (3, 48),
            Self::RenewalOtherLevel | Self::RenewalSameLevel => (3, 36),
        }
    }
}

/// The last day of a period of so many months.
///
/// It is always the last day of a month: a period beginning on the 1st counts that month, one beginning later gets the
/// rest of its month on top. Clamped at the year 9999. Source: certification, section 4.
pub fn validity_end(from: Date, months: u8) -> Date {
    let counted = i32::from(months) - i32::from(from.day() == 1);
    from.first_of_month()
        .saturating_add(counted.months())
        .last_of_month()
}

/// The whole months of a period, the rest of a first month begun later left out: the inverse of [`validity_end`].
pub fn months_of_validity(from: Date, to: Date) -> i32 {
    let months = (i32::from(to.year()) - i32::from(from.year())) * 12 + i32::from(to.month())
        - i32::from(from.month());
    months + i32::from(from.day() == 1)
}

/// What is unusual about a period. Never an error: the insurer's data is authoritative and disaster rules extend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValidityWarning {
    /// The period does not end on the last day of a month.
    NotMonthEnd,
    /// The months lie outside the range.
    OutOfRange {
        /// The months of the period.
        months: i32,
        /// The fewest allowed.
        fewest: u8,
        /// The most allowed.
        most: u8,
    },
}

/// Looks for what is unusual about a period.
pub fn check_validity(
    kind: ValidityKind,
    applied_on: Date,
    from: Date,
    to: Date,
) -> Option<ValidityWarning> {
    let months = months_of_validity(from, to);
    let (fewest, most) = kind.range_months(applied_on);
    if !(i32::from(fewest)..=i32::from(most)).contains(&months) {
        return Some(ValidityWarning::OutOfRange {
            months,
            fewest,
            most,
        });
    }
    (to != to.last_of_month()).then_some(ValidityWarning::NotMonthEnd)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_end_with_a_month() {
        for (from, months, to) in [
            (date(2026, 4, 2), 6, date(2026, 10, 31)),
            (date(2026, 4, 1), 6, date(2026, 9, 30)),
            (date(2026, 1, 31), 12, date(2027, 1, 31)),
            (date(2026, 7, 1), 48, date(2030, 6, 30)),
            (date(2026, 3, 1), 12, date(2027, 2, 28)),
        ] {
            assert_eq!(validity_end(from, months), to);
            assert_eq!(months_of_validity(from, to), i32::from(months));
        }
    }

    #[test]
    fn unusual_periods_are_warned_about() {
        let from = date(2026, 4, 2);
        let check = |kind, to| check_validity(kind, from, from, to);
        assert_eq!(check(ValidityKind::New, date(2027, 4, 30)), None);
        assert_eq!(
            check(ValidityKind::New, date(2027, 5, 31)),
            Some(ValidityWarning::OutOfRange {
                months: 13,
                fewest: 3,
                most: 12
            })
        );
        assert_eq!(
            check(ValidityKind::New, date(2027, 4, 29)),
            Some(ValidityWarning::NotMonthEnd)
        );
        assert_eq!(
            ValidityKind::RenewalSameLevel.range_months(date(2021, 3, 31)),
            (3, 36)
        );
        assert_eq!(
            ValidityKind::RenewalSameLevel.range_months(date(2021, 4, 1)),
            (3, 48)
        );
    }
}
