//! The console over a database of its own, as a browser of an operator sees it.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, missing_docs)]

use axum::{Router, body::Body};
use http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt as _;
use kiban_audit::SigningKey;
use kiban_console::{ConsoleState, PayFrom};
use kiban_domain::{AccountKind, Body as For, Clock as _, Date, Entropy, PortalRole, Roles};
use kiban_exchange::bank::{LineEnd, Payer};
use kiban_services::{
    Platform,
    inquiries::{self, FormKey, NewInquiry, Sender},
    mail::{self, Outgoing, Post, PostError},
    portal_users::Stage,
    subsidies::SubsidyPaper,
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
    PrintDesk, csrf,
    session::{COOKIE_NAME, Token},
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use ring::digest::{SHA256, digest};
use std::{
    fmt::Write as _,
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex},
};
use tower::ServiceExt as _;

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

    pub fn between(&self, from: &str, to: &str) -> String {
        let rest = self.text.split(from).nth(1);
        let rest = rest.unwrap_or_else(|| panic!("{from} in {}", self.text));
        rest.split(to).next().unwrap().to_owned()
    }

    /// Where the answer leads.
    pub fn location(&self) -> String {
        self.headers[header::LOCATION].to_str().unwrap().to_owned()
    }
}

/// An operator's browser.
pub struct Browser<'a> {
    app: &'a App,
    cookie: String,
    csrf: String,
}

fn payer() -> PayFrom {
    PayFrom {
        payer: Payer {
            code: "0000000001".into(),
            name: "ミホンウンエイ".parse().unwrap(),
            bank: "9999".parse().unwrap(),
            branch: "001".parse().unwrap(),
            kind: AccountKind::Ordinary,
            number: "7654321".parse().unwrap(),
        },
        line_end: LineEnd::CrLf,
    }
}

impl App {
    pub async fn new() -> Self {
        Self::printing(None).await
    }

    /// With or without a printer.
    pub async fn printing(papers: Option<PrintDesk<SubsidyPaper>>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let settings = Settings::Lite {
            folder: folder.path().join("db"),
        };
        let (store, audit) = Store::open(&settings).await.unwrap();
        let clock = Arc::new(FixedClock::at("2026-11-02T01:00:00Z"));
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
        let router = kiban_console::router(ConsoleState {
            platform: platform.clone(),
            own_origin: "https://portal.example".into(),
            sandbox: false,
            // 文化の日.
            holidays: Arc::new([Date::constant(2026, 11, 3)]),
            payer: Some(Arc::new(payer())),
            papers,
        });
        Self {
            platform,
            clock,
            router,
            _folder: folder,
        }
    }

    /// Somebody who is signed in for the operator with these roles.
    pub async fn officer(&self, login: &str, roles: &[PortalRole]) -> Browser<'_> {
        self.member(login, For::Operator, roles).await
    }

    pub async fn member(&self, login: &str, body: For, roles: &[PortalRole]) -> Browser<'_> {
        let now = self.clock.now();
        let token = Token::new(&*self.platform.entropy);
        let user_id = self.platform.id();
        let user = PortalUserRow {
            user_id,
            login: login.into(),
            name: format!("見本 {login}"),
            mail: format!("{login}@operator.example"),
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
        let store = &self.platform.store;
        let added = store.write::<(), Error, _>(move |work| {
            Box::pin(async move {
                portal_users::add(work, &user).await?;
                portal_users::set_membership(work, &membership).await?;
                portal_sessions::add(work, &session).await
            })
        });
        added.await.unwrap();
        let csrf = csrf::token(&token);
        let cookie = token.to_text();
        Browser {
            app: self,
            cookie,
            csrf,
        }
    }

    pub async fn inquiry(&self, asked: NewInquiry) -> String {
        let form = FormKey::of(asked.body.as_bytes());
        let sender = Sender::Visitor("192.0.2.1".into());
        inquiries::submit(&self.platform, &sender, &form, asked)
            .await
            .unwrap()
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
        let request = Request::get(path).header(header::COOKIE, self.cookies());
        self.app.send(request.body(Body::empty()).unwrap()).await
    }

    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let mut body = format!("csrf={}", self.csrf);
        for (name, value) in fields {
            let _ = write!(body, "&{}={}", encode(name), encode(value));
        }
        let request = Request::post(path)
            .header(header::COOKIE, self.cookies())
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.app.send(request.body(Body::from(body)).unwrap()).await
    }

    /// Sends a form with files, as browsers do; its token goes first unless the fields have one.
    pub async fn upload(
        &self,
        path: &str,
        fields: &[(&str, String)],
        files: &[(&str, &[u8])],
    ) -> Answer {
        let mut body = Vec::new();
        let mut part = |head: &str, content: &[u8]| {
            let head = format!("--BOUND\r\ncontent-disposition: form-data; {head}\r\n\r\n");
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(content);
            body.extend_from_slice(b"\r\n");
        };
        if !fields.iter().any(|(name, _)| *name == "csrf") {
            part("name=\"csrf\"", self.csrf.as_bytes());
        }
        for (name, value) in fields {
            part(&format!("name=\"{name}\""), value.as_bytes());
        }
        for (name, content) in files {
            let head = format!("name=\"file\"; filename=\"{name}\"");
            part(&head, content);
        }
        body.extend_from_slice(b"--BOUND--\r\n");
        let request = Request::post(path)
            .header(header::COOKIE, self.cookies())
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=BOUND");
        self.app.send(request.body(Body::from(body)).unwrap()).await
    }

    fn cookies(&self) -> String {
        format!("{COOKIE_NAME}={}", self.cookie)
    }
}
