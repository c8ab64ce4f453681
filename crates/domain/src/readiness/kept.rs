//! How plans held: what was planned first, what is planned now, what happened (P-3).

use jiff::civil::Date;

use super::{PlannedTime, StepDates};

/// One step's plan against its outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PlanKept {
    /// What was planned first: what stood at the end of the first day on which a time was named, because what is
    /// replaced on the same day was a slip of the pen.
    pub first: Option<PlannedTime>,
    /// What is planned now.
    pub now: Option<PlannedTime>,
    /// When it was done.
    pub actual: Option<Date>,
}

/// How many, and how much: the middle and four in five of a list of days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spread {
    /// How many there are; at least one.
    pub count: usize,
    /// How many of them are zero or less.
    pub kept: usize,
    /// The middle number of days; negative is earlier.
    pub median_days: i32,
    /// Of ten, eight are at most so many days.
    pub eighty_days: i32,
}

impl PlanKept {
    /// Follows a step through its declarations, each with the day in Japan on which it was made, the oldest first.
    pub fn of(declared: impl IntoIterator<Item = (Date, StepDates)>) -> Self {
        let mut kept = Self::default();
        let mut first_on = None;
        for (day, dates) in declared {
            if first_on.is_none_or(|first| first == day) {
                kept.first = dates.planned;
                first_on = dates.planned.map(|_| day);
            }
            kept.now = dates.planned;
            kept.actual = dates.actual;
        }
        kept
    }

    /// How many days the plan has moved since it was first made; negative when it came nearer.
    pub fn moved_days(self) -> Option<i32> {
        Some(self.first?.days_moved(self.now?))
    }

    /// How many days after the first plan it was done; negative when before.
    pub fn late_of_first(self) -> Option<i32> {
        Some(self.first?.days_late(self.actual?))
    }

    /// How many days after the plan that stood last it was done; negative when before.
    pub fn late_of_last(self) -> Option<i32> {
        Some(self.now?.days_late(self.actual?))
    }
}

impl Spread {
    /// The spread of a list of days, in any order; `None` of an empty one.
    pub fn of(days: impl IntoIterator<Item = i32>) -> Option<Self> {
        let mut days: Vec<i32> = days.into_iter().collect();
        days.sort_unstable();
        let at = |tenths: usize| {
            let place = (days.len() * tenths).div_ceil(10).max(1) - 1;
            days.get(place).copied()
        };
        Some(Self {
            count: days.len(),
            kept: days.iter().filter(|it| **it <= 0).count(),
            median_days: at(5)?,
            eighty_days: at(8)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn declared(day: i8, planned: &str, actual: Option<Date>) -> (Date, StepDates) {
        let planned = (!planned.is_empty()).then(|| planned.parse().unwrap());
        (date(2026, 4, day), StepDates { planned, actual })
    }

    #[test]
    fn p3_the_first_plan_the_plan_of_now_and_what_happened_are_told_apart() {
        let done = date(2026, 12, 10);
        let kept = PlanKept::of([
            declared(1, "2026-06", None),
            declared(9, "2026-09", None),
            declared(20, "2026-11", Some(done)),
        ]);
        assert_eq!(kept.moved_days(), Some(153), "30 June to 30 November");
        assert_eq!(kept.late_of_first(), Some(163));
        assert_eq!(kept.late_of_last(), Some(10));
    }

    #[test]
    fn p3_a_slip_of_the_pen_of_the_same_day_is_no_first_plan() {
        let kept = PlanKept::of([
            declared(1, "2206-06", None),
            declared(1, "2026-06", None),
            declared(2, "2026-07", None),
        ]);
        assert_eq!(kept.first, Some("2026-06".parse().unwrap()));
        let taken_back = PlanKept::of([
            declared(1, "2026-06", None),
            declared(1, "", None),
            declared(2, "2026-07", None),
        ]);
        assert_eq!(taken_back.first, Some("2026-07".parse().unwrap()));
    }

    #[test]
    fn p3_what_nobody_planned_or_did_is_not_counted() {
        assert_eq!(PlanKept::of([]), PlanKept::default());
        let unplanned = PlanKept::of([declared(1, "", Some(date(2026, 4, 1)))]);
        assert_eq!(
            (unplanned.moved_days(), unplanned.late_of_first()),
            (None, None)
        );
        let withdrawn = PlanKept::of([declared(1, "2026-06", None), declared(5, "", None)]);
        assert_eq!(withdrawn.moved_days(), None);
        assert_eq!(withdrawn.first, Some("2026-06".parse().unwrap()));
    }

    #[test]
    fn a_spread_has_its_middle_and_its_four_in_five() {
        assert_eq!(Spread::of([]), None);
        let of = |days: &[i32]| {
            let it = Spread::of(days.iter().copied()).unwrap();
            (it.count, it.kept, it.median_days, it.eighty_days)
        };
        assert_eq!(of(&[7]), (1, 0, 7, 7));
        assert_eq!(of(&[30, -5, 0, 10, 90]), (5, 2, 10, 30));
        assert_eq!(of(&[4, 3, 2, 1]), (4, 0, 2, 4));
    }
}
