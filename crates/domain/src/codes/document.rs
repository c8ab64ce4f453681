use super::code_table;

code_table! {
    /// What a file is that an office keeps about a person (書類の種類). Our own table.
    DocumentKind {
        DischargeSummary = "discharge_summary", "退院・退所の情報";
        MedicalInformation = "medical_information", "医療機関からの情報提供";
        ServiceReport = "service_report", "サービス提供の報告";
        Assessment = "assessment", "アセスメント";
        MeetingMinutes = "meeting_minutes", "サービス担当者会議の記録";
        Other = "other", "その他の書類";
    }
}
