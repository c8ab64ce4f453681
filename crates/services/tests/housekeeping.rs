//! What nobody will ask for again is cleared up after its time, and nothing else.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use kiban_services::{
    housekeeping::{self, HousekeepingSettings},
    opinions,
};
use kiban_store::repo::{
    answers::{self, AnswerRow},
    transfers::TransferState,
    uploads::{self, PartRow},
};
use std::io::Write as _;
use support::{
    ENGINES, INSURED_HEADER, INSURER, TestPlatform, file_of, insured_row, municipality,
    opinions::{PDF, full},
    subsidising,
};

const HOUR: i64 = 3_600;

fn row(n: u32) -> String {
    insured_row(&format!("{n:010}"), 1, "架空 花子", "カクウ ハナコ", "")
}

fn keep(test: &TestPlatform, content: &str) -> String {
    let mut staged = test.platform.objects.stage("x").unwrap();
    staged.write_all(content.as_bytes()).unwrap();
    staged.publish().unwrap()
}

async fn send_part(test: &TestPlatform, part_no: i64, content: String) {
    let now = test.platform.now();
    let part = PartRow {
        part_no,
        content,
        size_bytes: 1,
    };
    test.platform
        .store
        .write::<(), kiban_store::Error, _>(move |work| {
            Box::pin(async move { uploads::save_part(work, INSURER, "f", &part, now).await })
        })
        .await
        .unwrap();
}

async fn answer(test: &TestPlatform, key: &'static str) {
    let now = test.platform.now();
    let row = AnswerRow {
        request_hash: vec![1],
        status: 202,
        body: "{}".into(),
    };
    test.platform
        .store
        .write::<(), kiban_store::Error, _>(move |work| {
            Box::pin(async move { answers::keep(work, INSURER, key, &row, now).await })
        })
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_stands_still_for_two_days_is_given_up_with_its_contents() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let settings = HousekeepingSettings::default();
        let forget = || housekeeping::forget_uploads(&test.platform, settings);
        let sweep = || housekeeping::remove_orphans(&test.platform, settings);
        let is_there = |content: &str| test.platform.objects.open_content(content).is_ok();
        let (one, two) = (keep(&test, "one"), keep(&test, "two"));
        send_part(&test, 1, one.clone()).await;
        test.clock.pass(30 * HOUR);
        send_part(&test, 2, two.clone()).await;
        test.clock.pass(47 * HOUR);
        assert_eq!(forget().await.unwrap(), 0, "{engine:?}: part 2 came late");
        assert_eq!(sweep().await.unwrap(), 0);
        test.clock.pass(2 * HOUR);
        assert_eq!(forget().await.unwrap(), 2, "{engine:?}");
        assert_eq!(forget().await.unwrap(), 0);

        assert_eq!(sweep().await.unwrap(), 0, "{engine:?}: noted only");
        test.clock.pass(23 * HOUR);
        assert_eq!(sweep().await.unwrap(), 0);
        // One of them comes again, just before its row.
        assert_eq!(keep(&test, "two"), two);
        test.clock.pass(2 * HOUR);
        assert_eq!(sweep().await.unwrap(), 1, "{engine:?}");
        assert!(!is_there(&one) && is_there(&two), "{engine:?}");
        send_part(&test, 1, two.clone()).await;
        test.clock.pass(30 * HOUR);
        assert_eq!(sweep().await.unwrap(), 0);
        assert!(is_there(&two), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_transfer_names_stays_for_good() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let bad = file_of(
            INSURED_HEADER,
            &[row(1).replace("1940-05-03", "1940-02-30")],
        );
        let done = test.load("131128_insured_F_20261101_0001.csv", &bad).await;
        assert_eq!(done.state, TransferState::Rejected);
        let orphan = keep(&test, "orphan");
        let settings = HousekeepingSettings::default();
        let mut removed = 0;
        for _ in 0..4 {
            // Two processes at once.
            let sweep = || housekeeping::remove_orphans(&test.platform, settings);
            let (a, b) = tokio::join!(sweep(), sweep());
            removed += a.unwrap() + b.unwrap();
            test.clock.pass(25 * HOUR);
        }
        assert_eq!(removed, 1, "{engine:?}");
        for content in [Some(done.content), done.findings] {
            let content = content.unwrap();
            assert!(test.platform.objects.open_content(&content).is_ok());
        }
        assert!(test.platform.objects.open_content(&orphan).is_err());
    }
}

/// Sweeps for some days; how many contents were removed.
async fn sweep(test: &TestPlatform) -> u64 {
    let mut removed = 0;
    for _ in 0..4 {
        let settings = HousekeepingSettings::default();
        removed += housekeeping::remove_orphans(&test.platform, settings)
            .await
            .unwrap();
        test.clock.pass(25 * HOUR);
    }
    removed
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pdf_of_an_opinion_stays_for_good() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let id = test.asked().await;
        let paper = opinions::PaperOpinion {
            document: full(),
            scan: PDF.to_vec(),
            received_on: test.platform.today(),
        };
        let town = municipality();
        let receipt = opinions::record_paper(&test.platform, &town, id, paper).await;
        let receipt = receipt.unwrap();
        keep(&test, "orphan");
        assert_eq!(sweep(&test).await, 1, "{engine:?}");
        let found = opinions::find_opinion(&test.platform, &town, &receipt.receipt_no).await;
        assert_eq!(found.unwrap().1.unwrap(), PDF, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_evidence_of_a_subsidy_stays_for_good() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        subsidising::open(&test).await;
        subsidising::submitted(&test).await;
        keep(&test, "orphan");
        assert_eq!(sweep(&test).await, 1, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_kept_for_a_week() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let settings = HousekeepingSettings::default();
        let forget = || housekeeping::forget_answers(&test.platform, settings);
        answer(&test, "old").await;
        test.clock.pass(7 * 24 * HOUR);
        answer(&test, "new").await;
        assert_eq!(forget().await.unwrap(), 0, "{engine:?}");
        test.clock.pass(1);
        assert_eq!(forget().await.unwrap(), 1, "{engine:?}");
        let mut work = test.platform.store.point().await.unwrap();
        let new = answers::find(&mut work, INSURER, "new").await.unwrap();
        assert!(new.is_some(), "{engine:?}");
    }
}
