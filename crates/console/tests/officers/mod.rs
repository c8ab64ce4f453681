//! The console over a database of its own, with several operators and an office that applies.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, missing_docs)]

use axum::{Router, body::Body};
use http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt as _;
use kiban_audit::SigningKey;
use kiban_console::ConsoleState;
use kiban_domain::{Body as For, Entropy, OfficeNumber, PortalRole, RegistrationKind, Roles};
use kiban_services::{
    CallContext, Platform,
    mail::{self, Outgoing, Post, PostError},
    portal_users::Stage,
    registrations::{self, Applicant, Typed},
};
use kiban_store::{
    Error, Objects, Settings, Store,
    repo::{
        portal_sessions::{self, PortalSessionRow},
        portal_users::{self, MembershipRow, PortalUserRow},
    },
};
use kiban_testkit::{FixedClock, SeededEntropy};
use kiban_web_kit::{
    csrf,
    session::{COOKIE_NAME, Token},
};
use ring::digest::{SHA256, digest};
use std::{
    fmt::Write as _,
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex},
};
use tower::ServiceExt as _;
use uuid::Uuid;

pub const NUMBER: &str = "1379900028";

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
    router: Router,
    _folder: tempfile::TempDir,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    #[track_caller]
    pub fn is(&self, status: u16) -> &Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }

    #[track_caller]
    pub fn has(&self, text: &str) -> &Self {
        assert!(self.text.contains(text), "{text} is missing: {}", self.text);
        self
    }

    #[track_caller]
    pub fn lacks(&self, text: &str) -> &Self {
        assert!(!self.text.contains(text), "{text} is there: {}", self.text);
        self
    }
}

/// An operator's browser.
pub struct Browser<'a> {
    app: &'a App,
    pub user_id: Uuid,
    cookie: String,
    csrf: String,
}

impl App {
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let settings = Settings::Lite {
            folder: folder.path().join("db"),
        };
        let (store, audit) = Store::open(&settings).await.unwrap();
        let clock = Arc::new(FixedClock::at("2026-11-01T01:00:00Z"));
        let entropy: Arc<dyn Entropy> = Arc::new(SeededEntropy::new(7));
        let key = SigningKey::from_pkcs8(&SigningKey::generate(&*entropy)).unwrap();
        let platform = Platform {
            store,
            audit,
            objects: Objects::open(&folder.path().join("objects")).unwrap(),
            clock,
            entropy,
            audit_key: Arc::new(key),
        };
        let router = kiban_console::router(ConsoleState {
            platform: platform.clone(),
            own_origin: "https://portal.example".into(),
            sandbox: false,
            holidays: std::sync::Arc::new([]),
            payer: None,
            papers: None,
        });
        Self {
            platform,
            router,
            _folder: folder,
        }
    }

    /// Somebody who is signed in for `body` with these roles.
    pub async fn member(&self, login: &str, body: For, roles: &[PortalRole]) -> Browser<'_> {
        let now = self.platform.clock.now();
        let token = Token::new(&*self.platform.entropy);
        let user_id = self.platform.id();
        let user = PortalUserRow {
            user_id,
            login: login.into(),
            name: format!("見本 {login}"),
            mail: format!("{}@operator.example", login.to_lowercase()),
            phone: String::new(),
            password_hash: String::new(),
            must_replace: false,
            secret_until: None,
            totp_secret: Some("A".into()),
            active: true,
            created_at: now,
            last_sign_in_at: None,
        };
        let membership = MembershipRow {
            user_id,
            body,
            roles: Roles::of(roles.iter().copied()),
            holds: true,
            granted_by: "operator".into(),
            granted_at: now,
        };
        let session = PortalSessionRow {
            token_hash: digest(&SHA256, token.to_text().as_bytes())
                .as_ref()
                .to_vec(),
            session_id: self.platform.id(),
            user_id,
            body,
            stage: Stage::Complete,
            may_set_password: false,
            draft_secret: None,
            agent: "test".into(),
            created_at: now,
            last_seen_at: now,
            expires_at: now + jiff::SignedDuration::from_hours(12),
        };
        let added = self.platform.store.write::<(), Error, _>(move |work| {
            Box::pin(async move {
                portal_users::add(work, &user).await?;
                portal_users::set_membership(work, &membership).await?;
                portal_sessions::add(work, &session).await
            })
        });
        added.await.unwrap();
        Browser {
            app: self,
            user_id,
            csrf: csrf::token(&token),
            cookie: format!("{COOKIE_NAME}={}", token.to_text()),
        }
    }

    pub async fn officer(&self, login: &str, role: PortalRole) -> Browser<'_> {
        self.member(login, For::Operator, &[role]).await
    }

    /// An office applies; its receipt. The register has not got it.
    pub async fn application(&self, applicant: Uuid, mail: &str) -> String {
        let applicant = (
            applicant,
            Applicant {
                name: "<script>alert(1)</script>".into(),
                mail: mail.into(),
                phone: "03-0000-0000".into(),
            },
        );
        let typed = Typed {
            name: "見本デイサービス<b>".into(),
            address: "東京都世田谷区架空1".into(),
            ..Typed::default()
        };
        let office_no: OfficeNumber = NUMBER.parse().unwrap();
        let office = (RegistrationKind::CareOffice, office_no, typed);
        let context = CallContext::portal_visitor("test");
        let url = "https://portal.example";
        let receipt = registrations::apply(&self.platform, &context, url, office, applicant);
        let receipt = receipt.await.unwrap();
        self.letters().await;
        receipt
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
        let bytes = body.collect().await.unwrap().to_bytes();
        Answer {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }
}

impl Browser<'_> {
    pub async fn get(&self, path: &str) -> Answer {
        let request = Request::get(path).header(header::COOKIE, &self.cookie);
        self.app.send(request.body(Body::empty()).unwrap()).await
    }

    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let own = [("csrf", self.csrf.as_str())];
        let pairs: Vec<String> = fields
            .iter()
            .chain(&own)
            .map(|(name, value)| format!("{name}={}", encoded(value)))
            .collect();
        let request = Request::post(path)
            .header(header::COOKIE, &self.cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let body = Body::from(pairs.join("&"));
        self.app.send(request.body(body).unwrap()).await
    }
}

fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut all, byte| {
        let _ = write!(all, "%{byte:02X}");
        all
    })
}
