//! Files that offices share about a person (C10, S-5, W-4), on both engines.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod document_desk;
mod support;

use document_desk::{
    OTHER_OFFICE as SECOND, TODAY, added, both, consent, list, opens, received, recorded, register,
    share, void, withdraw,
};
use kiban_access::{Caller, DocumentRefusal, Refusal, Withheld};
use kiban_audit::{Actor, Door, Outcome};
use kiban_domain::ConsentScope;
use kiban_services::{
    CallContext,
    documents::{self, Change, ShareError},
    person_notices::{self, NoticeFacts},
};
use support::{
    ENGINES, OFFICE, TestPlatform, care_office, person,
    two_offices::{HANAKO, second},
};
use uuid::Uuid;

async fn end_share(test: &TestPlatform, id: Uuid) {
    let own = list(test, &care_office()).await.own;
    let own = own.iter().find(|it| it.row.document_id == id).unwrap();
    let standing = own.shares.iter().find(|it| it.row.ended_at.is_none());
    let change = Change::EndShare(standing.unwrap().row.share_id);
    documents::change(&test.platform, &care_office(), &person(HANAKO), id, change)
        .await
        .unwrap();
}

async fn notices(test: &TestPlatform) -> Vec<NoticeFacts> {
    let citizen = CallContext {
        caller: Caller::Person(person(HANAKO)),
        actor: Actor::new(Door::Portal, "person"),
        request_id: "r".into(),
    };
    let told = person_notices::list(&test.platform, &citizen, None, 100).await;
    let told = told.unwrap().into_iter().filter_map(|it| it.facts);
    told.filter(|it| matches!(it, NoticeFacts::DocumentShared { .. }))
        .collect()
}

fn withheld(outcome: &Result<String, ShareError>) -> bool {
    let missing = DocumentRefusal::Withheld(Withheld::ConsentMissing);
    matches!(outcome, Err(ShareError::Refused(it)) if *it == missing)
}

#[tokio::test(flavor = "multi_thread")]
async fn s5_a_file_is_shared_with_consent_to_everything_and_seen_while_it_stands() {
    for engine in ENGINES {
        let (test, _) = both(engine).await;
        let id = added(&test, &care_office(), 1).await;
        assert!(withheld(&share(&test, id, SECOND).await), "{engine:?}");
        let survey = consent(&test, ConsentScope::Survey).await;
        assert!(withheld(&share(&test, id, SECOND).await), "{engine:?}");
        withdraw(&test, survey).await;
        let all = consent(&test, ConsentScope::All).await;
        assert_eq!(opens(&test, &second(), id).await.unwrap(), "no such file");
        let name = share(&test, id, SECOND).await.unwrap();
        assert_eq!(name, "居宅介護支援センター見本");

        let seen = list(&test, &second()).await;
        assert!(seen.own.is_empty(), "{engine:?}");
        let seen = seen.received.unwrap_or_default();
        assert_eq!(seen.len(), 1);
        assert_eq!(
            (
                seen[0].from.as_str(),
                seen[0].row.document_id,
                seen[0].shared_at
            ),
            ("見本ケアプランセンター", id, test.platform.now())
        );
        assert_eq!(opens(&test, &second(), id).await, None, "{engine:?}");
        // Who receives a file does not pass it on, and does not remove it.
        let (context, key) = (second(), person(HANAKO));
        let on = documents::share(&test.platform, &context, &key, id, OFFICE.parse().unwrap());
        assert!(matches!(on.await, Err(ShareError::NotFound)), "{engine:?}");

        withdraw(&test, all).await;
        let listed = list(&test, &second()).await;
        let missing = DocumentRefusal::Withheld(Withheld::ConsentMissing);
        assert_eq!(listed.received.err(), Some(missing), "{engine:?}");
        assert!(opens(&test, &second(), id).await.is_some(), "{engine:?}");
        assert_eq!(opens(&test, &care_office(), id).await, None);
        consent(&test, ConsentScope::All).await;
        assert_eq!(opens(&test, &second(), id).await, None, "{engine:?}");

        end_share(&test, id).await;
        assert_eq!(received(&test).await, 0, "{engine:?}");
        assert!(opens(&test, &second(), id).await.is_some(), "{engine:?}");
        share(&test, id, SECOND).await.unwrap();
        assert_eq!(received(&test).await, 1, "{engine:?}: once more");
        let own = list(&test, &care_office()).await.own;
        let ends: Vec<bool> = own[0]
            .shares
            .iter()
            .map(|it| it.row.ended_at.is_some())
            .collect();
        assert_eq!(ends, [true, false], "{engine:?}");
        let remove = Change::Remove;
        documents::change(&test.platform, &care_office(), &person(HANAKO), id, remove)
            .await
            .unwrap();
        assert_eq!(received(&test).await, 0, "{engine:?}: removed");
        let own = list(&test, &care_office()).await.own;
        assert!(own[0].shares.iter().all(|it| it.row.ended_at.is_some()));
        assert_eq!(recorded(&test, "document_share_ended").await.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn z2_each_sharing_is_recorded_and_told_to_the_person_once() {
    for engine in ENGINES {
        let (test, _) = both(engine).await;
        consent(&test, ConsentScope::All).await;
        let id = added(&test, &care_office(), 1).await;
        // Two tabs at once.
        let (a, b) = tokio::join!(share(&test, id, SECOND), share(&test, id, SECOND));
        let already =
            |it: &Result<String, ShareError>| matches!(it, Err(ShareError::AlreadyShared));
        assert_eq!(
            (a.is_ok() || b.is_ok(), already(&a) || already(&b)),
            (true, true),
            "{engine:?} {a:?} {b:?}"
        );
        assert_eq!(received(&test).await, 1, "{engine:?}");
        let told = notices(&test).await;
        let office = |number: &str, name: &str| person_notices::NamedOffice {
            number: number.into(),
            name: name.into(),
        };
        let expected = NoticeFacts::DocumentShared {
            from: office(OFFICE, "見本ケアプランセンター"),
            to: office(SECOND, "居宅介護支援センター見本"),
            document_kind: "discharge_summary".into(),
            about_on: TODAY,
        };
        assert_eq!(told, [expected], "{engine:?}");
        let shared = recorded(&test, "document_shared").await;
        assert_eq!(shared.len(), 1, "{engine:?}");
        assert_eq!(shared[0].insured_no.as_deref(), Some(HANAKO));
        assert_eq!(
            shared[0].parts,
            ["document", "discharge_summary", &id.to_string(), SECOND]
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s2_an_office_that_does_not_serve_the_person_is_refused_like_one_that_is_not_there() {
    for engine in ENGINES {
        let (test, [_, theirs]) = both(engine).await;
        consent(&test, ConsentScope::All).await;
        let id = added(&test, &care_office(), 1).await;
        // One that does not exist, the own one, and one that has left.
        void(&test, &second(), &theirs).await;
        for to in ["1379900031", OFFICE, SECOND] {
            let refused = share(&test, id, to).await;
            assert!(
                matches!(refused, Err(ShareError::OfficeCannot)),
                "{engine:?} {refused:?}"
            );
        }
        assert!(notices(&test).await.is_empty(), "{engine:?}");
        for refused in recorded(&test, "document_shared").await {
            let reason = "office_not_registered".into();
            assert_eq!(refused.outcome, Outcome::Refused { reason });
            assert!(refused.parts.is_empty(), "{engine:?}");
        }
        for _ in 3..20 {
            let refused = share(&test, id, "1379900031").await;
            assert!(matches!(refused, Err(ShareError::OfficeCannot)));
        }
        // Nobody goes through the list of all offices, and no guess is answered any more.
        register(&test, &second(), "73").await;
        let refused = share(&test, id, SECOND).await;
        assert!(
            matches!(refused, Err(ShareError::TooMany(_))),
            "{engine:?} {refused:?}"
        );
        test.clock.pass(3_600);
        share(&test, id, SECOND).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn w4_when_either_office_leaves_each_sees_what_its_own_registration_lets_it() {
    for engine in ENGINES {
        let (test, [ours, theirs]) = both(engine).await;
        consent(&test, ConsentScope::All).await;
        let id = added(&test, &care_office(), 1).await;
        share(&test, id, SECOND).await.unwrap();
        void(&test, &second(), &theirs).await;
        let refused = documents::list(&test.platform, &second(), &person(HANAKO)).await;
        assert!(
            matches!(
                refused,
                Err(documents::DocumentError::Refused(Refusal::RelationEnded))
            ),
            "{engine:?}"
        );
        assert!(opens(&test, &second(), id).await.is_some(), "{engine:?}");
        register(&test, &second(), "73").await;
        assert_eq!(opens(&test, &second(), id).await, None, "{engine:?}");

        // What was given by right stays with who received it; the giver's own way is closed.
        void(&test, &care_office(), &ours).await;
        assert!(opens(&test, &care_office(), id).await.is_some());
        let gone = share(&test, id, SECOND).await;
        assert!(
            matches!(
                gone,
                Err(ShareError::Refused(DocumentRefusal::Refused(
                    Refusal::RelationEnded
                )))
            ),
            "{engine:?} {gone:?}"
        );
        assert_eq!(opens(&test, &second(), id).await, None, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s2_only_offices_that_are_known_already_can_be_picked() {
    for engine in ENGINES {
        let test = support::two_offices::loaded(engine).await;
        register(&test, &care_office(), "11").await;
        let theirs = register(&test, &second(), "43").await;
        consent(&test, ConsentScope::All).await;
        let id = added(&test, &care_office(), 1).await;
        let picks = || async {
            let context = care_office();
            let picks = documents::partners(&test.platform, &context, &person(HANAKO), id).await;
            let picks = picks.unwrap().1.into_iter().map(|it| it.office_no);
            picks.map(|it| it.as_str().to_owned()).collect::<Vec<_>>()
        };
        let none: [&str; 0] = [];
        // An office that only serves beside the care manager does not learn who that is.
        assert_eq!(picks().await, none, "{engine:?}");
        share(&test, id, SECOND).await.unwrap();
        assert_eq!(picks().await, [SECOND], "{engine:?}: they know each other");
        end_share(&test, id).await;
        assert_eq!(picks().await, [SECOND], "{engine:?}");
        void(&test, &second(), &theirs).await;
        assert_eq!(picks().await, none, "{engine:?}: it has left");

        let (test, _) = both(engine).await;
        consent(&test, ConsentScope::All).await;
        let id = added(&test, &care_office(), 1).await;
        let context = care_office();
        let known = documents::partners(&test.platform, &context, &person(HANAKO), id).await;
        let known = known.unwrap().1;
        assert_eq!(known.len(), 1, "{engine:?}: both manage the care");
        assert_eq!(known[0].name, "居宅介護支援センター見本");
    }
}
