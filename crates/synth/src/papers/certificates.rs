//! What the person holds: the insured card and the certificates of share, limit, reduction and restriction.

use super::{Core, dated, later, purpose, text};
use crate::Dated;
use jiff::civil::date;
use kiban_domain::{BurdenStage, CareLevel, CertificateYear, Date};
use kiban_exchange::municipal::record::{
    BenefitRestrictionRecord, BurdenLimitRecord, CostShareRecord, FacilityRecord,
    InsuredCardRecord, KindLimitRecord, RatioRecord, ReductionRecord, RoomLimitRecord,
};

impl Core<'_> {
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
}
