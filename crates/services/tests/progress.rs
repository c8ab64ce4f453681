//! Applications that move on (W-6) on both engines.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use kiban_domain::{DataSet, FiveItems};
use kiban_services::{
    identity,
    persons::{self, Question},
    progress::{self, letters},
    relations::{self, Registration},
    staff::{self, NewStaff, StaffRole},
};
use kiban_store::repo::{mail, staff as accounts};
use support::{
    APPLICATION_HEADER, ENGINES, Engine, INSURED_HEADER, TestPlatform, application_row,
    care_office, file_of, insured_row, insurer, person, population,
};

const HANAKO: &str = "0000000017";

fn application(history_no: u32, requested: &str) -> Vec<u8> {
    file_of(
        APPLICATION_HEADER,
        &[application_row(HANAKO, history_no, requested)],
    )
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

const DAY: i64 = 24 * 3_600;

/// An account of the office with an address, which wants letters.
async fn subscriber(test: &TestPlatform) -> uuid::Uuid {
    let account = NewStaff {
        office_no: support::office(),
        login: "keama".into(),
        name: "見本 職員".into(),
        role: StaffRole::CareManager,
        password: "correct horse battery".into(),
        totp_secret: None,
    };
    staff::add(&test.platform, &support::operator(), account)
        .await
        .unwrap();
    let staff_id = test
        .platform
        .store
        .write::<_, kiban_store::Error, _>(|work| {
            Box::pin(async move {
                let row = accounts::find_by_login(work, &support::office(), "keama").await?;
                let staff_id = row.unwrap().staff_id;
                accounts::set_mail(work, staff_id, "keama@hikari.example").await?;
                Ok(staff_id)
            })
        })
        .await
        .unwrap();
    let off = letters::choice(&test.platform, staff_id).await.unwrap();
    assert!(!off.wanted && off.has_address, "off unless chosen");
    letters::choose(&test.platform, staff_id, true)
        .await
        .unwrap();
    staff_id
}

async fn written(test: &TestPlatform) -> usize {
    letters::write(&test.platform, letters::HOUR, "https://care.example")
        .await
        .unwrap()
}

/// The texts that wait to be sent.
async fn sent(test: &TestPlatform) -> Vec<String> {
    let mut texts = Vec::new();
    loop {
        let now = test.platform.now();
        let taken = test
            .platform
            .store
            .write::<_, kiban_store::Error, _>(move |work| {
                Box::pin(async move {
                    let row = mail::take_due(work, now, now, "t").await?;
                    if let Some(row) = &row {
                        mail::set_sent(work, row.mail_id, now).await?;
                    }
                    Ok(row)
                })
            })
            .await
            .unwrap();
        match taken {
            Some(row) => texts.push(format!("{}\n{}", row.subject, row.body)),
            None => return texts,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn w6_whoever_wants_it_gets_one_letter_a_morning_that_names_nobody() {
    for engine in ENGINES {
        let test = registered(engine, "43").await;
        let staff_id = subscriber(&test).await;
        // 10:00 on 1 November; the day on which it was chosen is over.
        test.load(
            "131128_application_D_20261101_0001.csv",
            &application(1, ""),
        )
        .await;
        assert_eq!(written(&test).await, 0, "{engine:?}: not before tomorrow");
        test.clock.pass(22 * 3_600 - 1);
        assert_eq!(written(&test).await, 0, "{engine:?}: not before eight");
        test.clock.pass(1);
        let (one, other) = tokio::join!(written(&test), written(&test));
        assert_eq!(one + other, 1, "{engine:?}: two workers, one letter");
        let texts = sent(&test).await;
        assert_eq!(texts.len(), 1);
        assert!(texts[0].contains("1人"), "{}", texts[0]);
        assert!(texts[0].contains("https://care.example/care#moved"));
        assert!(texts[0].contains("https://care.example/care/account"));
        for personal in ["架空", "花子", "カクウ", HANAKO, "131128"] {
            assert!(!texts[0].contains(personal), "{}", texts[0]);
        }
        // The same stage is told once, and a quiet day has no letter.
        for _ in 0..2 {
            test.clock.pass(DAY);
            assert_eq!(written(&test).await, 0, "{engine:?}");
        }
        test.load(
            "131128_application_D_20261101_0002.csv",
            &application(2, "2026-10-21"),
        )
        .await;
        assert_eq!(
            written(&test).await,
            0,
            "{engine:?}: today was looked after"
        );
        test.clock.pass(DAY);
        assert_eq!(written(&test).await, 1, "{engine:?}");

        // What somebody of the office has seen meanwhile is not news.
        test.load(
            "131128_application_D_20261101_0003.csv",
            &application(3, ""),
        )
        .await;
        let question = Question::default();
        let view = persons::read(&test.platform, &care_office(), &person(HANAKO), &question)
            .await
            .unwrap();
        progress::seen(&test.platform, &care_office(), &view.permit)
            .await
            .unwrap();
        test.clock.pass(DAY);
        assert_eq!(written(&test).await, 0, "{engine:?}: seen");

        test.load(
            "131128_application_D_20261101_0004.csv",
            &application(4, "2026-10-22"),
        )
        .await;
        letters::choose(&test.platform, staff_id, false)
            .await
            .unwrap();
        test.clock.pass(DAY);
        assert_eq!(written(&test).await, 0, "{engine:?}: stopped");
        assert!(
            !letters::choice(&test.platform, staff_id)
                .await
                .unwrap()
                .wanted
        );
    }
}
