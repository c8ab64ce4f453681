//! The same file once more: what was taken in stays as it is, what was turned away gets another chance (M-1).
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use kiban_services::intake;
use kiban_store::repo::transfers::{TransferRow, TransferState};
use support::{ENGINES, INSURED_HEADER, TestPlatform, file_of, insured_row, insurer, municipality};

const FIRST: &str = "131128_insured_F_20261101_0001.csv";

fn row(n: u32) -> String {
    insured_row(&format!("{n:010}"), 1, "架空 花子", "カクウ ハナコ", "")
}

/// Sends the same content again; the attempt that answers for it, and whether it is the old one.
async fn again(test: &TestPlatform, name: &str, content: &[u8]) -> (TransferRow, bool) {
    let accepted = test.send(name, content).await.unwrap();
    (accepted.transfer, accepted.already)
}

#[tokio::test(flavor = "multi_thread")]
async fn m1_a_rejected_file_that_comes_again_unchanged_is_a_new_attempt() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let bad = file_of(
            INSURED_HEADER,
            &[row(1).replace("1940-05-03", "1940-02-30")],
        );
        let first = test.load(FIRST, &bad).await;
        assert_eq!(first.state, TransferState::Rejected, "{engine:?}");

        let (second, already) = again(&test, FIRST, &bad).await;
        assert!(!already, "{engine:?}: nothing of it was taken in");
        assert_ne!(second.transfer_id, first.transfer_id);
        // A retry while that attempt runs is that attempt.
        let (retry, already) = again(&test, FIRST, &bad).await;
        assert!(already && retry.transfer_id == second.transfer_id);
        test.work_off().await;
        assert_eq!(test.transfer(&second).await.state, TransferState::Rejected);

        // However often it was turned away, the mended file has its number.
        let mended = test.load(FIRST, &file_of(INSURED_HEADER, &[row(1)])).await;
        assert_eq!(mended.state, TransferState::Applied, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn m1_a_file_refused_for_a_gap_is_taken_in_once_the_gap_is_closed() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let second = "131128_insured_D_20261101_0002.csv";
        let bad = file_of(
            INSURED_HEADER,
            &[row(1).replace("1940-05-03", "1940-02-30")],
        );
        let after = file_of(INSURED_HEADER, &[row(2)]);
        // Both are accepted before the first is found to be bad.
        test.send(FIRST, &bad).await.unwrap();
        let waiting = test.send(second, &after).await.unwrap().transfer;
        test.work_off().await;
        let refused = test.transfer(&waiting).await;
        assert_eq!(
            (refused.state, refused.code.as_str()),
            (TransferState::Refused, "gap")
        );

        let mended = test.load(FIRST, &file_of(INSURED_HEADER, &[row(1)])).await;
        assert_eq!(mended.state, TransferState::Applied);
        let taken = test.load(second, &after).await;
        assert_ne!(taken.transfer_id, refused.transfer_id);
        assert_eq!(
            (taken.state, taken.counts.inserted),
            (TransferState::Applied, 1),
            "{engine:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn m1_a_file_that_was_given_up_may_come_again() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let rows: Vec<_> = (1..=200).map(row).collect();
        test.load(FIRST, &file_of(INSURED_HEADER, &rows)).await;
        // Half of the persons gone: held.
        let second = "131128_insured_F_20261101_0002.csv";
        let half = file_of(INSURED_HEADER, &rows[..100]);
        let held = test.load(second, &half).await;
        assert_eq!(held.state, TransferState::Held, "{engine:?}");
        let (same, already) = again(&test, second, &half).await;
        assert!(
            already && same.transfer_id == held.transfer_id,
            "a held file waits for its answer"
        );
        intake::confirm(
            &test.platform,
            &municipality(),
            insurer(),
            held.transfer_id,
            false,
        )
        .await
        .unwrap();
        let (new, already) = again(&test, second, &half).await;
        assert!(
            !already && new.transfer_id != held.transfer_id,
            "{engine:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn m1_an_applied_file_stays_already_however_many_came_after_it() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let content = file_of(INSURED_HEADER, &[row(1)]);
        let first = test.load(FIRST, &content).await;
        for serial in 2..=205 {
            let name = format!("131128_insured_D_20261101_{serial:04}.csv");
            test.send(&name, &content).await.unwrap();
        }
        let before = test.rows().await;
        let (same, already) = again(&test, FIRST, &content).await;
        assert!(
            already && same.transfer_id == first.transfer_id,
            "{engine:?}"
        );
        assert_eq!(test.transfer(&first).await.counts, first.counts);
        assert!(test.rows().await == before, "{engine:?}");
    }
}
