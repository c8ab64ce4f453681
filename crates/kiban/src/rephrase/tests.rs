//! Against a real server that answers well, wrongly, late, or not at all.

use super::Model;
use http::StatusCode;
use kiban_helpdesk::rephrased;
use kiban_portal::Rephrase as _;
use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

const PASSAGE: &str =
    "端末をなくしたときは\nすぐにポータルで端末を停止してください。停止は24時間できます。";

/// What the server does with a request.
enum Manner {
    /// Says this.
    Says(StatusCode, String),
    /// Takes the request and says nothing.
    Silent,
    /// Says this a byte at a time.
    Drips(String),
}

struct Server {
    url: String,
    heard: Arc<Mutex<String>>,
}

fn completion(content: &str) -> Manner {
    let body = serde_json::json!({
        "id": "1", "object": "chat.completion",
        "choices": [{ "index": 0, "message": { "role": "assistant", "content": content }, "finish_reason": "stop" }],
        "usage": { "total_tokens": 9 },
    });
    Manner::Says(StatusCode::OK, body.to_string())
}

impl Server {
    async fn start(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let heard = Arc::new(Mutex::new(String::new()));
        let noted = heard.clone();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = Vec::new();
            let mut piece = [0; 4_096];
            loop {
                let count = stream.read(&mut piece).await.unwrap_or(0);
                request.extend_from_slice(&piece[..count]);
                let text = String::from_utf8_lossy(&request).into_owned();
                let whole = text.split_once("\r\n\r\n").is_some_and(|(head, body)| {
                    let head = head.to_lowercase();
                    let length = head.split("content-length: ").nth(1);
                    let length = length.and_then(|it| it.lines().next()?.parse::<usize>().ok());
                    length.is_none_or(|length| body.len() >= length)
                });
                if whole || count == 0 {
                    *noted.lock().unwrap() = text;
                    break;
                }
            }
            match manner {
                Manner::Silent => std::future::pending::<()>().await,
                Manner::Says(status, body) => {
                    let head = format!(
                        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
                        body.len()
                    );
                    let _ = stream.write_all(head.as_bytes()).await;
                    let _ = stream.write_all(body.as_bytes()).await;
                }
                Manner::Drips(body) => {
                    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
                    let _ = stream.write_all(head.as_bytes()).await;
                    for byte in body.bytes() {
                        if stream.write_all(&[byte]).await.is_err() {
                            return;
                        }
                        tokio::time::sleep(Duration::from_millis(20)).await;
                    }
                }
            }
        });
        Self { url, heard }
    }

    async fn ask(&self) -> Option<String> {
        let model = Model::new(&self.url, "m".into(), Some("s3cret\n"), WITHIN).unwrap();
        model.rephrase("〈電話番号〉端末をなくした", PASSAGE).await
    }
}

const WITHIN: Duration = Duration::from_millis(500);

#[tokio::test]
async fn p6_a_good_answer_is_taken_and_asked_for_with_key_question_and_passage() {
    let said = "ポータルで、すぐに端末を停止してください。";
    let server = Server::start(completion(said)).await;
    let answer = server.ask().await.unwrap();
    assert_eq!(
        rephrased(PASSAGE, &answer).as_deref(),
        Some("ポータルで、すぐに端末を停止してください。")
    );
    let heard = server.heard.lock().unwrap().clone();
    assert!(
        heard.starts_with("POST /v1/chat/completions HTTP/1.1"),
        "{heard}"
    );
    for part in [
        "authorization: Bearer s3cret\r\n",
        "〈電話番号〉端末をなくした",
        "停止は24時間できます",
    ] {
        assert!(heard.contains(part), "{part}: {heard}");
    }
}

#[tokio::test]
async fn p6_invented_numbers_and_script_come_back_and_are_not_shown() {
    for said in [
        "端末は48時間以内に停止してください。",
        "<script>alert(1)</script>停止してください。",
        "https://evil.example で端末を停止してください。",
        "",
    ] {
        let server = Server::start(completion(said)).await;
        let answer = server.ask().await;
        assert_eq!(answer.as_deref(), Some(said));
        assert_eq!(rephrased(PASSAGE, said), None, "{said}");
    }
}

#[tokio::test]
async fn p6_whoever_fails_or_says_something_else_says_nothing() {
    let cut = r#"{"choices":[{"message":{"content":"端末"},"finish_reason":"length"}]}"#;
    for (status, body) in [
        (StatusCode::INTERNAL_SERVER_ERROR, "boom"),
        (StatusCode::TOO_MANY_REQUESTS, "{}"),
        (StatusCode::OK, "not json"),
        (StatusCode::OK, "{}"),
        (StatusCode::OK, r#"{"choices":[]}"#),
        (
            StatusCode::OK,
            r#"{"choices":[{"message":{"content":null}}]}"#,
        ),
        (StatusCode::OK, cut),
        (StatusCode::OK, &"x".repeat(100_000)),
    ] {
        let server = Server::start(Manner::Says(status, body.to_owned())).await;
        assert_eq!(
            server.ask().await,
            None,
            "{status} {}",
            &body[..body.len().min(80)]
        );
    }
}

#[tokio::test]
async fn p6_whoever_is_late_is_not_waited_for() {
    for manner in [Manner::Silent, Manner::Drips("{}".repeat(1_000))] {
        let server = Server::start(manner).await;
        let begun = Instant::now();
        assert_eq!(server.ask().await, None);
        assert!(
            begun.elapsed() < Duration::from_secs(5),
            "{:?}",
            begun.elapsed()
        );
    }
    let nobody = Model::new("http://127.0.0.1:1", "m".into(), None, WITHIN).unwrap();
    assert_eq!(nobody.rephrase("q", PASSAGE).await, None);
}

#[test]
fn p6_the_way_to_a_model_elsewhere_is_tls() {
    let error = |url| Model::new(url, "m".into(), None, WITHIN).err();
    for url in ["http://llm.example", "ftp://localhost", "llm.example", ""] {
        assert!(error(url).is_some(), "{url}");
    }
    assert!(error("https://llm.example/").is_none() && error("http://[::1]:9").is_none());
    assert!(Model::new("https://llm.example", "m".into(), Some("a\nb"), WITHIN).is_err());
}
