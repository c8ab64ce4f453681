//! Two offices that can manage the care of one loaded person.

use super::{Engine, INSURED_HEADER, TestPlatform, care_office, file_of, insured_row};
use kiban_access::Caller;
use kiban_domain::OfficeNumber;
use kiban_services::CallContext;
use kiban_store::repo::offices::{self, OfficeRow};

pub const HANAKO: &str = "0000000017";
pub const SECOND: &str = "1379900023";

/// A platform with HANAKO and the second office.
pub async fn loaded(engine: Engine) -> TestPlatform {
    let test = TestPlatform::new(engine).await;
    let rows = [insured_row(HANAKO, 1, "架空 花子", "カクウ ハナコ", "")];
    test.load(
        "131128_insured_F_20261101_0001.csv",
        &file_of(INSURED_HEADER, &rows),
    )
    .await;
    let second = OfficeRow {
        office_no: SECOND.parse().unwrap(),
        name: "居宅介護支援センター見本".into(),
        medical: false,
        service_kinds: vec!["43".parse().unwrap(), "73".parse().unwrap()],
        created_at: test.platform.now(),
    };
    test.platform
        .store
        .write::<(), kiban_store::Error, _>(move |work| {
            Box::pin(async move { offices::save(work, &second).await })
        })
        .await
        .unwrap();
    test
}

/// Calls as the second office.
pub fn second() -> CallContext {
    let office_no: OfficeNumber = SECOND.parse().unwrap();
    let mut context = care_office();
    SECOND.clone_into(&mut context.actor.organisation);
    context.caller = Caller::Office(office_no);
    context
}
