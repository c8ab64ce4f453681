//! Ending registrations, and the list of an office's persons (W-4), on both engines.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use kiban_access::Refusal;
use kiban_audit::{Action, Entry, NO_INSURER, Outcome};
use kiban_domain::{Clock as _, Date, EndReason, FiveItems, InsurerNumber, MunicipalityStage};
use kiban_services::{
    identity, insurers,
    persons::{self, Question, ReadError},
    relations::{self, End, EndError, RegisterError, Registration},
};
use kiban_store::repo::{
    audit, eligibility,
    insurers::InsurerRow,
    relations::{NEVER, RelationRow},
};
use support::{
    ENGINES, Engine, INSURED_HEADER, INSURER, TestPlatform, care_office, file_of, insured_row,
    insurer, office, operator, person,
};

const HANAKO: &str = "0000000017";

async fn loaded(engine: Engine) -> TestPlatform {
    let test = TestPlatform::new(engine).await;
    let rows = [insured_row(HANAKO, 1, "架空 花子", "カクウ ハナコ", "")];
    test.load(
        "131128_insured_F_20261101_0001.csv",
        &file_of(INSURED_HEADER, &rows),
    )
    .await;
    test
}

async fn checked(test: &TestPlatform) -> identity::CheckId {
    let items = FiveItems {
        insurer_no: insurer(),
        insured_no: HANAKO.parse().unwrap(),
        name_kana: "カクウ ハナコ".parse().unwrap(),
        birth_date: "1940-05-03".parse().unwrap(),
        sex: "2".parse().unwrap(),
    };
    let check = identity::check(&test.platform, &care_office(), items).await;
    check.unwrap().id
}

async fn registered(test: &TestPlatform, from: Option<Date>) -> RelationRow {
    let registration = registration(checked(test).await, from);
    relations::register(&test.platform, &care_office(), registration)
        .await
        .unwrap()
}

fn registration(check: identity::CheckId, from: Option<Date>) -> Registration {
    Registration {
        check,
        service_kind: "43".parse().unwrap(),
        purpose: "ケアプランの作成".into(),
        from,
        accepts_handover: false,
    }
}

async fn end(
    test: &TestPlatform,
    row: &RelationRow,
    reason: EndReason,
    last_day: Option<Date>,
) -> Result<RelationRow, EndError> {
    let request = End {
        person: row.person.clone(),
        relation_id: row.relation_id,
        last_day,
        reason,
        note: String::new(),
    };
    relations::end(&test.platform, &care_office(), request).await
}

async fn refusal(test: &TestPlatform) -> Option<Refusal> {
    let (context, question) = (care_office(), Question::default());
    match persons::read(&test.platform, &context, &person(HANAKO), &question).await {
        Ok(_) => None,
        Err(ReadError::Refused(refusal)) => Some(refusal),
        Err(ReadError::Storage(error)) => panic!("{error}"),
    }
}

async fn entries(test: &TestPlatform, lane: &str) -> Vec<Entry> {
    kiban_services::audit_trail::seal_all(&test.platform)
        .await
        .unwrap();
    let mut work = test.platform.audit.read().await.unwrap();
    audit::list_entries(&mut work, lane, uuid::Uuid::nil(), 10_000)
        .await
        .unwrap()
}

fn day(month: i8, day: i8) -> Date {
    Date::constant(2026, month, day)
}

#[tokio::test(flavor = "multi_thread")]
async fn w4_the_right_to_look_ends_with_the_last_day() {
    for engine in ENGINES {
        let test = loaded(engine).await;
        let row = registered(&test, Some(day(10, 1))).await;
        for (last_day, reason) in [
            (day(9, 30), EndReason::ContractEnded),
            (Date::constant(2027, 2, 2), EndReason::Death),
        ] {
            let refused = end(&test, &row, reason, Some(last_day)).await;
            assert!(
                matches!(refused, Err(EndError::LastDayOutOfRange { from, to })
                    if from == day(10, 1) && to == Date::constant(2027, 2, 1)),
                "{engine:?} {refused:?}"
            );
        }
        let wordless = end(&test, &row, EndReason::Other, None).await;
        assert!(matches!(wordless, Err(EndError::Note)), "{wordless:?}");

        let ended = end(&test, &row, EndReason::FacilityAdmission, Some(day(11, 2))).await;
        assert_eq!(ended.unwrap().valid_to, day(11, 2));
        assert_eq!(refusal(&test).await, None, "{engine:?}: not yet");
        let later = end(&test, &row, EndReason::MovedAway, Some(day(11, 3))).await;
        assert!(
            matches!(later, Err(EndError::LastDayOutOfRange { .. })),
            "{engine:?}: never put off"
        );
        test.clock.pass(1);
        let sooner = end(&test, &row, EndReason::Death, None).await.unwrap();
        assert_eq!(
            (sooner.valid_from, sooner.valid_to),
            (day(10, 1), day(11, 1))
        );
        assert_eq!(
            refusal(&test).await,
            None,
            "{engine:?}: the last day counts"
        );
        test.clock.pass(24 * 3_600);
        assert_eq!(refusal(&test).await, Some(Refusal::RelationEnded));
        let again = end(&test, &row, EndReason::Death, None).await;
        assert!(matches!(again, Err(EndError::NotFound)), "{again:?}");

        let past = registered(&test, Some(day(10, 1))).await;
        let past = end(&test, &past, EndReason::HandedOver, Some(day(10, 31))).await;
        assert_eq!(past.unwrap().valid_to, day(10, 31));
        assert_eq!(
            refusal(&test).await,
            Some(Refusal::RelationEnded),
            "{engine:?}: a day that is past ends it at once"
        );
        let reasons: Vec<_> = entries(&test, INSURER)
            .await
            .iter()
            .map(|entry| entry.parse().unwrap())
            .filter(|event| event.action == Action::EndRelation)
            .map(|event| event.purpose.unwrap())
            .collect();
        assert_eq!(
            reasons,
            ["facility_admission", "death", "handed_over"],
            "{engine:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn w4_a_mistake_was_never_valid_but_stays_in_the_list() {
    for engine in ENGINES {
        let test = loaded(engine).await;
        for from in [None, Some(day(11, 20)), Some(day(4, 1))] {
            let row = registered(&test, from).await;
            let void = end(&test, &row, EndReason::Mistake, Some(day(1, 1))).await;
            let void = void.unwrap();
            assert_eq!(
                (void.valid_from, void.valid_to, void.voided_from),
                (NEVER, NEVER, Some(row.valid_from)),
                "{engine:?}"
            );
            assert_eq!(refusal(&test).await, Some(Refusal::RelationEnded));
            let again = end(&test, &row, EndReason::Mistake, None).await;
            assert!(matches!(again, Err(EndError::NotFound)), "{again:?}");
        }
        let listed = relations::list(&test.platform, &care_office()).await;
        let listed = listed.unwrap();
        assert_eq!(listed.len(), 3, "{engine:?}");
        assert!(listed.iter().all(|row| {
            let it = &row.relation;
            it.valid_from <= it.valid_to
                && it.end_reason == Some(EndReason::Mistake)
                && it.ended_at == Some(test.clock.now())
        }));

        // A stranger ends nothing.
        let row = registered(&test, None).await;
        let mut stranger = care_office();
        stranger.caller = kiban_access::Caller::Office("1379900023".parse().unwrap());
        let request = End {
            person: row.person.clone(),
            relation_id: row.relation_id,
            last_day: None,
            reason: EndReason::Mistake,
            note: String::new(),
        };
        let refused = relations::end(&test.platform, &stranger, request).await;
        assert!(matches!(refused, Err(EndError::NotFound)), "{engine:?}");
        assert_eq!(refusal(&test).await, None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn w4_nobody_registers_for_a_person_whom_the_insurer_has_cancelled() {
    for engine in ENGINES {
        let test = loaded(engine).await;
        let check = checked(&test).await;
        test.platform
            .store
            .write::<(), kiban_store::Error, _>(|work| {
                Box::pin(async move { eligibility::remove(work, INSURER, &[HANAKO]).await })
            })
            .await
            .unwrap();
        let refused =
            relations::register(&test.platform, &care_office(), registration(check, None)).await;
        assert!(
            matches!(refused, Err(RegisterError::Refused(Refusal::NotFound))),
            "{engine:?} {refused:?}"
        );
        let recorded = entries(&test, INSURER).await;
        let recorded = recorded.iter().any(|entry| {
            let event = entry.parse().unwrap();
            event.action == Action::RegisterRelation && event.outcome != Outcome::Allowed
        });
        assert!(recorded, "{engine:?}: a refusal is recorded too");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn w4_the_list_is_todays_before_the_nightly_rebuild() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let rows = [
            insured_row(HANAKO, 1, "架空 花子", "カクウ ハナコ", ""),
            insured_row(HANAKO, 2, "架空 花代", "カクウ ハナコ", "2026-11-02"),
        ];
        test.load(
            "131128_insured_F_20261101_0001.csv",
            &file_of(INSURED_HEADER, &rows),
        )
        .await;
        registered(&test, None).await;
        let name = async || {
            let listed = relations::list(&test.platform, &care_office())
                .await
                .unwrap();
            (listed.len(), listed[0].name.clone())
        };
        assert_eq!(name().await, (1, "架空 花子".to_owned()), "{engine:?}");
        test.clock.pass(24 * 3_600);
        assert_eq!(name().await, (1, "架空 花代".to_owned()), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s3_a_list_is_one_entry_that_names_the_insurers_and_their_persons() {
    for engine in ENGINES {
        let test = loaded(engine).await;
        let row = registered(&test, None).await;
        relations::list(&test.platform, &care_office())
            .await
            .unwrap();
        let listed = |entries: Vec<Entry>| -> Vec<Vec<String>> {
            entries
                .iter()
                .map(|entry| entry.parse().unwrap())
                .filter(|event| event.action == Action::ListPersons)
                .map(|event| event.parts.iter().map(ToString::to_string).collect())
                .collect()
        };
        assert_eq!(listed(entries(&test, INSURER).await), [["131128:1"]]);

        // Another insurer's person joins the list; rows of the tables suffice for that.
        let other: InsurerNumber = "131136".parse().unwrap();
        let insurer = InsurerRow {
            insurer_no: other,
            name: "架空区".into(),
            prefecture: "東京都".into(),
            phone: String::new(),
            stage: MunicipalityStage::Preparing,
            stage_since: test.platform.today(),
        };
        insurers::save(&test.platform, insurer).await.unwrap();
        insurers::set_stage(
            &test.platform,
            &operator(),
            other,
            MunicipalityStage::Sharing,
            day(10, 1),
        )
        .await
        .unwrap();
        let mut foreign = row.clone();
        foreign.person.insurer_no = other;
        foreign.relation_id = test.platform.id();
        let facts = kiban_access::Facts {
            person: foreign.person.clone(),
            stage: MunicipalityStage::Sharing,
            relations: Vec::new(),
            consents: kiban_access::Consents::default(),
            today: test.platform.today(),
        };
        let permit = kiban_access::register_relation(&care_office().caller, &facts, "1").unwrap();
        let mut of_hanako = test.platform.store.point().await.unwrap();
        let mut copies = eligibility::list_rows(&mut of_hanako, INSURER, "", 10)
            .await
            .unwrap();
        drop(of_hanako);
        copies.retain(|row| row.insured_no == HANAKO);
        test.platform
            .store
            .write::<(), kiban_store::Error, _>(move |work| {
                Box::pin(async move {
                    eligibility::save(work, other.as_str(), &copies).await?;
                    kiban_store::repo::relations::add(work, &permit, &foreign).await
                })
            })
            .await
            .unwrap();
        let rows = relations::list(&test.platform, &care_office())
            .await
            .unwrap();
        assert_eq!(rows.len(), 2);
        assert_eq!(
            listed(entries(&test, NO_INSURER).await),
            [["131128:1", "131136:1"]],
            "{engine:?}"
        );
        assert_eq!(listed(entries(&test, INSURER).await).len(), 1, "{engine:?}");
        assert_eq!(rows[0].relation.office_no, office());
    }
}
