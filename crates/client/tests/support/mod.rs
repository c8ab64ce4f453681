//! A real door behind real mTLS on loopback, on either engine, and callers of each kind.
#![allow(
    dead_code,
    unreachable_pub,
    missing_docs,
    clippy::unwrap_used,
    reason = "support of tests"
)]

use kiban_audit::SigningKey;
use kiban_client::{Connection, Encoding, Sending};
use kiban_connect_api::{ConnectState, routes};
use kiban_domain::{Clock, Entropy, MunicipalityStage};
use kiban_pki::{Authority, AuthorityKind, Order, Profile, SystemKind};
use kiban_services::{
    Platform, insurers,
    intake::{self, IntakeSettings},
};
use kiban_store::{Objects, Settings, Store, repo::insurers::InsurerRow};
use kiban_testkit::{FixedClock, SeededEntropy, fresh_schema, postgres_url};
use kiban_web_kit::{
    Limits, Shutdown,
    tls::{DoorTls, serve},
};
use rustls::{ClientConfig, RootCertStore, time_provider::TimeProvider};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, UnixTime, pem::PemObject as _};
use std::{fmt::Write as _, sync::Arc, time::Duration};
use tokio::{net::TcpListener, sync::Notify};

pub const INSURER: &str = "131128";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Lite,
    Postgres,
}

pub const ENGINES: [Engine; 2] = [Engine::Lite, Engine::Postgres];

pub struct Platforms {
    pub platform: Platform,
    pub server: String,
    pub authority: String,
    pub systems: Authority,
    pub clock: Arc<FixedClock>,
    pub entropy: Arc<dyn Entropy>,
    pub shutdown: Shutdown,
    _folder: tempfile::TempDir,
}

impl Drop for Platforms {
    fn drop(&mut self) {
        self.shutdown.begin();
    }
}

impl Platforms {
    pub async fn open() -> Self {
        Self::on(Engine::Lite).await
    }

    pub async fn on(engine: Engine) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let settings = match engine {
            Engine::Lite => Settings::Lite {
                folder: folder.path().join("db"),
            },
            Engine::Postgres => Settings::Postgres {
                url: postgres_url(),
                schema: fresh_schema(),
                connections: 16,
            },
        };
        let (store, audit) = Store::open(&settings).await.unwrap();
        let clock = Arc::new(FixedClock::at("2026-11-01T01:00:00Z"));
        let entropy: Arc<dyn Entropy> = Arc::new(SeededEntropy::new(11));
        let key = SigningKey::from_pkcs8(&SigningKey::generate(&*entropy)).unwrap();
        let objects = Objects::open(&folder.path().join("objects")).unwrap();
        let platform = Platform {
            store,
            audit,
            objects,
            clock: clock.clone(),
            entropy: entropy.clone(),
            audit_key: Arc::new(key),
        };
        let row = InsurerRow {
            insurer_no: INSURER.parse().unwrap(),
            name: "見本区".into(),
            prefecture: "東京都".into(),
            phone: String::new(),
            stage: MunicipalityStage::Sharing,
            stage_since: platform.today(),
        };
        insurers::save(&platform, row).await.unwrap();

        let create = |kind| Authority::create(kind, "Test", &*clock, &*entropy).unwrap();
        let (servers, systems) = (
            create(AuthorityKind::Server),
            create(AuthorityKind::Systems),
        );
        let profile = Profile::Server {
            names: vec!["localhost".into()],
            addresses: vec!["127.0.0.1".parse().unwrap()],
        };
        let server = servers
            .issue_with_new_key(&Order::new(profile), &*clock, &*entropy)
            .unwrap();
        let now = clock.now();
        let earlier = kiban_domain::Timestamp::from_second(now.as_second() - 300).unwrap();
        let later = kiban_domain::Timestamp::from_second(now.as_second() + 86_400).unwrap();
        let list = systems.revocation_list(1, &[], earlier, later).unwrap().pem;
        let tls = DoorTls::new(
            &server.issued.certificate_pem,
            &server.key_pem,
            systems.certificate_pem(),
            &list,
            clock.clone(),
        );
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("https://{}", listener.local_addr().unwrap());
        let shutdown = Shutdown::new();
        let router = routes()
            .into_router()
            .with_state(ConnectState::new(platform.clone(), Arc::new(Notify::new())));
        tokio::spawn(serve(
            listener,
            Arc::new(tls.unwrap()),
            router,
            shutdown.clone(),
            Limits::default(),
        ));
        Self {
            platform,
            server: address,
            authority: servers.certificate_pem().to_owned(),
            systems,
            clock,
            entropy,
            shutdown,
            _folder: folder,
        }
    }

    pub fn connect(&self, issuer: &Authority) -> Connection {
        self.connect_as(issuer, (INSURER, SystemKind::Municipality), &self.server)
    }

    /// A caller of this kind, over this address.
    pub fn connect_as(
        &self,
        issuer: &Authority,
        (organisation, kind): (&str, SystemKind),
        address: &str,
    ) -> Connection {
        let profile = Profile::System {
            organisation: organisation.into(),
            system_id: "S1".into(),
            kind,
        };
        let issued = issuer
            .issue_with_new_key(&Order::new(profile), &*self.clock, &*self.entropy)
            .unwrap();
        let mut roots = RootCertStore::empty();
        roots
            .add(CertificateDer::from_pem_slice(self.authority.as_bytes()).unwrap())
            .unwrap();
        let chain =
            vec![CertificateDer::from_pem_slice(issued.issued.certificate_pem.as_bytes()).unwrap()];
        let key = PrivateKeyDer::from_pem_slice(issued.key_pem.as_bytes()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config =
            ClientConfig::builder_with_details(provider, Arc::new(Time(self.clock.clone())))
                .with_safe_default_protocol_versions()
                .unwrap()
                .with_root_certificates(roots)
                .with_client_auth_cert(chain, key)
                .unwrap();
        Connection::with_tls(address, config).unwrap()
    }

    pub async fn work_off(&self) {
        intake::work_off(&self.platform, IntakeSettings::default())
            .await
            .unwrap();
    }
}

/// The clinic of the golden opinions.
pub const CLINIC: &str = "1319900013";

/// The golden opinion about this patient, for the request `R-1`.
pub fn opinion_about(number: &str) -> String {
    let text = include_str!("../../../exchange/tests/opinion/full-2018.json");
    let mut value: serde_json::Value = serde_json::from_str(text).unwrap();
    value["insured_no"] = number.into();
    value["request_no"] = "R-1".into();
    value.to_string()
}

impl Platforms {
    /// The record system of the clinic, straight or over another address.
    pub fn clinic(&self, address: Option<&str>) -> Connection {
        let caller = (CLINIC, SystemKind::Medical);
        self.connect_as(&self.systems, caller, address.unwrap_or(&self.server))
    }

    pub fn municipality(&self) -> Connection {
        self.connect(&self.systems)
    }

    /// Takes so many patients in and asks the clinic for an opinion about each; their numbers.
    pub async fn asked(&self, count: usize) -> Vec<String> {
        let patients = people(count).replace(
            "架空 花子,カクウ ハナコ,1940-05-03",
            "見本　花子,ミホン　ハナコ,1940-05-06",
        );
        self.take_in("131128_insured_F_20261101_0001.csv", patients)
            .await;
        let numbers: Vec<String> = (1..=count).map(|it| format!("{it:010}")).collect();
        let lines = numbers.iter().map(|number| {
            format!(
                r#"{{"op":"U","insurer_no":"131128","insured_no":"{number}","history_no":1,"updated_at":"2026-10-05T09:00:00+09:00","applied_on":"2026-02-02","branch":1,"request_no":"R-1","institution_code":"{CLINIC}","requested_on":"2026-02-05","setting":"1","writing":"1"}}"#
            )
        });
        let file = lines.collect::<Vec<_>>().join("\n") + "\n";
        self.take_in("131128_opinion_request_D_20261101_0001.jsonl", file)
            .await;
        numbers
    }

    async fn take_in(&self, name: &str, file: String) {
        let connection = self.municipality();
        let sending = Sending {
            encoding: Encoding::Utf8,
            part_bytes: 16 << 20,
            key: name,
        };
        let sent = connection
            .send(name, &mut file.as_bytes(), sending, |_| ())
            .await
            .unwrap();
        self.work_off().await;
        let done = connection.transfer(&sent.id).await.unwrap();
        assert_eq!(
            (done.state.as_str(), done.counts.rejected),
            ("applied", 0),
            "{done:?}"
        );
    }
}

#[derive(Debug)]
struct Time(Arc<FixedClock>);

impl TimeProvider for Time {
    fn current_time(&self) -> Option<UnixTime> {
        Some(UnixTime::since_unix_epoch(Duration::from_secs(
            self.0.now().as_second().unsigned_abs(),
        )))
    }
}

pub fn people(count: usize) -> String {
    let mut file = "op,insurer_no,insured_no,history_no,updated_at,name,name_kana,birth_date,sex,insured_category,acquired_on,postal_code,address,phone,acquired_reason,lost_on,lost_reason,domicile_exception,changed_on\n".to_owned();
    for number in 1..=count {
        let _ = writeln!(
            file,
            "U,131128,{number:010},1,2026-10-01T09:00:00+09:00,架空 花子,カクウ ハナコ,1940-05-03,2,1,2005-05-02,,見本区一丁目,,,,,,"
        );
    }
    file
}
