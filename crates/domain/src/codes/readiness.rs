use super::code_table;
use crate::DataSet;

code_table! {
    /// A function that a municipality begins to serve by itself, apart from the others. Source: mission, M-7.
    PlatformFunction {
        Certificates = "certificates", "証の情報";
        Certification = "certification", "要介護認定の情報";
        Progress = "progress", "認定申請の進捗";
        Opinions = "opinions", "主治医意見書";
        CarePlans = "care_plans", "ケアプラン";
        Life = "life", "LIFE";
    }
}

impl PlatformFunction {
    /// The function whose traffic a file of this set is; `None` for sets that all functions need.
    pub fn served_by(dataset: DataSet) -> Option<Self> {
        match dataset {
            DataSet::InsuredCard
            | DataSet::BenefitRestriction
            | DataSet::CareManagerNotice
            | DataSet::CostShare
            | DataSet::BurdenLimit
            | DataSet::Reduction
            | DataSet::HomeModification
            | DataSet::AssistivePurchase => Some(Self::Certificates),
            DataSet::Survey | DataSet::Certification => Some(Self::Certification),
            DataSet::Application => Some(Self::Progress),
            DataSet::OpinionRequest | DataSet::Opinion => Some(Self::Opinions),
            DataSet::Insured | DataSet::Consent => None,
        }
    }
}

code_table! {
    /// A step on the way to sharing, in their order. Source: municipal-transfer, section 1; mission, M-4.
    ReadinessStep {
        Standardised = "standardised", "介護保険システムの標準化";
        Able = "able", "連携機能の改修";
        Sending = "sending", "データ送信の開始";
        Migrating = "migrating", "データ移行の開始";
        Migrated = "migrated", "データ移行の完了";
        Sharing = "sharing", "情報共有の開始";
    }
}
