//! Numbers, log lines, problems and headers, without a network.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot set up its case may stop"
)]

mod support;

use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use axum::Router;
use axum::body::Body;
use http::{Request, Response};
use kiban_web_kit::{
    ApiJson, Caching, Front, Observation, Problem, RequestId, Routes, Transport, body, problem,
};
use support::TestEntropy;
use tower::ServiceExt;

fn router() -> Router {
    let routes = Routes::new()
        .get("/people/{no}", async |id: RequestId| id.to_string())
        .get("/busy", async || {
            Problem::busy(5).with("status", "ignored").with("queue", 9)
        })
        .post("/people", async |ApiJson(_): ApiJson<serde_json::Value>| "");
    let router = routes
        .into_router()
        .fallback(problem::no_such_route)
        .method_not_allowed_fallback(problem::wrong_method);
    let observation =
        Observation::new("care", &TestEntropy::default()).problems("https://k.test/p/");
    Front::new()
        .observed(observation)
        .secured(Transport::Tls, Caching::NoStore)
        .wrap(router)
}

async fn ask(request: Request<Body>) -> (Response<()>, String) {
    let response = router().oneshot(request).await.unwrap();
    let (parts, content) = response.into_parts();
    let text = body::read(content, 10_000).await.unwrap();
    (
        Response::from_parts(parts, ()),
        String::from_utf8(text.to_vec()).unwrap(),
    )
}

fn get(path: &str) -> Request<Body> {
    Request::get(path)
        .header("x-request-id", "forged")
        .body(Body::empty())
        .unwrap()
}

#[tokio::test]
async fn the_number_is_ours_and_the_same_everywhere() {
    let (response, text) = ask(get("/people/0000000001")).await;
    assert_eq!(response.headers()["x-request-id"], text.as_str());
    assert!(
        text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit()),
        "{text}"
    );
}

#[tokio::test]
async fn a_problem_has_type_number_and_further_members() {
    let (response, text) = ask(get("/busy")).await;
    let number = response.headers()["x-request-id"].to_str().unwrap();
    assert_eq!(
        response.headers()["content-type"],
        "application/problem+json"
    );
    assert_eq!(response.headers()["retry-after"], "5");
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    let expected = serde_json::json!({
        "type": "https://k.test/p/busy", "title": "混み合っています", "status": 503, "code": "busy",
        "detail": "5 秒ほど待ってから、もう一度お試しください。", "request_id": number, "queue": 9
    });
    assert_eq!(value, expected);
}

#[tokio::test]
async fn whatever_fails_before_a_handler_is_a_problem_too() {
    let post = |kind: &str, text: &'static str| {
        Request::post("/people")
            .header("content-type", kind)
            .body(Body::from(text))
            .unwrap()
    };
    for (request, code) in [
        (get("/nowhere"), "not_found"),
        (get("/people"), "method_not_allowed"),
        (post("text/plain", "{}"), "unsupported_media_type"),
        (post("application/json; charset=utf-8", "{"), "json_syntax"),
    ] {
        let (_, text) = ask(request).await;
        assert!(
            text.contains(&format!("\"code\":\"{code}\"")),
            "{code} {text}"
        );
        assert!(text.contains("request_id"));
    }
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    for path in ["/people/1", "/nowhere"] {
        let (response, _) = ask(get(path)).await;
        let headers = response.headers();
        assert!(
            headers["content-security-policy"]
                .to_str()
                .unwrap()
                .contains("frame-ancestors 'none'")
        );
        assert_eq!(headers["x-content-type-options"], "nosniff");
        assert_eq!(headers["referrer-policy"], "no-referrer");
        assert_eq!(headers["cache-control"], "no-store");
        assert!(headers.contains_key("strict-transport-security"));
    }
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn the_log_line_names_the_route_and_nobody() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    tracing::subscriber::with_default(subscriber, || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        runtime.block_on(ask(get("/people/0000000001?name=yamada")));
        runtime.block_on(ask(get("/0000000001")));
    });
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert_eq!(text.lines().count(), 2, "{text}");
    assert!(
        text.contains("door=\"care\"") && text.contains("route=\"/people/{no}\""),
        "{text}"
    );
    assert!(
        text.contains("status=200") && text.contains("duration_us="),
        "{text}"
    );
    assert!(
        !text.contains("0000000001") && !text.contains("yamada"),
        "{text}"
    );
}

/// A generous limit for a debug build on a busy machine; it prints what it measured.
#[tokio::test]
async fn numbering_costs_little_when_the_log_is_off() {
    let plain = Routes::new().get("/", async || "").into_router();
    let front = || Front::new().observed(Observation::new("care", &TestEntropy::default()));
    let wrapped = front().wrap(plain.clone());
    let secured = front()
        .secured(Transport::Tls, Caching::NoStore)
        .wrap(plain.clone());
    let mut times = Vec::new();
    for router in [plain, wrapped, secured] {
        let start = Instant::now();
        for _ in 0..20_000 {
            router
                .clone()
                .oneshot(Request::get("/").body(Body::empty()).unwrap())
                .await
                .unwrap();
        }
        times.push(start.elapsed() / 20_000);
    }
    println!("plain, numbered, numbered and secured: {times:?}");
    assert!(times[1] < times[0] + std::time::Duration::from_micros(200));
}
