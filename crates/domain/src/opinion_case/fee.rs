use super::Writing;
use crate::{Date, InsuredNumber, InsurerNumber, Yen, opinion::Setting};

/// The fee of one opinion without tax, from a day on (D-6). Source: attending-physician-opinion, section 8.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeeRates {
    /// The first day of receipts for which they hold.
    pub from: Date,
    /// 在宅・新規.
    pub home_first: Yen,
    /// 在宅・継続.
    pub home_again: Yen,
    /// 施設・新規.
    pub facility_first: Yen,
    /// 施設・継続.
    pub facility_again: Yen,
}

impl FeeRates {
    /// The fee of an opinion of this kind.
    pub fn fee(&self, setting: Setting, writing: Writing) -> Yen {
        match (setting, writing) {
            (Setting::Home, Writing::First) => self.home_first,
            (Setting::Home, Writing::Again) => self.home_again,
            (Setting::Facility, Writing::First) => self.facility_first,
            (Setting::Facility, Writing::Again) => self.facility_again,
        }
    }
}

/// An opinion that an insurer received, as the fee sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeeReceipt {
    /// Who owes it.
    pub insurer_no: InsurerNumber,
    /// About whom.
    pub insured_no: InsuredNumber,
    /// The receipt's number.
    pub receipt_no: String,
    /// The day of the receipt.
    pub received_on: Date,
    /// 種別, where it is known.
    pub setting: Option<Setting>,
    /// 新規 or 継続, where it is known.
    pub writing: Option<Writing>,
}

/// One line of fees. The class is proposed, not fixed: insurers decide differently what is 新規.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeeLine {
    /// What it is for.
    pub receipt: FeeReceipt,
    /// The amount without tax; nothing when the kind or the rate of the day is not known.
    pub fee: Option<Yen>,
}

/// The lines of these receipts, by insurer, day and number.
pub fn fee_lines(receipts: Vec<FeeReceipt>, rates: &[FeeRates]) -> Vec<FeeLine> {
    let rate_on = |day| {
        let holding = rates.iter().filter(|it: &&FeeRates| it.from <= day);
        holding.max_by_key(|it| it.from)
    };
    let mut lines: Vec<FeeLine> = receipts
        .into_iter()
        .map(|receipt| {
            let kind = receipt.setting.zip(receipt.writing);
            let fee = kind.and_then(|(setting, writing)| {
                Some(rate_on(receipt.received_on)?.fee(setting, writing))
            });
            FeeLine { receipt, fee }
        })
        .collect();
    lines.sort_by(|a, b| {
        let key = |it: &FeeLine| (it.receipt.insurer_no, it.receipt.received_on);
        key(a)
            .cmp(&key(b))
            .then_with(|| a.receipt.receipt_no.cmp(&b.receipt.receipt_no))
    });
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d6_a_line_has_the_rate_of_its_day_and_none_for_an_unknown_kind() {
        let rate = |from: &str, first: u64| FeeRates {
            from: from.parse().unwrap(),
            home_first: Yen::new(first),
            home_again: Yen::new(first - 1_000),
            facility_first: Yen::new(first - 1_000),
            facility_again: Yen::new(first - 2_000),
        };
        let rates = [rate("2026-04-01", 5_000), rate("2027-04-01", 6_000)];
        let receipt = |day: &str, setting, writing| FeeReceipt {
            insurer_no: "131128".parse().unwrap(),
            insured_no: "0000012345".parse().unwrap(),
            receipt_no: day.to_owned(),
            received_on: day.parse().unwrap(),
            setting,
            writing,
        };
        let (home, facility) = (Some(Setting::Home), Some(Setting::Facility));
        let (first, again) = (Some(Writing::First), Some(Writing::Again));
        let receipts = vec![
            receipt("2027-04-01", home, first),
            receipt("2026-04-02", facility, again),
            receipt("2026-04-01", home, again),
            receipt("2026-03-31", home, first),
            receipt("2026-04-03", None, first),
        ];
        let lines = fee_lines(receipts, &rates);
        let fees: Vec<_> = lines.iter().map(|it| it.fee.map(Yen::get)).collect();
        assert_eq!(fees, [None, Some(4_000), Some(3_000), None, Some(6_000)]);
    }
}
