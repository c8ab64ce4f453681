//! What came of it: care managers, home modifications, purchases of assistive products, consents.

use super::{Core, dated, later, purpose, text};
use crate::Dated;
use kiban_domain::{Date, FiscalYear, OfficeNumber};
use kiban_exchange::municipal::record::{
    AssistivePurchaseRecord, CareManagerNoticeRecord, ConsentRecord, HomeModificationRecord,
};

impl Core<'_> {
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
