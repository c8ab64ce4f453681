use jiff::civil::Date;

use crate::{ConsentScope, ConsentTaker, OfficeNumber};

/// A consent to show information, and its withdrawal (同意・撤回). Source: municipal-transfer, section 4.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// What it covers.
    pub scope: ConsentScope,
    /// Who took it.
    pub taker: ConsentTaker,
    /// The office that took it, when an office or a care manager did.
    pub taker_office_no: Option<OfficeNumber>,
    /// 同意日.
    pub given_on: Date,
    /// 撤回日; from that day on the consent no longer holds.
    pub withdrawn_on: Option<Date>,
}

impl Consent {
    /// Whether the consent holds on a day: from the day it was given to the day before its withdrawal.
    pub fn in_force_on(&self, day: Date) -> bool {
        self.given_on <= day && self.withdrawn_on.is_none_or(|withdrawn| day < withdrawn)
    }

    /// Whether it covers a scope, itself or as part of all.
    pub fn covers(&self, scope: ConsentScope) -> bool {
        self.scope == ConsentScope::All || self.scope == scope
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_consent_ends_on_the_day_of_its_withdrawal() {
        let consent = Consent {
            scope: ConsentScope::All,
            taker: ConsentTaker::Municipality,
            taker_office_no: None,
            given_on: date(2026, 4, 1),
            withdrawn_on: Some(date(2026, 6, 1)),
        };
        assert!(!consent.in_force_on(date(2026, 3, 31)));
        assert!(consent.in_force_on(date(2026, 5, 31)));
        assert!(!consent.in_force_on(date(2026, 6, 1)));
        assert!(consent.covers(ConsentScope::Opinion));
    }
}
