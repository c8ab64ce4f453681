//! Many persons read for one answer (C13): each a permitted, recorded look of its own (S-2, S-3), on both engines.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use kiban_access::{Part, Refusal};
use kiban_audit::{Action, Event, Outcome};
use kiban_domain::FiveItems;
use kiban_services::{
    identity,
    persons::{ManyQuestion, Question, read_many},
    relations::{self, Registration},
};
use kiban_store::repo::audit;
use support::{
    ENGINES, INSURED_HEADER, INSURER, TestPlatform, care_office, file_of, insured_row, insurer,
    person,
};

const OWN: &str = "0000000017";
const OTHER: &str = "0000000025";
const NOBODY: &str = "0000000033";

async fn looks(test: &TestPlatform) -> Vec<Event> {
    let mut work = test.platform.audit.read().await.unwrap();
    let all = audit::list_entries(&mut work, INSURER, uuid::Uuid::nil(), 10_000).await;
    let all = all.unwrap();
    let events = all.iter().map(|entry| entry.parse().unwrap());
    events
        .filter(|event: &Event| event.action == Action::ReadPerson)
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn s3_each_of_many_is_permitted_and_recorded_before_the_answer() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let rows = [OWN, OTHER].map(|it| insured_row(it, 1, "架空 花子", "カクウ ハナコ", ""));
        let file = file_of(INSURED_HEADER, &rows);
        test.load("131128_insured_F_20261101_0001.csv", &file).await;
        let items = FiveItems {
            insurer_no: insurer(),
            insured_no: OWN.parse().unwrap(),
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
        relations::register(&test.platform, &care_office(), registration)
            .await
            .unwrap();

        let asked = [NOBODY, OWN, OTHER].map(person);
        let question = ManyQuestion {
            each: Question {
                only: vec![Part::Insured, Part::CostShare],
                purpose: Some("test".into()),
                ..Question::default()
            },
            changes: true,
        };
        let before = looks(&test).await.len();
        let answers = read_many(&test.platform, &care_office(), &asked, &question).await;
        let answers = answers.unwrap();
        assert!(matches!(answers[0], Err(Refusal::NotFound)));
        assert!(matches!(answers[2], Err(Refusal::NotFound)));
        let own = answers[1].as_ref().unwrap();
        assert_eq!(own.view.members.shown(), [Part::Insured]);
        assert!(own.changed.is_none(), "a first look");

        let looks = looks(&test).await;
        assert_eq!(looks.len(), before + 3, "{engine:?}");
        for (number, allowed) in [(OWN, true), (OTHER, false), (NOBODY, false)] {
            let of = |it: &&Event| {
                it.insured_no.as_deref() == Some(number) && it.purpose.as_deref() == Some("test")
            };
            let look = looks.iter().find(of).unwrap();
            assert_eq!(
                matches!(look.outcome, Outcome::Allowed),
                allowed,
                "{number}"
            );
            let parts: Vec<_> = look.parts.iter().map(AsRef::as_ref).collect();
            assert_eq!(parts, if allowed { vec!["insured"] } else { vec![] });
        }
        // Nothing of somebody who has no number here; and nobody asked is no answer.
        let none = read_many(&test.platform, &care_office(), &[], &question).await;
        assert!(none.unwrap().is_empty());
    }
}
