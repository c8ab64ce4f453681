//! Applications and certifications.

use super::{
    Core, LEVELS,
    course::{Episode, Way},
    dated, later, purpose, text,
};
use crate::Dated;
use jiff::Span;
use kiban_domain::{ApplicationKind, CareLevel, Date};
use kiban_exchange::municipal::record::{ApplicationRecord, CertificationRecord, Tenths};

impl Core<'_> {
    pub(crate) fn applications(&self) -> Vec<Dated<ApplicationRecord>> {
        let (course, next) = self.course_and_next();
        let mut all: Vec<_> = course
            .iter()
            .map(|it| self.application(&it.way, it.kind, it.level, None))
            .collect();
        if let Some((kind, way)) = next.filter(|(_, way)| way.applied_on <= self.base()) {
            let level = self.level.map_or(CareLevel::Support1, |it| LEVELS[it].0);
            all.push(self.application(&way, kind, level, None));
            return all;
        }
        let mut random = self.random(purpose::PENDING);
        // One certified person in twelve has asked for another level, one other in a hundred for a first certification.
        let (share, kind) = if all.is_empty() {
            (1, ApplicationKind::New)
        } else {
            (8, ApplicationKind::LevelChange)
        };
        if random.chance(share) {
            let applied_on = self
                .base()
                .saturating_sub(Span::new().days(random.days(0, 40)));
            let way = Way::of(&mut random, applied_on);
            let withdrawal = random.chance(5).then_some("3");
            let is_later = all
                .last()
                .is_none_or(|it| it.record.applied_on < text(applied_on));
            // What would already be certified belongs to the course, which knows nothing of it.
            if is_later && way.certified_on > self.base() && applied_on >= self.acquired_on() {
                let level = self
                    .level
                    .map_or(CareLevel::Support1, |it| LEVELS[(it + 1).min(6)].0);
                all.push(self.application(&way, kind, level, withdrawal));
            }
        }
        all
    }

    /// An application as far as it had come on the base date.
    fn application(
        &self,
        way: &Way,
        kind: ApplicationKind,
        level: CareLevel,
        withdrawal: Option<&str>,
    ) -> Dated<ApplicationRecord> {
        let base = self.base();
        let reached = |day: Date| (day <= base).then(|| text(day));
        let is_judged = way.primary_judged_on <= base;
        let deferred_on = later(way.applied_on, 28);
        let is_deferred = deferred_on <= base && way.certified_on > later(way.applied_on, 30);
        let record = ApplicationRecord {
            applied_on: text(way.applied_on),
            branch: 1,
            kind: kind.code().to_owned(),
            kind_at_filing: Some(kind.code().to_owned()),
            withdrawal: Some(withdrawal.unwrap_or("1").to_owned()),
            insured_category: Some(if self.is_second { "2" } else { "1" }.to_owned()),
            filed_by: Some(
                if self.number.is_multiple_of(3) {
                    "4"
                } else {
                    "2"
                }
                .to_owned(),
            ),
            survey_requested_on: reached(way.survey_requested_on),
            survey_done_on: reached(way.survey_done_on),
            survey_received_on: reached(way.survey_received_on),
            opinion_requested_on: reached(way.opinion_requested_on),
            opinion_received_on: reached(way.opinion_received_on),
            primary_judged_on: reached(way.primary_judged_on),
            primary_result: is_judged.then(|| level.code().to_owned()),
            committee_scheduled_on: is_judged.then(|| text(way.committee_on)),
            secondary_judged_on: reached(way.committee_on),
            secondary_result: (way.committee_on <= base).then(|| level.code().to_owned()),
            certified_on: reached(way.certified_on),
            notified_on: reached(way.notified_on),
            deferred_on: is_deferred.then(|| text(deferred_on)),
            expected_on: is_deferred.then(|| text(way.notified_on)),
            deferral_reason: is_deferred.then(|| "主治医意見書の入手に日数を要するため".to_owned()),
        };
        dated(1, way.notified_on.min(base), record)
    }

    pub(crate) fn certifications(&self) -> Vec<Dated<CertificationRecord>> {
        let mut committee = self.random(purpose::COMMITTEE);
        let mut random = self.random(purpose::SCORES);
        let mut tenths = |least: u32, most: u32| {
            let value = least + random.below(most - least);
            Some(Tenths(u16::try_from(value).unwrap_or(0)))
        };
        let certification = |it: &Episode| {
            // Thresholds of the total standard time by level. Source: certification, section 5.
            let (least, most) = match it.level {
                CareLevel::Support1 => (250, 320),
                CareLevel::Support2 | CareLevel::Care1 => (320, 500),
                CareLevel::Care2 => (500, 700),
                CareLevel::Care3 => (700, 900),
                CareLevel::Care4 => (900, 1100),
                _ => (1100, 1500),
            };
            let record = CertificationRecord {
                applied_on: text(it.way.applied_on),
                branch: 1,
                primary_judged_on: Some(text(it.way.primary_judged_on)),
                primary_result: Some(it.level.code().to_owned()),
                secondary_judged_on: Some(text(it.way.committee_on)),
                care_level: it.level.code().to_owned(),
                certified_on: text(it.way.certified_on),
                valid_from: Some(text(it.valid_from)),
                valid_to: Some(text(it.valid_to)),
                valid_months: Some(u64::from(it.months)),
                committee_opinion: committee
                    .chance(20)
                    .then(|| committee.pick(&COMMITTEE_OPINIONS).to_owned()),
                specified_disease: self.is_second.then(|| "10".to_owned()),
                minutes_total: tenths(least, most),
                score_1: tenths(200, 1000),
                score_2: tenths(200, 1000),
                score_3: tenths(200, 1000),
                score_4: tenths(200, 1000),
                score_5: tenths(0, 1000),
                ..CertificationRecord::default()
            };
            dated(1, it.way.certified_on, record)
        };
        self.course().iter().map(certification).collect()
    }
}

/// What a committee writes beside its result.
const COMMITTEE_OPINIONS: [&str; 3] = [
    "転倒の予防に努め、住まいの手すりの位置を見直すこと。",
    "状態が変わりやすいため、有効期間を短く定めた。",
    "人と過ごす機会を増やし、外出を続けられるよう支えること。",
];
