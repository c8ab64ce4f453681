//! What was true on a day, what was known at an instant, and what happens when the day moves on (S-5, S-6).
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use kiban_access::Part;
use kiban_domain::{Date, FiveItems, Timestamp};
use kiban_services::{
    identity, maintenance,
    persons::{self, PersonView, Question},
    relations::{self, Registration},
};
use support::{
    ENGINES, INSURED_HEADER, TestPlatform, care_office, file_of, insured_row, insurer,
    municipality, person,
};

const NUMBER: &str = "0000000017";

fn item(view: &PersonView, pointer: &str) -> serde_json::Value {
    let all: serde_json::Value = serde_json::from_str(&view.members.to_json()).unwrap();
    all.pointer(pointer).cloned().unwrap_or_default()
}

async fn own(test: &TestPlatform, on: Option<Date>, known_at: Option<Timestamp>) -> PersonView {
    let question = Question {
        on,
        known_at,
        ..Question::default()
    };
    persons::read(&test.platform, &municipality(), &person(NUMBER), &question)
        .await
        .unwrap()
}

fn items(kana: &str) -> FiveItems {
    FiveItems {
        insurer_no: insurer(),
        insured_no: NUMBER.parse().unwrap(),
        name_kana: kana.parse().unwrap(),
        birth_date: "1940-05-03".parse().unwrap(),
        sex: "2".parse().unwrap(),
    }
}

async fn register(test: &TestPlatform, kana: &str) {
    let check = identity::check(&test.platform, &care_office(), items(kana))
        .await
        .unwrap();
    let registration = Registration {
        check: check.id,
        service_kind: "11".parse().unwrap(),
        purpose: "訪問介護".into(),
        from: None,
        accepts_handover: false,
    };
    relations::register(&test.platform, &care_office(), registration)
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn s6_a_day_and_an_instant_each_have_their_answer() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let first = insured_row(NUMBER, 1, "旧姓 花子", "キュウセイ ハナコ", "");
        test.load(
            "131128_insured_F_20261101_0001.csv",
            &file_of(INSURED_HEADER, std::slice::from_ref(&first)),
        )
        .await;
        let before: Timestamp = "2026-11-01T02:00:00Z".parse().unwrap();
        test.clock.set("2026-11-01T03:00:00Z");
        let second = insured_row(NUMBER, 2, "新姓 花子", "シンセイ ハナコ", "2026-10-20");
        test.load(
            "131128_insured_D_20261101_0002.csv",
            &file_of(INSURED_HEADER, &[second]),
        )
        .await;
        // The first record was wrong all along: same history number, so it takes the other's place.
        test.clock.set("2026-11-01T05:00:00Z");
        let between: Timestamp = "2026-11-01T04:00:00Z".parse().unwrap();
        let corrected = first.replace("旧姓", "元姓");
        test.load(
            "131128_insured_D_20261101_0003.csv",
            &file_of(INSURED_HEADER, &[corrected]),
        )
        .await;

        let name = |view: &PersonView| {
            item(view, "/insured/name")
                .as_str()
                .unwrap_or_default()
                .to_owned()
        };
        let (then, day) = (
            Some(Date::constant(2026, 10, 19)),
            Some(Date::constant(2026, 10, 20)),
        );
        for (on, known_at, expected) in [
            (None, None, "新姓 花子"),
            (day, None, "新姓 花子"),
            (then, None, "元姓 花子"),
            (then, Some(between), "旧姓 花子"),
            (None, Some(between), "新姓 花子"),
            (None, Some(before), "旧姓 花子"),
            (then, Some(before), "旧姓 花子"),
        ] {
            assert_eq!(
                name(&own(&test, on, known_at).await),
                expected,
                "{engine:?} {on:?} {known_at:?}"
            );
        }
        let never = own(&test, None, Some("2026-10-31T00:00:00Z".parse().unwrap())).await;
        assert!(
            never.members.shown().is_empty(),
            "{engine:?}: nothing was known then"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s5_a_withdrawn_consent_holds_until_the_day_before() {
    let header = "op,insurer_no,insured_no,history_no,updated_at,seq,scope,taker,taker_office_no,given_on,withdrawn_on";
    let given =
        format!("U,131128,{NUMBER},1,2026-10-01T09:00:00+09:00,1,all,municipality,,2026-06-01,");
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let rows = [insured_row(NUMBER, 1, "架空 花子", "カクウ ハナコ", "")];
        test.load(
            "131128_insured_F_20261101_0001.csv",
            &file_of(INSURED_HEADER, &rows),
        )
        .await;
        test.load(
            "131128_consent_F_20261101_0001.csv",
            &file_of(header, std::slice::from_ref(&given)),
        )
        .await;
        register(&test, "カクウ ハナコ").await;
        let may_see = async |on: &str| {
            test.clock.set(on);
            let view = persons::read(
                &test.platform,
                &care_office(),
                &person(NUMBER),
                &Question::default(),
            )
            .await
            .unwrap();
            (
                view.permit.shown().contains(Part::Life),
                view.members.shown().contains(&Part::Consent),
            )
        };
        assert_eq!(
            may_see("2026-11-01T01:00:00Z").await,
            (true, true),
            "{engine:?}"
        );
        // Told today: withdrawn from 3 November on.
        let withdrawn = format!("{given}2026-11-03");
        test.load(
            "131128_consent_D_20261101_0002.csv",
            &file_of(header, &[withdrawn]),
        )
        .await;
        assert_eq!(
            may_see("2026-11-01T02:00:00Z").await,
            (true, true),
            "{engine:?}"
        );
        assert_eq!(
            may_see("2026-11-02T14:59:59Z").await,
            (true, true),
            "{engine:?}: the last second in Japan"
        );
        assert_eq!(
            may_see("2026-11-02T15:00:00Z").await,
            (false, false),
            "{engine:?}: the day of the withdrawal"
        );
        maintenance::refresh_stale(&test.platform).await.unwrap();
        assert_eq!(
            may_see("2026-11-04T01:00:00Z").await,
            (false, false),
            "{engine:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s6_a_day_that_moves_on_is_answered_right_before_and_after_the_nightly_rebuild() {
    let header = "op,insurer_no,insured_no,history_no,updated_at,issued_on,burden_stage,applies_from,expires_on";
    for engine in ENGINES {
        for nightly in [false, true] {
            let test = TestPlatform::new(engine).await;
            let rows = [
                insured_row(NUMBER, 1, "旧姓 花子", "キュウセイ ハナコ", ""),
                insured_row(NUMBER, 2, "新姓 花子", "シンセイ ハナコ", "2026-11-05"),
            ];
            test.load(
                "131128_insured_F_20261101_0001.csv",
                &file_of(INSURED_HEADER, &rows),
            )
            .await;
            let limit = format!(
                "U,131128,{NUMBER},1,2026-10-01T09:00:00+09:00,2026-08-01,2,2026-08-01,2026-11-30"
            );
            let mut layout = header.to_owned();
            let mut row = limit;
            // The remaining columns of the layout are empty.
            for column in kiban_exchange::municipal::layout_of(kiban_domain::DataSet::BurdenLimit)
                .unwrap()
                .columns
                .iter()
                .skip(9)
            {
                layout.push(',');
                layout.push_str(column.id);
                row.push(',');
            }
            let done = test
                .load(
                    "131128_burden_limit_F_20261101_0001.csv",
                    &file_of(&layout, &[row]),
                )
                .await;
            assert_eq!(
                done.counts.inserted,
                1,
                "{:?}",
                kiban_services::intake::read_findings(&test.platform, &done, 9)
            );
            let answer = async |at: &str| {
                test.clock.set(at);
                if nightly {
                    maintenance::refresh_stale(&test.platform).await.unwrap();
                }
                let view = own(&test, None, None).await;
                (
                    item(&view, "/insured/name").as_str().unwrap().to_owned(),
                    view.members.shown().contains(&Part::BurdenLimit),
                )
            };
            let old = ("旧姓 花子".to_owned(), true);
            assert_eq!(
                answer("2026-11-04T14:59:59Z").await,
                old,
                "{engine:?} {nightly}"
            );
            // The five items first: nothing has composed the row anew yet.
            test.clock.set("2026-11-04T15:00:00Z");
            if nightly {
                maintenance::refresh_stale(&test.platform).await.unwrap();
            }
            let agreed =
                identity::check(&test.platform, &care_office(), items("シンセイ ハナコ")).await;
            assert!(agreed.is_ok(), "{engine:?} nightly {nightly}: {agreed:?}");
            assert_eq!(
                answer("2026-11-04T15:00:00Z").await,
                ("新姓 花子".to_owned(), true),
                "{engine:?} {nightly}"
            );
            assert_eq!(
                answer("2026-11-30T14:00:00Z").await,
                ("新姓 花子".to_owned(), true),
                "{engine:?} {nightly}"
            );
            assert_eq!(
                answer("2026-11-30T15:00:00Z").await,
                ("新姓 花子".to_owned(), false),
                "{engine:?} {nightly}"
            );
            let before = test.rows().await;
            test.rebuild().await;
            assert!(before == test.rows().await, "{engine:?} {nightly}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s2_versions_come_with_a_permit_as_one_recorded_look_and_without_what_is_withheld() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let options = support::population(40);
        for set in support::SYNTH_SETS {
            let mut file = Vec::new();
            kiban_synth::generate(&options, set, &mut file).unwrap();
            let mode = kiban_exchange::municipal::LoadMode::Full;
            let name = kiban_synth::file_name(&options, set, mode, 1).to_string();
            test.load(&name, &file).await;
        }
        let it = (0..40)
            .map(|n| kiban_synth::person(&options, n))
            .find(|it| !it.applications.is_empty() && !it.cards.is_empty())
            .unwrap();
        let key = person(it.insured_no.as_str());
        let question = Question {
            purpose: Some("view_history".into()),
            ..Question::default()
        };
        let refused =
            persons::read_with_versions(&test.platform, &care_office(), &key, &question).await;
        assert!(
            matches!(refused, Err(persons::ReadError::Refused(_))),
            "{engine:?}: not registered"
        );
        test.clock.pass(1);
        let all = persons::read_with_versions(&test.platform, &municipality(), &key, &question)
            .await
            .unwrap();
        assert!(!all.versions.is_empty());
        test.clock.pass(1);

        let items = FiveItems {
            insurer_no: insurer(),
            insured_no: it.insured_no,
            name_kana: it.name_kana.parse().unwrap(),
            birth_date: it.birth_date,
            sex: it.sex,
        };
        let check = identity::check(&test.platform, &care_office(), items)
            .await
            .unwrap();
        // A home-help office: neither the progress nor the committee's opinion is for it.
        let registration = Registration {
            check: check.id,
            service_kind: "11".parse().unwrap(),
            purpose: "訪問介護".into(),
            from: None,
            accepts_handover: false,
        };
        relations::register(&test.platform, &care_office(), registration)
            .await
            .unwrap();
        let history = persons::read_with_versions(&test.platform, &care_office(), &key, &question)
            .await
            .unwrap();
        assert!(!history.view.permit.shown().contains(Part::Progress));
        assert!(history.versions.len() < all.versions.len(), "{engine:?}");
        for row in &history.versions {
            let set = kiban_domain::DataSet::from_number(row.dataset).unwrap();
            assert_ne!(set, kiban_domain::DataSet::Application, "{engine:?}");
            let opinion = set == kiban_domain::DataSet::Certification
                && row.body.contains("\"committee_opinion\":");
            let may = history.view.permit.shown().contains(Part::CommitteeOpinion);
            assert!(may || !opinion, "{engine:?}: {}", row.body);
        }
        kiban_services::audit_trail::seal_all(&test.platform)
            .await
            .unwrap();
        let mut work = test.platform.audit.read().await.unwrap();
        let first = uuid::Uuid::nil();
        let entries =
            kiban_store::repo::audit::list_entries(&mut work, "131128", first, 1_000).await;
        let looks: Vec<_> = entries
            .unwrap()
            .iter()
            .map(|entry| entry.parse().unwrap())
            .filter(|event| event.purpose.as_deref() == Some("view_history"))
            .map(|event| (event.actor.organisation, event.parts.is_empty()))
            .collect();
        let office = support::OFFICE.to_owned();
        let insurer = support::INSURER.to_owned();
        assert_eq!(
            looks,
            [(insurer, false), (office, false)],
            "{engine:?}: one entry a look"
        );
    }
}
