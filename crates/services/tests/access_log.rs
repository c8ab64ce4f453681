//! Who of an office looked at whose data (C11), on both engines.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use kiban_access::{PersonKey, Refusal};
use kiban_audit::Action;
use kiban_domain::{Date, FiveItems};
use kiban_services::{
    CallContext,
    access_log::{self, Log, LogError, Question},
    audit_trail, identity, persons,
    relations::{self, Registration},
    staff::{self, NewStaff, StaffRole},
};
use support::{
    ENGINES, Engine, INSURED_HEADER, TestPlatform, care_office, file_of, insured_row, insurer,
    municipality, office, operator, person,
};

const HANAKO: &str = "0000000017";
const TARO: &str = "0000000025";

fn member(login: &str) -> CallContext {
    let mut context = care_office();
    context.actor = context.actor.staff(login);
    context
}

/// Two members of the office, of whom each has looked at two persons.
async fn looked_at(engine: Engine) -> TestPlatform {
    let test = TestPlatform::new(engine).await;
    for (login, name) in [("sato", "佐藤 花子"), ("suzuki", "鈴木 一郎")] {
        let new = NewStaff {
            office_no: office(),
            login: login.into(),
            name: name.into(),
            role: StaffRole::CareManager,
            password: "correct horse battery".into(),
            totp_secret: None,
        };
        staff::add(&test.platform, &operator(), new).await.unwrap();
    }
    let rows = [
        insured_row(HANAKO, 1, "架空 花子", "カクウ ハナコ", ""),
        insured_row(TARO, 1, "架空 太郎", "カクウ ハナコ", ""),
    ];
    test.load(
        "131128_insured_F_20261101_0001.csv",
        &file_of(INSURED_HEADER, &rows),
    )
    .await;
    for number in [HANAKO, TARO] {
        test.clock.pass(60);
        let items = FiveItems {
            insurer_no: insurer(),
            insured_no: number.parse().unwrap(),
            name_kana: "カクウ ハナコ".parse().unwrap(),
            birth_date: "1940-05-03".parse().unwrap(),
            sex: "2".parse().unwrap(),
        };
        let check = identity::check(&test.platform, &member("sato"), items)
            .await
            .unwrap();
        let registration = Registration {
            check: check.id,
            service_kind: "43".parse().unwrap(),
            purpose: "ケアプランの作成".into(),
            from: None,
            accepts_handover: false,
        };
        test.clock.pass(60);
        relations::register(&test.platform, &member("sato"), registration)
            .await
            .unwrap();
        for login in ["sato", "suzuki"] {
            test.clock.pass(60);
            look(&test, &member(login), number).await;
        }
    }
    // An insurer reads its own: none of the office's business.
    look(&test, &municipality(), HANAKO).await;
    audit_trail::seal_all(&test.platform).await.unwrap();
    test
}

async fn look(test: &TestPlatform, context: &CallContext, number: &str) {
    let question = persons::Question {
        purpose: Some("view_person".into()),
        ..persons::Question::default()
    };
    persons::read(&test.platform, context, &person(number), &question)
        .await
        .unwrap();
}

async fn read(test: &TestPlatform, question: &Question) -> Vec<access_log::Look> {
    let log = ask(test, &member("chief"), question, access_log::PAGE_MAX).await;
    log.unwrap().looks
}

async fn ask(
    test: &TestPlatform,
    context: &CallContext,
    question: &Question,
    limit: usize,
) -> Result<Log, LogError> {
    let role = StaffRole::Administrator;
    access_log::read(&test.platform, context, role, question, limit).await
}

fn about(number: &str) -> Vec<PersonKey> {
    vec![person(number)]
}

#[tokio::test(flavor = "multi_thread")]
async fn c11_administrators_see_who_of_the_office_looked_at_whom_when_and_why() {
    for engine in ENGINES {
        let test = looked_at(engine).await;
        let all = read(&test, &Question::default()).await;
        let actions: Vec<&Action> = all.iter().map(|look| &look.event.action).collect();
        let expected = [
            Action::ReadPerson,
            Action::ReadPerson,
            Action::RegisterRelation,
            Action::IdentityCheck,
        ];
        let twice: Vec<&Action> = expected.iter().chain(&expected).collect();
        assert_eq!(actions, twice, "{engine:?}");
        assert!(all.is_sorted_by(|newer, older| newer.event.at >= older.event.at));

        let newest = &all[0];
        assert_eq!(newest.staff_name.as_deref(), Some("鈴木 一郎"));
        assert_eq!(newest.person.as_ref(), Some(&person(TARO)));
        assert_eq!(newest.person_name.as_deref(), Some("架空 太郎"));
        let why = newest.registration.as_ref().unwrap();
        assert_eq!(
            (why.service_kind.as_str(), why.purpose.as_str()),
            ("43", "ケアプランの作成")
        );

        let of_person = Question {
            persons: Some(about(HANAKO)),
            ..Question::default()
        };
        let looks = read(&test, &of_person).await;
        assert_eq!(looks.len(), 4, "{engine:?}");
        assert!(
            looks
                .iter()
                .all(|look| look.person.as_ref() == Some(&person(HANAKO)))
        );
        let of_both = Question {
            staff: Some("suzuki".into()),
            ..of_person
        };
        assert_eq!(read(&test, &of_both).await.len(), 1, "{engine:?}");
        let nobody = Question {
            persons: Some(Vec::new()),
            ..Question::default()
        };
        assert!(read(&test, &nobody).await.is_empty());

        // The looks at the log are in the log.
        audit_trail::seal_all(&test.platform).await.unwrap();
        let chief = Question {
            staff: Some("chief".into()),
            ..Question::default()
        };
        let own = read(&test, &chief).await;
        assert_eq!(own.len(), 4, "{engine:?}");
        assert!(
            own.iter()
                .all(|look| look.event.action == Action::AuditRead)
        );
        let about_one = own.iter().filter(|look| look.person.is_some()).count();
        assert_eq!(about_one, 2, "{engine:?}: the person asked about is named");
        assert!(test.verify().await.is_empty(), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn c11_other_members_see_their_own_looks_only() {
    for engine in ENGINES {
        let test = looked_at(engine).await;
        for role in [StaffRole::CareManager, StaffRole::Staff, StaffRole::Clerk] {
            // Whatever is asked for, and whomever it is about.
            for (staff, persons, expected) in [
                (None, None, 2),
                (Some("sato".to_owned()), None, 2),
                (Some("sato".to_owned()), Some(about(HANAKO)), 1),
            ] {
                let question = Question {
                    staff,
                    persons,
                    ..Question::default()
                };
                let context = member("suzuki");
                let log = access_log::read(&test.platform, &context, role, &question, 50)
                    .await
                    .unwrap();
                assert!(log.own_only);
                assert_eq!(log.looks.len(), expected, "{engine:?} {question:?}");
                assert!(
                    log.looks
                        .iter()
                        .all(|look| look.event.actor.staff.as_deref() == Some("suzuki"))
                );
                let file = access_log::export(&test.platform, &context, role, &question).await;
                assert!(matches!(
                    file,
                    Err(LogError::Refused(Refusal::RoleNotEntitled))
                ));
                let members = access_log::members(&test.platform, &context, role).await;
                assert!(members.unwrap().is_empty());
            }
        }
        // Software has no member, and other organisations no log of this office.
        let nobody = ask(&test, &care_office(), &Question::default(), 50).await;
        assert!(matches!(nobody, Err(LogError::Refused(_))));
        let mut stranger = member("chief");
        let other = "1379900023".parse().unwrap();
        stranger.caller = kiban_access::Caller::Office(other);
        let log = ask(&test, &stranger, &Question::default(), 50).await;
        assert!(log.unwrap().looks.is_empty(), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn c11_pages_and_days_are_whole() {
    for engine in ENGINES {
        let test = looked_at(engine).await;
        let mut question = Question::default();
        let mut seen = Vec::new();
        loop {
            let log = ask(&test, &member("chief"), &question, 3).await.unwrap();
            seen.extend(log.looks.iter().map(|look| look.event.id));
            let Some(older) = log.older else { break };
            assert_eq!(log.looks.len(), 3, "{engine:?}");
            question.before = Some(older);
        }
        let all: Vec<_> = read(&test, &Question::default())
            .await
            .iter()
            .map(|look| look.event.id)
            .collect();
        assert_eq!(seen, all, "{engine:?}");

        let day = |day| Some(Date::constant(2026, 11, day));
        for (from, to, expected) in [
            (day(1), day(1), 8),
            (day(1), None, 8),
            (None, day(1), 8),
            (day(2), None, 0),
            (None, Some(Date::constant(2026, 10, 31)), 0),
            (Some(Date::constant(1940, 1, 1)), Some(Date::MAX), 8),
        ] {
            let question = Question {
                from,
                to,
                ..Question::default()
            };
            let chief = member("chief");
            let role = StaffRole::Administrator;
            let file = access_log::export(&test.platform, &chief, role, &question).await;
            assert_eq!(file.unwrap().len(), expected, "{engine:?} {from:?}");
        }
    }
}
