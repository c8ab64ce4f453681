//! The course of a person's certifications: when each was applied for, judged and notified, and for how long it holds.

use super::{Core, LEVELS, later, purpose};
use crate::random::Random;
use jiff::Span;
use kiban_domain::{ApplicationKind, CareLevel, Date, validity_end};

/// One certification with its application.
pub(super) struct Episode {
    pub(super) kind: ApplicationKind,
    pub(super) level: CareLevel,
    pub(super) way: Way,
    pub(super) valid_from: Date,
    pub(super) valid_to: Date,
    pub(super) months: u8,
}

/// The days of an application, as they would be if nothing stopped it.
#[expect(clippy::struct_field_names, reason = "the field calls days so")]
pub(super) struct Way {
    pub(super) applied_on: Date,
    pub(super) survey_requested_on: Date,
    pub(super) survey_done_on: Date,
    pub(super) survey_received_on: Date,
    pub(super) opinion_requested_on: Date,
    pub(super) opinion_received_on: Date,
    pub(super) primary_judged_on: Date,
    pub(super) committee_on: Date,
    pub(super) certified_on: Date,
    pub(super) notified_on: Date,
}

impl Way {
    pub(super) fn of(random: &mut Random, applied_on: Date) -> Self {
        let mut after = |day: Date, least, most| later(day, random.days(least, most));
        let survey_requested_on = after(applied_on, 0, 3);
        let survey_done_on = after(survey_requested_on, 4, 12);
        let survey_received_on = after(survey_done_on, 1, 3);
        let opinion_requested_on = after(applied_on, 0, 3);
        let opinion_received_on = after(opinion_requested_on, 7, 21);
        let primary_judged_on = after(survey_received_on.max(opinion_received_on), 1, 3);
        let committee_on = after(primary_judged_on, 4, 9);
        let certified_on = after(committee_on, 0, 1);
        let notified_on = after(certified_on, 1, 3);
        Self {
            applied_on,
            survey_requested_on,
            survey_done_on,
            survey_received_on,
            opinion_requested_on,
            opinion_received_on,
            primary_judged_on,
            committee_on,
            certified_on,
            notified_on,
        }
    }
}

impl Core<'_> {
    /// The certifications up to the base date, the older first; levels rise towards the present one.
    pub(super) fn course(&self) -> Vec<Episode> {
        self.course_and_next().0
    }

    /// The certifications, and the way of the application that follows the last one.
    pub(super) fn course_and_next(&self) -> (Vec<Episode>, Option<(ApplicationKind, Way)>) {
        let Some(present) = self.level else {
            return (Vec::new(), None);
        };
        let mut random = self.random(purpose::COURSE);
        let first = self
            .base()
            .saturating_sub(Span::new().days(random.days(60, 1500)));
        let mut applied_on = first.max(self.acquired_on());
        let mut valid_from = applied_on;
        let mut kind = ApplicationKind::New;
        let mut episodes: Vec<Episode> = Vec::new();
        let next = loop {
            let way = Way::of(&mut random, applied_on);
            if way.certified_on > self.base() {
                break (kind, way);
            }
            let months = match kind {
                ApplicationKind::New => *random.pick(&[&6_u8, &6, &12]),
                _ => *random.pick(&[&12_u8, &12, &24, &36, &48]),
            };
            let valid_to = validity_end(valid_from, months);
            let next_from = later(valid_to, 1);
            episodes.push(Episode {
                kind,
                level: CareLevel::NotEligible,
                way,
                valid_from,
                valid_to,
                months,
            });
            applied_on = later(next_from, -random.days(30, 59));
            valid_from = next_from;
            kind = ApplicationKind::Renewal;
        };
        let mut place = present;
        for episode in episodes.iter_mut().rev() {
            episode.level = LEVELS[place].0;
            place = place.saturating_sub(usize::from(random.chance(40)));
        }
        (episodes, Some(next))
    }

    /// From when the person is certified, and when that was known; nothing when never certified.
    pub(super) fn certified_since(&self) -> Option<(Date, Date)> {
        self.course()
            .first()
            .map(|it| (it.valid_from, it.way.certified_on))
    }
}
