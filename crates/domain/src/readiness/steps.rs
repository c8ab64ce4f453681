use jiff::civil::Date;

use super::PlannedTime;
use crate::{MunicipalityStage, ReadinessStep};

/// The years in which a step can lie: the scheme was thought of in the 2010s, and a plan beyond twenty years is a slip of the pen.
const EARLIEST: i16 = 2015;
const LATEST: i16 = 2045;

/// When a step is planned and when it was done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StepDates {
    /// When it is to be done; stays when it was.
    pub planned: Option<PlannedTime>,
    /// The day on which it was done.
    pub actual: Option<Date>,
}

/// The dates of every step of one function of one municipality.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Steps([StepDates; ReadinessStep::ALL.len()]);

/// Why dates cannot be declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepFault {
    /// A day or a year that no step of this can lie in: before 2015 or after 2045.
    OutOfTime(ReadinessStep),
    /// A step is said to be done on a day that has not come.
    InTheFuture(ReadinessStep),
    /// A step is said to be done before an earlier one, or while an earlier one is not done.
    BeforeEarlier {
        /// The step.
        step: ReadinessStep,
        /// The earlier one.
        earlier: ReadinessStep,
    },
    /// A step is planned to end before an earlier one begins.
    PlannedBeforeEarlier {
        /// The step.
        step: ReadinessStep,
        /// The earlier one.
        earlier: ReadinessStep,
    },
}

impl StepFault {
    /// Whether the plan has to be mended; otherwise the day on which the step was done.
    pub fn is_about_plan(&self) -> bool {
        matches!(self, Self::PlannedBeforeEarlier { .. })
    }

    /// What is wrong and how to mend it, for the person who typed it.
    pub fn message(&self) -> String {
        let order = |step: &ReadinessStep| {
            let at = *step as usize + 1;
            format!("{at}番目の段階「{}」", step.label())
        };
        match self {
            Self::OutOfTime(step) => {
                format!(
                    "{}は、2015年から2045年までの日付で入力してください",
                    step.label()
                )
            }
            Self::InTheFuture(step) => format!(
                "{}の実際の日は、今日以前の日付を入力してください",
                step.label()
            ),
            Self::BeforeEarlier { step, earlier } => format!(
                "{}の実際の日は、先に済ませる{}の実際の日以後の日付にしてください（先の段階が空欄のときは、そちらから入力してください）",
                order(step),
                order(earlier)
            ),
            Self::PlannedBeforeEarlier { step, earlier } => format!(
                "{}の予定は、先に済ませる{}の予定以後にしてください",
                order(step),
                order(earlier)
            ),
        }
    }
}

impl Steps {
    /// The dates of a step.
    pub fn of(&self, step: ReadinessStep) -> StepDates {
        self.0[step as usize]
    }

    /// The same with other dates for a step.
    #[must_use]
    pub fn with(mut self, step: ReadinessStep, dates: StepDates) -> Self {
        self.0[step as usize] = dates;
        self
    }

    /// Whether nothing was declared at all: "not published: ask the municipality" (P-3).
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|it| *it == StepDates::default())
    }

    /// How far the municipality is on a day by its own word.
    pub fn stage(&self, on: Date) -> MunicipalityStage {
        let done = |step| self.of(step).actual.is_some_and(|day| day <= on);
        if done(ReadinessStep::Sharing) {
            MunicipalityStage::Sharing
        } else if done(ReadinessStep::Migrating) || done(ReadinessStep::Migrated) {
            MunicipalityStage::Migrating
        } else if done(ReadinessStep::Sending) {
            MunicipalityStage::Sending
        } else if self.is_empty() {
            MunicipalityStage::Unknown
        } else {
            MunicipalityStage::Preparing
        }
    }

    /// Everything that cannot be: steps are done one after another, and none in the future. Sharing opens only after the
    /// migration is complete. Source: mission, M-4.
    pub fn faults(&self, today: Date) -> Vec<StepFault> {
        let mut faults = Vec::new();
        for (at, step) in ReadinessStep::ALL.iter().copied().enumerate() {
            let own = self.of(step);
            let days = own
                .actual
                .into_iter()
                .chain(own.planned.map(PlannedTime::last_day));
            if days
                .into_iter()
                .any(|day| !(EARLIEST..=LATEST).contains(&day.year()))
            {
                faults.push(StepFault::OutOfTime(step));
            }
            if own.actual.is_some_and(|day| day > today) {
                faults.push(StepFault::InTheFuture(step));
            }
            for earlier in ReadinessStep::ALL.iter().copied().take(at) {
                let before = self.of(earlier);
                let done_too_early = own
                    .actual
                    .is_some_and(|day| before.actual.is_none_or(|other| day < other));
                if done_too_early {
                    faults.push(StepFault::BeforeEarlier { step, earlier });
                    break;
                }
            }
            for earlier in ReadinessStep::ALL.iter().copied().take(at) {
                let too_early = own.planned.zip(self.of(earlier).planned);
                if too_early.is_some_and(|(own, other)| own.last_day() < other.first_day()) {
                    faults.push(StepFault::PlannedBeforeEarlier { step, earlier });
                    break;
                }
            }
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use MunicipalityStage::{Migrating, Preparing, Sending, Sharing, Unknown};
    use jiff::civil::date;

    fn done(steps: Steps, step: ReadinessStep, day: Date) -> Steps {
        let dates = StepDates {
            planned: None,
            actual: Some(day),
        };
        steps.with(step, dates)
    }

    #[test]
    fn m4_the_stage_follows_the_last_step_done() {
        let mut steps = Steps::default();
        let today = date(2026, 11, 1);
        let mut stages = vec![steps.stage(today)];
        for (at, step) in ReadinessStep::ALL.iter().copied().enumerate() {
            let day = date(2026, 10, 1 + i8::try_from(at).unwrap());
            steps = done(steps, step, day);
            assert_eq!(steps.faults(today), [], "{step:?}");
            stages.push(steps.stage(today));
            assert_ne!(steps.stage(date(2026, 9, 30)), MunicipalityStage::Sharing);
        }
        assert_eq!(
            stages,
            [
                Unknown, Preparing, Preparing, Sending, Migrating, Migrating, Sharing
            ]
        );
    }

    #[test]
    fn a_year_that_cannot_be_meant_is_told() {
        let today = date(2026, 11, 1);
        let step = ReadinessStep::Standardised;
        for (planned, actual) in [
            (Some("0001-01-01"), None),
            (Some("9998-12"), None),
            (None, Some(date(1700, 1, 1))),
        ] {
            let planned = planned.map(|it| it.parse().unwrap());
            let steps = Steps::default().with(step, StepDates { planned, actual });
            assert_eq!(steps.faults(today), [StepFault::OutOfTime(step)]);
        }
    }

    #[test]
    fn m4_nothing_is_shared_before_the_migration_is_complete() {
        let today = date(2026, 11, 1);
        let steps = done(Steps::default(), ReadinessStep::Sharing, date(2026, 10, 1));
        let earlier = ReadinessStep::Standardised;
        let step = ReadinessStep::Sharing;
        assert_eq!(
            steps.faults(today),
            [StepFault::BeforeEarlier { step, earlier }]
        );
        let tomorrow = done(Steps::default(), earlier, date(2026, 11, 2));
        assert_eq!(tomorrow.faults(today), [StepFault::InTheFuture(earlier)]);
        let plan = |text: &str| StepDates {
            planned: Some(text.parse().unwrap()),
            actual: None,
        };
        let steps = Steps::default()
            .with(ReadinessStep::Able, plan("FY2027"))
            .with(ReadinessStep::Sending, plan("2027-03"));
        let [StepFault::PlannedBeforeEarlier { step, .. }] = steps.faults(today)[..] else {
            panic!("{:?}", steps.faults(today));
        };
        assert_eq!(step, ReadinessStep::Sending);
    }
}
