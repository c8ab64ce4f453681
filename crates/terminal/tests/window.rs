//! The window for people, over a real bridge, with a virtual card behind the agent.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot set up its case may stop"
)]

mod support;

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Json;
use axum::extract::Path;
use axum::response::IntoResponse as _;
use http::StatusCode;
use kiban_card::wire::{AnswerRequest, Method, PollResponse, RenewRole};
use kiban_card::{ChallengeId, ChallengeText, ErrorCode, Nonce, Purpose};
use kiban_terminal::agent::Agent;
use kiban_terminal::bridge::Bridge;
use kiban_terminal::keeper::{Identity, Keeper};
use kiban_terminal::window::{Board, Checks, Window, WindowPrompt};
use kiban_testkit::SeededEntropy;
use kiban_testkit::card::{CardOrder, Persona, Slot};
use kiban_web_kit::Routes;
use support::{Door, Fixed, NOW, SlotSource, door, hello};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// A running terminal whose window is looked at.
struct Desk {
    door: Door,
    host: String,
    path: String,
    board: Arc<Board>,
    slot: Slot,
    challenge: Arc<Mutex<Option<PollResponse>>>,
    answers: Arc<Mutex<Vec<AnswerRequest>>>,
    asked: Arc<Mutex<Vec<String>>>,
    _folder: tempfile::TempDir,
}

struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Desk {
    async fn open(persona: Persona, greeting: String) -> Self {
        let challenge = Arc::new(Mutex::new(None::<PollResponse>));
        let answers = Arc::new(Mutex::new(Vec::new()));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (given, taken, forwarded) = (challenge.clone(), answers.clone(), asked.clone());
        let door = door(|_| {
            Routes::new()
                .get("/agent/hello", async move || {
                    (StatusCode::OK, greeting.clone())
                })
                .get("/agent/poll", async move || {
                    let Some(challenge) = given.lock().unwrap().take() else {
                        tokio::time::sleep(Duration::from_millis(100)).await;
                        return StatusCode::NO_CONTENT.into_response();
                    };
                    Json(challenge).into_response()
                })
                .post(
                    "/agent/answer/{id}",
                    async move |Path(_): Path<String>, Json(answer): Json<AnswerRequest>| {
                        taken.lock().unwrap().push(answer);
                        StatusCode::NO_CONTENT
                    },
                )
                .get("/{*path}", async move |Path(path): Path<String>| {
                    forwarded.lock().unwrap().push(path);
                    "a page of the care door"
                })
                .into_router()
        })
        .await;
        let folder = tempfile::tempdir().unwrap();
        let keeper = Keeper::open(folder.path(), Arc::new(Fixed)).unwrap();
        let identity = Identity {
            care_url: door.settings.care_url.clone(),
            server_authority: door.settings.authority_pem.clone(),
            certificate: door.settings.certificate_pem.clone(),
            key: door.settings.key_pem.clone(),
            portal: "https://portal.example".into(),
            name: "<受付>のパソコン".into(),
        };
        keeper.receive(RenewRole::Reader, &identity).unwrap();
        let board = Arc::new(Board::default());
        let checks = Checks {
            keeper,
            clock: Arc::new(Fixed),
        };
        let window = Window::new(board.clone(), checks, &SeededEntropy::new(11));
        let path = window.path();
        let bridge = Bridge::bind("127.0.0.1:0".parse().unwrap(), &door.settings)
            .await
            .unwrap();
        let host = bridge.address().to_string();
        tokio::spawn(
            bridge
                .with_own_pages(Arc::new(window))
                .serve(std::future::pending()),
        );
        let slot = Slot::holding(CardOrder::new(persona).make());
        let agent = Agent::new(
            &door.settings,
            Box::new(SlotSource(Ok(slot.clone()))),
            Box::new(WindowPrompt::new(board.clone())),
            Arc::new(SeededEntropy::new(3)),
        );
        let agent = agent.unwrap().with_board(board.clone());
        tokio::spawn(agent.run(std::future::pending()));
        Self {
            door,
            host,
            path,
            board,
            slot,
            challenge,
            answers,
            asked,
            _folder: folder,
        }
    }

    async fn ordinary() -> Self {
        Self::open(Persona::Ordinary, well()).await
    }

    /// A care page asks for a card check.
    fn challenge(&self, method: Method) {
        let entropy = SeededEntropy::new(3);
        let (id, nonce) = (ChallengeId::draw(&entropy), Nonce::draw(&entropy));
        let purpose = Purpose::ConfirmInsuredPerson;
        let origin = &self.door.settings.care_url;
        let text = ChallengeText::new(origin, "T1", id, nonce, purpose).unwrap();
        *self.challenge.lock().unwrap() = Some(PollResponse {
            id,
            message: text.as_str().to_owned(),
            purpose,
            office: "見本<b>事業所".into(),
            code: "0042".parse().unwrap(),
            method,
        });
    }

    async fn send(&self, method: &str, path: &str, headers: &str, body: &str) -> Answer {
        let mut stream = tokio::net::TcpStream::connect(&self.host).await.unwrap();
        let kind = "Content-Type: application/x-www-form-urlencoded";
        let length = body.len();
        let request = format!(
            "{method} {path} HTTP/1.1\r\n{headers}{kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut text = Vec::new();
        stream.read_to_end(&mut text).await.unwrap();
        let text = String::from_utf8(text).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        Answer {
            status: head.split(' ').nth(1).unwrap().parse().unwrap(),
            head: head.to_ascii_lowercase(),
            body: body.to_owned(),
        }
    }

    async fn page(&self) -> String {
        let host = format!("Host: {}\r\n", self.host);
        let answer = self.send("GET", &self.path, &host, "").await;
        assert_eq!(answer.status, 200);
        answer.body
    }

    /// As the page's own form does, whose origin browsers do not name.
    async fn post(&self, form: &str, fields: &str) -> Answer {
        let headers = format!(
            "Host: {}\r\nOrigin: null\r\nSec-Fetch-Site: same-origin\r\n",
            self.host
        );
        let path = format!("{}{form}", self.path);
        self.send("POST", &path, &headers, fields).await
    }

    async fn until(&self, words: &str) -> String {
        let deadline = Instant::now() + Duration::from_secs(10);
        loop {
            let page = self.page().await;
            if page.contains(words) {
                return page;
            }
            assert!(Instant::now() < deadline, "{words}: {page}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

fn well() -> String {
    hello(NOW, env!("CARGO_PKG_VERSION"))
}

fn step(page: &str) -> String {
    let rest = page.split_once("name=\"step\" value=\"").unwrap().1;
    rest.split('"').next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn t1_the_pin_goes_from_the_window_to_the_card_and_nowhere_else() {
    let desk = Desk::ordinary().await;
    let idle = desk.until("つながっています").await;
    assert!(idle.contains("いまカードの確認は求められていません"));
    assert!(idle.contains("&lt;受付&gt;のパソコン") && idle.contains("1370000001"));
    desk.challenge(Method::Pin);
    let page = desk.until("暗証番号を入力してください").await;
    for words in [
        "見本&lt;b&gt;事業所",
        "0042",
        "あと3回",
        "取りやめる",
        "本人であることの確認",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    // What cannot be a PIN comes back beside its field; the card was not asked.
    let fields = |pin: &str| format!("pin={pin}&step={}", step(&page));
    let mistaken = desk.post("pin", &fields("12")).await;
    assert_eq!(mistaken.status, 422);
    assert!(
        mistaken.body.contains("数字4桁で入力してください")
            && !mistaken.body.contains("value=\"12\"")
    );
    assert_eq!(desk.slot.state().card.tries_left(), 3);
    // Full-width digits, as a Japanese keyboard writes them.
    let sent = desk.post("pin", &fields("%EF%BC%91234")).await;
    assert_eq!(sent.status, 303);
    desk.until("カードをお取りください").await;
    let answers = desk.answers.lock().unwrap();
    assert!(
        matches!(answers[..], [AnswerRequest::Signed(_)]),
        "{answers:?}"
    );
    // Nothing of the window's own requests went on.
    assert_eq!(*desk.asked.lock().unwrap(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn t1_a_wrong_pin_a_last_try_and_a_person_who_stops() {
    let desk = Desk::ordinary().await;
    desk.challenge(Method::Pin);
    let page = desk.until("暗証番号を入力してください").await;
    desk.post("pin", &format!("pin=9999&step={}", step(&page)))
        .await;
    let page = desk.until("確認できませんでした").await;
    assert!(
        page.contains("あと2回") && page.contains("対応する方: カードをお持ちの方"),
        "{page}"
    );

    let last = Desk::open(Persona::OneTryLeft, well()).await;
    last.challenge(Method::Pin);
    let page = last.until("入力できるのはあと1回です").await;
    // A form that was filled in for another question does nothing.
    last.post("go-on", "step=0").await;
    last.post("pin", &format!("pin=1234&step={}", step(&page)))
        .await;
    assert!(last.page().await.contains("入力できるのはあと1回です"));
    last.post("go-on", &format!("step={}", step(&page))).await;
    let page = last.until("暗証番号を入力してください").await;
    last.post("cancel", &format!("step={}", step(&page))).await;
    last.until("取りやめました").await;
    assert_eq!(last.slot.state().card.tries_left(), 1);
    let answers = last.answers.lock().unwrap();
    let [AnswerRequest::Failed(error)] = &answers[..] else {
        panic!("{answers:?}");
    };
    assert_eq!(error.0, ErrorCode::Cancelled);
}

#[tokio::test(flavor = "multi_thread")]
async fn t1_by_sight_staff_type_the_printed_values() {
    let desk = Desk::ordinary().await;
    desk.challenge(Method::Sight);
    let page = desk.until("券面の値を入力してください").await;
    assert!(page.contains("写真とご本人の顔"));
    let fields =
        |birth: &str| format!("birth={birth}&year=2035&security=0000&step={}", step(&page));
    let mistaken = desk.post("printed", &fields("19401315")).await;
    assert!(mistaken.status == 422 && mistaken.body.contains("三つの値の形"));
    assert!(desk.post("printed", &fields("1940-01-15")).await.status == 303);
    desk.until("確認できませんでした").await;
    let answers = desk.answers.lock().unwrap();
    let [AnswerRequest::Failed(error)] = &answers[..] else {
        panic!("{answers:?}");
    };
    assert!(
        matches!(error.0, ErrorCode::BySightRefused { .. }),
        "{error:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn t1_the_window_is_for_who_has_its_address_on_this_computer() {
    let desk = Desk::ordinary().await;
    let own = format!("Host: {}\r\n", desk.host);
    let answer = desk.send("GET", &desk.path, &own, "").await;
    for header in [
        "content-security-policy: default-src 'none'; style-src 'self'; script-src 'self'",
        "frame-ancestors 'none'",
        "referrer-policy: no-referrer",
        "cache-control: no-store",
        "x-content-type-options: nosniff",
    ] {
        assert!(answer.head.contains(header), "{header}: {}", answer.head);
    }
    for name in ["window.css", "window.js", "state"] {
        let path = format!("{}{name}", desk.path);
        assert_eq!(
            desk.send("GET", &path, &own, "").await.status,
            200,
            "{name}"
        );
    }
    // Nothing is loaded from elsewhere.
    assert!(!answer.body.contains("http://") && !answer.body.contains("https://"));

    let token = "0".repeat(64);
    let secret = desk.path.split('/').nth(2).unwrap().to_owned();
    let shorter = &secret[..63];
    for path in [
        "/__terminal/",
        "/__terminal/x",
        &format!("/__terminal/{token}/"),
        &format!("/__terminal/{shorter}/"),
    ] {
        let refused = desk.send("GET", path, &own, "").await;
        assert_eq!((refused.status, refused.body.as_str()), (404, ""), "{path}");
    }
    let foreign_host = "Host: evil.example\r\n";
    assert_eq!(
        desk.send("GET", &desk.path, foreign_host, "").await.status,
        421
    );
    let foreign = [
        "Origin: https://evil.example\r\n",
        "Sec-Fetch-Site: cross-site\r\n",
        "Origin: null\r\nSec-Fetch-Site: same-site\r\n",
    ];
    for headers in foreign {
        let headers = format!("{own}{headers}");
        for method in ["GET", "POST"] {
            let path = format!(
                "{}{}",
                desk.path,
                if method == "POST" { "cancel" } else { "" }
            );
            let refused = desk.send(method, &path, &headers, "step=1").await;
            assert_eq!(refused.status, 404, "{method} {headers}");
        }
    }
    // Who says nothing may look and not send.
    let path = format!("{}cancel", desk.path);
    assert_eq!(desk.send("POST", &path, &own, "step=1").await.status, 404);
    let long = "x".repeat(2_000);
    assert_eq!(
        desk.post("pin", &format!("pin={long}&step=1")).await.status,
        400
    );
    assert_eq!(desk.post("pin", "pin=%zz&step=1").await.status, 400);
    assert_eq!(*desk.asked.lock().unwrap(), Vec::<String>::new());
    // Beside it the bridge shows the care door's pages, and the window's address is never named to them.
    let referred = format!("{own}Referer: http://{}{}\r\n", desk.host, desk.path);
    let care = desk.send("GET", "/care", &referred, "").await;
    assert_eq!(care.body, "a page of the care door");

    // A bridge without a window keeps the path to itself too.
    let bare = Bridge::bind("127.0.0.1:0".parse().unwrap(), &desk.door.settings)
        .await
        .unwrap();
    let host = bare.address().to_string();
    tokio::spawn(bare.serve(std::future::pending()));
    let bare = Desk { host, ..desk };
    let headers = format!("Host: {}\r\n", bare.host);
    assert_eq!(bare.send("GET", &bare.path, &headers, "").await.status, 404);
    assert_eq!(*bare.asked.lock().unwrap(), ["care"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn t2_the_window_shows_the_ladder_with_who_mends_what() {
    let desk = Desk::ordinary().await;
    desk.until("つながっています").await;
    assert_eq!(desk.post("doctor", "").await.status, 303);
    let page = desk.page().await;
    // No service for smart cards is in this test's way; the network side is good.
    for words in [
        "スマートカードのサービス",
        "端末の登録",
        "端末プログラムの版",
        "受け付けられています",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn t1_a_clock_two_hours_off_stands_in_the_window() {
    let late = hello("2026-07-31T22:00:00Z", env!("CARGO_PKG_VERSION"));
    let desk = Desk::open(Persona::Ordinary, late).await;
    let page = desk.until("2時間0分進んでいます").await;
    assert!(page.contains("2026年8月1日 9:00") && page.contains("2026年8月1日 7:00"));
    assert!(page.contains("対応する方: 事業所の職員"));
    // It is no reason not to read cards.
    desk.challenge(Method::Pin);
    let page = desk.until("暗証番号を入力してください").await;
    let (greeting, _) = desk.board.greeting().unwrap();
    assert!(greeting.is_served);
    desk.post("cancel", &format!("step={}", step(&page))).await;
}

/// The whole log at the finest level, from every crate: neither the PIN nor the window's secret address.
#[test]
fn t1_no_pin_and_no_address_of_the_window_is_in_the_log() {
    #[derive(Clone, Default)]
    struct Sink(Arc<Mutex<Vec<u8>>>);
    impl std::io::Write for Sink {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let sink = Sink::default();
    let writer = sink.clone();
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .without_time()
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .init();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let secret = runtime.block_on(async {
        let desk = Desk::ordinary().await;
        desk.slot.state().card = CardOrder::new(Persona::Ordinary).pin("8642").make();
        desk.challenge(Method::Pin);
        let page = desk.until("暗証番号を入力してください").await;
        desk.post("pin", &format!("pin=8642&step={}", step(&page)))
            .await;
        desk.until("カードをお取りください").await;
        desk.path.split('/').nth(2).unwrap().to_owned()
    });
    let log = String::from_utf8_lossy(&sink.0.lock().unwrap()).into_owned();
    assert!(log.contains("the challenge has ended"), "{log:.500}");
    for hidden in [
        "pin=8642",
        "\"8642\"",
        "38363432",
        "56, 54, 52, 50",
        &secret,
    ] {
        assert!(!log.contains(hidden), "{hidden}");
    }
}
