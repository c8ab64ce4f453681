//! One invented person: a core that everything follows from, a course of certifications, and the papers of both.

use jiff::{Span, ToSpan, civil::date};
use kiban_domain::{
    ApplicationKind, BurdenStage, CareLevel, CertificateYear, Date, FiscalYear, InsuredNumber,
    OfficeNumber, Sex, Timestamp, validity_end,
};
use kiban_exchange::municipal::record::{
    ApplicationRecord, AssistivePurchaseRecord, BenefitRestrictionRecord, BurdenLimitRecord,
    CareManagerNoticeRecord, CertificationRecord, ConsentRecord, CostShareRecord, FacilityRecord,
    HomeModificationRecord, InsuredCardRecord, InsuredRecord, KindLimitRecord, RatioRecord,
    ReductionRecord, RoomLimitRecord, Tenths,
};

use crate::{Dated, Options, SynthPerson, names, random::Random};

/// Invents person `number`, counted from 0. The same options and number always give the same person.
pub fn person(options: &Options, number: u64) -> SynthPerson {
    let core = Core::of(options, number);
    SynthPerson {
        insured_no: core.insured_no,
        insured: core.insured(),
        cards: core.cards(),
        restrictions: core.restrictions(),
        notices: core.notices(),
        cost_shares: core.cost_shares(),
        burden_limits: core.burden_limits(),
        reductions: core.reductions(),
        applications: core.applications(),
        certifications: core.certifications(),
        modifications: core.modifications(),
        purchases: core.purchases(),
        consents: core.consents(),
        name: core.name,
        name_kana: core.name_kana,
        birth_date: core.birth_date,
        sex: core.sex,
    }
}

/// Purposes of random streams; a new paper takes a new number, so that older ones stay what they were.
mod purpose {
    pub(super) const CORE: u64 = 0;
    pub(super) const INSURED: u64 = 1;
    pub(super) const COURSE: u64 = 2;
    pub(super) const CARD: u64 = 3;
    pub(super) const COST_SHARE: u64 = 4;
    pub(super) const BURDEN_LIMIT: u64 = 5;
    pub(super) const REDUCTION: u64 = 6;
    pub(super) const RESTRICTION: u64 = 7;
    pub(super) const NOTICE: u64 = 8;
    pub(super) const MODIFICATION: u64 = 9;
    pub(super) const PURCHASE: u64 = 10;
    pub(super) const CONSENT: u64 = 11;
    pub(super) const PENDING: u64 = 12;
    pub(super) const SCORES: u64 = 13;
}

/// Levels with their persons of December 2020 in ten thousands. Source: municipal-transfer, section 2 (要支援 split evenly).
const LEVELS: [(CareLevel, u32); 7] = [
    (CareLevel::Support1, 96),
    (CareLevel::Support2, 95),
    (CareLevel::Care1, 139),
    (CareLevel::Care2, 117),
    (CareLevel::Care3, 90),
    (CareLevel::Care4, 84),
    (CareLevel::Care5, 59),
];

/// Ages from, persons of a hundred, certified of a hundred; about a fifth of all come out certified.
const AGES: [(i16, u32, u32); 7] = [
    (65, 21, 3),
    (70, 24, 6),
    (75, 20, 12),
    (80, 16, 27),
    (85, 11, 50),
    (90, 6, 73),
    (95, 2, 85),
];

/// What every paper of a person follows from.
pub(crate) struct Core<'a> {
    options: &'a Options,
    number: u64,
    pub(crate) insured_no: InsuredNumber,
    name: String,
    name_kana: String,
    birth_date: Date,
    sex: Sex,
    is_second: bool,
    /// The place in [`LEVELS`] of the present level, when certified.
    level: Option<usize>,
}

/// One certification with its application.
struct Episode {
    kind: ApplicationKind,
    level: CareLevel,
    way: Way,
    valid_from: Date,
    valid_to: Date,
    months: u8,
}

/// The days of an application, as they would be if nothing stopped it.
#[expect(clippy::struct_field_names, reason = "the field calls days so")]
struct Way {
    applied_on: Date,
    survey_requested_on: Date,
    survey_done_on: Date,
    survey_received_on: Date,
    opinion_requested_on: Date,
    opinion_received_on: Date,
    primary_judged_on: Date,
    committee_on: Date,
    certified_on: Date,
    notified_on: Date,
}

impl Way {
    fn of(random: &mut Random, applied_on: Date) -> Self {
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

fn later(day: Date, days: i32) -> Date {
    day.saturating_add(Span::new().days(days))
}

/// An instant of a working day, 18:00 in Japan.
fn evening(day: Date) -> Timestamp {
    day.at(9, 0, 0, 0)
        .to_zoned(jiff::tz::TimeZone::UTC)
        .map_or(Timestamp::UNIX_EPOCH, |it| it.timestamp())
}

fn text(day: Date) -> String {
    day.to_string()
}

fn dated<T>(history_no: usize, day: Date, record: T) -> Dated<T> {
    Dated {
        history_no: u32::try_from(history_no).unwrap_or(u32::MAX),
        updated_at: evening(day),
        record,
    }
}

impl<'a> Core<'a> {
    pub(crate) fn of(options: &'a Options, number: u64) -> Self {
        let mut random = Random::of(options.seed, number, purpose::CORE);
        let is_second = random.below(1000) < 8;
        let (age, certified) = if is_second {
            (40 + i16::try_from(random.below(25)).unwrap_or(0), 100)
        } else {
            let (from, _, certified) = AGES[random.weighted(&AGES.map(|it| it.1))];
            (
                from + i16::try_from(random.below(if from == 95 { 10 } else { 5 })).unwrap_or(0),
                certified,
            )
        };
        let birth_date = options
            .base_date
            .saturating_sub(Span::new().years(age).days(random.days(1, 364)));
        let sex = if random.chance(56) {
            Sex::Female
        } else {
            Sex::Male
        };
        let (name, name_kana) = names::name(&mut random, sex, options.encoding);
        let level = random
            .chance(certified)
            .then(|| random.weighted(&LEVELS.map(|it| it.1)));
        // One in ten of the second category is a deemed one with an H number.
        let serial = (number + 1) % 1_000_000_000;
        let insured_no = if is_second && random.chance(10) {
            format!("H{serial:09}")
        } else {
            format!("{serial:010}")
        };
        let insured_no = insured_no
            .parse()
            .expect("nine digits with H or ten digits");
        Self {
            options,
            number,
            insured_no,
            name,
            name_kana,
            birth_date,
            sex,
            is_second,
            level,
        }
    }

    fn random(&self, purpose: u64) -> Random {
        Random::of(self.options.seed, self.number, purpose)
    }

    fn base(&self) -> Date {
        self.options.base_date
    }

    /// 資格取得日: by law 65 is reached the day before the birthday; the insurance began on 2000-04-01.
    fn acquired_on(&self) -> Date {
        let years = if self.is_second { 40 } else { 65 };
        self.birth_date
            .saturating_add(Span::new().years(years))
            .saturating_sub(1.day())
            .max(date(2000, 4, 1))
            .min(self.base())
    }

    /// Where the person lives; every purpose gets the same answer.
    fn address(&self) -> String {
        let mut random = self.random(purpose::INSURED);
        let town = random.pick(&["例町", "試原", "架空台", "模型通", "夢見野"]);
        let (chome, ban, go) = (
            1 + random.below(6),
            1 + random.below(40),
            1 + random.below(20),
        );
        format!("見本市{town}{chome}丁目{ban}番{go}号")
    }

    pub(crate) fn insured(&self) -> Dated<InsuredRecord> {
        let mut random = self.random(purpose::INSURED).next_stream();
        let acquired_on = self.acquired_on();
        let within_last_year = self
            .base()
            .saturating_sub(Span::new().days(random.days(1, 300)));
        let recent = Some(within_last_year).filter(|day| *day > acquired_on);
        let changed_on = recent.filter(|_| random.chance(3));
        let lost_on =
            recent.filter(|_| self.level.is_none() && changed_on.is_none() && random.chance(1));
        let category = match (self.is_second, self.insured_no.is_deemed_second()) {
            (_, true) => "8",
            (true, false) => "2",
            (false, false) => "1",
        };
        let record = InsuredRecord {
            name: self.name.clone(),
            name_kana: self.name_kana.clone(),
            birth_date: text(self.birth_date),
            sex: self.sex.code().to_owned(),
            // No postal area begins with 000.
            postal_code: Some(format!("000{:04}", random.below(10_000))),
            address: Some(self.address()),
            phone: random
                .chance(80)
                .then(|| format!("000-000-{:04}", random.below(10_000))),
            insured_category: category.to_owned(),
            acquired_on: text(acquired_on),
            acquired_reason: Some(
                if self.is_second {
                    "認定"
                } else {
                    "65歳到達"
                }
                .to_owned(),
            ),
            lost_reason: lost_on.map(|_| "死亡".to_owned()),
            lost_on: lost_on.map(text),
            domicile_exception: Some(random.chance(2)),
            changed_on: changed_on.map(text),
        };
        dated(
            1 + usize::from(changed_on.is_some()),
            changed_on.or(lost_on).unwrap_or(acquired_on),
            record,
        )
    }

    /// The certifications up to the base date, the older first; levels rise towards the present one.
    fn course(&self) -> Vec<Episode> {
        self.course_and_next().0
    }

    /// The certifications, and the way of the application that follows the last one.
    fn course_and_next(&self) -> (Vec<Episode>, Option<(ApplicationKind, Way)>) {
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

    pub(crate) fn cards(&self) -> Vec<Dated<InsuredCardRecord>> {
        let acquired_on = self.acquired_on();
        let mut cards = Vec::new();
        if !self.is_second {
            let record = InsuredCardRecord {
                issued_on: text(acquired_on),
                ..InsuredCardRecord::default()
            };
            cards.push(dated(1, acquired_on, record));
        }
        let mut random = self.random(purpose::CARD);
        for it in self.course() {
            let (from, to) = (text(it.valid_from), text(it.valid_to));
            let is_in_facility = it.level >= CareLevel::Care3 && random.chance(25);
            let facility = || FacilityRecord {
                kind: Some("介護老人福祉施設".to_owned()),
                name: "見本の里".to_owned(),
                entered_on: Some(from.clone()),
                left_on: None,
            };
            let kind_limit = || KindLimitRecord {
                kind: "15".to_owned(),
                units: 5_000,
            };
            let record = InsuredCardRecord {
                issued_on: text(it.way.certified_on),
                care_level: Some(it.level.code().to_owned()),
                certified_on: Some(text(it.way.certified_on)),
                benefit_limit_units: it
                    .level
                    .benefit_limit_on(it.valid_from)
                    .map(kiban_domain::Units::get),
                limit_from: Some(from.clone()),
                limit_to: Some(to.clone()),
                kind_limits: if random.chance(1) {
                    vec![kind_limit()]
                } else {
                    Vec::new()
                },
                committee_opinion: random
                    .chance(5)
                    .then(|| "口腔機能の維持に努めること。".to_owned()),
                designated_services: Vec::new(),
                facilities: if is_in_facility {
                    vec![facility()]
                } else {
                    Vec::new()
                },
                valid_from: Some(from),
                valid_to: Some(to),
            };
            cards.push(dated(cards.len() + 1, it.way.certified_on, record));
        }
        cards
    }

    /// From when the person is certified, and when that was known; nothing when never certified.
    fn certified_since(&self) -> Option<(Date, Date)> {
        self.course()
            .first()
            .map(|it| (it.valid_from, it.way.certified_on))
    }

    pub(crate) fn cost_shares(&self) -> Vec<Dated<CostShareRecord>> {
        let Some((since, known_on)) = self.certified_since() else {
            return Vec::new();
        };
        let mut random = self.random(purpose::COST_SHARE);
        let present = CertificateYear::of(self.base());
        let years = [
            CertificateYear::beginning_in(present.year() - 1),
            Some(present),
        ];
        let mut all = Vec::new();
        for year in years
            .into_iter()
            .flatten()
            .filter(|year| year.last_day() >= since)
        {
            let from = year.first_day().max(since);
            let issued_on = later(year.first_day(), -14).max(known_on);
            let ratio = ["1", "2", "3"][random.weighted(&[90, 6, 4])];
            let change = date(year.year(), 12, 1);
            let row = |ratio: &str, from: Date, to: Date| RatioRecord {
                ratio: ratio.to_owned(),
                from: text(from),
                to: Some(text(to)),
            };
            let changes = random.chance(3) && from < change && change <= self.base();
            let ratios = if changes {
                let other = if ratio == "1" { "2" } else { "1" };
                vec![
                    row(ratio, from, later(change, -1)),
                    row(other, change, year.last_day()),
                ]
            } else {
                vec![row(ratio, from, year.last_day())]
            };
            let updated_on = if changes {
                change.max(issued_on)
            } else {
                issued_on
            };
            let record = CostShareRecord {
                issued_on: text(updated_on),
                ratios,
            };
            all.push(dated(all.len() + 1, updated_on, record));
        }
        all
    }

    pub(crate) fn burden_limits(&self) -> Vec<Dated<BurdenLimitRecord>> {
        let Some((since, known_on)) = self.certified_since() else {
            return Vec::new();
        };
        let mut random = self.random(purpose::BURDEN_LIMIT);
        if !random.chance(20) {
            return Vec::new();
        }
        let stages = [
            BurdenStage::One,
            BurdenStage::Two,
            BurdenStage::ThreeOne,
            BurdenStage::ThreeTwo,
        ];
        let stage = random.weighted(&[5, 35, 30, 30]);
        // Yen a day from August 2024 by stage. Source: certificates, section 4.
        let rooms = [
            ("unit_private", [880, 880, 1370, 1370]),
            ("unit_semi_private", [550, 550, 1370, 1370]),
            ("conventional_private_welfare", [380, 480, 880, 880]),
            ("conventional_private_medical", [550, 550, 1370, 1370]),
            ("shared_welfare", [0, 430, 430, 430]),
        ];
        let year = CertificateYear::of(self.base());
        let from = year.first_day().max(since);
        let issued_on = later(year.first_day(), -7).max(known_on);
        let record = BurdenLimitRecord {
            issued_on: text(issued_on),
            burden_stage: stages[stage].code().to_owned(),
            applies_from: text(from),
            expires_on: text(year.last_day()),
            meal_facility_yen: Some([300, 390, 650, 1360][stage]),
            meal_short_stay_yen: Some([300, 600, 1000, 1300][stage]),
            rooms: rooms
                .iter()
                .map(|(room, yen)| RoomLimitRecord {
                    room: (*room).to_owned(),
                    yen: yen[stage],
                })
                .collect(),
        };
        vec![dated(1, issued_on, record)]
    }

    pub(crate) fn reductions(&self) -> Vec<Dated<ReductionRecord>> {
        let Some((since, known_on)) = self.certified_since() else {
            return Vec::new();
        };
        let mut random = self.random(purpose::REDUCTION);
        if !random.chance(3) {
            return Vec::new();
        }
        let year = CertificateYear::of(self.base());
        let issued_on = later(year.first_day(), -7).max(known_on);
        let record = ReductionRecord {
            kind: random
                .pick(&["welfare_corp", "cost_share", "special_area"])
                .to_owned(),
            confirmation_no: Some(format!("{:06}", random.below(1_000_000))),
            issued_on: Some(text(issued_on)),
            applies_from: text(year.first_day().max(since)),
            expires_on: text(year.last_day()),
            rate_percent: Some(25),
            meal_rate_percent: Some(25),
            housing_rate_percent: Some(25),
            reason: None,
        };
        vec![dated(1, issued_on, record)]
    }

    pub(crate) fn restrictions(&self) -> Vec<Dated<BenefitRestrictionRecord>> {
        let Some((_, known_on)) = self.certified_since() else {
            return Vec::new();
        };
        let mut random = self.random(purpose::RESTRICTION);
        if !random.chance(1) {
            return Vec::new();
        }
        let kind = *random.pick(&[
            &"payment_method_change",
            &"temporary_suspension",
            &"benefit_reduction",
        ]);
        let is_reduction = kind == "benefit_reduction";
        let record = BenefitRestrictionRecord {
            kind: kind.to_owned(),
            starts_on: text(known_on),
            ends_on: is_reduction.then(|| text(later(known_on, random.days(90, 700)))),
            benefit_percent: is_reduction.then_some(70),
        };
        vec![dated(1, known_on, record)]
    }

    /// One of forty offices of the made-up range xx7990nnnn, the last digit being the check digit.
    fn office(&self, serial: u32) -> OfficeNumber {
        let prefecture = self.options.insurer.prefecture().clamp(1, 47);
        (0..10)
            .filter_map(|check| {
                format!("{prefecture:02}7990{:03}{check}", serial % 40 + 1)
                    .parse::<OfficeNumber>()
                    .ok()
            })
            .find(OfficeNumber::check_digit_agrees)
            .expect("one of ten digits is the check digit")
    }

    pub(crate) fn notices(&self) -> Vec<Dated<CareManagerNoticeRecord>> {
        let Some((since, known_on)) = self.certified_since() else {
            return Vec::new();
        };
        let mut random = self.random(purpose::NOTICE);
        if !random.chance(85) {
            return Vec::new();
        }
        let self_made = random.chance(1);
        let first = random.below(40);
        let moved_on = later(known_on, random.days(100, 900));
        let changes = !self_made && random.chance(25) && moved_on <= self.base();
        let notice = |seq: usize, serial: u32, notified_on: Date, from: Date, to: Option<Date>| {
            let record = CareManagerNoticeRecord {
                seq: u64::try_from(seq).unwrap_or(1),
                office_no: (!self_made).then(|| self.office(serial).to_string()),
                office_name: (!self_made)
                    .then(|| format!("見本居宅介護支援事業所{}", serial % 40 + 1)),
                notified_on: text(notified_on),
                applies_from: text(from),
                applies_to: to.map(text),
                self_made: Some(self_made),
            };
            dated(1, to.unwrap_or(notified_on).min(self.base()), record)
        };
        if changes {
            vec![
                notice(1, first, known_on, since, Some(later(moved_on, -1))),
                notice(2, first + 1, moved_on, moved_on, None),
            ]
        } else {
            vec![notice(1, first, known_on, since, None)]
        }
    }

    pub(crate) fn modifications(&self) -> Vec<Dated<HomeModificationRecord>> {
        let Some((_, known_on)) = self.certified_since() else {
            return Vec::new();
        };
        let mut random = self.random(purpose::MODIFICATION);
        let completed_on = later(known_on, random.days(20, 300));
        if !random.chance(10) || completed_on > self.base() {
            return Vec::new();
        }
        let eligible = 1_000 * u64::from(20 + random.below(181));
        let record = HomeModificationRecord {
            seq: 1,
            started_on: Some(text(later(completed_on, -random.days(1, 14)))),
            completed_on: text(completed_on),
            dwelling: Some(self.address()),
            eligible_yen: eligible,
            paid_yen: eligible / 10 * 9,
            cumulative_yen: Some(eligible),
            remaining_yen: 200_000_u64.saturating_sub(eligible),
            reset_reason: "none".to_owned(),
        };
        vec![dated(1, completed_on, record)]
    }

    pub(crate) fn purchases(&self) -> Vec<Dated<AssistivePurchaseRecord>> {
        let Some((_, known_on)) = self.certified_since() else {
            return Vec::new();
        };
        let mut random = self.random(purpose::PURCHASE);
        let purchased_on = later(known_on, random.days(10, 300));
        if !random.chance(12) || purchased_on > self.base() {
            return Vec::new();
        }
        let eligible = 1_000 * u64::from(5 + random.below(80));
        let record = AssistivePurchaseRecord {
            seq: 1,
            purchased_on: text(purchased_on),
            item_kind: random
                .pick(&[
                    "toilet",
                    "bathing",
                    "bathing",
                    "cane",
                    "walker",
                    "fixed_slope",
                ])
                .to_owned(),
            product_name: Some("見本用具".to_owned()),
            tais_code: Some(format!("00000-{:06}", random.below(1000))),
            eligible_yen: eligible,
            paid_yen: eligible / 10 * 9,
            fiscal_year: u64::try_from(FiscalYear::of(purchased_on).year()).ok(),
            remaining_yen: 100_000_u64.saturating_sub(eligible),
        };
        vec![dated(1, purchased_on, record)]
    }

    pub(crate) fn consents(&self) -> Vec<Dated<ConsentRecord>> {
        let Some(first) = self.course().first().map(|it| it.way.applied_on) else {
            return Vec::new();
        };
        let mut random = self.random(purpose::CONSENT);
        if !random.chance(88) {
            return Vec::new();
        }
        let withdrawn_on = later(first, random.days(30, 600));
        let is_withdrawn = random.chance(3) && withdrawn_on <= self.base();
        let record = ConsentRecord {
            seq: 1,
            scope: "all".to_owned(),
            taker: "municipality".to_owned(),
            taker_office_no: None,
            given_on: text(first),
            withdrawn_on: is_withdrawn.then(|| text(withdrawn_on)),
        };
        vec![dated(
            1,
            if is_withdrawn { withdrawn_on } else { first },
            record,
        )]
    }
}
