//! 利用開始 through the front: what a browser and the terminal application see.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use axum::{Router, body::Body};
use http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt as _;
use kiban_access::Caller;
use kiban_audit::{Actor, Door, SigningKey};
use kiban_domain::{Clock as _, Entropy};
use kiban_portal::PortalState;
use kiban_services::{
    CallContext, Platform,
    certificates::Authorities,
    enrolment::{EnrolmentSettings, invite_office},
};
use kiban_store::{Objects, Settings, Store, repo::offices::OfficeRow};
use kiban_testkit::{FixedClock, SeededEntropy};
use std::sync::Arc;
use tower::ServiceExt as _;

const OFFICE: &str = "1379900015";

struct App {
    platform: Platform,
    clock: Arc<FixedClock>,
    router: Router,
    cookie: String,
    csrf: String,
    _folder: tempfile::TempDir,
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    bytes: Vec<u8>,
}

impl Answer {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    fn between(&self, from: &str, to: &str) -> String {
        let text = self.text();
        let rest = text
            .split(from)
            .nth(1)
            .unwrap_or_else(|| panic!("{from} in {text}"));
        rest.split(to).next().unwrap().to_owned()
    }
}

impl App {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let settings = Settings::Lite {
            folder: folder.path().join("db"),
        };
        let (store, audit) = Store::open(&settings).await.unwrap();
        let clock = Arc::new(FixedClock::at("2026-11-01T01:00:00Z"));
        let entropy: Arc<dyn Entropy> = Arc::new(SeededEntropy::new(7));
        let key = SigningKey::from_pkcs8(&SigningKey::generate(&*entropy)).unwrap();
        let authorities = Authorities::open(&folder.path().join("ca"), &*clock, &*entropy).unwrap();
        let platform = Platform {
            store,
            audit,
            objects: Objects::open(&folder.path().join("objects")).unwrap(),
            clock: clock.clone(),
            entropy,
            audit_key: Arc::new(key),
        };
        let router = kiban_portal::router(PortalState {
            public: Arc::default(),
            sandbox: None,
            platform: platform.clone(),
            authorities: Arc::new(authorities),
            clock: clock.clone(),
            settings: EnrolmentSettings {
                first_code_days: 7,
                pkcs12_rounds: 10,
            },
            own_origin: "https://portal.example".into(),
            care_url: "https://care.example".into(),
            behind_proxy: false,
        });
        let mut app = Self {
            platform,
            clock,
            router,
            cookie: String::new(),
            csrf: String::new(),
            _folder: folder,
        };
        let page = app.get("/start").await;
        app.csrf = page.between("name=\"csrf\" value=\"", "\"");
        let cookie = page.headers[header::SET_COOKIE].to_str().unwrap();
        assert!(
            cookie.contains("HttpOnly") && cookie.ends_with("Secure"),
            "{cookie}"
        );
        app.cookie = String::from(cookie.split(';').next().unwrap());
        app
    }

    async fn code(&self) -> String {
        let operator = CallContext {
            caller: Caller::Operator,
            actor: Actor::new(Door::Operator, "operator"),
            request_id: "r".into(),
        };
        let office = OfficeRow {
            office_no: OFFICE.parse().unwrap(),
            name: "見本".into(),
            medical: false,
            service_kinds: vec![],
            created_at: self.clock.now(),
        };
        let to = "kanri@hikari.example".parse().unwrap();
        let settings = EnrolmentSettings::default();
        let invited = invite_office(
            &self.platform,
            &operator,
            settings,
            office,
            to,
            "https://p.example",
        );
        invited.await.unwrap().ticket.code
    }

    async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        Answer {
            status: parts.status,
            headers: parts.headers,
            bytes: body.collect().await.unwrap().to_bytes().to_vec(),
        }
    }

    async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap())
            .await
    }

    async fn post(&self, path: &str, fields: &str) -> Answer {
        let body = format!("csrf={}&{fields}", self.csrf);
        let request = Request::post(path)
            .header(header::COOKIE, &self.cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    async fn start(&self, code: &str) -> Answer {
        let fields = format!("office_no={OFFICE}&code={code}&name=PC+1&kind=pc");
        self.post("/start", &fields).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn w1_a_code_becomes_a_file_that_can_be_downloaded_once() {
    let app = App::new().await;
    let code = app.code().await;
    let ready = app.start(&code).await;
    assert_eq!(ready.status, 200, "{}", ready.text());
    assert_eq!(ready.headers[header::CACHE_CONTROL], "no-store");
    assert!(ready.text().contains("https://care.example/care"));
    let token = ready.between("name=\"token\" value=\"", "\"");
    let password = ready.between("<code>", "</code>");
    assert_eq!(password.len(), 19, "{password}");
    let file = app.post("/start/file", &format!("token={token}")).await;
    assert_eq!((file.status, file.bytes[0]), (StatusCode::OK, 0x30));
    assert_eq!(file.headers[header::CACHE_CONTROL], "no-store");
    let again = app.post("/start/file", &format!("token={token}")).await;
    assert_eq!(again.status, 404);
    let used = app.start(&code).await;
    assert!(used.status == 422 && used.text().contains("すでに使われています"));
}

#[tokio::test(flavor = "multi_thread")]
async fn w1_mistakes_come_back_beside_their_fields_and_cost_no_code() {
    let app = App::new().await;
    let code = app.code().await;
    let page = app
        .post("/start", "office_no=12&code=&name=&kind=car")
        .await;
    assert_eq!(page.status, 422);
    for words in [
        "事業所番号は10桁で入力してください",
        "コードを入力してください",
        "端末の名前を入力してください",
        "端末の種類を選択してください",
    ] {
        assert!(page.text().contains(words), "{words}");
    }
    let wrong = app.start("00000-00000").await;
    assert!(wrong.status == 422 && wrong.text().contains("確認できませんでした"));
    assert_eq!(app.start(&code).await.status, 200);
    for _ in 0..20 {
        app.start("00000-00000").await;
    }
    assert_eq!(app.start("00000-00000").await.status, 429);
}

#[tokio::test(flavor = "multi_thread")]
async fn w1_the_terminal_application_gets_certificate_authority_and_address() {
    let app = App::new().await;
    let code = app.code().await;
    let csr = kiban_pki::new_request().unwrap().request_pem;
    let send = |csr: String| {
        let asked =
            serde_json::json!({ "office_no": OFFICE, "code": code, "csr": csr, "name": "PC 1" });
        let request = Request::post("/api/enrol").header(header::CONTENT_TYPE, "application/json");
        app.send(request.body(Body::from(asked.to_string())).unwrap())
    };
    let broken = send("x".into()).await;
    assert!(
        broken.status == 422 && broken.text().contains("\"csr\""),
        "{}",
        broken.text()
    );
    let given = send(csr.clone()).await;
    assert_eq!(given.status, 201, "{}", given.text());
    let given: serde_json::Value = serde_json::from_slice(&given.bytes).unwrap();
    assert_eq!(given["care_url"], "https://care.example");
    for member in ["certificate", "authority", "server_authority"] {
        assert!(
            given[member]
                .as_str()
                .unwrap()
                .starts_with("-----BEGIN CERTIFICATE")
        );
    }
    // The answer was lost: the same key gets the same certificate, another key nothing.
    let again = send(csr).await;
    assert_eq!(again.status, 201, "{}", again.text());
    let again: serde_json::Value = serde_json::from_slice(&again.bytes).unwrap();
    assert_eq!(again, given);
    let used = send(kiban_pki::new_request().unwrap().request_pem).await;
    assert!(used.status == 409 && used.text().contains("code_used"));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_form_works_without_its_token_or_from_another_site() {
    let app = App::new().await;
    let routes = kiban_portal::routes();
    let forms = routes
        .list()
        .iter()
        .filter(|route| route.method == http::Method::POST);
    let forms: Vec<_> = forms
        .filter(|route| !route.path.starts_with("/api/"))
        .collect();
    assert_eq!(forms.len(), 2);
    for route in forms {
        let plain = Request::post(&route.path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(format!("csrf={}", app.csrf)));
        assert_eq!(app.send(plain.unwrap()).await.status, 403, "{}", route.path);
        let foreign = Request::post(&route.path)
            .header(header::COOKIE, &app.cookie)
            .header("sec-fetch-site", "cross-site")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(format!("csrf={}", app.csrf)));
        assert_eq!(
            app.send(foreign.unwrap()).await.status,
            403,
            "{}",
            route.path
        );
    }
    let api = Request::post("/api/enrol").body(Body::empty()).unwrap();
    assert_eq!(app.send(api).await.status, 415);
}
