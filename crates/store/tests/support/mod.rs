//! A store on either engine, empty and migrated.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, missing_docs)]

use kiban_access::{Caller, Consents, Facts, Matrix, Permit, PersonKey, ReadPerson};
use kiban_domain::{Date, InsurerNumber, MunicipalityStage, OfficeNumber, Timestamp};
use kiban_store::{
    AuditLog, Settings, Store,
    repo::{
        eligibility::{EligibilityRow, Parts},
        facts::{FactState, NewFact},
        insurers::InsurerRow,
    },
};
use kiban_testkit::{fresh_schema, postgres_url};
use uuid::Uuid;

/// Runs a unit of work that fails with the store's own error.
#[macro_export]
macro_rules! write {
    ($store:expr, $work:ident => $body:expr) => {
        $store
            .write::<_, kiban_store::Error, _>(move |$work| Box::pin(async move { $body }))
            .await
    };
}

pub struct TestStore {
    pub store: Store,
    pub audit: AuditLog,
    pub settings: Settings,
    pub folder: tempfile::TempDir,
    pub engine: &'static str,
}

impl TestStore {
    pub async fn lite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let settings = Settings::Lite {
            folder: folder.path().join("db"),
        };
        Self::open("sqlite", settings, folder).await
    }

    pub async fn postgres(connections: usize) -> Self {
        let settings = Settings::Postgres {
            url: postgres_url(),
            schema: fresh_schema(),
            connections,
        };
        Self::open("postgres", settings, tempfile::tempdir().unwrap()).await
    }

    async fn open(engine: &'static str, settings: Settings, folder: tempfile::TempDir) -> Self {
        let (store, audit) = Store::open(&settings).await.unwrap();
        Self {
            store,
            audit,
            settings,
            folder,
            engine,
        }
    }

    /// One of each engine.
    pub async fn both() -> [Self; 2] {
        [Self::lite().await, Self::postgres(8).await]
    }
}

pub fn insurer() -> InsurerNumber {
    "131128".parse().unwrap()
}

pub fn office() -> OfficeNumber {
    "1379900015".parse().unwrap()
}

pub fn person(insured_no: &str) -> PersonKey {
    PersonKey {
        insurer_no: insurer(),
        insured_no: insured_no.parse().unwrap(),
    }
}

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub fn now() -> Timestamp {
    at("2026-11-01T01:00:00Z")
}

pub fn day(month: i8, day: i8) -> Date {
    Date::constant(2026, month, day)
}

pub fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

pub fn insurer_row() -> InsurerRow {
    InsurerRow {
        insurer_no: insurer(),
        name: "見本区".into(),
        prefecture: "東京都".into(),
        phone: String::new(),
        stage: MunicipalityStage::Sharing,
        stage_since: day(10, 1),
    }
}

pub fn facts_of(key: &PersonKey) -> Facts {
    Facts {
        person: key.clone(),
        stage: MunicipalityStage::Sharing,
        relations: Vec::new(),
        consents: Consents::default(),
        today: day(11, 1),
    }
}

pub fn read_permit(key: &PersonKey) -> Permit<ReadPerson> {
    kiban_access::read_person(
        &Caller::Insurer(key.insurer_no),
        &facts_of(key),
        Matrix::standard(),
    )
    .unwrap()
}

pub fn new_fact(insured_no: &str, record_key: &str, version: i64, body: &str) -> NewFact {
    NewFact {
        insured_no: insured_no.into(),
        record_key: record_key.into(),
        version,
        valid_from: day(1, 1),
        valid_to: day(12, 31),
        history_no: 1,
        updated_at: now(),
        state: FactState::Live,
        digest: vec![u8::try_from(version).unwrap(); 16],
        body: body.into(),
    }
}

pub fn eligibility_row(insured_no: &str, good_until: Date) -> EligibilityRow {
    let mut parts = Parts::default();
    parts.push("\"insured\":{\"name\":\"架空 花子\"}");
    EligibilityRow {
        insured_no: insured_no.into(),
        good_from: day(1, 1),
        good_until,
        name: "架空 花子".into(),
        name_kana: "カクウ ハナコ".into(),
        birth_date: Date::constant(1940, 5, 3),
        sex: 2,
        care_level: "21".into(),
        certified_until: Some(day(12, 31)),
        application_date: None,
        progress: String::new(),
        consents: 0,
        parts,
    }
}
