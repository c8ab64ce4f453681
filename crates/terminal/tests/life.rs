//! One terminal's life with the program as it ships: enrolled, renewed, killed at every point on the way.
//!
//! The server here is a small one with real TLS and real certificates. It counts what it issued, and can hold its breath before or
//! after each thing it does, so that the program is killed exactly there.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot set up its case may stop"
)]

mod authority;
mod support;

use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

use authority::{Hold, Office};

#[tokio::test(flavor = "multi_thread")]
async fn w1_a_code_becomes_a_terminal_and_the_key_stays_here() {
    let office = Office::open().await;
    let run = office.enrol(&[]).await;
    assert_eq!(run.code, 0, "{}", run.said);
    for words in [
        "この端末を登録しました",
        "接続できました",
        "kiban-terminal run",
    ] {
        assert!(run.said.contains(words), "{words}: {}", run.said);
    }
    let mode = |name: &str| {
        let path = office.folder.path().join(name);
        std::fs::metadata(path).unwrap().permissions().mode() & 0o777
    };
    assert_eq!((mode(""), mode("reader.json")), (0o700, 0o600));
    assert_eq!(mode("browser.json"), 0o600);
    // What went to the portal has a public key and the code, and no private one.
    let heard = office.heard();
    assert!(heard.contains("CERTIFICATE REQUEST") && !heard.contains("PRIVATE KEY"));

    let status = office.run(&["status", "--json"]).await;
    let status: serde_json::Value = serde_json::from_str(&status.said).unwrap();
    assert_eq!(
        (&status["ok"], &status["office_no"]),
        (&true.into(), &"1370000001".into())
    );
    assert!(
        (88..=90).contains(&status["days_left"].as_i64().unwrap()),
        "{status}"
    );

    let again = office.enrol(&["--json"]).await;
    assert_eq!(again.code, 1);
    assert!(
        again.said.contains("\"already_enrolled\""),
        "{}",
        again.said
    );
    assert_eq!(office.issued("ticket"), 1, "the second call cost no code");
}

#[tokio::test(flavor = "multi_thread")]
async fn w1_a_kill_during_enrolment_costs_no_code() {
    for (at, already) in [
        (Hold::BeforeIssuing, false),
        (Hold::AfterIssuing, false),
        (Hold::BeforeUse, true),
        (Hold::AfterUse, true),
    ] {
        let office = Office::open().await;
        office.kill_at(at, &office.enrolment(&[])).await;
        let run = office.enrol(&["--json"]).await;
        // Once the certificate is on the disk there is nothing left to enrol.
        let expected = if already {
            "already_enrolled"
        } else {
            "\"ok\":true"
        };
        assert!(run.said.contains(expected), "{at:?}: {}", run.said);
        assert_eq!(office.issued("ticket"), 1, "{at:?}");
        let renewed = office.run(&["renew"]).await;
        assert_eq!(renewed.code, 0, "{at:?}: {}", renewed.said);
        assert_eq!(office.leftovers(), Vec::<String>::new(), "{at:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn w1_a_kill_during_renewal_leaves_a_terminal_that_gets_in() {
    for at in [
        Hold::BeforeIssuing,
        Hold::AfterIssuing,
        Hold::BeforeUse,
        Hold::AfterUse,
    ] {
        let office = Office::open().await;
        assert_eq!(office.enrol(&[]).await.code, 0);
        let old = office.serial("reader");
        office.kill_at(at, &["renew"]).await;
        // The old one counts until the new one was used.
        let is_used = at == Hold::AfterUse;
        assert_eq!(office.is_stopped(&old), is_used, "{at:?}");
        let run = office.run(&["renew"]).await;
        assert_eq!(run.code, 0, "{at:?}: {}", run.said);
        let new = office.serial("reader");
        assert_ne!(old, new, "{at:?}");
        assert!(
            office.is_stopped(&old) && !office.is_stopped(&new),
            "{at:?}"
        );
        assert_eq!(office.leftovers(), Vec::<String>::new(), "{at:?}");
        // The interrupted renewal was gone on with, not begun again; what was received is used before anything is asked.
        assert_eq!(office.issued("reader"), 1, "{at:?}");
        let doctor = office.run(&["doctor", "--no-card", "--json"]).await;
        assert_eq!(doctor.code, 0, "{at:?}: {}", doctor.said);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn w1_a_running_program_renews_from_thirty_days_before_the_end() {
    for (days, renews) in [(29, true), (31, false)] {
        let office = Office::open().await;
        office.issue_for_days(days);
        assert_eq!(office.enrol(&[]).await.code, 0);
        office.issue_for_days(90);
        let old = office.serial("reader");
        let mut running = office.start(&["run", "--listen", "127.0.0.1:0"]);
        let deadline = std::time::Instant::now() + Duration::from_secs(10);
        let done =
            || office.serial("reader") != old && office.polled_with(&office.serial("reader"));
        while std::time::Instant::now() < deadline && !done() {
            if !renews && office.polled_with(&old) {
                tokio::time::sleep(Duration::from_millis(500)).await;
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert_eq!(done(), renews, "{days}: {}", office.log());
        assert_eq!(office.is_stopped(&old), renews, "{days}");
        running.kill().unwrap();
        running.wait().unwrap();
        let status = office.run(&["status"]).await;
        assert!(status.said.contains("最後に通じた時刻"), "{}", status.said);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn w1_refusals_are_said_with_their_codes() {
    let office = Office::open().await;
    let wrong = office.enrol_with("WRONG-CODE0", &["--json"]).await;
    assert_eq!(wrong.code, 1);
    assert!(wrong.said.contains("\"code_wrong\"") && wrong.said.contains("確かめてください"));
    let nowhere = [
        "enrol",
        "--portal",
        "http://portal.example",
        "--office",
        "1",
        "--code",
        "x",
    ];
    let usage = office.run(&nowhere).await;
    assert_eq!(usage.code, 2, "{}", usage.said);
    assert!(usage.said.contains("portal_address"), "{}", usage.said);
    let closed = [
        "enrol",
        "--portal",
        "http://127.0.0.1:1",
        "--office",
        "1",
        "--code",
        "x",
    ];
    let closed = office.run(&closed).await;
    assert!(
        closed.code == 1 && closed.said.contains("portal_not_reached"),
        "{}",
        closed.said
    );
    for command in [["status"], ["renew"], ["run"]] {
        let run = office.run(&command).await;
        assert!(
            run.code == 1 && run.said.contains("not_enrolled"),
            "{command:?}: {}",
            run.said
        );
    }

    assert_eq!(office.enrol(&[]).await.code, 0);
    office.stop(&office.serial("reader"));
    let renew = office.run(&["renew"]).await;
    assert_eq!(renew.code, 1);
    assert!(
        renew.said.contains("certificate_refused") && renew.said.contains("新しいコード"),
        "{}",
        renew.said
    );
    // A stopped terminal comes in again with a new code.
    let again = office.enrol_with("SECOND-CODE", &["--replace"]).await;
    assert!(
        again.code == 0 && again.said.contains("接続できました"),
        "{}",
        again.said
    );
    assert!(!office.is_stopped(&office.serial("reader")));
}

#[tokio::test(flavor = "multi_thread")]
async fn w1_the_bridges_certificate_is_fetched_anew_when_it_has_ended() {
    let office = Office::open().await;
    assert_eq!(office.enrol(&[]).await.code, 0);
    let old = office.serial("browser");
    office.stop(&old);
    let run = office.run(&["renew"]).await;
    assert_eq!(run.code, 0, "{}", run.said);
    assert_ne!(office.serial("browser"), old);
    assert!(!office.is_stopped(&office.serial("browser")));
}
