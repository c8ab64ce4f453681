//! A whole platform on either engine, with a municipality that sends files.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, missing_docs)]

pub mod invited;
pub mod opinions;
pub mod portal_accounts;
pub mod registering;
pub mod subsidising;
pub mod two_offices;

use kiban_access::Caller;
use kiban_audit::{Actor, Door, SigningKey};
use kiban_domain::{
    Clock as _, DataSet, Date, Entropy, InsurerNumber, MunicipalityStage, OfficeNumber,
};
use kiban_exchange::municipal::{Encoding, FileName, LoadMode};
use kiban_services::{
    CallContext, Platform, insurers,
    intake::{self, Accepted, Incoming, IntakeSettings, ReceiveError},
};
use kiban_store::{
    Objects, Settings, Store,
    repo::{
        eligibility::{self, EligibilityRow},
        insurers::InsurerRow,
        offices::{self, OfficeRow},
        transfers::TransferRow,
    },
};
use kiban_testkit::{FixedClock, SeededEntropy, fresh_schema, postgres_url};
use std::{io::Write as _, path::PathBuf, sync::Arc};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Lite,
    Postgres,
}

pub const ENGINES: [Engine; 2] = [Engine::Lite, Engine::Postgres];

pub struct TestPlatform {
    pub platform: Platform,
    pub clock: Arc<FixedClock>,
    /// Deleted with this value.
    pub folder: Option<tempfile::TempDir>,
    pub settings: Settings,
}

pub const INSURER: &str = "131128";
pub const OFFICE: &str = "1379900015";

impl TestPlatform {
    pub async fn new(engine: Engine) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let settings = match engine {
            Engine::Lite => Settings::Lite {
                folder: folder.path().join("db"),
            },
            Engine::Postgres => Settings::Postgres {
                url: postgres_url(),
                schema: fresh_schema(),
                connections: 4,
            },
        };
        let test = Self::open(settings, folder).await;
        test.prepare().await;
        test
    }

    async fn open(settings: Settings, folder: tempfile::TempDir) -> Self {
        let path = folder.path().to_owned();
        Self {
            folder: Some(folder),
            ..Self::open_at(settings, path).await
        }
    }

    /// Opens what may be there already; the folder stays afterwards.
    pub async fn open_at(settings: Settings, path: PathBuf) -> Self {
        let (store, audit) = Store::open(&settings).await.unwrap();
        let clock = Arc::new(FixedClock::at("2026-11-01T01:00:00Z"));
        let entropy: Arc<dyn Entropy> = Arc::new(SeededEntropy::new(7));
        let key = SigningKey::from_pkcs8(&SigningKey::generate(&*entropy)).unwrap();
        let platform = Platform {
            store,
            audit,
            objects: Objects::open(&path.join("objects")).unwrap(),
            clock: clock.clone(),
            entropy,
            audit_key: Arc::new(key),
        };
        Self {
            platform,
            clock,
            folder: None,
            settings,
        }
    }

    /// Registers the insurer and the office.
    pub async fn prepare(&self) {
        let row = InsurerRow {
            insurer_no: insurer(),
            name: "見本区".into(),
            prefecture: "東京都".into(),
            phone: String::new(),
            stage: MunicipalityStage::Preparing,
            stage_since: self.platform.today(),
        };
        insurers::save(&self.platform, row).await.unwrap();
        self.stage(MunicipalityStage::Sharing).await;
        let office = OfficeRow {
            office_no: office(),
            name: "見本ケアプランセンター".into(),
            medical: false,
            service_kinds: vec!["43".parse().unwrap(), "11".parse().unwrap()],
            created_at: self.clock.now(),
        };
        self.platform
            .store
            .write::<(), kiban_store::Error, _>(move |work| {
                Box::pin(async move { offices::save(work, &office).await })
            })
            .await
            .unwrap();
    }

    pub async fn stage(&self, stage: MunicipalityStage) {
        let since = Date::constant(2026, 10, 1);
        insurers::set_stage(&self.platform, &operator(), insurer(), stage, since)
            .await
            .unwrap();
    }

    pub async fn send(&self, name: &str, content: &[u8]) -> Result<Accepted, ReceiveError> {
        self.send_as(name, content, Encoding::Utf8).await
    }

    pub async fn send_as(
        &self,
        name: &str,
        content: &[u8],
        encoding: Encoding,
    ) -> Result<Accepted, ReceiveError> {
        let mut staged = self
            .platform
            .objects
            .stage(&self.platform.id().to_string())
            .unwrap();
        staged.write_all(content).unwrap();
        let incoming = Incoming {
            name: name.parse::<FileName>().unwrap(),
            encoding,
            size_bytes: i64::try_from(content.len()).unwrap(),
            content: staged.publish().unwrap(),
        };
        intake::receive(&self.platform, &municipality(), incoming).await
    }

    pub async fn work_off(&self) -> usize {
        intake::work_off(
            &self.platform,
            IntakeSettings {
                batch_rows: 50,
                ..IntakeSettings::default()
            },
        )
        .await
        .unwrap()
    }

    pub async fn load(&self, name: &str, content: &[u8]) -> TransferRow {
        let accepted = self.send(name, content).await.unwrap();
        self.work_off().await;
        self.transfer(&accepted.transfer).await
    }

    /// Loads the file of one set of an invented population, the given number in its series.
    pub async fn load_synth(
        &self,
        options: &kiban_synth::Options,
        set: DataSet,
        serial: u16,
    ) -> TransferRow {
        let mut file = Vec::new();
        let counts = kiban_synth::generate(options, set, &mut file).unwrap();
        let name = kiban_synth::file_name(options, set, LoadMode::Full, serial).to_string();
        let done = self.load(&name, &file).await;
        assert_eq!(
            done.counts.total,
            i64::try_from(counts.rows).unwrap(),
            "{set:?}"
        );
        done
    }

    /// Every row of the read model.
    pub async fn rows(&self) -> Vec<EligibilityRow> {
        let mut work = self.platform.store.point().await.unwrap();
        eligibility::list_rows(&mut work, INSURER, "", 1_000_000)
            .await
            .unwrap()
    }

    /// Composes the read model anew from the history, from nothing.
    pub async fn rebuild(&self) {
        let today = self.platform.today();
        let numbers: Vec<String> = self
            .rows()
            .await
            .into_iter()
            .map(|row| row.insured_no)
            .collect();
        self.platform
            .store
            .write::<(), kiban_store::Error, _>(move |work| {
                Box::pin(async move {
                    let numbers: Vec<&str> = numbers.iter().map(String::as_str).collect();
                    eligibility::remove(work, INSURER, &numbers).await?;
                    intake::rebuild_persons(work, INSURER, &numbers, today).await
                })
            })
            .await
            .unwrap();
    }

    pub async fn verify(&self) -> Vec<kiban_audit::Finding> {
        let keys = vec![self.platform.audit_key.verifying_key().clone()];
        let now = self.platform.now();
        kiban_services::audit_trail::verify(&self.platform.audit, keys, Vec::new(), now)
            .await
            .unwrap()
            .findings
    }

    pub async fn transfer(&self, row: &TransferRow) -> TransferRow {
        let mut work = self.platform.store.point().await.unwrap();
        kiban_store::repo::transfers::find(&mut work, &row.insurer_no, row.transfer_id)
            .await
            .unwrap()
            .unwrap()
    }
}

/// The sets that a population can be written for; persons first, since everything else waits for them.
pub const SYNTH_SETS: [DataSet; 12] = [
    DataSet::Insured,
    DataSet::InsuredCard,
    DataSet::BenefitRestriction,
    DataSet::CareManagerNotice,
    DataSet::CostShare,
    DataSet::BurdenLimit,
    DataSet::Reduction,
    DataSet::Application,
    DataSet::Certification,
    DataSet::HomeModification,
    DataSet::AssistivePurchase,
    DataSet::Consent,
];

pub fn population(persons: u64) -> kiban_synth::Options {
    kiban_synth::Options {
        insurer: insurer(),
        persons,
        seed: 20_261_101,
        base_date: Date::constant(2026, 11, 1),
        bad_rows_per_mille: 0,
        encoding: Encoding::Utf8,
    }
}

pub const INSURED_HEADER: &str = "op,insurer_no,insured_no,history_no,updated_at,name,name_kana,birth_date,sex,insured_category,acquired_on,postal_code,address,phone,acquired_reason,lost_on,lost_reason,domicile_exception,changed_on";

/// A row of the insured set; the days may be empty.
pub fn insured_row(
    number: &str,
    history_no: u32,
    name: &str,
    kana: &str,
    changed_on: &str,
) -> String {
    format!(
        "U,131128,{number},{history_no},2026-10-01T09:00:00+09:00,{name},{kana},1940-05-03,2,1,2005-05-02,,,,,,,,{changed_on}"
    )
}

pub fn file_of(header: &str, rows: &[String]) -> Vec<u8> {
    format!("{header}\n{}\n", rows.join("\n")).into_bytes()
}

pub fn person(number: &str) -> kiban_access::PersonKey {
    kiban_access::PersonKey {
        insurer_no: insurer(),
        insured_no: number.parse().unwrap(),
    }
}

pub fn insurer() -> InsurerNumber {
    INSURER.parse().unwrap()
}

pub fn office() -> OfficeNumber {
    OFFICE.parse().unwrap()
}

fn context(caller: Caller, door: Door, organisation: &str) -> CallContext {
    CallContext {
        caller,
        actor: Actor::new(door, organisation).certificate("0a"),
        request_id: "r".into(),
    }
}

pub fn municipality() -> CallContext {
    context(Caller::Insurer(insurer()), Door::Connect, INSURER)
}

pub fn care_office() -> CallContext {
    context(Caller::Office(office()), Door::Care, OFFICE)
}

pub fn operator() -> CallContext {
    context(Caller::Operator, Door::Operator, "operator")
}

pub const APPLICATION_HEADER: &str = "op,insurer_no,insured_no,history_no,updated_at,applied_on,branch,kind,kind_at_filing,withdrawal,insured_category,filed_by,survey_requested_on,survey_done_on,survey_received_on,opinion_requested_on,opinion_received_on,primary_judged_on,primary_result,committee_scheduled_on,secondary_judged_on,secondary_result,certified_on,notified_on,deferred_on,expected_on,deferral_reason";

/// An application for renewal, received on 20 October 2026; `requested`: when the survey was, as a date or nothing.
pub fn application_row(insured_no: &str, history_no: u32, requested: &str) -> String {
    format!(
        "U,131128,{insured_no},{history_no},2026-10-20T09:00:00+09:00,2026-10-20,1,2,,,,,{requested},,,,,,,,,,,,,,"
    )
}
