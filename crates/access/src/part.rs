//! The parts of what the platform holds about one person.

/// One part of a person's information, the unit in which it is shown or withheld.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Part {
    /// 被保険者の基本情報.
    Insured,
    /// 被保険者証.
    InsuredCard,
    /// 給付制限.
    BenefitRestriction,
    /// 居宅介護支援の届出.
    CareManagerNotice,
    /// 負担割合証.
    CostShare,
    /// 負担限度額認定証.
    BurdenLimit,
    /// 減免減額認定証.
    Reduction,
    /// 認定申請の進捗.
    Progress,
    /// 認定結果.
    Certification,
    /// 審査会意見.
    CommitteeOpinion,
    /// 住宅改修費.
    HomeModification,
    /// 福祉用具購入費.
    AssistivePurchase,
    /// 同意.
    Consent,
    /// 認定調査票.
    Survey,
    /// 主治医意見書.
    Opinion,
    /// LIFE.
    Life,
    /// ケアプラン.
    CarePlan,
}

impl Part {
    /// Every part, in the order in which answers list them.
    pub const ALL: [Self; 17] = [
        Self::Insured,
        Self::InsuredCard,
        Self::BenefitRestriction,
        Self::CareManagerNotice,
        Self::CostShare,
        Self::BurdenLimit,
        Self::Reduction,
        Self::Progress,
        Self::Certification,
        Self::CommitteeOpinion,
        Self::HomeModification,
        Self::AssistivePurchase,
        Self::Consent,
        Self::Survey,
        Self::Opinion,
        Self::Life,
        Self::CarePlan,
    ];

    /// The stable code that programs see.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Insured => "insured",
            Self::InsuredCard => "insured_card",
            Self::BenefitRestriction => "benefit_restriction",
            Self::CareManagerNotice => "care_manager_notice",
            Self::CostShare => "cost_share",
            Self::BurdenLimit => "burden_limit",
            Self::Reduction => "reduction",
            Self::Progress => "progress",
            Self::Certification => "certification",
            Self::CommitteeOpinion => "committee_opinion",
            Self::HomeModification => "home_modification",
            Self::AssistivePurchase => "assistive_purchase",
            Self::Consent => "consent",
            Self::Survey => "survey",
            Self::Opinion => "opinion",
            Self::Life => "life",
            Self::CarePlan => "care_plan",
        }
    }

    /// The name that people see.
    pub fn label(self) -> &'static str {
        match self {
            Self::Insured => "被保険者の基本情報",
            Self::InsuredCard => "被保険者証",
            Self::BenefitRestriction => "給付制限",
            Self::CareManagerNotice => "居宅介護支援の届出",
            Self::CostShare => "負担割合証",
            Self::BurdenLimit => "負担限度額認定証",
            Self::Reduction => "減免・減額の認定証",
            Self::Progress => "認定申請の進捗",
            Self::Certification => "要介護認定の結果",
            Self::CommitteeOpinion => "認定審査会の意見",
            Self::HomeModification => "住宅改修費の利用状況",
            Self::AssistivePurchase => "福祉用具購入費の利用状況",
            Self::Consent => "同意の状況",
            Self::Survey => "認定調査票",
            Self::Opinion => "主治医意見書",
            Self::Life => "LIFE情報",
            Self::CarePlan => "ケアプラン",
        }
    }

    /// The part with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.as_str() == code)
    }
}

/// A set of parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PartSet(u32);

impl PartSet {
    /// No part.
    pub const EMPTY: Self = Self(0);

    /// The set with `part` added.
    #[must_use]
    pub fn with(self, part: Part) -> Self {
        Self(self.0 | (1 << part as u8))
    }

    /// Whether `part` belongs to it.
    pub fn contains(self, part: Part) -> bool {
        self.0 & (1 << part as u8) != 0
    }

    /// Its parts in the order of [`Part::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Part> {
        Part::ALL
            .into_iter()
            .filter(move |part| self.contains(*part))
    }
}
