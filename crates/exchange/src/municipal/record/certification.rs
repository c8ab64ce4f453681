use std::fmt;

use kiban_domain as domain;
use kiban_domain::PrivateText;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{
    InvalidRecord,
    card::DESIGNATED,
    convert::{date, date_option, number, number_option, parse, parse_option},
    record, tables,
};
use crate::municipal::layout::Kind;

/// A number with one decimal, kept in tenths; a JSON number such as `32.5`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tenths(pub u16);

impl fmt::Display for Tenths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0 / 10, self.0 % 10)
    }
}

impl Serialize for Tenths {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(f64::from(self.0) / 10.0)
    }
}

impl<'de> Deserialize<'de> for Tenths {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = f64::deserialize(deserializer)?;
        let text = format!("{value:.1}");
        crate::municipal::value::parse_tenths(&text)
            .map(Self)
            .ok_or_else(|| {
                serde::de::Error::custom("a number with one decimal from 0 to 6553.5 is expected")
            })
    }
}

record! {
    /// 認定申請.
    ApplicationRecord of Application {
        applied_on: String = "申請日", Kind::Date, 10;
        branch: u64 = "枝番", Kind::Number("番", 999), 3;
        kind: String = "申請区分(法令)", Kind::Code(&tables::APPLICATION_KIND), 4;
        kind_at_filing: Option<String> = "申請区分(申請時)", Kind::Code(&tables::APPLICATION_KIND), 4;
        withdrawal: Option<String> = "取下区分", Kind::Code(&tables::WITHDRAWAL_KIND), 1;
        insured_category: Option<String> = "被保険者区分", Kind::Code(&tables::INSURED_CATEGORY), 4;
        filed_by: Option<String> = "申請代行区分", Kind::Code(&tables::APPLICATION_PROXY), 4;
        survey_requested_on: Option<String> = "調査依頼日", Kind::Date, 10;
        survey_done_on: Option<String> = "調査実施日", Kind::Date, 10;
        survey_received_on: Option<String> = "調査票受領日", Kind::Date, 10;
        opinion_requested_on: Option<String> = "意見書依頼日", Kind::Date, 10;
        opinion_received_on: Option<String> = "意見書入手日", Kind::Date, 10;
        primary_judged_on: Option<String> = "一次判定日", Kind::Date, 10;
        primary_result: Option<String> = "一次判定結果", Kind::Code(&tables::CARE_LEVEL), 2;
        committee_scheduled_on: Option<String> = "審査会予定日", Kind::Date, 10;
        secondary_judged_on: Option<String> = "二次判定日", Kind::Date, 10;
        secondary_result: Option<String> = "二次判定結果", Kind::Code(&tables::CARE_LEVEL), 2;
        certified_on: Option<String> = "認定日", Kind::Date, 10;
        notified_on: Option<String> = "通知日", Kind::Date, 10;
        deferred_on: Option<String> = "延期通知日", Kind::Date, 10;
        expected_on: Option<String> = "処理見込日", Kind::Date, 10;
        deferral_reason: Option<String> = "延期理由", Kind::Text, 200;
    }
}

impl TryFrom<&ApplicationRecord> for domain::Application {
    type Error = InvalidRecord;

    fn try_from(it: &ApplicationRecord) -> Result<Self, Self::Error> {
        Ok(Self {
            applied_on: date("applied_on", &it.applied_on)?,
            branch: number("branch", it.branch)?,
            kind: parse("kind", &it.kind)?,
            kind_at_filing: parse_option("kind_at_filing", it.kind_at_filing.as_ref())?,
            withdrawal: parse_option("withdrawal", it.withdrawal.as_ref())?,
            category: parse_option("insured_category", it.insured_category.as_ref())?,
            filed_by: parse_option("filed_by", it.filed_by.as_ref())?,
            survey_requested_on: date_option(
                "survey_requested_on",
                it.survey_requested_on.as_ref(),
            )?,
            survey_done_on: date_option("survey_done_on", it.survey_done_on.as_ref())?,
            survey_received_on: date_option("survey_received_on", it.survey_received_on.as_ref())?,
            opinion_requested_on: date_option(
                "opinion_requested_on",
                it.opinion_requested_on.as_ref(),
            )?,
            opinion_received_on: date_option(
                "opinion_received_on",
                it.opinion_received_on.as_ref(),
            )?,
            primary_judged_on: date_option("primary_judged_on", it.primary_judged_on.as_ref())?,
            primary_result: parse_option("primary_result", it.primary_result.as_ref())?,
            committee_scheduled_on: date_option(
                "committee_scheduled_on",
                it.committee_scheduled_on.as_ref(),
            )?,
            secondary_judged_on: date_option(
                "secondary_judged_on",
                it.secondary_judged_on.as_ref(),
            )?,
            secondary_result: parse_option("secondary_result", it.secondary_result.as_ref())?,
            certified_on: date_option("certified_on", it.certified_on.as_ref())?,
            notified_on: date_option("notified_on", it.notified_on.as_ref())?,
            deferred_on: date_option("deferred_on", it.deferred_on.as_ref())?,
            expected_on: date_option("expected_on", it.expected_on.as_ref())?,
            deferral_reason: it.deferral_reason.clone().map(PrivateText::new),
        })
    }
}

/// Standard times reach a few hundred minutes; 999.9 leaves room.
const MINUTES: Kind = Kind::Tenths("分", 9999);
const POINTS: Kind = Kind::Tenths("点", 1000);

record! {
    /// 認定結果.
    CertificationRecord of Certification {
        applied_on: String = "申請日", Kind::Date, 10;
        branch: u64 = "枝番", Kind::Number("番", 999), 3;
        primary_judged_on: Option<String> = "一次判定日", Kind::Date, 10;
        primary_result: Option<String> = "一次判定結果", Kind::Code(&tables::CARE_LEVEL), 2;
        secondary_judged_on: Option<String> = "二次判定日", Kind::Date, 10;
        care_level: String = "二次判定結果", Kind::Code(&tables::CARE_LEVEL), 2;
        certified_on: String = "認定日", Kind::Date, 10;
        valid_from: Option<String> = "認定有効期間開始", Kind::Date, 10;
        valid_to: Option<String> = "認定有効期間終了", Kind::Date, 10;
        valid_months: Option<u64> = "認定有効期間月数", Kind::Number("か月", 99), 2;
        committee_opinion: Option<String> = "審査会意見", Kind::Lines, 1000;
        #[serde(default)]
        designated_services: Vec<String> = "サービス種類の指定", Kind::List("designated_service", DESIGNATED), 5;
        specified_disease: Option<String> = "特定疾病コード", Kind::Digits, 2;
        minutes_total: Option<Tenths> = "基準時間 合計", MINUTES, 5;
        minutes_eating: Option<Tenths> = "基準時間 食事", MINUTES, 5;
        minutes_excretion: Option<Tenths> = "基準時間 排泄", MINUTES, 5;
        minutes_moving: Option<Tenths> = "基準時間 移動", MINUTES, 5;
        minutes_cleanliness: Option<Tenths> = "基準時間 清潔保持", MINUTES, 5;
        minutes_indirect: Option<Tenths> = "基準時間 間接ケア", MINUTES, 5;
        minutes_bpsd: Option<Tenths> = "基準時間 BPSD関連", MINUTES, 5;
        minutes_function: Option<Tenths> = "基準時間 機能訓練関連", MINUTES, 5;
        minutes_medical: Option<Tenths> = "基準時間 医療関連", MINUTES, 5;
        minutes_dementia: Option<Tenths> = "基準時間 認知症加算", MINUTES, 5;
        score_1: Option<Tenths> = "中間評価項目得点 第1群", POINTS, 5;
        score_2: Option<Tenths> = "中間評価項目得点 第2群", POINTS, 5;
        score_3: Option<Tenths> = "中間評価項目得点 第3群", POINTS, 5;
        score_4: Option<Tenths> = "中間評価項目得点 第4群", POINTS, 5;
        score_5: Option<Tenths> = "中間評価項目得点 第5群", POINTS, 5;
    }
}

impl TryFrom<&CertificationRecord> for domain::Certification {
    type Error = InvalidRecord;

    fn try_from(it: &CertificationRecord) -> Result<Self, Self::Error> {
        let times = [
            it.minutes_total,
            it.minutes_eating,
            it.minutes_excretion,
            it.minutes_moving,
            it.minutes_cleanliness,
            it.minutes_indirect,
            it.minutes_bpsd,
            it.minutes_function,
            it.minutes_medical,
            it.minutes_dementia,
        ];
        let scores = [it.score_1, it.score_2, it.score_3, it.score_4, it.score_5];
        Ok(Self {
            applied_on: date("applied_on", &it.applied_on)?,
            branch: number("branch", it.branch)?,
            primary_judged_on: date_option("primary_judged_on", it.primary_judged_on.as_ref())?,
            primary_result: parse_option("primary_result", it.primary_result.as_ref())?,
            secondary_judged_on: date_option(
                "secondary_judged_on",
                it.secondary_judged_on.as_ref(),
            )?,
            care_level: parse("care_level", &it.care_level)?,
            certified_on: date("certified_on", &it.certified_on)?,
            valid_from: date_option("valid_from", it.valid_from.as_ref())?,
            valid_to: date_option("valid_to", it.valid_to.as_ref())?,
            valid_months: number_option("valid_months", it.valid_months)?,
            committee_opinion: it.committee_opinion.clone().map(PrivateText::new),
            designated_services: it
                .designated_services
                .iter()
                .map(|kind| parse("designated_services", kind))
                .collect::<Result<_, _>>()?,
            specified_disease: it.specified_disease.clone(),
            standard_time_tenths: times.map(|time| time.map(|it| it.0)),
            group_score_tenths: scores.map(|score| score.map(|it| it.0)),
        })
    }
}
