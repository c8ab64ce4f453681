//! What a person is told afterwards (W-4, Z-2), on both engines.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use kiban_access::{Caller, Refusal};
use kiban_audit::{Actor, Door};
use kiban_domain::{Date, EndReason, FiveItems};
use kiban_services::{
    CallContext,
    handovers::{self, Offer, Step},
    identity,
    person_notices::{self, NamedOffice, NoticeFacts, NoticesError, PersonNotice},
    relations::{self, End, Registration},
};
use kiban_store::repo::{audit, relations::RelationRow};
use support::{
    ENGINES, INSURER, OFFICE, TestPlatform, care_office, insurer, operator, person,
    two_offices::{HANAKO, SECOND, loaded, second},
};

const OTHER: &str = "0000000025";

fn citizen(number: &str) -> CallContext {
    CallContext {
        caller: Caller::Person(person(number)),
        actor: Actor::new(Door::Portal, "person"),
        request_id: "r".into(),
    }
}

async fn register(test: &TestPlatform, context: &CallContext, accepts: bool) -> RelationRow {
    let items = FiveItems {
        insurer_no: insurer(),
        insured_no: HANAKO.parse().unwrap(),
        name_kana: "カクウ ハナコ".parse().unwrap(),
        birth_date: "1940-05-03".parse().unwrap(),
        sex: "2".parse().unwrap(),
    };
    let check = identity::check(&test.platform, context, items).await;
    let registration = Registration {
        check: check.unwrap().id,
        service_kind: "43".parse().unwrap(),
        purpose: "ケアプランの作成".into(),
        from: None,
        accepts_handover: accepts,
    };
    test.clock.pass(1);
    relations::register(&test.platform, context, registration)
        .await
        .unwrap()
}

async fn told(test: &TestPlatform) -> Vec<PersonNotice> {
    person_notices::list(&test.platform, &citizen(HANAKO), None, 100)
        .await
        .unwrap()
}

fn office(number: &str, name: &str) -> NamedOffice {
    NamedOffice {
        number: number.into(),
        name: name.into(),
    }
}

fn day(month: i8, day: i8) -> Date {
    Date::constant(2026, month, day)
}

#[tokio::test(flavor = "multi_thread")]
async fn w4_a_person_is_told_of_registration_handover_and_end() {
    for engine in ENGINES {
        let test = loaded(engine).await;
        let first = office(OFFICE, "見本ケアプランセンター");
        let other = office(SECOND, "居宅介護支援センター見本");
        let registered = |office: &NamedOffice| NoticeFacts::RelationRegistered {
            office: office.clone(),
            service_kind: "43".into(),
            from: day(11, 1),
        };
        let row = register(&test, &care_office(), false).await;
        let offer = Offer {
            relation_id: row.relation_id,
            person: row.person.clone(),
            to_office: SECOND.parse().unwrap(),
            last_day: day(11, 15),
        };
        handovers::offer(&test.platform, &care_office(), offer, true)
            .await
            .unwrap();
        let facts: Vec<_> = told(&test).await.into_iter().map(|it| it.facts).collect();
        assert_eq!(
            facts,
            [Some(registered(&first))],
            "{engine:?}: an offer is no news"
        );

        let taken = register(&test, &second(), true).await;
        let facts: Vec<_> = told(&test).await.into_iter().map(|it| it.facts).collect();
        let handed = NoticeFacts::HandedOver {
            from: first.clone(),
            to: other.clone(),
            last_day: day(11, 15),
        };
        assert_eq!(facts.len(), 3, "{engine:?}");
        for expected in [registered(&first), registered(&other), handed] {
            assert!(facts.contains(&Some(expected)), "{engine:?} {facts:?}");
        }

        test.clock.pass(1);
        let id = handovers::list(&test.platform, &second()).await.unwrap();
        let id = id[0].row.handover_id;
        handovers::step(&test.platform, &second(), id, Step::Undo)
            .await
            .unwrap();
        assert_eq!(
            told(&test).await[0].facts,
            Some(NoticeFacts::RelationEnded {
                office: other,
                service_kind: taken.service_kind.as_str().into(),
                last_day: None,
                reason: "mistake".into(),
            }),
            "{engine:?}: undone"
        );

        test.clock.pass(1);
        let end = End {
            person: row.person.clone(),
            relation_id: row.relation_id,
            last_day: Some(day(11, 20)),
            reason: EndReason::ContractEnded,
            note: String::new(),
        };
        relations::end(&test.platform, &care_office(), end)
            .await
            .unwrap();
        let newest = told(&test).await.remove(0);
        assert_eq!(
            newest.facts,
            Some(NoticeFacts::RelationEnded {
                office: first,
                service_kind: "43".into(),
                last_day: Some(day(11, 20)),
                reason: "contract_ended".into(),
            }),
            "{engine:?}"
        );
        assert_eq!((newest.at, newest.seen_at), (test.platform.now(), None));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn z2_notices_are_the_persons_own_paged_marked_and_every_reading_is_recorded() {
    for engine in ENGINES {
        let test = loaded(engine).await;
        register(&test, &care_office(), false).await;
        test.clock.pass(1);
        register(&test, &second(), false).await;
        for stranger in [care_office(), operator(), support::municipality()] {
            let refused = person_notices::list(&test.platform, &stranger, None, 10).await;
            assert!(
                matches!(
                    refused,
                    Err(NoticesError::Refused(Refusal::RoleNotEntitled))
                ),
                "{engine:?} {refused:?}"
            );
        }
        let other = person_notices::list(&test.platform, &citizen(OTHER), None, 10).await;
        assert_eq!(other.unwrap(), [], "{engine:?}: another person's");

        let newest = person_notices::list(&test.platform, &citizen(HANAKO), None, 1).await;
        let newest = newest.unwrap().remove(0);
        let older = Some(newest.notice_id);
        let older = person_notices::list(&test.platform, &citizen(HANAKO), older, 1).await;
        let older = older.unwrap().remove(0);
        assert!(older.at < newest.at, "{engine:?}");
        person_notices::seen(&test.platform, &citizen(OTHER), newest.notice_id)
            .await
            .unwrap();
        person_notices::seen(&test.platform, &citizen(HANAKO), older.notice_id)
            .await
            .unwrap();
        let seen: Vec<bool> = told(&test)
            .await
            .iter()
            .map(|it| it.seen_at.is_some())
            .collect();
        assert_eq!(seen, [false, true], "{engine:?}: newest first");

        let mut work = test.platform.audit.read().await.unwrap();
        kiban_services::audit_trail::seal_all(&test.platform)
            .await
            .unwrap();
        let entries = audit::list_entries(&mut work, INSURER, uuid::Uuid::nil(), 1_000).await;
        drop(work);
        let read = |number: &str| {
            let entries = entries.as_ref().unwrap().iter();
            let events = entries.filter_map(|entry| entry.parse().ok());
            events
                .filter(|it| it.purpose.as_deref() == Some("person_notices"))
                .filter(|it| it.insured_no.as_deref() == Some(number))
                .count()
        };
        assert_eq!((read(HANAKO), read(OTHER)), (3, 1), "{engine:?}");
    }
}
