use super::code_table;

code_table! {
    /// Why an office's registration with a person ended (担当登録の終了の理由). Our own table.
    EndReason {
        ContractEnded = "contract_ended", "契約終了";
        FacilityAdmission = "facility_admission", "施設入所";
        Death = "death", "死亡";
        MovedAway = "moved_away", "転出";
        HandedOver = "handed_over", "他事業所へ引継";
        Mistake = "mistake", "誤登録";
        NoAnswer = "no_answer", "見直しの回答がないため";
        Other = "other", "その他";
    }
}

impl EndReason {
    /// Whether an office may give it. That nobody answered is for the platform to find (W-4).
    pub fn may_be_given(self) -> bool {
        match self {
            Self::ContractEnded
            | Self::FacilityAdmission
            | Self::Death
            | Self::MovedAway
            | Self::HandedOver
            | Self::Mistake
            | Self::Other => true,
            Self::NoAnswer => false,
        }
    }
}
