//! Applications that move on (W-6) on both engines.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use kiban_domain::{DataSet, FiveItems};
use kiban_services::{
    identity,
    persons::{self, Question},
    progress,
    relations::{self, Registration},
};
use support::{
    ENGINES, Engine, INSURED_HEADER, TestPlatform, care_office, file_of, insured_row, insurer,
    person, population,
};

const HANAKO: &str = "0000000017";
const HEADER: &str = "op,insurer_no,insured_no,history_no,updated_at,applied_on,branch,kind,kind_at_filing,withdrawal,insured_category,filed_by,survey_requested_on,survey_done_on,survey_received_on,opinion_requested_on,opinion_received_on,primary_judged_on,primary_result,committee_scheduled_on,secondary_judged_on,secondary_result,certified_on,notified_on,deferred_on,expected_on,deferral_reason";

fn application(history_no: u32, requested: &str) -> Vec<u8> {
    let row = format!(
        "U,131128,{HANAKO},{history_no},2026-10-20T09:00:00+09:00,2026-10-20,1,2,,,,,{requested},,,,,,,,,,,,,,"
    );
    file_of(HEADER, &[row])
}

async fn registered(engine: Engine, kind: &str) -> TestPlatform {
    let test = TestPlatform::new(engine).await;
    let rows = [insured_row(HANAKO, 1, "架空 花子", "カクウ ハナコ", "")];
    test.load(
        "131128_insured_F_20261101_0001.csv",
        &file_of(INSURED_HEADER, &rows),
    )
    .await;
    let items = FiveItems {
        insurer_no: insurer(),
        insured_no: HANAKO.parse().unwrap(),
        name_kana: "カクウ ハナコ".parse().unwrap(),
        birth_date: "1940-05-03".parse().unwrap(),
        sex: "2".parse().unwrap(),
    };
    let check = identity::check(&test.platform, &care_office(), items).await;
    let registration = Registration {
        check: check.unwrap().id,
        service_kind: kind.parse().unwrap(),
        purpose: "ケアプランの作成".into(),
        from: None,
        accepts_handover: false,
    };
    relations::register(&test.platform, &care_office(), registration)
        .await
        .unwrap();
    test
}

#[tokio::test(flavor = "multi_thread")]
async fn w6_the_office_that_makes_the_plan_is_told_once_for_each_stage_until_it_looks() {
    for engine in ENGINES {
        let test = registered(engine, "43").await;
        let unseen = async || {
            progress::unseen(&test.platform, &care_office())
                .await
                .unwrap()
        };
        let loaded = test
            .load(
                "131128_application_D_20261101_0001.csv",
                &application(1, ""),
            )
            .await;
        assert_eq!(loaded.counts.inserted, 1, "{engine:?}");
        let told = unseen().await;
        assert_eq!(
            (told.len(), told[0].progress.as_str(), &told[0].person),
            (1, "received", &person(HANAKO)),
            "{engine:?}"
        );
        test.clock.pass(60);
        test.load(
            "131128_application_D_20261101_0002.csv",
            &application(2, ""),
        )
        .await;
        assert_eq!(unseen().await.len(), 1, "{engine:?}: no other stage");
        test.load(
            "131128_application_D_20261101_0003.csv",
            &application(3, "2026-10-21"),
        )
        .await;
        assert_eq!(unseen().await[0].progress, "surveying", "{engine:?}");

        let question = Question::default();
        let view = persons::read(&test.platform, &care_office(), &person(HANAKO), &question)
            .await
            .unwrap();
        progress::seen(&test.platform, &care_office(), &view.permit)
            .await
            .unwrap();
        assert!(unseen().await.is_empty(), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn w6_an_office_that_makes_no_plan_is_told_nothing() {
    for engine in ENGINES {
        let test = registered(engine, "11").await;
        test.load(
            "131128_application_D_20261101_0001.csv",
            &application(1, ""),
        )
        .await;
        let unseen = progress::unseen(&test.platform, &care_office())
            .await
            .unwrap();
        assert!(unseen.is_empty(), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn w6_how_long_results_took_is_counted_from_the_insurers_own_applications() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        progress::count_durations(&test.platform).await.unwrap();
        let none = progress::duration(&test.platform, &insurer())
            .await
            .unwrap();
        assert_eq!(none.map(|it| it.cases), Some(0), "{engine:?}");
        let options = population(400);
        test.load_synth(&options, DataSet::Insured, 1).await;
        test.load_synth(&options, DataSet::Application, 1).await;
        progress::count_durations(&test.platform).await.unwrap();
        let counted = progress::duration(&test.platform, &insurer())
            .await
            .unwrap()
            .unwrap();
        assert!(
            counted.cases >= progress::CASES_MIN,
            "{engine:?} {counted:?}"
        );
        assert!(0 < counted.median_days && counted.median_days <= counted.most_days);
    }
}
