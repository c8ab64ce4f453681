//! The card check from the challenge to the identity check, on both engines, with virtual cards (W-3a).

#![allow(
    clippy::unwrap_used,
    clippy::too_many_lines,
    reason = "a test that cannot set up its case may stop"
)]

mod support;

use std::sync::Arc;
use std::time::Duration;

use kiban_access::{Caller, PersonKey};
use kiban_audit::{Actor, Door};
use kiban_card::answer::{CertificateState, Trust};
use kiban_card::jpki::Jpki;
use kiban_card::pin::LastTry;
use kiban_card::wire::{
    AnswerRequest, Base64, Method, ReaderTestRequest, RungOutcome, RungResult, SignedAnswer,
    TerminalError,
};
use kiban_card::{ChallengeId, ChallengeText, ErrorCode, Pin, Purpose};
use kiban_domain::{Clock as _, FiveItems};
use kiban_services::CallContext;
use kiban_services::card_check::{
    self, AnswerError, CardDesk, CardTrust, ConfirmError, LinkError, Linked, NewChallenge, Polled,
    SignIn, Taken, Terminal,
    reader_test::{self, ReaderTest, TestedError},
};
use kiban_services::identity::{self, AgreedCheck};
use kiban_store::repo::card_challenges::{CardOutcome, ChallengeState};
use kiban_store::repo::card_links;
use kiban_testkit::card::{CardOrder, FakeStatus, Persona, Slot, VIRTUAL_POLICY, virtual_roots};
use support::{ENGINES, INSURED_HEADER, INSURER, TestPlatform, file_of, insured_row, office};

const ORIGIN: &str = "https://care.example";
const SERIAL: u32 = 0x0022_7B13;
const NUMBER: &str = "0000000017";
const OTHER: &str = "0000000025";

struct Case {
    test: TestPlatform,
    desk: CardDesk,
    status: Arc<FakeStatus>,
    slot: Slot,
}

fn trust() -> Trust {
    let roots = virtual_roots();
    Trust::new(roots.iter().map(Vec::as_slice), &[VIRTUAL_POLICY]).unwrap()
}

fn staff() -> CallContext {
    CallContext {
        caller: Caller::Office(office()),
        actor: Actor::new(Door::Care, office().as_str()).staff("sato"),
        request_id: "r".into(),
    }
}

fn reader() -> CallContext {
    CallContext {
        caller: Caller::Office(office()),
        actor: Actor::new(Door::Care, office().as_str()).certificate("0c"),
        request_id: "r".into(),
    }
}

fn terminal(id: &str) -> Terminal {
    Terminal {
        office_no: office(),
        terminal_id: id.into(),
    }
}

fn me() -> SignIn {
    SignIn::of_token("mine")
}

impl Case {
    async fn new(engine: support::Engine, persona: Persona) -> Self {
        let test = TestPlatform::new(engine).await;
        let status = Arc::new(FakeStatus::at(test.clock.now()));
        let believed = CardTrust {
            trust: trust(),
            sight: None,
            status: status.clone(),
        };
        let rows = [
            insured_row(NUMBER, 1, "架空　花子", "カクウ ハナコ", ""),
            insured_row(OTHER, 1, "架空　良子", "カクウ ヨシコ", ""),
        ];
        let file = file_of(INSURED_HEADER, &rows);
        test.load("131128_insured_F_20261101_0001.csv", &file).await;
        Self {
            test,
            desk: CardDesk::new(ORIGIN, Some(believed)),
            status,
            slot: Slot::holding(CardOrder::new(persona).serial(SERIAL).make()),
        }
    }

    async fn open(&self, case: &str) -> ChallengeId {
        let new = NewChallenge {
            terminal: terminal("T1"),
            sign_in: me(),
            purpose: Purpose::ConfirmInsuredPerson,
            case: case.into(),
            method: Method::Pin,
        };
        let staff = staff();
        let opened = card_check::open(&self.test.platform, &self.desk, &staff, new).await;
        opened.unwrap().id
    }

    async fn take(&self, id: &str, held: Duration) -> Option<Taken> {
        let (reader, terminal) = (reader(), terminal(id));
        let (platform, desk) = (&self.test.platform, &self.desk);
        match card_check::poll(platform, desk, &reader, &terminal, true, held).await {
            Ok(Some(Polled::Challenge(taken))) => Some(*taken),
            Ok(None) => None,
            other => panic!("{other:?}"),
        }
    }

    fn sign(&self, text: &ChallengeText) -> AnswerRequest {
        let mut slot = self.slot.clone();
        let mut card = Jpki::open(&mut slot).unwrap();
        let certificate = card.certificate().unwrap();
        let unlocked = card
            .present_pin(Pin::parse("1234").unwrap(), LastTry::Keep)
            .unwrap();
        let signature = unlocked.sign(text, &certificate).unwrap();
        AnswerRequest::Signed(SignedAnswer {
            certificate: Base64(certificate),
            signature: Base64(signature.into_bytes()),
        })
    }

    async fn answer(
        &self,
        at: &str,
        id: ChallengeId,
        answer: &AnswerRequest,
    ) -> Result<(), AnswerError> {
        card_check::answer(
            &self.test.platform,
            &self.desk,
            &reader(),
            &terminal(at),
            id,
            answer,
        )
        .await
    }

    /// A whole challenge, answered.
    async fn done(&self, case: &str) -> ChallengeId {
        let id = self.open(case).await;
        let taken = self.take("T1", Duration::from_secs(5)).await.unwrap();
        assert_eq!(taken.text.id(), id);
        self.answer("T1", id, &self.sign(&taken.text))
            .await
            .unwrap();
        id
    }

    async fn state(&self, id: ChallengeId) -> card_check::ChallengeView {
        let found = card_check::state(&self.test.platform, &staff(), &me(), id).await;
        found.unwrap().unwrap()
    }

    async fn five_items(&self, number: &str, kana: &str) -> AgreedCheck {
        let items = FiveItems {
            insurer_no: support::insurer(),
            insured_no: number.parse().unwrap(),
            name_kana: kana.parse().unwrap(),
            birth_date: "1940-05-03".parse().unwrap(),
            sex: "2".parse().unwrap(),
        };
        identity::check(&self.test.platform, &staff(), items)
            .await
            .unwrap()
    }

    async fn link(
        &self,
        id: ChallengeId,
        case: &str,
        agreed: &AgreedCheck,
    ) -> Result<Linked, LinkError> {
        card_check::link(&self.test.platform, &staff(), &me(), id, case, agreed).await
    }

    async fn confirm(
        &self,
        sign_in: &SignIn,
        id: ChallengeId,
        case: &str,
    ) -> Result<AgreedCheck, ConfirmError> {
        card_check::confirm(&self.test.platform, &staff(), sign_in, id, case).await
    }

    async fn refused(&self, id: ChallengeId, answer: &AnswerRequest) -> &'static str {
        match self.answer("T1", id, answer).await {
            Err(AnswerError::Refused { reason, .. }) => reason,
            other => panic!("{other:?}"),
        }
    }
}

/// Sealed entries of the insurer's lane and of nobody's, as text.
async fn recorded(test: &TestPlatform) -> Vec<String> {
    kiban_services::audit_trail::seal_all(&test.platform)
        .await
        .unwrap();
    let mut work = test.platform.audit.read().await.unwrap();
    let mut all = Vec::new();
    for lane in [INSURER, kiban_audit::NO_INSURER] {
        let first = uuid::Uuid::nil();
        let entries = kiban_store::repo::audit::list_entries(&mut work, lane, first, 10_000).await;
        all.extend(entries.unwrap().into_iter().map(|entry| entry.body));
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn w3_an_unknown_card_is_linked_by_five_items_and_stands_for_the_person_afterwards() {
    for engine in ENGINES {
        let desk = Case::new(engine, Persona::Ordinary).await;
        let id = desk.done("case-1").await;
        let seen = desk.state(id).await;
        assert_eq!(
            (seen.state, seen.outcome),
            (ChallengeState::Done, Some(CardOutcome::Unknown))
        );
        assert!(matches!(
            desk.confirm(&me(), id, "case-1").await,
            Err(ConfirmError::NoResult)
        ));
        let agreed = desk.five_items(NUMBER, "カクウ ハナコ").await;
        assert!(
            matches!(
                desk.link(id, "case-2", &agreed).await,
                Err(LinkError::NoCard)
            ),
            "another case"
        );
        assert_eq!(desk.link(id, "case-1", &agreed).await.unwrap(), Linked::Now);
        assert!(
            matches!(
                desk.link(id, "case-1", &agreed).await,
                Err(LinkError::NoCard)
            ),
            "once"
        );

        let id = desk.done("case-3").await;
        assert_eq!(desk.state(id).await.outcome, Some(CardOutcome::Linked));
        let other = SignIn::of_token("another's");
        assert!(matches!(
            desk.confirm(&other, id, "case-3").await,
            Err(ConfirmError::NotFound)
        ));
        assert!(matches!(
            desk.confirm(&me(), id, "case-1").await,
            Err(ConfirmError::NotFound)
        ));
        let check = desk.confirm(&me(), id, "case-3").await.unwrap();
        assert_eq!(check.person.insured_no.as_str(), NUMBER);
        assert!(
            matches!(
                desk.confirm(&me(), id, "case-3").await,
                Err(ConfirmError::Spent)
            ),
            "once"
        );
        let shown = identity::confirmed(&desk.test.platform, &staff(), check.id)
            .await
            .unwrap();
        assert_eq!(shown.unwrap().shown.name_kana, "カクウ　ハナコ");

        // The card cannot be given to somebody else by the five items of another person.
        let id = desk.done("case-4").await;
        let agreed = desk.five_items(OTHER, "カクウ ヨシコ").await;
        assert!(matches!(
            desk.link(id, "case-4", &agreed).await,
            Err(LinkError::StandsForAnother)
        ));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn w3_an_ended_link_says_so_and_late_results_are_spent() {
    for engine in ENGINES {
        let desk = Case::new(engine, Persona::Ordinary).await;
        let id = desk.done("a").await;
        let agreed = desk.five_items(NUMBER, "カクウ ハナコ").await;
        desk.link(id, "a", &agreed).await.unwrap();
        let id = desk.done("b").await;
        let seen = desk.state(id).await;
        let link = seen.link.unwrap();
        desk.test.clock.pass(31 * 60);
        assert!(matches!(
            desk.confirm(&me(), id, "b").await,
            Err(ConfirmError::Spent)
        ));
        let person: PersonKey = agreed.person.clone();
        let now = desk.test.clock.now();
        let ended = desk
            .test
            .platform
            .store
            .write::<bool, kiban_store::Error, _>(move |work| {
                Box::pin(async move { card_links::end(work, &person, link, now, "operator").await })
            });
        assert!(ended.await.unwrap());
        desk.status.known_at(now);
        let id = desk.done("c").await;
        assert_eq!(desk.state(id).await.outcome, Some(CardOutcome::LinkEnded));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn w3_an_answer_counts_once_here_and_now() {
    for engine in ENGINES {
        let desk = Case::new(engine, Persona::Ordinary).await;
        let id = desk.open("a").await;
        let unread = AnswerRequest::Failed(TerminalError(ErrorCode::NoCard));
        assert!(
            matches!(
                desk.answer("T1", id, &unread).await,
                Err(AnswerError::NotOpen)
            ),
            "not taken"
        );
        assert!(
            desk.take("T2", Duration::from_millis(50)).await.is_none(),
            "another terminal"
        );
        let taken = desk.take("T1", Duration::from_secs(5)).await.unwrap();
        assert!(
            desk.take("T1", Duration::from_millis(50)).await.is_none(),
            "taken once"
        );
        let signed = desk.sign(&taken.text);
        assert!(matches!(
            desk.answer("T2", id, &signed).await,
            Err(AnswerError::NotFound)
        ));
        desk.answer("T1", id, &signed).await.unwrap();
        assert!(
            matches!(
                desk.answer("T1", id, &signed).await,
                Err(AnswerError::NotOpen)
            ),
            "replay"
        );

        // An answer to an earlier text.
        let id = desk.open("b").await;
        desk.take("T1", Duration::from_secs(5)).await.unwrap();
        assert_eq!(desk.refused(id, &signed).await, "signature");
        assert_eq!(desk.state(id).await.state, ChallengeState::Failed);

        // One bit.
        let id = desk.open("c").await;
        let taken = desk.take("T1", Duration::from_secs(5)).await.unwrap();
        let AnswerRequest::Signed(mut flipped) = desk.sign(&taken.text) else {
            panic!()
        };
        flipped.signature.0[9] ^= 1;
        assert_eq!(
            desk.refused(id, &AnswerRequest::Signed(flipped)).await,
            "signature"
        );

        // The ninety-first second.
        let id = desk.open("d").await;
        let taken = desk.take("T1", Duration::from_secs(5)).await.unwrap();
        let signed = desk.sign(&taken.text);
        desk.test.clock.pass(91);
        assert!(matches!(
            desk.answer("T1", id, &signed).await,
            Err(AnswerError::Late)
        ));
        assert!(
            matches!(desk.answer("T1", id, &signed).await, Err(AnswerError::Late)),
            "again"
        );
        assert_eq!(desk.state(id).await.state, ChallengeState::Expired);

        // A newer one.
        let older = desk.open("e").await;
        let taken = desk.take("T1", Duration::from_secs(5)).await.unwrap();
        let newer = desk.open("f").await;
        assert!(matches!(
            desk.answer("T1", older, &desk.sign(&taken.text)).await,
            Err(AnswerError::NotOpen)
        ));
        assert_eq!(desk.state(older).await.state, ChallengeState::Withdrawn);
        card_check::withdraw(&desk.test.platform, &staff(), &SignIn::of_token("x"), newer)
            .await
            .unwrap();
        assert_eq!(
            desk.state(newer).await.state,
            ChallengeState::Pending,
            "another's"
        );
        card_check::withdraw(&desk.test.platform, &staff(), &me(), newer)
            .await
            .unwrap();
        assert_eq!(desk.state(newer).await.state, ChallengeState::Withdrawn);
        let (staff, other) = (staff(), SignIn::of_token("x"));
        let other = card_check::state(&desk.test.platform, &staff, &other, newer);
        assert!(other.await.unwrap().is_none());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn w3_what_the_terminal_says_reaches_the_page_with_who_mends_it() {
    let desk = Case::new(support::Engine::Lite, Persona::Ordinary).await;
    for code in ErrorCode::ALL {
        let id = desk.open("a").await;
        desk.take("T1", Duration::from_secs(5)).await.unwrap();
        let failed = AnswerRequest::Failed(TerminalError(code));
        desk.answer("T1", id, &failed).await.unwrap();
        let seen = desk.state(id).await;
        assert_eq!((seen.error, seen.sentence), (Some(code), code.sentence()));
        assert_eq!(seen.mender, Some(code.mender()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn w3_a_state_that_is_not_good_is_never_good() {
    let since = "2026-10-20T00:00:00Z".parse().unwrap();
    for (state, reason) in [
        (CertificateState::Revoked { since }, "revoked"),
        (CertificateState::Unknown, "status_unknown"),
        (CertificateState::Unavailable, "status_unavailable"),
    ] {
        let desk = Case::new(support::Engine::Lite, Persona::Ordinary).await;
        desk.status.say(SERIAL, state);
        let id = desk.open("a").await;
        let taken = desk.take("T1", Duration::from_secs(5)).await.unwrap();
        assert_eq!(desk.refused(id, &desk.sign(&taken.text)).await, reason);
        let seen = desk.state(id).await;
        assert!(seen.sentence.ends_with('。') && seen.mender.is_some() && seen.error.is_none());
    }
    for (persona, reason) in [
        (Persona::Expired, "expired"),
        (Persona::NotYetValid, "not_yet_valid"),
        (Persona::Foreign, "issuer"),
    ] {
        let desk = Case::new(support::Engine::Lite, persona).await;
        let id = desk.open("a").await;
        let taken = desk.take("T1", Duration::from_secs(5)).await.unwrap();
        assert_eq!(desk.refused(id, &desk.sign(&taken.text)).await, reason);
    }
    // What was known two hours and a day ago is not known now; a clock two hours off is not yet tomorrow's.
    let desk = Case::new(support::Engine::Lite, Persona::Ordinary).await;
    for (known_at, reason) in [
        ("2026-10-30T23:00:00Z", "status_stale"),
        ("2026-11-01T03:00:00Z", "status_stale"),
    ] {
        desk.status.known_at(known_at.parse().unwrap());
        let id = desk.open("a").await;
        let taken = desk.take("T1", Duration::from_secs(5)).await.unwrap();
        assert_eq!(desk.refused(id, &desk.sign(&taken.text)).await, reason);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_pages_that_ask_at_once_one_is_open() {
    for engine in ENGINES {
        let desk = Case::new(engine, Persona::Ordinary).await;
        let ask = || desk.open("a");
        let asked = tokio::join!(ask(), ask(), ask(), ask(), ask(), ask());
        let (one, two, three, four, five, six) = asked;
        let mut open = 0;
        for id in [one, two, three, four, five, six] {
            let state = desk.state(id).await.state;
            open += usize::from(state == ChallengeState::Pending);
        }
        assert_eq!(open, 1, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_answers_at_once_count_once() {
    for engine in ENGINES {
        let desk = Case::new(engine, Persona::Ordinary).await;
        let id = desk.open("a").await;
        let polls = tokio::join!(
            desk.take("T1", Duration::from_millis(300)),
            desk.take("T1", Duration::from_millis(300)),
        );
        let taken: Vec<_> = [polls.0, polls.1].into_iter().flatten().collect();
        assert_eq!(taken.len(), 1, "two programs with one certificate");
        let signed = desk.sign(&taken[0].text);
        let answers = tokio::join!(
            desk.answer("T1", id, &signed),
            desk.answer("T1", id, &signed)
        );
        let good = [&answers.0, &answers.1]
            .into_iter()
            .filter(|it| it.is_ok())
            .count();
        assert_eq!(good, 1, "{answers:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_waiting_poll_is_woken_and_one_of_another_process_within_two_seconds() {
    for engine in ENGINES {
        let desk = Case::new(engine, Persona::Ordinary).await;
        assert!(desk.take("T1", Duration::from_millis(20)).await.is_none());
        let begun = std::time::Instant::now();
        let (taken, _) = tokio::join!(desk.take("T1", Duration::from_secs(20)), desk.open("a"));
        assert!(taken.is_some() && begun.elapsed() < Duration::from_secs(5));
        if engine == support::Engine::Lite {
            continue;
        }
        let elsewhere = CardDesk::new(ORIGIN, None);
        let (reader, terminal, long) = (reader(), terminal("T1"), Duration::from_secs(20));
        let platform = &desk.test.platform;
        let poll = card_check::poll(platform, &elsewhere, &reader, &terminal, true, long);
        let made = async {
            tokio::time::sleep(Duration::from_millis(200)).await;
            desk.open("b").await;
        };
        let woken = async {
            let (taken, ()) = tokio::join!(poll, made);
            taken.unwrap().is_some()
        };
        let watching = card_check::watch(&desk.test.platform, &elsewhere);
        let taken = tokio::select! { taken = woken => taken, () = watching => false };
        assert!(taken && begun.elapsed() < Duration::from_secs(15));
        elsewhere.close();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_desk_lets_polls_go() {
    let desk = Case::new(support::Engine::Lite, Persona::Ordinary).await;
    let begun = std::time::Instant::now();
    let close = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        desk.desk.close();
    };
    let (taken, ()) = tokio::join!(desk.take("T1", Duration::from_secs(25)), close);
    assert!(taken.is_none() && begun.elapsed() < Duration::from_secs(5));
}

#[tokio::test(flavor = "multi_thread")]
async fn s3_every_step_is_recorded_and_the_sweep_ends_what_nobody_looked_at() {
    for engine in ENGINES {
        let desk = Case::new(engine, Persona::Ordinary).await;
        let id = desk.done("a").await;
        let agreed = desk.five_items(NUMBER, "カクウ ハナコ").await;
        desk.link(id, "a", &agreed).await.unwrap();
        let left = desk.open("b").await;
        desk.test.clock.pass(91);
        card_check::sweep(&desk.test.platform, &staff())
            .await
            .unwrap();
        assert_eq!(desk.state(left).await.state, ChallengeState::Expired);
        let recorded = recorded(&desk.test).await;
        for part in [
            "\"purpose\":\"pending\"",
            "\"purpose\":\"taken\"",
            "\"purpose\":\"done\"",
            "\"purpose\":\"expired\"",
            "\"action\":\"card_linked\"",
        ] {
            assert!(
                recorded.iter().any(|it| it.contains(part)),
                "{part} {recorded:?}"
            );
        }
        let all = recorded.join("\n").to_lowercase();
        assert!(!all.contains("227b13") && !all.contains("ハナコ"), "{all}");
    }
}

/// Polls once; the test that came, if one came.
async fn test_for(desk: &Case, id: &str, knows: bool) -> Option<uuid::Uuid> {
    let (reader, terminal) = (reader(), terminal(id));
    let held = Duration::from_millis(20);
    let platform = &desk.test.platform;
    match card_check::poll(platform, &desk.desk, &reader, &terminal, knows, held).await {
        Ok(Some(Polled::ReaderTest(id))) => Some(id),
        Ok(None) => None,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn t2_a_reader_test_belongs_to_its_terminal_and_is_answered_once() {
    for engine in ENGINES {
        let desk = Case::new(engine, Persona::Ordinary).await;
        let (platform, here, there) = (&desk.test.platform, terminal("T1"), terminal("T2"));
        let found = ReaderTestRequest {
            rungs: vec![RungResult {
                step: "tries".into(),
                outcome: RungOutcome::Good,
                code: None,
                left: Some(3),
            }],
        };
        let id = reader_test::ask(platform, &desk.desk, &here).await.unwrap();
        let look = async |at: &Terminal| reader_test::look(platform, at, id).await.unwrap();
        let tell = async |at: &Terminal| reader_test::tested(platform, at, id, &found).await;
        assert_eq!(look(&here).await, Some(ReaderTest::Waiting(0)));
        assert_eq!(look(&there).await, None);
        assert_eq!(test_for(&desk, "T2", true).await, None);
        assert!(matches!(tell(&here).await, Err(TestedError::NotOpen)));
        assert_eq!(test_for(&desk, "T1", true).await, Some(id));
        assert_eq!(test_for(&desk, "T1", true).await, None, "once");
        assert_eq!(look(&here).await, Some(ReaderTest::Taken));
        assert!(matches!(tell(&there).await, Err(TestedError::NotFound)));
        let empty = ReaderTestRequest { rungs: vec![] };
        let refused = reader_test::tested(platform, &here, id, &empty).await;
        assert!(matches!(refused, Err(TestedError::Form)));
        tell(&here).await.unwrap();
        assert!(matches!(tell(&here).await, Err(TestedError::NotOpen)));
        let rungs = found.rungs.clone();
        assert_eq!(look(&here).await, Some(ReaderTest::Answered(rungs)));
        assert_eq!(look(&there).await, None);
        // It is of the hour, and the sweep forgets it.
        desk.test.clock.pass(3_601);
        assert_eq!(look(&here).await, None);
        card_check::sweep(platform, &reader()).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn t2_a_reader_test_says_that_no_program_runs_or_that_it_is_too_old() {
    for engine in ENGINES {
        let desk = Case::new(engine, Persona::Ordinary).await;
        let (platform, here) = (&desk.test.platform, terminal("T1"));
        let ask = async || reader_test::ask(platform, &desk.desk, &here).await.unwrap();
        let look = async |id| {
            reader_test::look(platform, &here, id)
                .await
                .unwrap()
                .unwrap()
        };
        let nobody = ask().await;
        desk.test.clock.pass(12);
        assert_eq!(look(nobody).await, ReaderTest::Waiting(12));
        desk.test.clock.pass(34);
        assert_eq!(look(nobody).await, ReaderTest::Unanswered);
        assert_eq!(test_for(&desk, "T1", true).await, None, "its time is over");
        let old = ask().await;
        assert_eq!(test_for(&desk, "T1", false).await, None);
        assert_eq!(look(old).await, ReaderTest::OldProgram);
        let lost = ask().await;
        assert_eq!(test_for(&desk, "T1", true).await, Some(lost));
        desk.test.clock.pass(46);
        assert_eq!(look(lost).await, ReaderTest::Lost);
        let found = ReaderTestRequest {
            rungs: vec![RungResult {
                step: "card".into(),
                outcome: RungOutcome::NotTried,
                code: None,
                left: None,
            }],
        };
        let late = reader_test::tested(platform, &here, lost, &found).await;
        assert!(matches!(late, Err(TestedError::Late)));
        // A challenge goes first, and a test that waits beside it is not lost.
        let beside = ask().await;
        desk.open("a").await;
        assert!(desk.take("T1", Duration::from_millis(20)).await.is_some());
        assert_eq!(test_for(&desk, "T1", true).await, Some(beside));
    }
}
