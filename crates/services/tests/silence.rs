//! Asking after silence (W-4), on both engines.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use kiban_access::{Caller, PersonKey};
use kiban_audit::{Action, Actor, Door, Event};
use kiban_domain::{Date, EndReason, FiveItems};
use kiban_services::{
    CallContext, audit_trail, identity,
    mail::{self, Outgoing, Post, PostError},
    person_notices::{self, NoticeFacts},
    persons::{self, Question},
    relations::{
        self, End, EndError, Registration,
        silence::{self, Done, SilenceSettings},
    },
    staff::{self, NewStaff, StaffRole},
};
use kiban_store::repo::{
    audit,
    relations::{FOREVER, RelationRow},
    staff as accounts,
};
use std::{collections::BTreeSet, future::Future, pin::Pin, sync::Mutex};
use support::{
    ENGINES, Engine, INSURED_HEADER, INSURER, TestPlatform, care_office, file_of, insured_row,
    insurer, office, operator, person,
};

const URL: &str = "https://care.example";
const DAY: i64 = 24 * 3_600;
/// So many days after the day on which [`loaded`] begins, 1 November 2026.
const ASKED_AFTER: i64 = 180;
const ENDED_AFTER: i64 = 210;

#[derive(Default)]
struct Letters(Mutex<Vec<(String, String, String)>>);

impl Post for Letters {
    fn send<'a>(
        &'a self,
        letter: &'a Outgoing,
    ) -> Pin<Box<dyn Future<Output = Result<(), PostError>> + Send + 'a>> {
        Box::pin(async move {
            let (to, subject) = (letter.to.as_str().to_owned(), letter.subject.clone());
            let mut all = self.0.lock().unwrap();
            all.push((to, subject, letter.body.clone()));
            Ok(())
        })
    }
}

/// Receiver, subject and text of what waits to be sent.
async fn letters(test: &TestPlatform) -> Vec<(String, String, String)> {
    let post = Letters::default();
    mail::deliver(&test.platform, &post).await.unwrap();
    post.0.into_inner().unwrap()
}

/// Ten digits for the person at `at`.
fn number(at: u32) -> String {
    format!("{at:010}")
}

async fn loaded(engine: Engine, persons: u32) -> TestPlatform {
    let test = TestPlatform::new(engine).await;
    let rows: Vec<String> = (1..=persons)
        .map(|at| insured_row(&number(at), 1, "架空 花子", "カクウ ハナコ", ""))
        .collect();
    let file = file_of(INSURED_HEADER, &rows);
    test.load("131128_insured_F_20261101_0001.csv", &file).await;
    test
}

async fn register(test: &TestPlatform, at: u32) -> RelationRow {
    let items = FiveItems {
        insurer_no: insurer(),
        insured_no: number(at).parse().unwrap(),
        name_kana: "カクウ ハナコ".parse().unwrap(),
        birth_date: "1940-05-03".parse().unwrap(),
        sex: "2".parse().unwrap(),
    };
    let check = identity::check(&test.platform, &care_office(), items).await;
    let registration = Registration {
        check: check.unwrap().id,
        service_kind: "43".parse().unwrap(),
        purpose: "ケアプランの作成".into(),
        from: None,
        accepts_handover: false,
    };
    let row = relations::register(&test.platform, &care_office(), registration).await;
    row.unwrap()
}

async fn member(test: &TestPlatform, login: &str, role: StaffRole) {
    let account = NewStaff {
        office_no: office(),
        login: login.into(),
        name: "見本 職員".into(),
        role,
        password: "correct horse battery".into(),
        totp_secret: None,
    };
    staff::add(&test.platform, &operator(), account)
        .await
        .unwrap();
    let login = login.to_owned();
    test.platform
        .store
        .write::<(), kiban_store::Error, _>(move |work| {
            Box::pin(async move {
                let row = accounts::find_by_login(work, &office(), &login).await?;
                let mail = format!("{login}@hikari.example");
                accounts::set_mail(work, row.unwrap().staff_id, &mail).await
            })
        })
        .await
        .unwrap();
}

async fn round(test: &TestPlatform) -> Done {
    let settings = SilenceSettings::default();
    silence::look_after(&test.platform, settings, URL)
        .await
        .unwrap()
}

async fn waiting(test: &TestPlatform) -> Vec<(String, Date)> {
    let rows = silence::waiting(&test.platform, &care_office())
        .await
        .unwrap();
    rows.iter()
        .map(|row| {
            let insured_no = row.person.insured_no.as_str().to_owned();
            (insured_no, row.asked.unwrap().ends_on)
        })
        .collect()
}

async fn events(test: &TestPlatform, action: Action) -> Vec<Event> {
    audit_trail::seal_all(&test.platform).await.unwrap();
    let mut work = test.platform.audit.read().await.unwrap();
    audit::list_entries(&mut work, INSURER, uuid::Uuid::nil(), 10_000)
        .await
        .unwrap()
        .iter()
        .map(|entry| entry.parse().unwrap())
        .filter(|event: &Event| event.action == action)
        .collect()
}

async fn standing(test: &TestPlatform, at: u32) -> RelationRow {
    let mut work = test.platform.store.point().await.unwrap();
    let rows =
        kiban_store::repo::relations::list_of(&mut work, &person(&number(at)), &office()).await;
    rows.unwrap().remove(0)
}

async fn look(test: &TestPlatform, at: u32) {
    let (context, person, question) = (care_office(), person(&number(at)), Question::default());
    let view = persons::read(&test.platform, &context, &person, &question).await;
    assert!(!view.unwrap().members.shown().is_empty());
}

async fn told(test: &TestPlatform, person: &PersonKey) -> Vec<NoticeFacts> {
    let own = CallContext {
        caller: Caller::Person(person.clone()),
        actor: Actor::new(Door::Portal, "person"),
        request_id: "r".into(),
    };
    person_notices::list(&test.platform, &own, None, 10)
        .await
        .unwrap()
        .into_iter()
        .filter_map(|notice| notice.facts)
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn w4_silence_is_asked_about_and_without_an_answer_ends_the_registration_once() {
    for engine in ENGINES {
        let test = loaded(engine, 1).await;
        register(&test, 1).await;
        // 10:00 in Japan on 1 November; the last second of the 179th day after.
        test.clock.pass((ASKED_AFTER - 1) * DAY + 14 * 3_600 - 1);
        assert_eq!(round(&test).await, Done::default(), "{engine:?}");
        assert_eq!(waiting(&test).await, []);
        test.clock.pass(1);
        let first = Done {
            asked: 1,
            ended: 0,
            letters: 1,
        };
        assert_eq!(round(&test).await, first, "{engine:?}");
        assert_eq!(round(&test).await, Done::default(), "{engine:?}: once");
        let ends_on = Date::constant(2027, 5, 30);
        assert_eq!(waiting(&test).await, [(number(1), ends_on)]);

        test.clock.pass((ENDED_AFTER - ASKED_AFTER) * DAY - 1);
        let eve = round(&test).await;
        assert_eq!(eve.ended, 0, "{engine:?}: the eve of the day");
        assert_eq!(standing(&test, 1).await.valid_to, FOREVER);
        test.clock.pass(1);
        // Two workers at once end it once.
        let (one, other) = tokio::join!(round(&test), round(&test));
        assert_eq!(one.ended + other.ended, 1, "{engine:?}");
        let row = standing(&test, 1).await;
        assert_eq!(
            (row.valid_to, row.end_reason),
            (ends_on, Some(EndReason::NoAnswer)),
            "{engine:?}"
        );
        assert_eq!(waiting(&test).await, []);
        let ends = events(&test, Action::EndRelation).await;
        assert_eq!(ends.len(), 1, "{engine:?}");
        assert_eq!(ends[0].actor.door, Door::System);
        assert_eq!(ends[0].actor.staff, None);
        assert_eq!(ends[0].purpose.as_deref(), Some("no_answer"));
        let notices = told(&test, &row.person).await;
        assert!(
            matches!(&notices[0], NoticeFacts::RelationEnded { reason, last_day, .. }
                if reason == "no_answer" && *last_day == Some(ends_on)),
            "{engine:?} {notices:?}"
        );
        assert_eq!(notices.len(), 2, "{engine:?}: registered, ended");

        // The last day counts; then it can be registered anew, by a check.
        look(&test, 1).await;
        test.clock.pass(DAY);
        register(&test, 1).await;
        assert_eq!(round(&test).await.asked, 0, "{engine:?}");
        look(&test, 1).await;
        assert_eq!(test.verify().await, []);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn w4_a_look_by_the_registration_is_a_sign_of_life_before_and_after_the_question() {
    for engine in ENGINES {
        let test = loaded(engine, 1).await;
        register(&test, 1).await;
        test.clock.pass(100 * DAY);
        look(&test, 1).await;
        test.clock.pass(80 * DAY);
        assert_eq!(round(&test).await, Done::default(), "{engine:?}");
        test.clock.pass(100 * DAY);
        assert_eq!(round(&test).await.asked, 1, "{engine:?}");
        test.clock.pass(29 * DAY);
        // Nobody answers, but somebody looks; the trail is not sealed yet.
        look(&test, 1).await;
        test.clock.pass(DAY);
        assert_eq!(round(&test).await.ended, 0, "{engine:?}");
        assert_eq!(waiting(&test).await, [], "{engine:?}");
        assert_eq!(standing(&test, 1).await.valid_to, FOREVER);
        test.clock.pass(179 * DAY);
        assert_eq!(round(&test).await.asked, 1, "{engine:?}: asked anew");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn w4_several_are_answered_at_once_and_nobody_elses() {
    for engine in ENGINES {
        let test = loaded(engine, 3).await;
        let mut ids = Vec::new();
        for at in 1..=3 {
            ids.push(register(&test, at).await.relation_id);
        }
        test.clock.pass(ASKED_AFTER * DAY);
        assert_eq!(round(&test).await.asked, 3, "{engine:?}");
        let mut stranger = care_office();
        stranger.caller = Caller::Office("1379900023".parse().unwrap());
        let theirs = silence::confirm(&test.platform, &stranger, ids.clone()).await;
        assert_eq!(theirs.unwrap(), 0, "{engine:?}");

        let two = ids[..2].to_vec();
        let confirmed = silence::confirm(&test.platform, &care_office(), two.clone()).await;
        assert_eq!(confirmed.unwrap(), 2, "{engine:?}");
        let again = silence::confirm(&test.platform, &care_office(), two).await;
        assert_eq!(again.unwrap(), 0, "{engine:?}: answered already");
        let entries = events(&test, Action::ConfirmRelation).await;
        let about: BTreeSet<_> = entries.iter().map(|it| it.insured_no.clone()).collect();
        assert_eq!(
            about,
            BTreeSet::from([Some(number(1)), Some(number(2))]),
            "{engine:?}"
        );
        assert_eq!(entries.len(), 2);
        let left = waiting(&test).await;
        assert_eq!(left.len(), 1, "{engine:?}");

        // What an office ends itself is not asked about any more.
        let end = |reason| End {
            person: person(&number(3)),
            relation_id: ids[2],
            last_day: None,
            reason,
            note: String::new(),
        };
        let own = relations::end(&test.platform, &care_office(), end(EndReason::NoAnswer)).await;
        assert!(matches!(own, Err(EndError::Reason)), "{engine:?} {own:?}");
        let ended = relations::end(&test.platform, &care_office(), end(EndReason::Death)).await;
        ended.unwrap();
        assert_eq!(waiting(&test).await, [], "{engine:?}");
        test.clock.pass(40 * DAY);
        assert_eq!(round(&test).await, Done::default(), "{engine:?}");
        assert_eq!(standing(&test, 1).await.valid_to, FOREVER);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn w4_two_hundred_silent_registrations_are_one_letter_a_week_and_name_nobody() {
    for engine in ENGINES {
        let test = loaded(engine, 205).await;
        member(&test, "chief", StaffRole::Administrator).await;
        member(&test, "keama", StaffRole::CareManager).await;
        member(&test, "clerk", StaffRole::Clerk).await;
        for at in 1..=205 {
            register(&test, at).await;
        }
        test.clock.pass(ASKED_AFTER * DAY);
        let (one, other) = tokio::join!(round(&test), round(&test));
        assert_eq!(one.asked + other.asked, 205, "{engine:?}");
        assert_eq!(one.letters + other.letters, 1, "{engine:?}");
        let sent = letters(&test).await;
        assert_eq!(sent.len(), 2, "{engine:?}");
        let to: BTreeSet<&str> = sent.iter().map(|it| it.0.as_str()).collect();
        assert_eq!(
            to.into_iter().collect::<Vec<_>>(),
            ["chief@hikari.example", "keama@hikari.example"]
        );
        for (_, subject, body) in &sent {
            assert!(body.contains("205件"), "{body}");
            assert!(body.contains("https://care.example/care/registrations?show=waiting"));
            for personal in ["架空", "花子", "カクウ", "000000", "131128", "1940"] {
                assert!(
                    !body.contains(personal) && !subject.contains(personal),
                    "{body}"
                );
            }
        }
        let mut days_with_a_letter = Vec::new();
        for day in 1..=31 {
            test.clock.pass(DAY);
            if round(&test).await.letters > 0 {
                days_with_a_letter.push(day);
            }
        }
        assert_eq!(days_with_a_letter, [7, 14, 21, 28], "{engine:?}");
        letters(&test).await;
        test.clock.pass(4 * DAY);
        assert_eq!(round(&test).await.letters, 1, "{engine:?}: of the end");
        let (_, subject, body) = letters(&test).await.remove(0);
        assert_eq!(subject, "回答のなかった担当登録が終了しました");
        assert!(body.contains("205件は終了しました"), "{body}");
        assert!(!body.contains("show=waiting"), "{body}");
        test.clock.pass(30 * DAY);
        assert_eq!(round(&test).await, Done::default(), "{engine:?}");
    }
}
