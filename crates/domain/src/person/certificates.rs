use jiff::civil::Date;

use super::covers;
use crate::{BurdenStage, CostShareRatio, ReductionKind, RestrictionKind, RoomType, Yen};

/// A cost-share certificate (負担割合証): one or two periods within a certificate year. Source: certificates, section 3.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CostShare {
    /// 交付年月日.
    pub issued_on: Date,
    /// The ratios with their periods, the earlier first.
    pub periods: Vec<CostSharePeriod>,
}

impl CostShare {
    /// The ratio on a day.
    pub fn ratio_on(&self, day: Date) -> Option<CostShareRatio> {
        // A later row replaces an earlier one whose end was left open.
        self.periods
            .iter()
            .rev()
            .find(|it| covers(it.from, it.to, day))
            .map(|it| it.ratio)
    }
}

/// One row of a cost-share certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CostSharePeriod {
    /// 利用者負担の割合.
    pub ratio: CostShareRatio,
    /// 適用開始日.
    pub from: Date,
    /// 適用終了日, inclusive.
    pub to: Option<Date>,
}

/// A burden-limit certificate (負担限度額認定証). Amounts are a day's. Source: certificates, section 4.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BurdenLimit {
    /// 交付年月日.
    pub issued_on: Date,
    /// 利用者負担段階.
    pub stage: BurdenStage,
    /// 適用年月日.
    pub applies_from: Date,
    /// 有効期限, inclusive.
    pub expires_on: Date,
    /// 食費の負担限度額 in a facility.
    pub meal_facility: Option<Yen>,
    /// 食費の負担限度額 in a short stay.
    pub meal_short_stay: Option<Yen>,
    /// 居住費又は滞在費の負担限度額 by room.
    pub rooms: Vec<RoomLimit>,
}

impl BurdenLimit {
    /// Whether the certificate holds on a day.
    pub fn is_valid_on(&self, day: Date) -> bool {
        covers(self.applies_from, Some(self.expires_on), day)
    }
}

/// The housing limit of one type of room, yen a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoomLimit {
    /// The type of room.
    pub room: RoomType,
    /// Yen a day.
    pub limit: Yen,
}

/// A certificate of reduction or exemption (減免減額認定証). Rates are percent, 0 to 100. Source: certificates, section 6.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reduction {
    /// 種別.
    pub kind: ReductionKind,
    /// 確認番号.
    pub confirmation_no: Option<String>,
    /// 交付年月日.
    pub issued_on: Option<Date>,
    /// 適用年月日.
    pub applies_from: Date,
    /// 有効期限, inclusive.
    pub expires_on: Date,
    /// 減額率 of the user's share.
    pub rate_percent: Option<u8>,
    /// 減額率 of meals.
    pub meal_rate_percent: Option<u8>,
    /// 減額率 of housing.
    pub housing_rate_percent: Option<u8>,
    /// 理由.
    pub reason: Option<String>,
}

impl Reduction {
    /// Whether the certificate holds on a day.
    pub fn is_valid_on(&self, day: Date) -> bool {
        covers(self.applies_from, Some(self.expires_on), day)
    }
}

/// A benefit restriction (給付制限). Source: certificates, section 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BenefitRestriction {
    /// 種別.
    pub kind: RestrictionKind,
    /// 開始年月日.
    pub starts_on: Date,
    /// 終了年月日, inclusive; absent while the arrears last.
    pub ends_on: Option<Date>,
    /// The reduced benefit in percent, 70 or 60 for a reduction.
    pub benefit_percent: Option<u8>,
}

impl BenefitRestriction {
    /// Whether the restriction holds on a day.
    pub fn is_in_force_on(&self, day: Date) -> bool {
        covers(self.starts_on, self.ends_on, day)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_ratio_can_change_within_the_year() {
        let period = |ratio, from, to| CostSharePeriod { ratio, from, to };
        let certificate = CostShare {
            issued_on: date(2025, 7, 20),
            periods: vec![
                period(
                    CostShareRatio::One,
                    date(2025, 8, 1),
                    Some(date(2025, 11, 30)),
                ),
                period(
                    CostShareRatio::Two,
                    date(2025, 12, 1),
                    Some(date(2026, 7, 31)),
                ),
            ],
        };
        assert_eq!(
            certificate.ratio_on(date(2025, 11, 30)),
            Some(CostShareRatio::One)
        );
        assert_eq!(
            certificate.ratio_on(date(2025, 12, 1)),
            Some(CostShareRatio::Two)
        );
        assert_eq!(certificate.ratio_on(date(2026, 8, 1)), None);
    }
}
