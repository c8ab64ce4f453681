use jiff::civil::Date;

use super::covers;
use crate::{CareLevel, PrivateText, ServiceKind};

/// The result of an application (認定結果). Source: certification, sections 5 and 7.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certification {
    /// 申請日 of the application it answers.
    pub applied_on: Date,
    /// 枝番 of that application.
    pub branch: u16,
    /// 一次判定日.
    pub primary_judged_on: Option<Date>,
    /// 一次判定結果.
    pub primary_result: Option<CareLevel>,
    /// 二次判定日.
    pub secondary_judged_on: Option<Date>,
    /// 二次判定結果, the level certified.
    pub care_level: CareLevel,
    /// 認定日.
    pub certified_on: Date,
    /// 認定有効期間, first day; absent when not eligible.
    pub valid_from: Option<Date>,
    /// 認定有効期間, last day.
    pub valid_to: Option<Date>,
    /// 認定有効期間, months.
    pub valid_months: Option<u8>,
    /// 審査会意見.
    pub committee_opinion: Option<PrivateText>,
    /// サービス種類の指定.
    pub designated_services: Vec<ServiceKind>,
    /// 特定疾病コード, two digits.
    pub specified_disease: Option<String>,
    /// 要介護認定等基準時間 in tenths of a minute: total, then 食事, 排泄, 移動, 清潔保持, 間接ケア, BPSD関連, 機能訓練関連,
    /// 医療関連, 認知症加算.
    pub standard_time_tenths: [Option<u16>; 10],
    /// 中間評価項目得点 of groups 1 to 5, in tenths of a point.
    pub group_score_tenths: [Option<u16>; 5],
}

impl Certification {
    /// Whether it holds on a day.
    pub fn is_valid_on(&self, day: Date) -> bool {
        self.valid_from
            .is_some_and(|from| covers(from, self.valid_to, day))
    }
}
