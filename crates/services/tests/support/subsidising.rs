//! An office that applies for a subsidy, and who reviews it.

use super::{TestPlatform, office, operator, registering::PORTAL};
use kiban_domain::{Programme, SubsidyStage};
use kiban_services::{
    registrations::ReviewerUser,
    subsidies::{
        self, AcceptedLine, EvidenceError, EvidenceUpload, Proposal, ReviewAct, SubmitError,
        Submitted, SubsidyApplicant, SubsidyReviewError,
    },
};
use uuid::Uuid;

pub const SCHEME: &str = "2025";
pub const PDF: &[u8] = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\nxref\n0 2\n0000000000 65535 f \n0000000009 00000 n \ntrailer\n<< /Size 2 /Root 1 0 R >>\nstartxref\n45\n%%EOF\n";

pub fn applicant() -> SubsidyApplicant {
    SubsidyApplicant {
        user_id: Uuid::from_u128(100),
        name: "見本 担当".into(),
        mail: "tantou@care.example".into(),
        office_no: office(),
    }
}

pub fn reviewer(id: u128) -> ReviewerUser {
    super::registering::reviewer(id)
}

/// One reader and a connection: 106,000 yen of ceilings for 43 and 11.
pub fn values() -> Vec<(String, String)> {
    [
        ("kinds", "11 43"),
        ("line.1.kind", "reader"),
        ("line.1.on", "令和7年11月4日"),
        ("line.1.maker", "見本電器"),
        ("line.1.model", "MR-1"),
        ("line.1.serials", "A001、A002"),
        ("line.1.invoice", "INV-1"),
        ("line.1.quantity", "２"),
        ("line.1.amount", "１６，０００円"),
        ("line.1.tax", "included"),
        ("line.2.kind", "connection"),
        ("line.2.on", "2025-11-20"),
        ("line.2.maker", "見本サポート"),
        ("line.2.model", "端末の設定"),
        ("line.2.invoice", "S-22"),
        ("line.2.amount", "40000"),
        ("line.2.tax", "excluded"),
        ("account.bank", "9999"),
        ("account.bank_name", "見本銀行"),
        ("account.branch", "001"),
        ("account.branch_name", "本店"),
        ("account.kind", "1"),
        ("account.number", "1234567"),
        ("account.holder", "カ）ミホンケア"),
        ("declare.truth", "1"),
        ("declare.once", "1"),
        ("declare.keep", "1"),
        ("declare.back", "1"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec()
}

/// What [`values`] come to: 16,000 + 44,000.
pub const AMOUNT: u64 = 60_000;

/// A platform on a day of the period, with the scheme.
pub async fn open(test: &TestPlatform) {
    test.clock.set("2025-12-01T10:00:00+09:00");
    subsidies::take_in_shipped(&test.platform).await.unwrap();
}

pub async fn begin(test: &TestPlatform, values: Vec<(String, String)>) -> String {
    let key = (SCHEME, Programme::Care);
    subsidies::begin(&test.platform, &operator(), &applicant(), key, values)
        .await
        .unwrap()
}

pub async fn attach(
    test: &TestPlatform,
    receipt: &str,
    line: u32,
    bytes: &[u8],
) -> Result<(), EvidenceError> {
    let mut upload = EvidenceUpload::begin(&test.platform, "領収書.pdf").unwrap();
    upload.take(bytes).unwrap();
    upload
        .keep(&test.platform, &applicant(), receipt, line)
        .await
}

pub async fn submit(
    test: &TestPlatform,
    receipt: &str,
    seen: i64,
) -> Result<Submitted, SubmitError> {
    subsidies::submit(
        &test.platform,
        &operator(),
        &applicant(),
        (receipt, seen),
        PORTAL,
    )
    .await
}

/// An application that was submitted, at version 2.
pub async fn submitted(test: &TestPlatform) -> String {
    let receipt = begin(test, values()).await;
    for line in [1, 2] {
        attach(test, &receipt, line, PDF).await.unwrap();
    }
    submit(test, &receipt, 1).await.unwrap();
    receipt
}

pub fn accepted() -> Proposal {
    Proposal {
        refuse: false,
        reason: String::new(),
        lines: vec![
            AcceptedLine {
                number: 1,
                quantity: 2,
                yen: 16_000,
                reason: String::new(),
            },
            AcceptedLine {
                number: 2,
                quantity: 1,
                yen: 44_000,
                reason: String::new(),
            },
        ],
        amount_yen: 0,
    }
}

pub async fn review(
    test: &TestPlatform,
    receipt: &str,
    seen: i64,
    act: ReviewAct,
    by: u128,
) -> Result<SubsidyStage, SubsidyReviewError> {
    let by = reviewer(by);
    subsidies::review(
        &test.platform,
        &operator(),
        PORTAL,
        (receipt, seen),
        (act, "内部のメモ"),
        by,
    )
    .await
}

/// An application that one person granted, at version 4.
pub async fn granted(test: &TestPlatform) -> String {
    let receipt = submitted(test).await;
    review(test, &receipt, 2, ReviewAct::Take, 1).await.unwrap();
    review(test, &receipt, 3, ReviewAct::Check(accepted()), 1)
        .await
        .unwrap();
    receipt
}
