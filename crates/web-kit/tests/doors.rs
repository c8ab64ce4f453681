//! The TLS door over real sockets on loopback.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot set up its case may stop"
)]

mod support;

use std::time::Duration;

use axum::body::Body;
use axum::extract::Path;
use http::Request;
use http_body_util::BodyExt as _;
use jiff::SignedDuration;
use kiban_web_kit::{ApiJson, Client, Limits, PeerAddr, Routes, Verdict};
use rustls::HandshakeKind;
use rustls::version::{TLS12, TLS13};
use support::Door;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

async fn door() -> Door {
    door_with(Limits::default()).await
}

async fn door_with(limits: Limits) -> Door {
    let routes = Routes::new()
        .get("/who", async |client: Client, PeerAddr(peer): PeerAddr| {
            format!("{} {}", client.organisation(), peer.ip())
        })
        .get("/slow", async || {
            tokio::time::sleep(Duration::from_millis(300)).await;
            "slow"
        })
        .get("/named/{name}", async |Path(name): Path<String>| name)
        .post(
            "/json",
            async |ApiJson(body): ApiJson<serde_json::Value, 100>| body.to_string(),
        );
    Door::open(routes.into_router(), limits).await
}

#[tokio::test]
async fn a_terminal_gets_in_over_both_versions_and_is_known() {
    let door = door().await;
    let terminal = door.terminal("T1");
    for version in [&TLS12, &TLS13] {
        let answer = door
            .client(Some(&terminal), version)
            .get("/who")
            .await
            .unwrap();
        assert_eq!(answer, (200, "1370000001 127.0.0.1".into()));
    }
}

#[tokio::test]
async fn nobody_else_gets_through_the_handshake() {
    let door = door().await;
    let other = door_with(Limits::default()).await;
    let strangers = [None, Some(door.system()), Some(other.terminal("T1"))];
    for stranger in &strangers {
        for version in [&TLS12, &TLS13] {
            assert!(
                door.client(stranger.as_ref(), version)
                    .get("/who")
                    .await
                    .is_err()
            );
        }
    }
}

#[tokio::test]
async fn a_revoked_certificate_is_refused_after_a_reload_without_restart() {
    let door = door().await;
    let (kept, stopped) = (door.terminal("T1"), door.terminal("T2"));
    for version in [&TLS12, &TLS13] {
        door.revoke(&[]);
        let client = door.client(Some(&stopped), version);
        assert!(client.get("/who").await.is_ok());
        // The second connection could have been resumed, which would skip the check of the certificate.
        assert_eq!(
            client.connect().await.unwrap().handshake,
            HandshakeKind::Full
        );
        door.revoke(&[&stopped]);
        assert!(client.get("/who").await.is_err());
        assert!(
            door.client(Some(&stopped), version)
                .get("/who")
                .await
                .is_err()
        );
        assert!(door.client(Some(&kept), version).get("/who").await.is_ok());
    }
}

#[tokio::test]
async fn an_open_connection_ends_with_the_certificates_admission() {
    let door = door().await;
    let terminal = door.terminal("T1");
    let client = door.client(Some(&terminal), &TLS13);
    for (verdict, code) in [
        (Verdict::Revoked, "certificate_revoked"),
        (Verdict::Expired, "certificate_expired"),
        (Verdict::Unknown, "certificate_unknown"),
    ] {
        door.set(&terminal, Verdict::Admitted);
        let mut connection = client.connect().await.unwrap();
        assert_eq!(connection.get("/who").await.unwrap().0, 200);
        door.set(&terminal, verdict);
        let (status, body) = connection.get("/who").await.unwrap();
        assert_eq!(status, 403);
        assert!(body.contains(code), "{body}");
        assert!(connection.is_closed().await);
    }
}

#[tokio::test]
async fn an_open_http2_connection_ends_with_it_too() {
    let door = door().await;
    let terminal = door.terminal("T1");
    let (mut sender, connection) = door.client(Some(&terminal), &TLS13).connect_http2().await;
    let mut ask = async || {
        let request = Request::get("https://localhost/who")
            .body(Body::empty())
            .unwrap();
        sender.ready().await?;
        sender
            .send_request(request)
            .await
            .map(|response| response.status().as_u16())
    };
    assert_eq!(ask().await.unwrap(), 200);
    door.set(&terminal, Verdict::Revoked);
    assert_eq!(ask().await.unwrap(), 403);
    assert!(
        tokio::time::timeout(Duration::from_secs(5), connection)
            .await
            .is_ok()
    );
    assert!(ask().await.is_err());
}

#[tokio::test]
async fn a_certificate_that_ends_while_its_connection_is_open_is_refused() {
    let door = door().await;
    let terminal = door.terminal("T1");
    let mut connection = door
        .client(Some(&terminal), &TLS13)
        .connect()
        .await
        .unwrap();
    assert_eq!(connection.get("/who").await.unwrap().0, 200);
    door.clock.advance(SignedDuration::from_hours(24 * 366));
    let (status, body) = connection.get("/no-such-route").await.unwrap();
    assert_eq!((status, body.contains("certificate_expired")), (403, true));
    door.revoke(&[]);
    assert!(
        door.client(Some(&terminal), &TLS13)
            .get("/who")
            .await
            .is_err()
    );
}

#[tokio::test]
async fn an_outdated_revocation_list_shuts_the_door_until_a_new_one_comes() {
    let door = door().await;
    let terminal = door.terminal("T1");
    let client = door.client(Some(&terminal), &TLS13);
    door.clock.advance(SignedDuration::from_hours(25));
    assert!(client.get("/who").await.is_err());
    door.revoke(&[]);
    assert!(client.get("/who").await.is_ok());
    assert!(door.tls.reload("nonsense").is_err());
    assert!(client.get("/who").await.is_ok());
}

#[tokio::test]
async fn too_large_a_body_is_answered_with_a_problem() {
    let door = door().await;
    let terminal = door.terminal("T1");
    let client = door.client(Some(&terminal), &TLS13);
    let large = format!("\"{}\"", "x".repeat(200));
    let stream = unannounced(large.clone());
    for body in [Body::from(large), stream] {
        let request = Request::post("/json")
            .header("content-type", "application/json")
            .body(body)
            .unwrap();
        let (status, text) = client.connect().await.unwrap().send(request).await.unwrap();
        assert_eq!(status, 413);
        assert!(
            text.contains("\"code\":\"too_large\"") && text.contains("100 バイト以内"),
            "{text}"
        );
    }
}

/// A refusal that comes before the body's end must still be readable: not every client takes the end of the stream for a
/// sign to stop sending.
#[tokio::test]
async fn too_large_a_body_is_answered_over_http2_too() {
    let door = door().await;
    let terminal = door.terminal("T1");
    let (mut sender, _connection) = door.client(Some(&terminal), &TLS13).connect_http2().await;
    let large = "x".repeat(10_000_000);
    let stream = unannounced(large.clone());
    for body in [Body::from(large), stream] {
        let request = Request::post("https://localhost/json")
            .header("content-type", "application/json")
            .body(body)
            .unwrap();
        sender.ready().await.unwrap();
        let response = sender.send_request(request).await.unwrap();
        assert_eq!(response.status(), 413);
        let body = response.into_body().collect().await.unwrap().to_bytes();
        assert!(body.windows(9).any(|part| part == b"too_large"));
    }
}

#[tokio::test]
async fn who_writes_everything_before_reading_still_sees_the_refusal() {
    let door = door().await;
    let terminal = door.terminal("T1");
    let mut stream = door.client(Some(&terminal), &TLS13).connect_bare().await;
    let head = "POST /json HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 10000000\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&vec![b'x'; 10_000_000]).await.unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 413");
}

#[tokio::test]
async fn who_waits_for_leave_to_send_is_refused_at_once() {
    let door = door().await;
    let terminal = door.terminal("T1");
    let mut stream = door.client(Some(&terminal), &TLS13).connect_bare().await;
    let head = "POST /json HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 10000000\r\nexpect: 100-continue\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 413");
}

#[tokio::test]
async fn a_path_that_is_no_text_reaches_the_routes_own_refusal() {
    let door = door().await;
    let terminal = door.terminal("T1");
    let answer = door.client(Some(&terminal), &TLS13).get("/named/%ff").await;
    assert_eq!(answer.unwrap(), (200, "\u{fffd}".into()));
}

/// A body without an announced length.
fn unannounced(text: String) -> Body {
    Body::from_stream(futures_util::stream::once(async {
        Ok::<_, std::io::Error>(text)
    }))
}

#[tokio::test]
async fn silent_connections_are_ended() {
    let short = Duration::from_millis(150);
    let door = door_with(Limits {
        handshake: short,
        header: short,
        ..Limits::default()
    })
    .await;
    // Nothing but the TCP connection.
    let mut silent = TcpStream::connect(door.address).await.unwrap();
    let end = tokio::time::timeout(Duration::from_secs(5), silent.read(&mut [0; 8])).await;
    assert!(matches!(end, Ok(Ok(0) | Err(_))));
    // A handshake and then nothing.
    let terminal = door.terminal("T1");
    let mut connection = door
        .client(Some(&terminal), &TLS13)
        .connect()
        .await
        .unwrap();
    assert!(connection.is_closed().await);
    // One request and then nothing.
    let mut connection = door
        .client(Some(&terminal), &TLS13)
        .connect()
        .await
        .unwrap();
    assert_eq!(connection.get("/who").await.unwrap().0, 200);
    assert!(connection.is_closed().await);
}

#[tokio::test]
async fn a_head_that_never_ends_is_cut_off_on_a_plain_door_too() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let limits = Limits {
        header: Duration::from_millis(150),
        ..Limits::default()
    };
    let router = Routes::new().get("/", async || "home").into_router();
    let shutdown = kiban_web_kit::Shutdown::new();
    let serving = tokio::spawn(kiban_web_kit::plain::serve(
        listener,
        router,
        shutdown.clone(),
        limits,
    ));
    let mut slow = TcpStream::connect(address).await.unwrap();
    slow.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n")
        .await
        .unwrap();
    let mut answer = Vec::new();
    let end = tokio::time::timeout(Duration::from_secs(5), slow.read_to_end(&mut answer)).await;
    assert!(end.is_ok());
    assert!(!String::from_utf8_lossy(&answer).contains("200 OK"));
    shutdown.begin();
    serving.await.unwrap();
}

#[tokio::test]
async fn a_shutdown_lets_the_request_under_way_end_and_takes_no_other() {
    let door = door().await;
    let terminal = door.terminal("T1");
    let client = door.client(Some(&terminal), &TLS13);
    let mut connection = client.connect().await.unwrap();
    let under_way = tokio::spawn(async move { connection.get("/slow").await });
    tokio::time::sleep(Duration::from_millis(100)).await;
    door.shutdown.begin();
    assert_eq!(under_way.await.unwrap().unwrap().1, "slow");
    door.serving.await.unwrap();
    assert!(client.get("/who").await.is_err());
}

#[tokio::test]
async fn connections_beyond_the_limit_wait_for_room() {
    let door = door_with(Limits {
        connections: 1,
        ..Limits::default()
    })
    .await;
    let terminal = door.terminal("T1");
    let client = door.client(Some(&terminal), &TLS13);
    let mut first = client.connect().await.unwrap();
    assert_eq!(first.get("/who").await.unwrap().0, 200);
    let second = client.get("/who");
    tokio::pin!(second);
    let early = tokio::time::timeout(Duration::from_millis(200), second.as_mut()).await;
    assert!(early.is_err());
    drop(first);
    assert_eq!(second.await.unwrap().0, 200);
}
