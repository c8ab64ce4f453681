use super::code_table;

code_table! {
    /// Why an office looks although nobody could check who the person is. Our own closed table.
    EmergencyReason {
        Shelter = "shelter", "避難所・避難先での支援";
        Outage = "outage", "通信や機器の障害で本人確認ができない";
        Unconscious = "unconscious", "意識がないなど、ご本人に確かめられない";
        Other = "other", "その他";
    }
}

code_table! {
    /// What the operator's review of an emergency view found. Our own table.
    LookFinding {
        Ok = "ok", "適切";
        Improper = "improper", "不適切";
    }
}
