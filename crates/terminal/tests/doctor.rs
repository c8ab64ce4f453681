//! The doctor's ladder: the rungs of the network against real TLS servers, those of a card against the virtual one.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot set up its case may stop"
)]

mod support;

use std::path::Path;
use std::sync::Arc;

use http::StatusCode;
use http::header::DATE;
use jiff::SignedDuration;
use kiban_card::Mender;
use kiban_domain::Clock as _;
use kiban_pki::{Authority, AuthorityKind, RevocationReason, Revoked};
use kiban_terminal::doctor::{DoorFiles, Outcome, Report, Rung, held_card, network_ladder};
use kiban_testkit::FixedClock;
use kiban_testkit::card::{CardOrder, Persona, Slot};
use kiban_web_kit::{Routes, Verdict};
use support::{Door, Fixed, NOW, door, terminal_order};
use tokio::net::TcpListener;

/// A door whose answers carry this date.
async fn dated(date: &'static str, status: StatusCode) -> Door {
    let answer = async move || (status, [(DATE, date)], "{}");
    door(|_| Routes::new().get("/agent/hello", answer).into_router()).await
}

async fn healthy() -> Door {
    dated("Sat, 01 Aug 2026 00:00:20 GMT", StatusCode::OK).await
}

fn files(folder: &Path, door: &Door) -> DoorFiles {
    let write = |name: &str, text: &str| {
        let path = folder.join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    DoorFiles {
        care: door.settings.care_url.clone(),
        certificate: write("cert.pem", &door.settings.certificate_pem),
        key: write("key.pem", &door.settings.key_pem),
        authority: write("ca.pem", &door.settings.authority_pem),
    }
}

/// The first rung that fails, who mends it, and what was seen; after it nothing is tried unless it is the clock.
async fn fails_at(files: &DoorFiles, now: &str) -> (&'static str, Mender, String) {
    let rungs = network_ladder(Some(files), Arc::new(FixedClock::at(now))).await;
    let report = Report { rungs };
    let Some(Rung {
        step,
        outcome: Outcome::Failed { mender, seen, .. },
        ..
    }) = report.first_failure()
    else {
        panic!("nothing fails: {}", report.to_text());
    };
    assert_eq!(report.rungs.len(), 7);
    (step, *mender, seen.clone())
}

#[tokio::test]
async fn t2_a_healthy_way_is_good_at_every_rung() {
    let folder = tempfile::tempdir().unwrap();
    let door = healthy().await;
    let rungs = network_ladder(Some(&files(folder.path(), &door)), Arc::new(Fixed)).await;
    let report = Report { rungs };
    assert_eq!(report.first_failure(), None, "{}", report.to_text());
    assert!(report.to_text().ends_with("問題は見つかりませんでした。\n"));
    let json = report.to_json();
    assert_eq!(json["ok"], true);
    assert_eq!(json["rungs"][3]["step"], "tls");
    let unasked = network_ladder(None, Arc::new(Fixed)).await;
    assert!(unasked.iter().all(|rung| rung.outcome == Outcome::NotTried));
}

#[tokio::test]
async fn t2_the_terminals_own_certificate_is_looked_at_first() {
    let folder = tempfile::tempdir().unwrap();
    let door = healthy().await;
    let good = files(folder.path(), &door);
    let step = "client_certificate";
    let missing = DoorFiles {
        certificate: folder.path().join("absent.pem"),
        ..good.clone()
    };
    assert_eq!(fails_at(&missing, NOW).await.0, step);
    let swapped = DoorFiles {
        certificate: good.key.clone(),
        ..good.clone()
    };
    assert_eq!(fails_at(&swapped, NOW).await.0, step);
    let other = door
        .terminals
        .issue_with_new_key(&terminal_order(), &Fixed, &Fixed)
        .unwrap();
    let path = folder.path().join("other.pem");
    std::fs::write(&path, other.key_pem).unwrap();
    let mismatched = DoorFiles {
        key: path,
        ..good.clone()
    };
    let (failed, mender, seen) = fails_at(&mismatched, NOW).await;
    assert_eq!((failed, mender), (step, Mender::Office));
    assert_eq!(seen, "証明書と秘密鍵の組み合わせが合いません");
    let (failed, _, seen) = fails_at(&good, "2026-12-01T00:00:00Z").await;
    assert_eq!((failed, seen.as_str()), (step, "有効期間が終わっています"));
    let (failed, _, seen) = fails_at(&good, "2026-07-01T00:00:00Z").await;
    assert_eq!(
        (failed, seen.as_str()),
        (step, "有効期間がまだ始まっていません")
    );
    // Close to the end it says so, and goes on.
    let clock = Arc::new(FixedClock::at("2026-10-20T00:00:00Z"));
    let rungs = network_ladder(Some(&good), clock).await;
    let Outcome::Good(seen) = &rungs[0].outcome else {
        panic!("{rungs:?}");
    };
    assert!(
        seen.contains("あと9日") || seen.contains("あと10日"),
        "{seen}"
    );
}

#[tokio::test]
async fn t2_name_network_and_trust_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let door = healthy().await;
    let good = files(folder.path(), &door);
    let at = |care: &str| DoorFiles {
        care: care.to_owned(),
        ..good.clone()
    };
    let nowhere = fails_at(&at("https://does-not-exist.invalid:8443"), NOW).await;
    assert_eq!((nowhere.0, nowhere.1), ("name", Mender::Office));
    assert_eq!(fails_at(&at("http://127.0.0.1:1"), NOW).await.0, "name");
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = closed.local_addr().unwrap();
    drop(closed);
    assert_eq!(
        fails_at(&at(&format!("https://{address}")), NOW).await.0,
        "network"
    );

    let stranger = Authority::create(AuthorityKind::Server, "Test", &Fixed, &Fixed).unwrap();
    let path = folder.path().join("stranger.pem");
    std::fs::write(&path, stranger.certificate_pem()).unwrap();
    let distrusting = DoorFiles {
        authority: path,
        ..good.clone()
    };
    let (step, mender, seen) = fails_at(&distrusting, NOW).await;
    assert_eq!(
        (step, mender, seen.as_str()),
        ("tls", Mender::Office, "本物か確かめられません")
    );
}

#[tokio::test]
async fn t2_a_wrong_clock_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let ahead = dated("Fri, 31 Jul 2026 23:58:00 GMT", StatusCode::OK).await;
    let (step, mender, seen) = fails_at(&files(folder.path(), &ahead), NOW).await;
    assert_eq!((step, mender), ("clock", Mender::Office));
    assert_eq!(seen, "サーバーの時計より 120 秒進んでいます");
    // So wrong that the server's certificate seems to be over: its own terminals' certificates last longer than the server's.
    let door = healthy().await;
    let order = terminal_order().lifetime(SignedDuration::from_hours(24 * 500));
    let long = door
        .terminals
        .issue_with_new_key(&order, &Fixed, &Fixed)
        .unwrap();
    let mut files = files(folder.path(), &door);
    for (path, text) in [
        (&mut files.certificate, long.issued.certificate_pem),
        (&mut files.key, long.key_pem),
    ] {
        std::fs::write(&*path, text).unwrap();
    }
    let (step, _, seen) = fails_at(&files, "2027-11-01T00:00:00Z").await;
    assert_eq!((step, seen.as_str()), ("tls", "有効期間の外です"));
}

#[tokio::test]
async fn t2_a_failing_server_is_the_operators() {
    let folder = tempfile::tempdir().unwrap();
    let door = dated(
        "Sat, 01 Aug 2026 00:00:00 GMT",
        StatusCode::SERVICE_UNAVAILABLE,
    )
    .await;
    let (step, mender, _) = fails_at(&files(folder.path(), &door), NOW).await;
    assert_eq!((step, mender), ("server", Mender::Operator));
}

#[tokio::test]
async fn t2_a_stopped_terminal_is_told_so_by_table_and_by_handshake() {
    let folder = tempfile::tempdir().unwrap();
    let door = dated("Sat, 01 Aug 2026 00:00:00 GMT", StatusCode::OK).await;
    let files = files(folder.path(), &door);
    for (verdict, words) in [
        (Verdict::Revoked, "証明書は失効しています"),
        (Verdict::Unknown, "登録されていない証明書です"),
        (Verdict::Expired, "証明書の有効期間外です"),
    ] {
        *door.table.0.lock().unwrap() = verdict;
        let rungs = network_ladder(Some(&files), Arc::new(Fixed)).await;
        let admission = rungs.iter().find(|rung| rung.step == "admission").unwrap();
        let Outcome::Failed { seen, mender, .. } = &admission.outcome else {
            panic!("{admission:?}");
        };
        assert_eq!((seen.as_str(), *mender), (words, Mender::Office));
    }
    *door.table.0.lock().unwrap() = Verdict::Admitted;
    let now = Fixed.now();
    let revoked = Revoked {
        serial: door.terminal.issued.serial.clone(),
        at: now,
        reason: RevocationReason::Unspecified,
    };
    let list =
        door.terminals
            .revocation_list(2, &[revoked], now, now + SignedDuration::from_hours(1));
    door.tls.reload(&list.unwrap().pem).unwrap();
    let (step, mender, seen) = fails_at(&files, NOW).await;
    assert_eq!((step, mender), ("server", Mender::Office));
    assert!(seen.contains("端末の証明書が断られ"), "{seen}");
}

#[test]
fn t2_each_card_stops_at_its_own_rung() {
    let first = |persona| {
        let mut slot = Slot::holding(CardOrder::new(persona).make());
        let report = Report {
            rungs: held_card(&mut slot, NOW.parse().unwrap()),
        };
        let failed = report.first_failure().cloned();
        let shown = report.to_text() + &report.to_json().to_string();
        assert!(
            !shown.contains("2030") && !shown.contains("介護　花子"),
            "{shown}"
        );
        assert!(slot.state().card.tries_left() == 3 || persona != Persona::Ordinary);
        failed.map(|rung| match rung.outcome {
            Outcome::Failed { mender, .. } => (rung.step, mender),
            other => panic!("{other:?}"),
        })
    };
    assert_eq!(first(Persona::Ordinary), None);
    assert_eq!(first(Persona::OneTryLeft), None);
    let person = Some(("right_card", Mender::Person));
    assert_eq!(first(Persona::BankCard), person);
    assert_eq!(first(Persona::Telephone), person);
    assert_eq!(first(Persona::ResidentRegister), person);
    assert_eq!(
        first(Persona::NoCertificate),
        Some(("certificate", Mender::Municipality))
    );
    assert_eq!(
        first(Persona::Blocked),
        Some(("tries", Mender::Municipality))
    );
    assert_eq!(
        first(Persona::Expired),
        Some(("validity", Mender::Municipality))
    );
    assert_eq!(
        first(Persona::NotYetValid),
        Some(("validity", Mender::Office))
    );
    let mut slot = Slot::holding(CardOrder::new(Persona::Ordinary).make());
    slot.state().pulled_out_after = Some(3);
    let rungs = held_card(&mut slot, NOW.parse().unwrap());
    assert_eq!(rungs[1].step, "certificate");
    assert!(matches!(
        rungs[1].outcome,
        Outcome::Failed {
            mender: Mender::Person,
            ..
        }
    ));
}
