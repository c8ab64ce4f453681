//! Handing a person over (W-4), and two offices that manage one person's care, on both engines.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use kiban_access::{Refusal, manages_care};
use kiban_domain::{Date, EndReason, FiveItems, SERVICE_KINDS};
use kiban_services::{
    CallContext,
    handovers::{self, Handover, HandoverError, Offer, Step},
    identity,
    persons::{self, Question, ReadError},
    relations::{self, Registration},
};
use kiban_store::repo::{
    handovers::HandoverState,
    relations::{FOREVER, RelationRow},
};
use support::{
    ENGINES, TestPlatform, care_office, insurer, office, person,
    two_offices::{HANAKO, SECOND, loaded, second},
};

async fn register(
    test: &TestPlatform,
    context: &CallContext,
    kind: &str,
    accepts_handover: bool,
) -> RelationRow {
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
        service_kind: kind.parse().unwrap(),
        purpose: "ケアプランの作成".into(),
        from: None,
        accepts_handover,
    };
    relations::register(&test.platform, context, registration)
        .await
        .unwrap()
}

async fn offer(test: &TestPlatform, row: &RelationRow, to: &str) -> Result<String, HandoverError> {
    let offer = Offer {
        relation_id: row.relation_id,
        person: row.person.clone(),
        to_office: to.parse().unwrap(),
        last_day: day(11, 15),
    };
    handovers::offer(&test.platform, &care_office(), offer, true).await
}

async fn only(test: &TestPlatform, context: &CallContext) -> Handover {
    let mut all = handovers::list(&test.platform, context).await.unwrap();
    assert_eq!(all.len(), 1);
    all.remove(0)
}

async fn refusal(test: &TestPlatform, context: &CallContext) -> Option<Refusal> {
    match persons::read(
        &test.platform,
        context,
        &person(HANAKO),
        &Question::default(),
    )
    .await
    {
        Ok(_) => None,
        Err(ReadError::Refused(refusal)) => Some(refusal),
        Err(ReadError::Storage(error)) => panic!("{error}"),
    }
}

fn day(month: i8, day: i8) -> Date {
    Date::constant(2026, month, day)
}

#[tokio::test(flavor = "multi_thread")]
async fn w4_a_person_is_handed_over_after_the_other_offices_own_check_and_a_mistake_is_undone() {
    for engine in ENGINES {
        let test = loaded(engine).await;
        let row = register(&test, &care_office(), "43", false).await;
        for stranger in ["1379900015", "1379900031"] {
            let refused = offer(&test, &row, stranger).await;
            assert!(
                matches!(refused, Err(HandoverError::OfficeCannot)),
                "{refused:?}"
            );
        }
        assert_eq!(
            offer(&test, &row, SECOND).await.unwrap(),
            "居宅介護支援センター見本"
        );
        let twice = offer(&test, &row, SECOND).await;
        assert!(
            matches!(twice, Err(HandoverError::OfferedAlready)),
            "{twice:?}"
        );
        assert_eq!(
            refusal(&test, &second()).await,
            Some(Refusal::NotFound),
            "{engine:?}"
        );

        let taken = register(&test, &second(), "43", true).await;
        assert_eq!(refusal(&test, &second()).await, None);
        let both = relations::other_managers(&test.platform, &second())
            .await
            .unwrap();
        assert_eq!(both[0].office, "見本ケアプランセンター", "{engine:?}");
        let ended = relations::list(&test.platform, &care_office())
            .await
            .unwrap()
            .remove(0);
        assert_eq!(
            (ended.relation.valid_to, ended.relation.end_reason),
            (day(11, 15), Some(EndReason::HandedOver)),
            "{engine:?}"
        );
        let offered = only(&test, &second()).await.row;
        assert_eq!(
            (offered.state, offered.new_relation_id),
            (HandoverState::Accepted, Some(taken.relation_id))
        );

        let id = offered.handover_id;
        let foreign = handovers::step(&test.platform, &care_office(), id, Step::Undo).await;
        assert!(
            matches!(foreign, Err(HandoverError::NotFound)),
            "{foreign:?}"
        );
        handovers::step(&test.platform, &second(), id, Step::Undo)
            .await
            .unwrap();
        assert_eq!(
            refusal(&test, &second()).await,
            Some(Refusal::RelationEnded)
        );
        let back = relations::list(&test.platform, &care_office())
            .await
            .unwrap()
            .remove(0);
        assert_eq!(
            (back.relation.valid_to, back.relation.end_reason),
            (FOREVER, None),
            "{engine:?}: as it was"
        );
        assert_eq!(
            only(&test, &care_office()).await.row.state,
            HandoverState::Undone
        );
        assert!(
            relations::other_managers(&test.platform, &second())
                .await
                .unwrap()
                .is_empty()
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn w4_an_offer_is_declined_withdrawn_or_expires() {
    for engine in ENGINES {
        let test = loaded(engine).await;
        let row = register(&test, &care_office(), "43", false).await;
        for (step, by, state) in [
            (Step::Decline, second(), HandoverState::Declined),
            (Step::Withdraw, care_office(), HandoverState::Withdrawn),
        ] {
            test.clock.pass(1);
            offer(&test, &row, SECOND).await.unwrap();
            let all = handovers::list(&test.platform, &second()).await.unwrap();
            let id = all[0].row.handover_id;
            handovers::step(&test.platform, &by, id, step)
                .await
                .unwrap();
            let again = handovers::step(&test.platform, &by, id, step).await;
            assert!(matches!(again, Err(HandoverError::NotFound)), "{again:?}");
            let all = handovers::list(&test.platform, &second()).await.unwrap();
            assert_eq!(all[0].row.state, state, "{engine:?}");
        }
        test.clock.pass(1);
        offer(&test, &row, SECOND).await.unwrap();
        test.clock.pass(31 * 86_400);
        let key = person(HANAKO);
        let waiting = handovers::waiting(&test.platform, &second(), &key)
            .await
            .unwrap();
        assert!(waiting.is_none(), "{engine:?}: expired");
        register(&test, &second(), "43", true).await;
        let standing = relations::list(&test.platform, &care_office())
            .await
            .unwrap()
            .remove(0);
        assert_eq!(standing.relation.valid_to, FOREVER, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn w4_every_kind_that_manages_care_is_told_of_the_other() {
    for engine in ENGINES {
        let test = loaded(engine).await;
        let kinds: Vec<&str> = SERVICE_KINDS
            .iter()
            .map(|it| it.code)
            .filter(|code| manages_care(code.parse().unwrap()))
            .collect();
        assert_eq!(kinds, ["43", "46", "73", "75", "77", "AF"]);
        register(&test, &care_office(), "11", false).await;
        register(&test, &second(), "73", false).await;
        let told = |context: CallContext| {
            let platform = test.platform.clone();
            async move {
                relations::other_managers(&platform, &context)
                    .await
                    .unwrap()
            }
        };
        assert!(
            told(second()).await.is_empty(),
            "{engine:?}: home help manages nothing"
        );
        let row = register(&test, &care_office(), "43", false).await;
        let other = told(care_office()).await.remove(0);
        assert_eq!(
            (other.office.as_str(), other.service_kind.as_str()),
            ("居宅介護支援センター見本", "73"),
            "{engine:?}"
        );
        assert_eq!(told(second()).await[0].person, row.person);
        assert_eq!(row.office_no, office());
    }
}
