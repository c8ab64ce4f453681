use crate::{CorporateNumber, Date, OfficeNumber, ServiceKind};

/// An office or institution as the operator's register of offices has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterEntry {
    /// Its number: office number or ten-digit medical institution code.
    pub office_no: OfficeNumber,
    /// Its name, one line.
    pub name: String,
    /// The reading of the name, full-width katakana; may be empty.
    pub kana: String,
    /// Postal code, seven digits without a hyphen; may be empty.
    pub postal_code: String,
    /// Where it is; may be empty.
    pub address: String,
    /// Its telephone, digits and hyphens; may be empty.
    pub phone: String,
    /// The services it is designated for, in the order of their codes, each once; empty for an institution without any.
    pub service_kinds: Vec<ServiceKind>,
    /// Beds of an institution or places of a facility, if it has any.
    pub beds: Option<u32>,
    /// The company that runs it, if it has a number.
    pub corporate_no: Option<CorporateNumber>,
    /// First day, if known.
    pub opened_on: Option<Date>,
    /// Last day on which it is open, if it closes or has closed.
    pub closed_on: Option<Date>,
}

impl RegisterEntry {
    /// Whether it is open on that day; an unknown first day counts as long past.
    pub fn is_open_on(&self, day: Date) -> bool {
        self.opened_on.is_none_or(|first| first <= day)
            && self.closed_on.is_none_or(|last| day <= last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p2_both_days_of_an_entry_belong_to_its_time() {
        let entry = RegisterEntry {
            office_no: "1379900010".parse().unwrap(),
            name: "見本".into(),
            kana: String::new(),
            postal_code: String::new(),
            address: String::new(),
            phone: String::new(),
            service_kinds: Vec::new(),
            beds: None,
            corporate_no: None,
            opened_on: Some(Date::constant(2020, 4, 1)),
            closed_on: Some(Date::constant(2026, 3, 31)),
        };
        let open = |year, month, day| entry.is_open_on(Date::constant(year, month, day));
        assert!(open(2020, 4, 1) && open(2026, 3, 31));
        assert!(!open(2020, 3, 31) && !open(2026, 4, 1));
        let always = RegisterEntry {
            opened_on: None,
            closed_on: None,
            ..entry.clone()
        };
        assert!(always.is_open_on(Date::constant(1990, 1, 1)));
    }
}
