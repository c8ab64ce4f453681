//! An office that applies for a subsidy, for the pages of who reviews it.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, missing_docs)]

use super::support::App;
use kiban_access::Caller;
use kiban_audit::{Actor, Door};
use kiban_domain::{OfficeNumber, Programme};
use kiban_services::{
    CallContext,
    subsidies::{self, EvidenceUpload, SubsidyApplicant},
};
use kiban_store::repo::offices::{self, OfficeRow};
use uuid::Uuid;

pub const PORTAL: &str = "https://portal.example";
pub const PDF: &[u8] = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\nxref\n0 2\n0000000000 65535 f \n0000000009 00000 n \ntrailer\n<< /Size 2 /Root 1 0 R >>\nstartxref\n45\n%%EOF\n";

pub fn applicant(office: &str) -> SubsidyApplicant {
    SubsidyApplicant {
        user_id: Uuid::from_u128(100),
        name: "見本 担当".into(),
        mail: "tantou@care.example".into(),
        office_no: office.parse().unwrap(),
    }
}

pub fn context() -> CallContext {
    CallContext {
        caller: Caller::Operator,
        actor: Actor::new(Door::Operator, "operator"),
        request_id: "r".into(),
    }
}

/// A day of the period, with the scheme that comes with the program.
pub async fn open(app: &App) {
    app.clock.set("2025-12-01T10:00:00+09:00");
    subsidies::take_in_shipped(&app.platform).await.unwrap();
}

/// An office that is registered.
pub async fn office(app: &App, number: &str, name: &str) -> OfficeNumber {
    let office_no: OfficeNumber = number.parse().unwrap();
    let row = OfficeRow {
        office_no,
        name: name.into(),
        medical: false,
        service_kinds: vec!["43".parse().unwrap(), "11".parse().unwrap()],
        created_at: app.platform.now(),
    };
    let added = app
        .platform
        .store
        .write::<(), kiban_store::Error, _>(move |work| {
            Box::pin(async move { offices::save(work, &row).await })
        });
    added.await.unwrap();
    office_no
}

/// Two readers of 16,000 yen and a connection of `connection` yen without tax.
pub fn values(connection: &str) -> Vec<(String, String)> {
    [
        ("kinds", "11 43"),
        ("line.1.kind", "reader"),
        ("line.1.on", "2025-11-04"),
        ("line.1.maker", "見本電器"),
        ("line.1.model", "<script>MR-1"),
        ("line.1.serials", "A001、A002"),
        ("line.1.invoice", "INV-1"),
        ("line.1.quantity", "2"),
        ("line.1.amount", "16000"),
        ("line.1.tax", "included"),
        ("line.2.kind", "connection"),
        ("line.2.on", "2025-11-20"),
        ("line.2.maker", "見本サポート"),
        ("line.2.model", "端末の設定"),
        ("line.2.invoice", "S-22"),
        ("line.2.amount", connection),
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

/// An application of an office that was submitted, at version 2.
pub async fn submitted(app: &App, who: &SubsidyApplicant, connection: &str) -> String {
    let (platform, context) = (&app.platform, context());
    let key = ("2025", Programme::Care);
    let receipt = subsidies::begin(platform, &context, who, key, values(connection))
        .await
        .unwrap();
    for line in [1, 2] {
        let mut upload = EvidenceUpload::begin(platform, "領収書.pdf").unwrap();
        upload.take(PDF).unwrap();
        upload.keep(platform, who, &receipt, line).await.unwrap();
    }
    subsidies::submit(platform, &context, who, (&receipt, 1), PORTAL)
        .await
        .unwrap();
    receipt
}
