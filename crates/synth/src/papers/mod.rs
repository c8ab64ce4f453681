//! One invented person: a core that everything follows from, a course of certifications, and the papers of both.

mod applications;
mod certificates;
mod course;
mod services;

use jiff::{Span, ToSpan, civil::date};
use kiban_domain::{CareLevel, Date, InsuredNumber, Sex, Timestamp};
use kiban_exchange::municipal::record::InsuredRecord;

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
    pub(super) const COMMITTEE: u64 = 14;
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
}
