use kiban_domain as domain;
use kiban_domain::{PrivateText, Units};

use super::{
    InvalidRecord, Item,
    convert::{date, date_option, parse, parse_option},
    element, record, tables,
};
use crate::municipal::layout::Kind;

record! {
    /// 被保険者.
    InsuredRecord of Insured {
        name: String = "氏名", Kind::Name, 200;
        name_kana: String = "フリガナ", Kind::Kana, 200;
        birth_date: String = "生年月日", Kind::Date, 10;
        sex: String = "性別", Kind::Code(&tables::SEX), 6;
        postal_code: Option<String> = "郵便番号", Kind::Digits, 7;
        address: Option<String> = "住所", Kind::Text, 300;
        phone: Option<String> = "電話番号", Kind::Text, 20;
        insured_category: String = "被保険者区分", Kind::Code(&tables::INSURED_CATEGORY), 4;
        acquired_on: String = "資格取得日", Kind::Date, 10;
        acquired_reason: Option<String> = "資格取得事由", Kind::Text, 50;
        lost_on: Option<String> = "資格喪失日", Kind::Date, 10;
        lost_reason: Option<String> = "資格喪失事由", Kind::Text, 50;
        domicile_exception: Option<bool> = "住所地特例", Kind::Flag, 1;
        changed_on: Option<String> = "異動日", Kind::Date, 10;
    }
}

impl TryFrom<&InsuredRecord> for domain::Insured {
    type Error = InvalidRecord;

    fn try_from(it: &InsuredRecord) -> Result<Self, Self::Error> {
        Ok(Self {
            name: parse("name", &it.name)?,
            name_kana: parse("name_kana", &it.name_kana)?,
            birth_date: date("birth_date", &it.birth_date)?,
            sex: parse("sex", &it.sex)?,
            postal_code: it.postal_code.clone(),
            address: it.address.clone().map(PrivateText::new),
            phone: it.phone.clone().map(PrivateText::new),
            category: parse("insured_category", &it.insured_category)?,
            acquired_on: date("acquired_on", &it.acquired_on)?,
            acquired_reason: it.acquired_reason.clone(),
            lost_on: date_option("lost_on", it.lost_on.as_ref())?,
            lost_reason: it.lost_reason.clone(),
            domicile_exception: it.domicile_exception.unwrap_or(false),
            changed_on: date_option("changed_on", it.changed_on.as_ref())?,
        })
    }
}

element! {
    /// One limit of a kind of service on the card.
    KindLimitRecord {
        kind: String = "サービス種類", Kind::ServiceKind, 2;
        units: u64 = "種類支給限度基準額", Kind::Number("単位", 999_999), 6;
    }
}

element! {
    /// One stay in a facility on the card.
    FacilityRecord {
        kind: Option<String> = "種類", Kind::Text, 50;
        name: String = "名称", Kind::Text, 100;
        entered_on: Option<String> = "入所等年月日", Kind::Date, 10;
        left_on: Option<String> = "退所等年月日", Kind::Date, 10;
    }
}

/// The columns of service kinds that are listed bare.
pub(super) const DESIGNATED: &[Item] = &[Item {
    id: "",
    label: "",
    kind: Kind::ServiceKind,
    required: true,
    max: 2,
}];

record! {
    /// 被保険者証.
    InsuredCardRecord of InsuredCard {
        issued_on: String = "交付年月日", Kind::Date, 10;
        care_level: Option<String> = "要介護状態区分", Kind::Code(&tables::CARE_LEVEL), 2;
        certified_on: Option<String> = "認定年月日", Kind::Date, 10;
        valid_from: Option<String> = "認定有効期間開始", Kind::Date, 10;
        valid_to: Option<String> = "認定有効期間終了", Kind::Date, 10;
        benefit_limit_units: Option<u64> = "区分支給限度基準額", Kind::Number("単位", 999_999), 6;
        limit_from: Option<String> = "区分支給限度適用開始", Kind::Date, 10;
        limit_to: Option<String> = "区分支給限度適用終了", Kind::Date, 10;
        #[serde(default)]
        kind_limits: Vec<KindLimitRecord> = "種類支給限度", Kind::List("kind_limit", KindLimitRecord::ITEMS), 5;
        committee_opinion: Option<String> = "認定審査会の意見", Kind::Lines, 1000;
        #[serde(default)]
        designated_services: Vec<String> = "サービス種類の指定", Kind::List("designated_service", DESIGNATED), 5;
        #[serde(default)]
        facilities: Vec<FacilityRecord> = "介護保険施設等", Kind::List("facility", FacilityRecord::ITEMS), 2;
    }
}

impl TryFrom<&InsuredCardRecord> for domain::InsuredCard {
    type Error = InvalidRecord;

    fn try_from(it: &InsuredCardRecord) -> Result<Self, Self::Error> {
        Ok(Self {
            issued_on: date("issued_on", &it.issued_on)?,
            care_level: parse_option("care_level", it.care_level.as_ref())?,
            certified_on: date_option("certified_on", it.certified_on.as_ref())?,
            valid_from: date_option("valid_from", it.valid_from.as_ref())?,
            valid_to: date_option("valid_to", it.valid_to.as_ref())?,
            benefit_limit: it.benefit_limit_units.map(Units::new),
            limit_from: date_option("limit_from", it.limit_from.as_ref())?,
            limit_to: date_option("limit_to", it.limit_to.as_ref())?,
            kind_limits: it
                .kind_limits
                .iter()
                .map(|limit| {
                    let kind = parse("kind_limits", &limit.kind)?;
                    Ok(domain::KindLimit {
                        kind,
                        units: Units::new(limit.units),
                    })
                })
                .collect::<Result<_, _>>()?,
            committee_opinion: it.committee_opinion.clone().map(PrivateText::new),
            designated_services: it
                .designated_services
                .iter()
                .map(|kind| parse("designated_services", kind))
                .collect::<Result<_, _>>()?,
            facilities: it
                .facilities
                .iter()
                .map(|stay| {
                    Ok(domain::FacilityStay {
                        kind: stay.kind.clone(),
                        name: stay.name.clone(),
                        entered_on: date_option("facilities", stay.entered_on.as_ref())?,
                        left_on: date_option("facilities", stay.left_on.as_ref())?,
                    })
                })
                .collect::<Result<_, _>>()?,
        })
    }
}

record! {
    /// 居宅介護支援 届出.
    CareManagerNoticeRecord of CareManagerNotice {
        seq: u64 = "連番", Kind::Number("番", 9999), 4;
        office_no: Option<String> = "事業所番号", Kind::OfficeNo, 10;
        office_name: Option<String> = "事業所名称", Kind::Text, 100;
        notified_on: String = "届出年月日", Kind::Date, 10;
        applies_from: String = "適用開始日", Kind::Date, 10;
        applies_to: Option<String> = "適用終了日", Kind::Date, 10;
        self_made: Option<bool> = "自己作成", Kind::Flag, 1;
    }
}

impl TryFrom<&CareManagerNoticeRecord> for domain::CareManagerNotice {
    type Error = InvalidRecord;

    fn try_from(it: &CareManagerNoticeRecord) -> Result<Self, Self::Error> {
        Ok(Self {
            office_no: parse_option("office_no", it.office_no.as_ref())?,
            office_name: it.office_name.clone(),
            notified_on: date("notified_on", &it.notified_on)?,
            applies_from: date("applies_from", &it.applies_from)?,
            applies_to: date_option("applies_to", it.applies_to.as_ref())?,
            self_made: it.self_made.unwrap_or(false),
        })
    }
}
