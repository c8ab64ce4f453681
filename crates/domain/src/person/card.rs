use jiff::civil::Date;

use super::covers;
use crate::{CareLevel, OfficeNumber, PrivateText, ServiceKind, Units};

/// What an insured card says beyond the person (被保険者証). Source: certificates, section 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InsuredCard {
    /// 交付年月日.
    pub issued_on: Date,
    /// 要介護状態区分, absent when never certified.
    pub care_level: Option<CareLevel>,
    /// 認定年月日; for 事業対象者 the day of the basic checklist.
    pub certified_on: Option<Date>,
    /// 認定の有効期間, first day.
    pub valid_from: Option<Date>,
    /// 認定の有効期間, last day.
    pub valid_to: Option<Date>,
    /// 区分支給限度基準額, units a month.
    pub benefit_limit: Option<Units>,
    /// First day of that limit.
    pub limit_from: Option<Date>,
    /// Last day of that limit.
    pub limit_to: Option<Date>,
    /// 種類支給限度基準額.
    pub kind_limits: Vec<KindLimit>,
    /// 認定審査会の意見.
    pub committee_opinion: Option<PrivateText>,
    /// サービスの種類の指定: when any is named, only these may be used.
    pub designated_services: Vec<ServiceKind>,
    /// 介護保険施設等.
    pub facilities: Vec<FacilityStay>,
}

impl InsuredCard {
    /// Whether the certification on the card holds on a day.
    pub fn is_valid_on(&self, day: Date) -> bool {
        self.valid_from
            .is_some_and(|from| covers(from, self.valid_to, day))
    }

    /// Whether the card allows a kind of service.
    pub fn allows(&self, kind: ServiceKind) -> bool {
        self.designated_services.is_empty() || self.designated_services.contains(&kind)
    }
}

/// A benefit limit of one kind of service within the whole limit (種類支給限度基準額).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KindLimit {
    /// The kind of service.
    pub kind: ServiceKind,
    /// Units a month.
    pub units: Units,
}

/// A stay in a facility as the card's third panel lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FacilityStay {
    /// 種類, in the insurer's words.
    pub kind: Option<String>,
    /// 名称.
    pub name: String,
    /// 入所等年月日.
    pub entered_on: Option<Date>,
    /// 退所等年月日.
    pub left_on: Option<Date>,
}

/// A notice of who makes the person's care plan (居宅介護支援 届出). Source: certificates, section 1, panel (三).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CareManagerNotice {
    /// 事業所番号; absent when the person plans alone.
    pub office_no: Option<OfficeNumber>,
    /// 事業所の名称.
    pub office_name: Option<String>,
    /// 届出年月日.
    pub notified_on: Date,
    /// 適用開始日.
    pub applies_from: Date,
    /// 適用終了日, inclusive.
    pub applies_to: Option<Date>,
    /// 自己作成: the person plans alone.
    pub self_made: bool,
}

impl CareManagerNotice {
    /// Whether the notice holds on a day.
    pub fn is_valid_on(&self, day: Date) -> bool {
        covers(self.applies_from, self.applies_to, day)
    }
}
