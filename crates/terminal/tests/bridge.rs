//! A browser, the bridge and a real care door on loopback.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot set up its case may stop"
)]

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::response::{IntoResponse, Redirect};
use http::{HeaderMap, StatusCode};
use jiff::SignedDuration;
use kiban_domain::{Clock, Entropy, Timestamp};
use kiban_pki::{
    Authority, AuthorityKind, IssuedWithKey, Order, Profile, RevocationReason, Revoked,
    TerminalRole,
};
use kiban_terminal::bridge::{Bridge, BridgeError, Settings};
use kiban_web_kit::tls::{DoorTls, serve};
use kiban_web_kit::{Admission, Client, Front, Limits, Routes, Shutdown, Verdict};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

#[derive(Debug, Clone, Copy)]
struct Fixed;

impl Clock for Fixed {
    fn now(&self) -> Timestamp {
        "2026-08-01T00:00:00Z".parse().unwrap()
    }
}

impl Entropy for Fixed {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(5);
    }
}

struct Table(Mutex<Verdict>);

impl Admission for Table {
    fn check(&self, _: &str, _: Timestamp) -> Verdict {
        *self.0.lock().unwrap()
    }
}

struct Setup {
    terminals: Authority,
    terminal: IssuedWithKey,
    tls: Arc<DoorTls>,
    table: Arc<Table>,
    care: SocketAddr,
    settings: Settings,
    bridge: SocketAddr,
}

async fn setup() -> Setup {
    let create = |kind| Authority::create(kind, "Test", &Fixed, &Fixed).unwrap();
    let (servers, terminals) = (
        create(AuthorityKind::Server),
        create(AuthorityKind::Terminals),
    );
    let server = Order::new(Profile::Server {
        names: vec![],
        addresses: vec!["127.0.0.1".parse().unwrap()],
    });
    let server = servers.issue_with_new_key(&server, &Fixed, &Fixed).unwrap();
    let terminal = Order::new(Profile::Terminal {
        office_no: "1370000001".into(),
        terminal_id: "T1".into(),
        role: TerminalRole::Browser,
    });
    let terminal = terminals
        .issue_with_new_key(&terminal, &Fixed, &Fixed)
        .unwrap();
    let (chain, key) = (&server.issued.certificate_pem, &server.key_pem);
    let list = revocation_list(&terminals, None);
    let tls = DoorTls::new(
        chain,
        key,
        terminals.certificate_pem(),
        &list,
        Arc::new(Fixed),
    )
    .unwrap();
    let tls = Arc::new(tls);
    let table = Arc::new(Table(Mutex::new(Verdict::Admitted)));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let care = listener.local_addr().unwrap();
    let router = Front::new()
        .guarded(Arc::clone(&table) as Arc<dyn Admission>, Arc::new(Fixed))
        .wrap(care_routes(care));
    tokio::spawn(serve(
        listener,
        Arc::clone(&tls),
        router,
        Shutdown::new(),
        Limits::default(),
    ));
    let settings = Settings {
        care_url: format!("https://{care}"),
        authority_pem: servers.certificate_pem().to_owned(),
        certificate_pem: terminal.issued.certificate_pem.clone(),
        key_pem: terminal.key_pem.clone(),
        clock: Arc::new(Fixed),
    };
    let bridge = start(&settings).await;
    Setup {
        terminals,
        terminal,
        tls,
        table,
        care,
        settings,
        bridge,
    }
}

fn care_routes(care: SocketAddr) -> axum::Router {
    Routes::new()
        .get("/who", async |client: Client, headers: HeaderMap| {
            let said = |name: &str| {
                headers
                    .get(name)
                    .map_or("-", |value| value.to_str().unwrap())
                    .to_owned()
            };
            format!(
                "{} bridge={} host={} referer={} te={}",
                client.organisation(),
                said("x-kiban-bridge"),
                said("host"),
                said("referer"),
                said("te")
            )
        })
        .post("/form", async |headers: HeaderMap, body: String| {
            let origin = headers
                .get("origin")
                .map_or("-", |value| value.to_str().unwrap());
            let cookies = [(
                "set-cookie",
                "kiban_session=x; Path=/; HttpOnly; SameSite=Lax; Secure",
            )];
            (StatusCode::CREATED, cookies, format!("{origin} {body}"))
        })
        .get("/away", async move || {
            Redirect::to(&format!("https://{care}/who?a=1")).into_response()
        })
        .get("/far", async || {
            Redirect::to("https://elsewhere.example/").into_response()
        })
        .into_router()
}

async fn start(settings: &Settings) -> SocketAddr {
    let bridge = Bridge::bind("127.0.0.1:0".parse().unwrap(), settings)
        .await
        .unwrap();
    let address = bridge.address();
    tokio::spawn(bridge.serve(std::future::pending()));
    address
}

fn revocation_list(authority: &Authority, revoked: Option<&IssuedWithKey>) -> String {
    let now = Fixed.now();
    let revoked: Vec<_> = revoked
        .iter()
        .map(|made| Revoked {
            serial: made.issued.serial.clone(),
            at: now,
            reason: RevocationReason::Unspecified,
        })
        .collect();
    authority
        .revocation_list(1, &revoked, now, now + SignedDuration::from_hours(1))
        .unwrap()
        .pem
}

/// Sends a request as it is written and gives the whole answer.
async fn raw(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

async fn get(address: SocketAddr, path: &str, headers: &str) -> String {
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: {address}\r\nAccept: text/html\r\nConnection: close\r\n{headers}\r\n"
    );
    raw(address, &request).await
}

async fn post(address: SocketAddr, headers: &str) -> String {
    let request = format!(
        "POST /form HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Length: 3\r\n{headers}\r\na=1"
    );
    raw(address, &request).await
}

#[tokio::test]
async fn a_page_is_fetched_with_the_terminals_certificate() {
    let it = setup().await;
    let headers = format!("Referer: http://{}/page?x=1\r\nTE: trailers\r\n", it.bridge);
    let answer = get(it.bridge, "/who?q=1", &headers).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let wanted = format!(
        "1370000001 bridge={1} host={0} referer=https://{0}/page?x=1 te=-",
        it.care, it.bridge
    );
    assert!(answer.ends_with(&wanted), "{answer}");
    let answer = get(
        it.bridge,
        "/who",
        "Referer: http://elsewhere.example/secret\r\n",
    )
    .await;
    assert!(answer.contains("referer=-"), "{answer}");
}

#[tokio::test]
async fn w2_the_care_door_learns_under_which_name_the_browser_sees_it() {
    let it = setup().await;
    let port = it.bridge.port();
    // What a page wrote itself does not count.
    let request = format!(
        "GET /who HTTP/1.1\r\nHost: localhost:{port}\r\nX-Kiban-Bridge: evil.example\r\nConnection: close\r\n\r\n"
    );
    let answer = raw(it.bridge, &request).await;
    assert!(
        answer.contains(&format!("bridge=localhost:{port} ")),
        "{answer}"
    );
    let foreign = format!(
        "GET /who HTTP/1.1\r\nHost: localhost.evil.example:{port}\r\nConnection: close\r\n\r\n"
    );
    let answer = raw(it.bridge, &foreign).await;
    assert!(!answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[tokio::test]
async fn a_form_arrives_as_from_the_care_door_and_its_cookie_stays_usable() {
    let it = setup().await;
    let answer = post(it.bridge, &format!("Origin: http://{}\r\n", it.bridge)).await;
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    assert!(
        answer.contains("set-cookie: kiban_session=x; Path=/; HttpOnly; SameSite=Lax\r\n"),
        "{answer}"
    );
    assert!(
        answer.ends_with(&format!("https://{} a=1", it.care)),
        "{answer}"
    );
    let unsaid = post(it.bridge, "Origin: null\r\nSec-Fetch-Site: same-origin\r\n").await;
    assert!(unsaid.ends_with("null a=1"), "{unsaid}");
}

#[tokio::test]
async fn redirects_stay_on_the_bridge() {
    let it = setup().await;
    assert!(
        get(it.bridge, "/away", "")
            .await
            .contains("location: /who?a=1\r\n")
    );
    assert!(
        get(it.bridge, "/far", "")
            .await
            .contains("location: https://elsewhere.example/\r\n")
    );
}

#[tokio::test]
async fn foreign_names_and_foreign_pages_are_refused() {
    let it = setup().await;
    let port = it.bridge.port();
    for host in [
        "evil.example".to_owned(),
        format!("evil.example:{port}"),
        "127.0.0.1:1".into(),
        format!("127.0.0.1.evil:{port}"),
        String::new(),
    ] {
        let answer = raw(
            it.bridge,
            &format!("GET /who HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"),
        )
        .await;
        assert!(answer.starts_with("HTTP/1.1 421"), "{host}: {answer}");
    }
    let named = raw(
        it.bridge,
        &format!("GET /who HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n"),
    )
    .await;
    assert!(named.starts_with("HTTP/1.1 200"), "{named}");
    for header in [
        "Origin: https://evil.example",
        "Origin: http://127.0.0.1:1",
        "Sec-Fetch-Site: cross-site",
        "Origin: null\r\nSec-Fetch-Site: same-site",
    ] {
        let answer = post(it.bridge, &format!("{header}\r\n")).await;
        assert!(answer.starts_with("HTTP/1.1 403"), "{header}: {answer}");
    }
    let absolute = raw(
        it.bridge,
        &format!(
            "GET http://evil.example/ HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
            it.bridge
        ),
    )
    .await;
    assert!(absolute.starts_with("HTTP/1.1 400"), "{absolute}");
}

#[tokio::test]
async fn a_revoked_terminal_is_told_so_at_the_handshake_and_on_an_open_connection() {
    let it = setup().await;
    assert!(get(it.bridge, "/who", "").await.starts_with("HTTP/1.1 200"));
    *it.table.0.lock().unwrap() = Verdict::Revoked;
    let answer = get(it.bridge, "/who", "").await;
    assert!(
        answer.starts_with("HTTP/1.1 403") && answer.contains("証明書は受け付けられませんでした"),
        "{answer}"
    );
    it.tls
        .reload(&revocation_list(&it.terminals, Some(&it.terminal)))
        .unwrap();
    for _ in 0..20 {
        let answer = get(it.bridge, "/who", "").await;
        // With TLS 1.3 the reason may be lost on the way; both pages name the certificate.
        assert!(
            answer.starts_with("HTTP/1.1 403") || answer.starts_with("HTTP/1.1 502"),
            "{answer}"
        );
        assert!(
            answer.contains("証明書") && answer.contains("端末の管理"),
            "{answer}"
        );
    }
}

#[tokio::test]
async fn an_unreachable_or_false_care_door_is_explained() {
    let it = setup().await;
    let free = TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap();
    let nowhere = Settings {
        care_url: format!("https://{free}"),
        ..it.settings.clone()
    };
    let answer = get(start(&nowhere).await, "/", "").await;
    assert!(
        answer.starts_with("HTTP/1.1 502") && answer.contains("接続先につながりません"),
        "{answer}"
    );
    let other = Authority::create(AuthorityKind::Server, "Other", &Fixed, &Fixed).unwrap();
    let mistrusting = Settings {
        authority_pem: other.certificate_pem().to_owned(),
        ..it.settings
    };
    let answer = get(start(&mistrusting).await, "/", "").await;
    assert!(
        answer.starts_with("HTTP/1.1 502") && answer.contains("本物か確かめられません"),
        "{answer}"
    );
}

#[tokio::test]
async fn it_does_not_start_where_others_could_reach_it() {
    let it = setup().await;
    let bind = async |listen: &str, settings: &Settings| {
        Bridge::bind(listen.parse().unwrap(), settings)
            .await
            .unwrap_err()
    };
    assert!(matches!(
        bind("0.0.0.0:0", &it.settings).await,
        BridgeError::NotLoopback(_)
    ));
    assert!(matches!(
        bind("[::]:0", &it.settings).await,
        BridgeError::NotLoopback(_)
    ));
    for url in [
        "http://127.0.0.1",
        "127.0.0.1:8443",
        "https://a@b",
        "https://a/path",
        "",
    ] {
        let settings = Settings {
            care_url: url.into(),
            ..it.settings.clone()
        };
        assert!(
            matches!(bind("127.0.0.1:0", &settings).await, BridgeError::CareUrl),
            "{url}"
        );
    }
    let settings = Settings {
        key_pem: "x".into(),
        ..it.settings.clone()
    };
    assert!(matches!(
        bind("127.0.0.1:0", &settings).await,
        BridgeError::Unreadable(_)
    ));
}
