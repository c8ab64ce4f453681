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
        Other = "other", "その他";
    }
}
