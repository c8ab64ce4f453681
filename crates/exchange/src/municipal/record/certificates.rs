use kiban_domain as domain;
use kiban_domain::Yen;

use super::{
    InvalidRecord,
    convert::{date, date_option, number_option, parse},
    element, record, tables,
};
use crate::municipal::layout::Kind;

record! {
    /// 給付制限.
    BenefitRestrictionRecord of BenefitRestriction {
        kind: String = "種別", Kind::Code(&tables::RESTRICTION_KIND), 40;
        starts_on: String = "開始年月日", Kind::Date, 10;
        ends_on: Option<String> = "終了年月日", Kind::Date, 10;
        benefit_percent: Option<u64> = "減額後の給付率", Kind::Number("%", 100), 3;
    }
}

impl TryFrom<&BenefitRestrictionRecord> for domain::BenefitRestriction {
    type Error = InvalidRecord;

    fn try_from(it: &BenefitRestrictionRecord) -> Result<Self, Self::Error> {
        Ok(Self {
            kind: parse("kind", &it.kind)?,
            starts_on: date("starts_on", &it.starts_on)?,
            ends_on: date_option("ends_on", it.ends_on.as_ref())?,
            benefit_percent: number_option("benefit_percent", it.benefit_percent)?,
        })
    }
}

element! {
    /// One row of a cost-share certificate.
    RatioRecord {
        ratio: String = "割合", Kind::Code(&tables::COST_SHARE_RATIO), 1;
        from: String = "適用開始日", Kind::Date, 10;
        to: Option<String> = "適用終了日", Kind::Date, 10;
    }
}

record! {
    /// 負担割合証.
    CostShareRecord of CostShare {
        issued_on: String = "交付年月日", Kind::Date, 10;
        #[serde(default)]
        ratios: Vec<RatioRecord> = "利用者負担の割合", Kind::List("ratio", RatioRecord::ITEMS), 2;
    }
}

impl TryFrom<&CostShareRecord> for domain::CostShare {
    type Error = InvalidRecord;

    fn try_from(it: &CostShareRecord) -> Result<Self, Self::Error> {
        let period = |row: &RatioRecord| {
            Ok(domain::CostSharePeriod {
                ratio: parse("ratios", &row.ratio)?,
                from: date("ratios", &row.from)?,
                to: date_option("ratios", row.to.as_ref())?,
            })
        };
        Ok(Self {
            issued_on: date("issued_on", &it.issued_on)?,
            periods: it.ratios.iter().map(period).collect::<Result<_, _>>()?,
        })
    }
}

element! {
    /// The housing limit of one type of room.
    RoomLimitRecord {
        room: String = "居室の種類", Kind::Code(&tables::ROOM_TYPE), 40;
        yen: u64 = "日額", Kind::Number("円", 99_999), 5;
    }
}

record! {
    /// 負担限度額認定証.
    BurdenLimitRecord of BurdenLimit {
        issued_on: String = "交付年月日", Kind::Date, 10;
        burden_stage: String = "利用者負担段階", Kind::Code(&tables::BURDEN_STAGE), 3;
        applies_from: String = "適用年月日", Kind::Date, 10;
        expires_on: String = "有効期限", Kind::Date, 10;
        meal_facility_yen: Option<u64> = "食費(施設)", Kind::Number("円", 99_999), 5;
        meal_short_stay_yen: Option<u64> = "食費(短期入所)", Kind::Number("円", 99_999), 5;
        #[serde(default)]
        rooms: Vec<RoomLimitRecord> = "居住費", Kind::List("room", RoomLimitRecord::ITEMS), 7;
    }
}

impl TryFrom<&BurdenLimitRecord> for domain::BurdenLimit {
    type Error = InvalidRecord;

    fn try_from(it: &BurdenLimitRecord) -> Result<Self, Self::Error> {
        let room = |row: &RoomLimitRecord| {
            Ok(domain::RoomLimit {
                room: parse("rooms", &row.room)?,
                limit: Yen::new(row.yen),
            })
        };
        Ok(Self {
            issued_on: date("issued_on", &it.issued_on)?,
            stage: parse("burden_stage", &it.burden_stage)?,
            applies_from: date("applies_from", &it.applies_from)?,
            expires_on: date("expires_on", &it.expires_on)?,
            meal_facility: it.meal_facility_yen.map(Yen::new),
            meal_short_stay: it.meal_short_stay_yen.map(Yen::new),
            rooms: it.rooms.iter().map(room).collect::<Result<_, _>>()?,
        })
    }
}

record! {
    /// 減免減額認定証.
    ReductionRecord of Reduction {
        kind: String = "種別", Kind::Code(&tables::REDUCTION_KIND), 40;
        confirmation_no: Option<String> = "確認番号", Kind::Text, 20;
        issued_on: Option<String> = "交付年月日", Kind::Date, 10;
        applies_from: String = "適用年月日", Kind::Date, 10;
        expires_on: String = "有効期限", Kind::Date, 10;
        rate_percent: Option<u64> = "減額率(利用者負担)", Kind::Number("%", 100), 3;
        meal_rate_percent: Option<u64> = "減額率(食費)", Kind::Number("%", 100), 3;
        housing_rate_percent: Option<u64> = "減額率(居住費)", Kind::Number("%", 100), 3;
        reason: Option<String> = "理由", Kind::Text, 100;
    }
}

impl TryFrom<&ReductionRecord> for domain::Reduction {
    type Error = InvalidRecord;

    fn try_from(it: &ReductionRecord) -> Result<Self, Self::Error> {
        Ok(Self {
            kind: parse("kind", &it.kind)?,
            confirmation_no: it.confirmation_no.clone(),
            issued_on: date_option("issued_on", it.issued_on.as_ref())?,
            applies_from: date("applies_from", &it.applies_from)?,
            expires_on: date("expires_on", &it.expires_on)?,
            rate_percent: number_option("rate_percent", it.rate_percent)?,
            meal_rate_percent: number_option("meal_rate_percent", it.meal_rate_percent)?,
            housing_rate_percent: number_option("housing_rate_percent", it.housing_rate_percent)?,
            reason: it.reason.clone(),
        })
    }
}
