//! What a program that stopped at a bad moment leaves behind, and how the next one clears it up.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use kiban_services::intake::{self, IntakeSettings};
use kiban_store::repo::{
    transfers::{self, TransferRow, TransferState},
    waiting,
};
use support::{ENGINES, INSURED_HEADER, INSURER, TestPlatform, file_of, insured_row};

const NOTICE: &str = "op,insurer_no,insured_no,history_no,updated_at,seq,office_no,office_name,notified_on,applies_from,applies_to,self_made";

fn insured(n: u32) -> String {
    insured_row(&format!("{n:010}"), 1, "架空 花子", "カクウ ハナコ", "")
}

fn notice(n: u32) -> String {
    format!(
        "U,131128,{n:010},1,2026-10-01T09:00:00+09:00,1,1379900015,見本,2026-09-01,2026-09-01,,0"
    )
}

async fn mark(test: &TestPlatform, row: &TransferRow, state: TransferState, leased: bool) {
    let mut row = test.transfer(row).await;
    row.state = state;
    let until = leased.then(|| test.platform.now() + jiff::SignedDuration::from_hours(1));
    test.platform
        .store
        .write::<(), kiban_store::Error, _>(move |work| {
            Box::pin(async move { transfers::save_progress(work, &row, until).await })
        })
        .await
        .unwrap();
}

async fn waiting(test: &TestPlatform) -> i64 {
    let mut work = test.platform.store.point().await.unwrap();
    waiting::count(&mut work, INSURER).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn m1_rows_that_a_killed_worker_made_ready_are_taken_in_at_the_next_start() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let notices = test
            .load(
                "131128_care_manager_notice_F_20261101_0001.csv",
                &file_of(NOTICE, &[notice(1), notice(2), notice(3)]),
            )
            .await;
        assert_eq!((notices.counts.waiting, waiting(&test).await), (3, 3));
        // Rows of a file that another worker is at are that worker's; so the persons' file leaves them, as a kill between
        // its end and its waiting rows does.
        mark(&test, &notices, TransferState::Applying, true).await;
        let file = file_of(INSURED_HEADER, &[insured(1), insured(2)]);
        let persons = test.load("131128_insured_F_20261101_0001.csv", &file).await;
        assert_eq!(
            (persons.state, waiting(&test).await),
            (TransferState::Applied, 3),
            "{engine:?}"
        );
        mark(&test, &notices, TransferState::Applied, false).await;

        let settings = IntakeSettings::default();
        let take_in = || intake::take_in_left(&test.platform, settings);
        assert_eq!(take_in().await.unwrap(), 2, "{engine:?}");
        let done = test.transfer(&notices).await.counts;
        assert_eq!((done.inserted, done.waiting), (2, 1), "{engine:?}");
        let rows = test.rows().await;
        assert!(
            rows.iter().all(|row| row.parts.text.contains("1379900015")),
            "{engine:?}: the read model knows them"
        );
        // Again, and by two workers at once: nothing is left to do.
        let (one, two) = tokio::join!(take_in(), take_in());
        assert_eq!((one.unwrap(), two.unwrap()), (0, 0));
        assert_eq!(test.transfer(&notices).await.counts, done, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn m1_two_workers_that_start_together_take_each_row_in_once() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let rows: Vec<_> = (1..=60).map(notice).collect();
        let name = "131128_care_manager_notice_F_20261101_0001.csv";
        let notices = test.load(name, &file_of(NOTICE, &rows)).await;
        mark(&test, &notices, TransferState::Applying, true).await;
        let rows: Vec<_> = (1..=60).map(insured).collect();
        let file = file_of(INSURED_HEADER, &rows);
        test.load("131128_insured_F_20261101_0001.csv", &file).await;
        mark(&test, &notices, TransferState::Applied, false).await;

        let settings = IntakeSettings {
            batch_rows: 7,
            ..IntakeSettings::default()
        };
        let take_in = || intake::take_in_left(&test.platform, settings);
        let (one, two) = tokio::join!(take_in(), take_in());
        assert_eq!(one.unwrap() + two.unwrap(), 60, "{engine:?}");
        let done = test.transfer(&notices).await.counts;
        assert_eq!((done.inserted, done.waiting), (60, 0), "{engine:?}");
    }
}
