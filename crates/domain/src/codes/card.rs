use super::code_table;

code_table! {
    other:
    /// Why somebody is insured or cared for (被保険者区分コード). Source: identifiers, section 9.
    InsuredCategory {
        First = "1", "第1号被保険者";
        Second = "2", "第2号被保険者";
        PublicAssistance = "8", "生活保護";
        Someone = "9", "その他";
    }
}

code_table! {
    /// What a benefit restriction does (給付制限). Codes are ours. Source: certificates, section 1.
    RestrictionKind {
        PaymentMethodChange = "payment_method_change", "支払方法の変更";
        TemporarySuspension = "temporary_suspension", "保険給付の支払の一時差止";
        BenefitReduction = "benefit_reduction", "給付額の減額";
        MedicalArrearsSuspension = "medical_arrears_suspension", "医療保険料滞納による差止";
    }
}

code_table! {
    /// The share of the cost a person pays (利用者負担の割合), in tenths. Source: certificates, section 3.
    CostShareRatio {
        One = "1", "1割";
        Two = "2", "2割";
        Three = "3", "3割";
    }
}

impl CostShareRatio {
    /// The benefit the insurer pays, in percent: 90, 80 or 70.
    pub fn benefit_percent(self) -> u8 {
        match self {
            Self::One => 90,
            Self::Two => 80,
            Self::Three => 70,
        }
    }
}

code_table! {
    /// The burden stage (利用者負担段階) that decides food and housing limits. Source: certificates, section 4.
    BurdenStage {
        One = "1", "第1段階";
        Two = "2", "第2段階";
        ThreeOne = "3-1", "第3段階①";
        ThreeTwo = "3-2", "第3段階②";
        Four = "4", "第4段階";
    }
}

code_table! {
    /// The room a housing limit is for. Source: certificates, section 4.
    RoomType {
        UnitPrivate = "unit_private", "ユニット型個室";
        UnitSemiPrivate = "unit_semi_private", "ユニット型個室的多床室";
        ConventionalPrivateWelfare = "conventional_private_welfare", "従来型個室(特養等)";
        ConventionalPrivateMedical = "conventional_private_medical", "従来型個室(老健・医療院等)";
        SharedWelfare = "shared_welfare", "多床室(特養等)";
        SharedMedical = "shared_medical", "多床室(老健・医療院等)";
        SharedMedicalCharged = "shared_medical_charged", "多床室(老健・医療院等、室料あり)";
    }
}

code_table! {
    /// A certificate of reduction or exemption (減免減額認定証). Codes are ours. Source: certificates, section 6.
    ReductionKind {
        WelfareCorporation = "welfare_corp", "社会福祉法人等利用者負担軽減確認証";
        CostShareReduction = "cost_share", "利用者負担額減額・免除等認定証";
        HomeVisitCare = "home_visit_care", "訪問介護利用者負担額減額認定証";
        SpecialArea = "special_area", "特別地域加算に係る訪問介護利用者負担減額確認証";
        FormerPlacement = "former_placement", "特定負担限度額認定証";
    }
}

code_table! {
    /// What a consent covers. Codes are ours. Source: municipal-transfer, section 4.
    ConsentScope {
        All = "all", "介護情報の全体";
        InsuredCard = "insured_card", "被保険者証";
        Survey = "survey", "認定調査票";
        Opinion = "opinion", "主治医意見書";
        Certification = "certification", "認定結果";
        Life = "life", "LIFE情報";
        CarePlan = "care_plan", "ケアプラン";
    }
}

code_table! {
    /// Who took a consent (取得者区分). Codes are ours. Source: municipal-transfer, sections 3 and 4.
    ConsentTaker {
        Municipality = "municipality", "市町村";
        CareManager = "care_manager", "ケアマネジャー";
        Office = "office", "介護事業所";
        Person = "person", "本人";
    }
}

code_table! {
    /// On whose word a consent rests that an office took (同意の根拠). Codes are ours; all but the person's own name a
    /// ground.
    ConsentBasis {
        Own = "own", "ご本人";
        AdultGuardian = "adult_guardian", "成年後見人";
        Curator = "curator", "保佐人・補助人（代理権あり）";
        VoluntaryGuardian = "voluntary_guardian", "任意後見人";
        Agent = "agent", "任意代理人（委任状あり）";
        Family = "family", "家族";
    }
}

code_table! {
    /// Why a full limit of home modification was given again. Source: certificates, section 7.
    ModificationResetReason {
        None = "none", "なし";
        Moved = "moved", "転居";
        ThreeSteps = "three_steps", "三段階リセット";
    }
}

code_table! {
    /// The kind of an assistive device that is bought (特定福祉用具の種目). Codes are ours. Source: certificates, section 7.
    AssistiveItem {
        Toilet = "toilet", "腰掛便座";
        ExcretionParts = "excretion_parts", "自動排泄処理装置の交換可能部品";
        ExcretionSensor = "excretion_sensor", "排泄予測支援機器";
        Bathing = "bathing", "入浴補助用具";
        SimpleBathtub = "simple_bathtub", "簡易浴槽";
        LiftSling = "lift_sling", "移動用リフトのつり具の部分";
        FixedSlope = "fixed_slope", "固定用スロープ";
        Walker = "walker", "歩行器(歩行車を除く)";
        Cane = "cane", "単点杖・多点杖";
    }
}

impl AssistiveItem {
    /// Whether the person chooses between renting and buying, possible since 2024-04.
    pub fn may_be_rented(self) -> bool {
        matches!(self, Self::FixedSlope | Self::Walker | Self::Cane)
    }
}
