//! The machine door over an embedded database, called without a network.
#![allow(
    dead_code,
    unreachable_pub,
    missing_docs,
    clippy::unwrap_used,
    reason = "support of tests"
)]

pub mod opinions;

use axum::{Router, body::Body};
use http::{Request, Response, StatusCode, header::CONTENT_TYPE};
use http_body_util::BodyExt as _;
use kiban_access::Caller;
use kiban_audit::{Actor, Door, SigningKey};
use kiban_connect_api::{ConnectState, routes};
use kiban_domain::{Clock as _, Date, Entropy, MunicipalityStage};
use kiban_pki::{ClientIdentity, Subject, SystemKind, TerminalRole};
use kiban_services::{
    CallContext, Platform, insurers,
    intake::{self, IntakeSettings},
};
use kiban_store::{
    Objects, Settings, Store,
    repo::{
        insurers::InsurerRow,
        offices::{self, OfficeRow},
    },
};
use kiban_testkit::{FixedClock, SeededEntropy, fresh_schema, postgres_url};
use kiban_web_kit::Client;
use serde_json::Value;
use std::{fmt::Write as _, path::PathBuf, sync::Arc};
use tokio::sync::Notify;
use tower::ServiceExt as _;

pub const INSURER: &str = "131128";
pub const OFFICE: &str = "1379900015";
pub const CLINIC: &str = "1319900017";

pub const HEADER: &str = "op,insurer_no,insured_no,history_no,updated_at,name,name_kana,birth_date,sex,insured_category,acquired_on,postal_code,address,phone,acquired_reason,lost_on,lost_reason,domicile_exception,changed_on\n";

/// A file of insured persons: number, name, kana.
pub fn insured(rows: &[(&str, &str, &str)]) -> String {
    let mut file = HEADER.to_owned();
    for (number, name, kana) in rows {
        let _ = writeln!(
            file,
            "U,131128,{number},1,2026-10-01T09:00:00+09:00,{name},{kana},1940-05-03,2,1,2005-05-02,,見本区一丁目,,,,,,"
        );
    }
    file
}

pub fn one() -> String {
    insured(&[("0000000017", "架空 花子", "カクウ ハナコ")])
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Lite,
    Postgres,
}

pub const ENGINES: [Engine; 2] = [Engine::Lite, Engine::Postgres];

pub struct TestDoor {
    pub state: ConnectState,
    pub clock: Arc<FixedClock>,
    folder: tempfile::TempDir,
    router: Router,
}

pub struct Reply {
    pub status: StatusCode,
    pub response: http::response::Parts,
    pub text: String,
    pub bytes: Vec<u8>,
}

impl Reply {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    /// `422 invalid_item sex`
    pub fn problem(&self) -> String {
        let json = self.json();
        assert_eq!(
            self.response.headers[CONTENT_TYPE], "application/problem+json",
            "{json}"
        );
        assert!(json["detail"].as_str().unwrap().ends_with('。'), "{json}");
        let item = json.get("item").and_then(Value::as_str).unwrap_or("");
        format!(
            "{} {} {item}",
            self.status.as_u16(),
            json["code"].as_str().unwrap()
        )
        .trim_end()
        .to_owned()
    }
}

impl TestDoor {
    pub async fn new() -> Self {
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
                connections: 4,
            },
        };
        let (store, audit) = Store::open(&settings).await.unwrap();
        let clock = Arc::new(FixedClock::at("2026-11-01T01:00:00Z"));
        let entropy: Arc<dyn Entropy> = Arc::new(SeededEntropy::new(7));
        let key = SigningKey::from_pkcs8(&SigningKey::generate(&*entropy)).unwrap();
        let platform = Platform {
            store,
            audit,
            objects: Objects::open(&folder.path().join("objects")).unwrap(),
            clock: clock.clone(),
            entropy,
            audit_key: Arc::new(key),
        };
        let state = ConnectState::new(platform, Arc::new(Notify::new()));
        let router = routes().into_router().with_state(state.clone());
        let door = Self {
            state,
            clock,
            folder,
            router,
        };
        door.prepare().await;
        door
    }

    async fn prepare(&self) {
        let platform = &self.state.platform;
        let row = InsurerRow {
            insurer_no: INSURER.parse().unwrap(),
            name: "見本区".into(),
            prefecture: "東京都".into(),
            phone: String::new(),
            stage: MunicipalityStage::Preparing,
            stage_since: platform.today(),
        };
        insurers::save(platform, row).await.unwrap();
        self.stage(MunicipalityStage::Sharing).await;
        for (number, medical, kinds) in [(OFFICE, false, "43"), (CLINIC, true, "13")] {
            let office = OfficeRow {
                office_no: number.parse().unwrap(),
                name: "見本".into(),
                medical,
                service_kinds: vec![kinds.parse().unwrap()],
                created_at: self.clock.now(),
            };
            let written = platform
                .store
                .write(move |work| Box::pin(async move { offices::save(work, &office).await }));
            let written: Result<(), kiban_store::Error> = written.await;
            written.unwrap();
        }
    }

    pub async fn stage(&self, stage: MunicipalityStage) {
        let operator = CallContext {
            caller: Caller::Operator,
            actor: Actor::new(Door::Operator, "operator"),
            request_id: "r".into(),
        };
        let since = Date::constant(2026, 10, 1);
        insurers::set_stage(
            &self.state.platform,
            &operator,
            INSURER.parse().unwrap(),
            stage,
            since,
        )
        .await
        .unwrap();
    }

    pub async fn work_off(&self) -> usize {
        intake::work_off(&self.state.platform, IntakeSettings::default())
            .await
            .unwrap()
    }

    pub async fn call(&self, client: &Client, request: Request<Body>) -> Reply {
        let mut request = request;
        request.extensions_mut().insert(client.clone());
        let response: Response<Body> = self.router.clone().oneshot(request).await.unwrap();
        let (response, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        Reply {
            status: response.status,
            response,
            text: String::from_utf8_lossy(&bytes).into_owned(),
            bytes: bytes.to_vec(),
        }
    }

    pub async fn get(&self, client: &Client, path: &str) -> Reply {
        self.call(client, Request::get(path).body(Body::empty()).unwrap())
            .await
    }

    pub async fn delete(&self, client: &Client, path: &str) -> Reply {
        self.call(client, Request::delete(path).body(Body::empty()).unwrap())
            .await
    }

    pub async fn post(&self, client: &Client, path: &str, body: Value) -> Reply {
        let request = Request::post(path).header(CONTENT_TYPE, "application/json");
        self.call(client, request.body(Body::from(body.to_string())).unwrap())
            .await
    }

    pub async fn put(&self, path: &str, body: impl Into<Body>, headers: &[(&str, &str)]) -> Reply {
        let mut request = Request::put(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.call(&municipality(), request.body(body.into()).unwrap())
            .await
    }

    /// The same door with the limits that `state` has now.
    pub fn limited(self) -> Self {
        let router = routes().into_router().with_state(self.state.clone());
        Self { router, ..self }
    }

    /// The same door with the usual limits.
    pub fn unlimited(self) -> Self {
        let state = ConnectState::new(self.state.platform.clone(), self.state.intake_wake.clone());
        Self { state, ..self }.limited()
    }

    /// Files of the object store, half-written ones included.
    pub fn objects(&self) -> Vec<PathBuf> {
        fn walk(folder: PathBuf, found: &mut Vec<PathBuf>) {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    walk(path, found);
                } else {
                    found.push(path);
                }
            }
        }
        let mut found = Vec::new();
        walk(self.folder.path().join("objects"), &mut found);
        found
    }
}

fn client(subject: Subject) -> Client {
    Client(Arc::new(ClientIdentity {
        serial: "0a1b2c3d4e5f".into(),
        subject,
        not_before: "2026-01-01T00:00:00Z".parse().unwrap(),
        not_after: "2027-01-01T00:00:00Z".parse().unwrap(),
    }))
}

pub fn system(organisation: &str, kind: SystemKind) -> Client {
    client(Subject::System {
        organisation: organisation.into(),
        system_id: "S1".into(),
        kind,
    })
}

pub fn municipality() -> Client {
    system(INSURER, SystemKind::Municipality)
}

pub fn other_municipality() -> Client {
    system("131136", SystemKind::Municipality)
}

pub fn office() -> Client {
    system(OFFICE, SystemKind::Office)
}

pub fn clinic() -> Client {
    system(CLINIC, SystemKind::Medical)
}

pub fn terminal() -> Client {
    client(Subject::Terminal {
        office_no: OFFICE.into(),
        terminal_id: "T1".into(),
        role: TerminalRole::Browser,
    })
}
