//! The portal over a database of its own, as a browser sees it.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, missing_docs)]

pub mod signed_in;

use axum::{Router, body::Body};
use http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt as _;
use kiban_access::Caller;
use kiban_audit::{Actor, Door, SigningKey};
use kiban_domain::{Clock as _, Entropy};
use kiban_portal::{PortalState, PublicDesk};
use kiban_services::{
    CallContext, Platform,
    certificates::Authorities,
    enrolment::{EnrolmentSettings, invite_office},
    mail::{self, Outgoing, Post, PostError},
    opinions::OpinionPaper,
    subsidies::SubsidyPaper,
};
use kiban_store::{Objects, Settings, Store, repo::offices::OfficeRow};
use kiban_testkit::{FixedClock, SeededEntropy};
use kiban_web_kit::{PrintDesk, PrintLimits};
use std::{
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex},
};
use tower::ServiceExt as _;

pub const OFFICE: &str = "1379900015";

#[derive(Default)]
struct Letters(Mutex<Vec<String>>);

impl Post for Letters {
    fn send<'a>(
        &'a self,
        letter: &'a Outgoing,
    ) -> Pin<Box<dyn Future<Output = Result<(), PostError>> + Send + 'a>> {
        Box::pin(async move {
            self.0.lock().unwrap().push(letter.body.clone());
            Ok(())
        })
    }
}

pub struct App {
    pub platform: Platform,
    pub clock: Arc<FixedClock>,
    pub router: Router,
    pub cookie: String,
    pub csrf: String,
    _folder: tempfile::TempDir,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    pub fn between(&self, from: &str, to: &str) -> String {
        let text = self.text();
        let rest = text
            .split(from)
            .nth(1)
            .unwrap_or_else(|| panic!("{from} in {text}"));
        rest.split(to).next().unwrap().to_owned()
    }
}

/// The operator at the command line.
pub fn operator() -> CallContext {
    CallContext {
        caller: Caller::Operator,
        actor: Actor::new(Door::Operator, "operator"),
        request_id: "r".into(),
    }
}

impl App {
    pub async fn new() -> Self {
        Self::with(PublicDesk::default()).await
    }

    pub async fn with(public: PublicDesk) -> Self {
        Self::made(public, None).await
    }

    /// With or without a printer.
    pub async fn made(public: PublicDesk, papers: Option<PrintDesk<SubsidyPaper>>) -> Self {
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
            public: Arc::new(public),
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
            papers,
            opinions: Some(PrintDesk::new(
                |_: &OpinionPaper| Ok(b"%PDF-1.7 made".to_vec()),
                PrintLimits::default(),
            )),
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

    pub async fn code(&self) -> String {
        let operator = operator();
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

    /// Bodies of the letters that wait, which are taken out.
    pub async fn letters(&self) -> Vec<String> {
        let post = Letters::default();
        mail::deliver(&self.platform, &post).await.unwrap();
        post.0.into_inner().unwrap()
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        Answer {
            status: parts.status,
            headers: parts.headers,
            bytes: body.collect().await.unwrap().to_bytes().to_vec(),
        }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap())
            .await
    }

    pub async fn post(&self, path: &str, fields: &str) -> Answer {
        let body = format!("csrf={}&{fields}", self.csrf);
        let request = Request::post(path)
            .header(header::COOKIE, &self.cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    pub async fn start(&self, code: &str) -> Answer {
        let fields = format!("office_no={OFFICE}&code={code}&name=PC+1&kind=pc");
        self.post("/start", &fields).await
    }
}
