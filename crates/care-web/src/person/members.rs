//! What a person's reading holds, from its JSON members to records.

use std::str::FromStr;

use kiban_domain::{Date, Timestamp};
use kiban_exchange::municipal::record::{
    ApplicationRecord, AssistivePurchaseRecord, BenefitRestrictionRecord, BurdenLimitRecord,
    CareManagerNoticeRecord, CertificationRecord, CostShareRecord, HomeModificationRecord,
    InsuredCardRecord, InsuredRecord, ReductionRecord,
};
use serde::{Deserialize, Deserializer, de::Error as _};

/// A record with what dates it.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Dated<T> {
    #[serde(deserialize_with = "parsed")]
    pub(crate) updated_at: Timestamp,
    #[serde(deserialize_with = "parsed")]
    pub(crate) true_from: Date,
    #[serde(deserialize_with = "parsed_if_any")]
    pub(crate) true_until: Option<Date>,
    #[serde(flatten)]
    pub(crate) record: T,
}

fn parsed<'de, T: FromStr, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map_err(|_| D::Error::custom("not a date"))
}

fn parsed_if_any<'de, T: FromStr, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    let text = text.map(|text| text.parse().map_err(|_| D::Error::custom("not a date")));
    text.transpose()
}

/// The committee's opinion, split off the certification because fewer may see it.
#[derive(Clone, Deserialize)]
pub(crate) struct CommitteeOpinion {
    pub(crate) committee_opinion: String,
}

/// Shows nothing: it is about a person.
impl std::fmt::Debug for CommitteeOpinion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CommitteeOpinion(…)")
    }
}

/// The members that pages show; others are left aside.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Members {
    pub(crate) insured: Option<Dated<InsuredRecord>>,
    pub(crate) insured_card: Option<Dated<InsuredCardRecord>>,
    pub(crate) benefit_restriction: Vec<Dated<BenefitRestrictionRecord>>,
    pub(crate) care_manager_notice: Option<Dated<CareManagerNoticeRecord>>,
    pub(crate) cost_share: Option<Dated<CostShareRecord>>,
    pub(crate) burden_limit: Option<Dated<BurdenLimitRecord>>,
    pub(crate) reduction: Vec<Dated<ReductionRecord>>,
    pub(crate) progress: Option<Dated<ApplicationRecord>>,
    pub(crate) certification: Option<Dated<CertificationRecord>>,
    pub(crate) committee_opinion: Option<Dated<CommitteeOpinion>>,
    pub(crate) home_modification: Vec<Dated<HomeModificationRecord>>,
    pub(crate) assistive_purchase: Vec<Dated<AssistivePurchaseRecord>>,
}

impl Members {
    /// Reads the members of one reading.
    pub(crate) fn of(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }

    /// When the insurer last changed any of the certificates.
    pub(crate) fn updated_at(&self) -> Option<Timestamp> {
        fn one<T>(it: Option<&Dated<T>>) -> Option<Timestamp> {
            it.map(|it| it.updated_at)
        }
        fn many<T>(all: &[Dated<T>]) -> Option<Timestamp> {
            all.iter().map(|it| it.updated_at).max()
        }
        [
            one(self.insured.as_ref()),
            one(self.insured_card.as_ref()),
            many(&self.benefit_restriction),
            one(self.care_manager_notice.as_ref()),
            one(self.cost_share.as_ref()),
            one(self.burden_limit.as_ref()),
            many(&self.reduction),
            many(&self.home_modification),
            many(&self.assistive_purchase),
        ]
        .into_iter()
        .flatten()
        .max()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_is_a_record_with_its_dates() {
        let json = r#"{"insured_card":{"history_no":2,"updated_at":"2026-10-01T00:00:00Z","true_from":"2026-04-01",
            "true_until":null,"issued_on":"2026-04-05","care_level":"22","benefit_limit_units":19705,
            "kind_limits":[{"kind":"11","units":10000}]},"consent":[{"seq":1}],"reduction":[]}"#;
        let members = Members::of(json).unwrap();
        let card = members.insured_card.unwrap();
        assert_eq!(card.record.care_level.as_deref(), Some("22"));
        assert_eq!(card.record.kind_limits[0].units, 10_000);
        assert_eq!(card.true_until, None);
    }
}
