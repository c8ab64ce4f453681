//! Asking after silence (W-4): an office that does nothing under a registration for long is asked whether it goes on, and
//! without an answer the registration ends by itself.
//!
//! A sign of life is that the registration was made, was confirmed, or was the ground of a look at the person. Looks are
//! not counted a second time: the nightly job finds them on the audit trail, and only for registrations that would be
//! silent otherwise. See `docs/decisions/0010-silence.md`.

mod answer;
mod job;
mod letter;

pub use answer::{confirm, waiting};
pub use job::{Done, look_after};

use kiban_domain::{Date, tokyo_date};
use kiban_store::repo::silence::{Asked, SilentRow};

/// What an operator may set. Both are days by Japan's calendar and at least 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SilenceSettings {
    /// After so many days without a sign of life the office is asked.
    pub ask_after_days: i32,
    /// After so many days without an answer the registration ends. A change counts for what is asked from then on: the
    /// day that an office was told stays.
    pub end_after_days: i32,
}

impl Default for SilenceSettings {
    /// Half a year of silence and a month to answer: our own choice, for operators to change.
    fn default() -> Self {
        Self {
            ask_after_days: 180,
            end_after_days: 30,
        }
    }
}

/// What has to be done about a registration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// Nothing: it stands as it is written.
    Leave,
    /// Write down when it was used last, and what the office is asked.
    Note {
        alive_on: Date,
        asked: Option<Asked>,
    },
    /// Nobody answered.
    End,
}

/// The last day of a sign of life that is written down. A registration that began later than it was made is silent from its
/// first day on only.
fn alive_on(row: &SilentRow) -> Date {
    let made = tokyo_date(row.created_at);
    row.alive_on.unwrap_or(made).max(row.valid_from)
}

/// Decides about a registration that was looked at by last on `used_on`.
fn decide(row: &SilentRow, used_on: Option<Date>, today: Date, settings: SilenceSettings) -> Step {
    let alive_on = alive_on(row).max(used_on.unwrap_or(Date::MIN));
    let silent = after(alive_on, settings.ask_after_days) <= today;
    let asked = match row.asked {
        _ if !silent => None,
        Some(asked) if asked.ends_on <= today => return Step::End,
        Some(asked) => Some(asked),
        None => Some(Asked {
            on: today,
            ends_on: after(today, settings.end_after_days),
        }),
    };
    if asked == row.asked && row.alive_on == Some(alive_on) {
        Step::Leave
    } else {
        Step::Note { alive_on, asked }
    }
}

/// So many days after `day`; days of the calendar, so that neither hours nor offsets come in.
fn after(day: Date, days: i32) -> Date {
    day.checked_add(jiff::Span::new().days(days))
        .unwrap_or(Date::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use kiban_access::PersonKey;
    use uuid::Uuid;

    const MADE: Date = Date::constant(2026, 5, 1);

    fn row(alive_on: Option<Date>, asked: Option<Asked>) -> SilentRow {
        SilentRow {
            person: PersonKey {
                insurer_no: "131128".parse().expect("a number"),
                insured_no: "0000000017".parse().expect("a number"),
            },
            office_no: "1379900015".parse().expect("a number"),
            relation_id: Uuid::nil(),
            service_kind: "43".parse().expect("a kind"),
            valid_from: MADE,
            // Still 30 April in Greenwich.
            created_at: "2026-04-30T15:00:00Z".parse().expect("an instant"),
            alive_on,
            asked,
        }
    }

    fn on(row: &SilentRow, used_on: Option<Date>, today: Date) -> Step {
        decide(row, used_on, today, SilenceSettings::default())
    }

    #[test]
    fn w4_an_office_is_asked_on_the_180th_day_of_silence_in_japan() {
        let made = row(None, None);
        let day = after(MADE, 180);
        let eve = day.yesterday().expect("a day");
        assert_eq!(
            on(&made, None, eve),
            Step::Note {
                alive_on: MADE,
                asked: None
            }
        );
        let asked = Some(Asked {
            on: day,
            ends_on: after(day, 30),
        });
        let noted = Step::Note {
            alive_on: MADE,
            asked,
        };
        assert_eq!(on(&made, None, day), noted);
        assert_eq!(on(&row(Some(MADE), asked), None, day), Step::Leave);
    }

    #[test]
    fn w4_it_ends_on_the_day_that_was_said_and_not_before() {
        let asked = Asked {
            on: Date::constant(2026, 10, 28),
            ends_on: Date::constant(2026, 11, 27),
        };
        let waiting = row(Some(MADE), Some(asked));
        assert_eq!(
            on(&waiting, None, Date::constant(2026, 11, 26)),
            Step::Leave
        );
        assert_eq!(on(&waiting, None, asked.ends_on), Step::End);
        let long_stopped = Date::constant(2027, 1, 5);
        assert_eq!(on(&waiting, None, long_stopped), Step::End);
    }

    #[test]
    fn w4_a_look_answers_the_question() {
        let asked = Asked {
            on: Date::constant(2026, 10, 28),
            ends_on: Date::constant(2026, 11, 27),
        };
        let looked = Date::constant(2026, 11, 20);
        let waiting = row(Some(MADE), Some(asked));
        let step = on(&waiting, Some(looked), asked.ends_on);
        let alive = Step::Note {
            alive_on: looked,
            asked: None,
        };
        assert_eq!(step, alive);
    }

    #[test]
    fn w4_before_its_first_day_a_registration_is_not_silent() {
        let mut later = row(None, None);
        later.valid_from = Date::constant(2027, 3, 1);
        let step = on(&later, None, Date::constant(2027, 3, 2));
        assert!(matches!(step, Step::Note { asked: None, .. }), "{step:?}");
    }
}
