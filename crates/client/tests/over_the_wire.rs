//! The client against the real door: real router, real mTLS, loopback.
#![allow(clippy::unwrap_used, reason = "tests")]

use kiban_audit::SigningKey;
use kiban_client::{ClientError, Connection, Encoding, Sending, wire::IdentityCheckRequest};
use kiban_connect_api::{ConnectState, routes};
use kiban_domain::{Clock, Entropy, MunicipalityStage};
use kiban_pki::{Authority, AuthorityKind, Order, Profile, SystemKind};
use kiban_services::{
    Platform, insurers,
    intake::{self, IntakeSettings},
};
use kiban_store::{Objects, Settings, Store, repo::insurers::InsurerRow};
use kiban_testkit::{FixedClock, SeededEntropy};
use kiban_web_kit::{
    Limits, Shutdown,
    tls::{DoorTls, serve},
};
use rustls::{ClientConfig, RootCertStore, time_provider::TimeProvider};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, UnixTime, pem::PemObject as _};
use std::{
    fmt::Write as _,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{net::TcpListener, sync::Notify};

const INSURER: &str = "131128";
const SENDING: Sending<'_> = Sending {
    encoding: Encoding::Utf8,
    part_bytes: 1 << 20,
    key: "first",
};

struct Platforms {
    platform: Platform,
    server: String,
    authority: String,
    systems: Authority,
    clock: Arc<FixedClock>,
    entropy: Arc<dyn Entropy>,
    shutdown: Shutdown,
    _folder: tempfile::TempDir,
}

impl Drop for Platforms {
    fn drop(&mut self) {
        self.shutdown.begin();
    }
}

impl Platforms {
    async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (store, audit) = Store::open(&Settings::Lite {
            folder: folder.path().join("db"),
        })
        .await
        .unwrap();
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

    fn connect(&self, issuer: &Authority) -> Connection {
        let profile = Profile::System {
            organisation: INSURER.into(),
            system_id: "S1".into(),
            kind: SystemKind::Municipality,
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
        Connection::with_tls(&self.server, config).unwrap()
    }

    async fn work_off(&self) {
        intake::work_off(&self.platform, IntakeSettings::default())
            .await
            .unwrap();
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

fn people(count: usize) -> String {
    let mut file = "op,insurer_no,insured_no,history_no,updated_at,name,name_kana,birth_date,sex,insured_category,acquired_on,postal_code,address,phone,acquired_reason,lost_on,lost_reason,domicile_exception,changed_on\n".to_owned();
    for number in 1..=count {
        let _ = writeln!(
            file,
            "U,131128,{number:010},1,2026-10-01T09:00:00+09:00,架空 花子,カクウ ハナコ,1940-05-03,2,1,2005-05-02,,見本区一丁目,,,,,,"
        );
    }
    file
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_sent_followed_and_reported() {
    let platforms = Platforms::open().await;
    let connection = platforms.connect(&platforms.systems);
    let hello = connection.hello().await.unwrap();
    assert_eq!(
        (hello.organisation.as_str(), hello.kind.as_str()),
        (INSURER, "municipality")
    );

    let name = "131128_insured_F_20261101_0001.csv";
    let file = people(3).replace(
        "0000000003,1,2026-10-01T09:00:00+09:00",
        "0000000003,0,2026-10-01T09:00:00+09:00",
    );
    let accepted = connection
        .send(name, &mut file.as_bytes(), SENDING, |_| ())
        .await
        .unwrap();
    assert!(!accepted.already);
    let waiting = connection.transfer(&accepted.id).await.unwrap();
    assert_eq!(
        (waiting.state.as_str(), waiting.finished),
        ("received", false)
    );
    let early = connection.result(&accepted.id).await.unwrap_err();
    assert_eq!(early.problem().unwrap().code, "not_finished");
    platforms.work_off().await;
    let result = connection.result(&accepted.id).await.unwrap();
    assert_eq!(
        (result.transfer.state.as_str(), result.counts.rejected),
        ("rejected", 1),
        "{result:?}"
    );
    assert_eq!(
        (result.findings[0].line, result.findings[0].item.as_deref()),
        (4, Some("history_no"))
    );
    let csv = connection.result_csv(&accepted.id).await.unwrap();
    assert!(csv.starts_with("\u{feff}行,列".as_bytes()));
    assert_eq!(connection.transfers(5).await.unwrap().items.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_file_goes_in_parts_and_goes_on_where_it_stopped() {
    let platforms = Platforms::open().await;
    let connection = platforms.connect(&platforms.systems);
    let name = "131128_insured_F_20261101_0001.csv";
    let file = people(20_000);
    let mut broken = std::io::Read::chain(&file.as_bytes()[..1_500_000], Broken);
    let stopped = connection
        .send(name, &mut broken, SENDING, |_| ())
        .await
        .unwrap_err();
    assert!(matches!(stopped, ClientError::Source(_)), "{stopped:?}");
    let there = |upload: kiban_client::wire::UploadResponse| upload.parts.len();
    assert_eq!(
        there(connection.upload(name).await.unwrap()),
        0,
        "nothing is sent before the second part is read"
    );

    let mut broken = std::io::Read::chain(&file.as_bytes()[..2_200_000], Broken);
    connection
        .send(name, &mut broken, SENDING, |_| ())
        .await
        .unwrap_err();
    assert_eq!(there(connection.upload(name).await.unwrap()), 1);

    let heard = Mutex::new(Vec::new());
    let accepted = connection
        .send(name, &mut file.as_bytes(), SENDING, |bytes| {
            heard.lock().unwrap().push(bytes);
        })
        .await
        .unwrap();
    assert_eq!(heard.lock().unwrap().last(), Some(&(file.len() as u64)));
    platforms.work_off().await;
    let transfer = connection.transfer(&accepted.id).await.unwrap();
    assert_eq!(
        (transfer.state.as_str(), transfer.counts.inserted),
        ("applied", 20_000),
        "{transfer:?}"
    );
    assert_eq!(transfer.size_bytes, i64::try_from(file.len()).unwrap());

    let person = connection
        .person(INSURER, "0000000001", Some("令和8年11月1日"))
        .await
        .unwrap();
    assert_eq!(
        (person.on.as_str(), person.role.as_str()),
        ("2026-11-01", "insurer")
    );
}

struct Broken;

impl std::io::Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
        Err(std::io::ErrorKind::ConnectionReset.into())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_say_what_happened_and_who_can_mend_it() {
    let platforms = Platforms::open().await;
    let connection = platforms.connect(&platforms.systems);
    let refused = connection
        .send(
            "131136_insured_F_20261101_0001.csv",
            &mut "x".as_bytes(),
            SENDING,
            |_| (),
        )
        .await;
    let refused = refused.unwrap_err();
    assert_eq!(refused.problem().unwrap().code, "other_insurer");
    let items = IdentityCheckRequest {
        insurer_no: INSURER.into(),
        insured_no: "1".into(),
        name_kana: "カクウ".into(),
        birth_date: "S15.5.3".into(),
        sex: "2".into(),
    };
    let refused = connection.check_identity(&items).await.unwrap_err();
    assert_eq!(refused.problem().unwrap().code, "role_not_entitled");

    let strangers = Authority::create(
        AuthorityKind::Systems,
        "Other",
        &*platforms.clock,
        &*platforms.entropy,
    )
    .unwrap();
    let stranger = platforms.connect(&strangers).hello().await.unwrap_err();
    assert!(matches!(stranger, ClientError::Tls(_)), "{stranger:?}");
    assert!(
        stranger.message().contains("証明書の管理者"),
        "{}",
        stranger.message()
    );
}
