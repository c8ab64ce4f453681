//! The agent against a small server that speaks the protocol: poll, card, answer, and what is said when it goes wrong.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot set up its case may stop"
)]

mod support;

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Json;
use axum::extract::Path;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use kiban_card::answer::{
    CertificateState, PresenceAnchors, PresenceFiles, StatusAnswer, Trust, verify_answer,
    verify_presence,
};
use kiban_card::wire::{AnswerRequest, Method, PairingCode, PollResponse, TerminalError};
use kiban_card::{ChallengeId, ChallengeText, ErrorCode, Nonce, Purpose};
use kiban_terminal::agent::Agent;
use kiban_testkit::SeededEntropy;
use kiban_testkit::card::{CardOrder, Persona, Slot, VIRTUAL_POLICY, text_anchor, virtual_roots};
use kiban_web_kit::Routes;
use support::{Door, Fixed, NOW, Script, SlotSource, door};
use tokio::sync::Notify;

/// What the server holds and what came to it.
#[derive(Default)]
struct Server {
    /// Answers of the poll before the challenge: statuses to give.
    before: Mutex<VecDeque<StatusCode>>,
    challenge: Mutex<Option<PollResponse>>,
    polls: Mutex<u32>,
    answers: Mutex<Vec<(String, AnswerRequest)>>,
    /// Statuses to give to answers; then 204.
    verdicts: Mutex<VecDeque<StatusCode>>,
    answered: Notify,
}

impl Server {
    async fn poll(&self) -> Response {
        *self.polls.lock().unwrap() += 1;
        if let Some(status) = self.before.lock().unwrap().pop_front() {
            return status.into_response();
        }
        if let Some(challenge) = self.challenge.lock().unwrap().take() {
            return Json(challenge).into_response();
        }
        tokio::time::sleep(Duration::from_secs(20)).await;
        StatusCode::NO_CONTENT.into_response()
    }

    fn take(&self, id: String, answer: AnswerRequest) -> StatusCode {
        let verdict = self.verdicts.lock().unwrap().pop_front();
        let verdict = verdict.unwrap_or(StatusCode::NO_CONTENT);
        self.answers.lock().unwrap().push((id, answer));
        if verdict != StatusCode::INTERNAL_SERVER_ERROR {
            self.answered.notify_one();
        }
        verdict
    }
}

struct Case {
    door: Door,
    server: Arc<Server>,
    text: ChallengeText,
    slot: Slot,
    seen: Arc<Mutex<Vec<String>>>,
}

struct Order {
    persona: Persona,
    method: Method,
    script: Script,
    origin: Option<&'static str>,
    terminal: &'static str,
    serial: u32,
}

impl Default for Order {
    fn default() -> Self {
        Self {
            persona: Persona::Ordinary,
            method: Method::Pin,
            script: Script {
                pin: Some("1234"),
                ..Script::default()
            },
            origin: None,
            terminal: "T1",
            serial: 0x0022_7B13,
        }
    }
}

fn routes(server: &Arc<Server>) -> axum::Router {
    let (poll, take) = (Arc::clone(server), Arc::clone(server));
    Routes::new()
        .get("/agent/poll", async move || poll.poll().await)
        .post(
            "/agent/answer/{id}",
            async move |Path(id): Path<String>, Json(answer): Json<AnswerRequest>| {
                take.take(id, answer)
            },
        )
        .into_router()
}

/// One challenge, one answer; the agent is then ended properly.
async fn run(order: Order, prepare: impl FnOnce(&Server, &Slot)) -> Case {
    let server = Arc::new(Server::default());
    let door = door(|_: SocketAddr| routes(&server)).await;
    let origin = order
        .origin
        .map_or(format!("https://{}", door.address), str::to_owned);
    let entropy = SeededEntropy::new(3);
    let (id, nonce) = (ChallengeId::draw(&entropy), Nonce::draw(&entropy));
    let purpose = Purpose::ConfirmInsuredPerson;
    let text = ChallengeText::new(&origin, order.terminal, id, nonce, purpose).unwrap();
    *server.challenge.lock().unwrap() = Some(PollResponse {
        id,
        message: text.as_str().to_owned(),
        purpose,
        office: "見本事業所".into(),
        code: "0042".parse::<PairingCode>().unwrap(),
        method: order.method,
    });
    let card = CardOrder::new(order.persona).serial(order.serial);
    let right = if order.script.pin == Some("8642") {
        "8642"
    } else {
        "1234"
    };
    let card = card.pin(right);
    let slot = Slot::holding(card.make());
    prepare(&server, &slot);
    let seen = Arc::clone(&order.script.seen);
    let source = Box::new(SlotSource(Ok(slot.clone())));
    let agent = Agent::new(
        &door.settings,
        source,
        Box::new(order.script),
        Arc::new(Fixed),
    );
    let answered = Arc::clone(&server);
    let stop = async move {
        answered.answered.notified().await;
        // The agent first hears how it ended; it is then at its next poll.
        tokio::time::sleep(Duration::from_millis(300)).await;
    };
    let ran = agent.unwrap().run(stop);
    tokio::time::timeout(Duration::from_secs(30), ran)
        .await
        .unwrap()
        .unwrap();
    Case {
        door,
        server,
        text,
        slot,
        seen,
    }
}

impl Case {
    fn answer(&self) -> AnswerRequest {
        let answers = self.server.answers.lock().unwrap();
        let (id, answer) = answers.last().unwrap();
        assert_eq!(*id, self.text.id().to_string());
        answer.clone()
    }

    fn error(&self) -> ErrorCode {
        match self.answer() {
            AnswerRequest::Failed(TerminalError(code)) => code,
            other => panic!("{other:?}"),
        }
    }

    fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }

    fn commands(&self) -> usize {
        self.slot.state().card.log().len()
    }
}

fn good() -> StatusAnswer {
    StatusAnswer {
        state: CertificateState::Good,
        at: NOW.parse().unwrap(),
    }
}

fn trust() -> Trust {
    let roots = virtual_roots();
    Trust::new(roots.iter().map(Vec::as_slice), &[VIRTUAL_POLICY]).unwrap()
}

#[tokio::test]
async fn w3_a_challenge_is_signed_and_the_server_can_verify_it() {
    let case = run(Order::default(), |_, _| {}).await;
    let AnswerRequest::Signed(signed) = case.answer() else {
        panic!("not signed");
    };
    let (certificate, signature) = (&signed.certificate.0, &signed.signature.0);
    let now = NOW.parse().unwrap();
    verify_answer(&case.text, certificate, signature, &trust(), now, &good()).unwrap();
    let expected = [
        "見本事業所 介護保険の被保険者本人であることの確認 0042",
        "pin, 3 left",
        "ended: done",
    ];
    assert_eq!(case.seen(), expected);
    let state = case.slot.state();
    assert!(!state.card.is_unlocked() && !state.card.my_number_was_selected());
}

#[tokio::test]
async fn w3_by_sight_without_a_pin() {
    let order = Order {
        method: Method::Sight,
        script: Script {
            printed: Some((jiff::civil::date(1940, 1, 15), 2030, "2285")),
            ..Script::default()
        },
        ..Order::default()
    };
    let case = run(order, |_, _| {}).await;
    let AnswerRequest::BySight(answer) = case.answer() else {
        panic!("not by sight");
    };
    let (id, modulus, exponent) = text_anchor();
    let anchors = PresenceAnchors::default().with(id, &modulus, &exponent);
    let files = PresenceFiles {
        attributes: &answer.attributes.0,
        integrity: answer.integrity.as_ref().map(|it| it.0.as_slice()),
        issuer_certificate: &answer.issuer_certificate.0,
        application_key: &answer.application_key.0,
        signature: &answer.signature.0,
    };
    let present = verify_presence(&case.text, &files, &anchors).unwrap();
    assert!(present.attributes_proved);
    assert!(!case.slot.state().card.my_number_was_selected());
}

#[tokio::test]
async fn a_wrong_pin_travels_as_a_code_with_the_tries_left() {
    let order = Order {
        script: Script {
            pin: Some("9999"),
            ..Script::default()
        },
        ..Order::default()
    };
    let case = run(order, |_, _| {}).await;
    assert_eq!(case.error(), ErrorCode::WrongPin { left: 2 });
    assert_eq!(case.seen().last().unwrap(), "ended: wrong_pin");
}

#[tokio::test]
async fn each_card_and_each_person_that_cannot_answer_has_a_code() {
    let no_pin = || Script::default();
    let cases = [
        (Persona::Blocked, ErrorCode::Blocked),
        (Persona::OneTryLeft, ErrorCode::LastTry),
        (Persona::NoCertificate, ErrorCode::NoCertificate),
        (Persona::Telephone, ErrorCode::NotMyNumberCard),
        (Persona::ResidentRegister, ErrorCode::NotMyNumberCard),
        (Persona::BankCard, ErrorCode::NotMyNumberCard),
        (Persona::Ordinary, ErrorCode::Cancelled),
    ];
    for (persona, expected) in cases {
        let script = no_pin();
        let order = Order {
            persona,
            script,
            ..Order::default()
        };
        let case = run(order, |_, _| {}).await;
        assert_eq!(case.error(), expected, "{persona:?}");
        assert!(!case.slot.state().card.is_unlocked());
    }
}

#[tokio::test]
async fn a_card_taken_away_in_the_middle_is_said() {
    let case = run(Order::default(), |_, slot| {
        slot.state().pulled_out_after = Some(8);
    })
    .await;
    assert_eq!(case.error(), ErrorCode::CardRemoved);
}

#[tokio::test]
async fn a_text_for_someone_else_is_refused_before_the_card_is_touched() {
    for (origin, terminal) in [(Some("https://evil.example"), "T1"), (None, "T2")] {
        let order = Order {
            origin,
            terminal,
            ..Order::default()
        };
        let case = run(order, |_, _| {}).await;
        assert_eq!(case.error(), ErrorCode::NotOurText);
        assert_eq!(case.commands(), 0);
        assert_eq!(case.seen(), ["ended: not_our_text"]);
    }
}

#[tokio::test]
async fn a_text_that_says_other_than_its_envelope_is_refused() {
    let case = run(Order::default(), |server, _| {
        let mut challenge = server.challenge.lock().unwrap();
        challenge.as_mut().unwrap().purpose = Purpose::LinkCard;
    })
    .await;
    assert_eq!(case.error(), ErrorCode::NotOurText);
    assert_eq!(case.commands(), 0);
}

#[tokio::test]
async fn a_slow_reader_only_takes_longer() {
    let case = run(Order::default(), |_, slot| {
        slot.state().delay = Duration::from_millis(20);
    })
    .await;
    assert!(matches!(case.answer(), AnswerRequest::Signed(_)));
}

#[tokio::test]
async fn failures_of_the_server_are_waited_out() {
    let case = run(Order::default(), |server, _| {
        let mut before = server.before.lock().unwrap();
        before.extend([StatusCode::SERVICE_UNAVAILABLE, StatusCode::NO_CONTENT]);
        let mut verdicts = server.verdicts.lock().unwrap();
        verdicts.push_back(StatusCode::INTERNAL_SERVER_ERROR);
    })
    .await;
    assert!(*case.server.polls.lock().unwrap() >= 3);
    let answers = case.server.answers.lock().unwrap();
    assert_eq!(answers.len(), 2, "the same answer is sent again");
    assert_eq!(answers[0], answers[1]);
}

#[tokio::test]
async fn an_answer_that_came_too_late_is_said_in_the_window() {
    let case = run(Order::default(), |server, _| {
        server.verdicts.lock().unwrap().push_back(StatusCode::GONE);
    })
    .await;
    assert_eq!(case.seen().last().unwrap(), "ended: internal");
    assert_eq!(case.server.answers.lock().unwrap().len(), 1);
}

/// The whole log of good and bad runs, at the finest level, from every crate.
#[test]
fn t1_nothing_personal_is_in_the_log() {
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
    let (certificate, key) = runtime.block_on(async {
        let order = || Order {
            script: Script {
                pin: Some("8642"),
                ..Script::default()
            },
            serial: 0x7A5B_3C1D,
            ..Order::default()
        };
        let good = run(order(), |_, _| {}).await;
        assert!(matches!(good.answer(), AnswerRequest::Signed(_)));
        run(order(), |_, slot| slot.state().pulled_out_after = Some(14)).await;
        let mut sight = order();
        sight.method = Method::Sight;
        sight.script.printed = Some((jiff::civil::date(1940, 1, 15), 2031, "2285"));
        run(sight, |_, _| {}).await;
        let certificate = good.slot.state().card.certificate().to_vec();
        (certificate, good.door.settings.key_pem)
    });
    let bytes = sink.0.lock().unwrap().clone();
    let log = String::from_utf8_lossy(&bytes).to_lowercase();
    assert!(
        log.contains("card command") && log.contains("a challenge has come"),
        "{log}"
    );
    assert!(log.contains("0020008") && log.contains("the challenge has ended"));
    let in_hex = |bytes: &[u8]| {
        bytes
            .iter()
            .fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
    };
    let listed = |bytes: &[u8]| {
        let numbers: Vec<String> = bytes.iter().map(u8::to_string).collect();
        numbers.join(", ")
    };
    let holder = b"VIRTUAL13000001A";
    for secret in [
        "8642".to_owned(),
        in_hex(b"8642"),
        listed(b"8642"),
        "7a5b3c1d".into(),
        listed(&[0x7A, 0x5B, 0x3C, 0x1D]),
        0x7A5B_3C1D_u32.to_string(),
        "介護　花子".into(),
        in_hex("花子".as_bytes()),
        "見本町".into(),
        "19400115".into(),
        "15011520312285".into(),
        in_hex(holder),
        "virtual13000001a".into(),
        in_hex(&certificate[300..316]),
        listed(&certificate[300..316]),
        key.lines().nth(1).unwrap().to_lowercase(),
    ] {
        assert!(!log.contains(&secret), "{secret} is in the log");
    }
}

/// A server that no longer serves this program.
#[tokio::test]
async fn t1_a_program_that_is_too_old_takes_no_challenge() {
    let server = Arc::new(Server::default());
    let polls = Arc::clone(&server);
    let told = support::hello(NOW, "9.8.7");
    let door = door(|_| {
        Routes::new()
            .get("/agent/hello", async move || {
                (StatusCode::UPGRADE_REQUIRED, told.clone())
            })
            .get("/agent/poll", async move || polls.poll().await)
            .into_router()
    })
    .await;
    let script = Script::default();
    let seen = Arc::clone(&script.seen);
    let slot = Slot::holding(CardOrder::new(Persona::Ordinary).make());
    let agent = Agent::new(
        &door.settings,
        Box::new(SlotSource(Ok(slot))),
        Box::new(script),
        Arc::new(SeededEntropy::new(3)),
    );
    let until = async {
        while seen.lock().unwrap().is_empty() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        // A program that went on would poll within a second.
        tokio::time::sleep(Duration::from_millis(1_500)).await;
    };
    agent.unwrap().run(until).await.unwrap();
    assert_eq!(*server.polls.lock().unwrap(), 0);
    let seen = seen.lock().unwrap();
    assert!(
        seen[0].contains("カードの読み取りを止めています") && seen[0].contains("9.8.7"),
        "{seen:?}"
    );
}
