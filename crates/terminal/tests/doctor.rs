//! The doctor's ladder: the rungs of the network against real TLS servers, those of a card against the virtual one.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot set up its case may stop"
)]

mod support;

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use http::StatusCode;
use jiff::SignedDuration;
use kiban_card::Mender;
use kiban_domain::Clock as _;
use kiban_pki::{Authority, AuthorityKind, RevocationReason, Revoked};
use kiban_terminal::doctor::{CAUSES, DoorFiles, Outcome, Report, Rung, held_card, network_ladder};
use kiban_testkit::FixedClock;
use kiban_testkit::card::{CardOrder, Persona, Slot};
use kiban_web_kit::{Routes, Verdict};
use support::{Door, Fixed, NOW, door, hello, terminal_order};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

/// A door that says this to a hello.
async fn saying(status: StatusCode, body: String) -> Door {
    let answer = async move || (status, body.clone());
    door(|_| Routes::new().get("/agent/hello", answer).into_router()).await
}

/// A door whose clock shows this.
async fn at(now: &str) -> Door {
    saying(StatusCode::OK, hello(now, env!("CARGO_PKG_VERSION"))).await
}

async fn healthy() -> Door {
    at("2026-08-01T00:00:20Z").await
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

/// The code of the first rung that fails, who mends it, and what was seen. The table of causes names the same rung and mender.
async fn fails_at(files: &DoorFiles, now: &str) -> (&'static str, Mender, String) {
    let rungs = network_ladder(Some(files), Arc::new(FixedClock::at(now))).await;
    let report = Report { rungs };
    let Some(Rung {
        step,
        outcome: Outcome::Failed {
            code, mender, seen, ..
        },
        ..
    }) = report.first_failure()
    else {
        panic!("nothing fails: {}", report.to_text());
    };
    assert_eq!(report.rungs.len(), 8);
    let cause = CAUSES.iter().find(|cause| cause.code == *code).unwrap();
    assert_eq!((cause.step, cause.mender), (*step, *mender), "{code}");
    (code, *mender, seen.clone())
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
    let missing = DoorFiles {
        certificate: folder.path().join("absent.pem"),
        ..good.clone()
    };
    assert_eq!(fails_at(&missing, NOW).await.0, "client_file_missing");
    let swapped = DoorFiles {
        certificate: good.key.clone(),
        ..good.clone()
    };
    assert_eq!(fails_at(&swapped, NOW).await.0, "client_unreadable");
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
    assert_eq!((failed, mender), ("key_mismatch", Mender::Office));
    assert_eq!(seen, "証明書と秘密鍵の組み合わせが合いません");
    let (failed, _, seen) = fails_at(&good, "2026-12-01T00:00:00Z").await;
    assert_eq!(
        (failed, seen.as_str()),
        ("client_expired", "有効期間が終わっています")
    );
    let (failed, _, seen) = fails_at(&good, "2026-07-01T00:00:00Z").await;
    assert_eq!(
        (failed, seen.as_str()),
        ("client_not_yet_valid", "有効期間がまだ始まっていません")
    );
    // Close to the end it says so, and goes on.
    let clock = Arc::new(FixedClock::at("2026-10-20T00:00:00Z"));
    let rungs = network_ladder(Some(&good), clock).await;
    let Outcome::Caution { seen, code, .. } = &rungs[0].outcome else {
        panic!("{rungs:?}");
    };
    assert_eq!(*code, "client_ends_soon");
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
    assert_eq!((nowhere.0, nowhere.1), ("name_unknown", Mender::Office));
    assert_eq!(
        fails_at(&at("http://127.0.0.1:1"), NOW).await.0,
        "address_form"
    );
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = closed.local_addr().unwrap();
    drop(closed);
    assert_eq!(
        fails_at(&at(&format!("https://{address}")), NOW).await.0,
        "port_closed"
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
        ("door_not_trusted", Mender::Office, "本物か確かめられません")
    );
}

/// What stands between answers in its own words instead of letting the connection through.
async fn proxy(answer: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut asked = [0; 1024];
            // The doctor's first connection only tries the port.
            if stream.read(&mut asked).await.is_ok_and(|bytes| bytes > 0) {
                let _ = stream.write_all(answer).await;
            }
        }
    });
    format!("https://{address}")
}

#[tokio::test]
async fn t2_a_proxy_that_refuses_is_told_from_a_server() {
    let folder = tempfile::tempdir().unwrap();
    let good = files(folder.path(), &healthy().await);
    let refusing = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n";
    let answering = DoorFiles {
        care: proxy(refusing).await,
        ..good.clone()
    };
    let (code, mender, _) = fails_at(&answering, NOW).await;
    assert_eq!((code, mender), ("not_tls", Mender::Office));
    let silent = DoorFiles {
        care: proxy(b"").await,
        ..good
    };
    let (code, mender, _) = fails_at(&silent, NOW).await;
    assert_eq!((code, mender), ("tls_not_started", Mender::Office));
}

#[tokio::test]
async fn t2_a_server_that_is_no_care_door_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let html = "<html>welcome</html>".to_owned();
    for (status, body) in [
        (StatusCode::OK, html.clone()),
        (StatusCode::OK, "{}".to_owned()),
        (StatusCode::NOT_FOUND, html.clone()),
        (StatusCode::FORBIDDEN, html),
    ] {
        let stranger = saying(status, body).await;
        let (code, mender, _) = fails_at(&files(folder.path(), &stranger), NOW).await;
        assert_eq!((code, mender), ("not_our_door", Mender::Office), "{status}");
    }
    let problem = r#"{"code":"wrong_role"}"#.to_owned();
    let browser = saying(StatusCode::FORBIDDEN, problem).await;
    let (code, mender, _) = fails_at(&files(folder.path(), &browser), NOW).await;
    assert_eq!((code, mender), ("wrong_role", Mender::Office));
    let problem = r#"{"code":"something"}"#.to_owned();
    let other = saying(StatusCode::FORBIDDEN, problem).await;
    let (code, _, _) = fails_at(&files(folder.path(), &other), NOW).await;
    assert_eq!(code, "not_allowed");
}

#[tokio::test]
async fn t2_a_program_that_is_too_old_hears_which_one_and_where() {
    let folder = tempfile::tempdir().unwrap();
    let told = hello("2026-08-01T00:00:20Z", "9.8.7");
    let refusing = saying(StatusCode::UPGRADE_REQUIRED, told.clone()).await;
    let (code, mender, seen) = fails_at(&files(folder.path(), &refusing), NOW).await;
    assert_eq!((code, mender), ("program_too_old", Mender::Office));
    assert!(
        seen.contains("9.8.7") && seen.contains("https://portal.example"),
        "{seen}"
    );
    // A newer one is mentioned and nothing fails.
    let newer = saying(StatusCode::OK, told).await;
    let files = files(folder.path(), &newer);
    let rungs = network_ladder(Some(&files), Arc::new(Fixed)).await;
    let report = Report { rungs };
    assert_eq!(report.first_failure(), None);
    assert!(matches!(
        report.rungs[6].outcome,
        Outcome::Caution {
            code: "newer_program",
            ..
        }
    ));
}

#[tokio::test]
async fn t2_a_wrong_clock_is_named() {
    let folder = tempfile::tempdir().unwrap();
    for (server, seen) in [
        (
            "2026-07-31T22:00:00Z",
            "この端末の時計は2026年8月1日 9:00、サーバーの時計は2026年8月1日 7:00で、2時間0分進んでいます",
        ),
        (
            "2026-08-01T00:06:00Z",
            "この端末の時計は2026年8月1日 9:00、サーバーの時計は2026年8月1日 9:06で、6分遅れています",
        ),
    ] {
        let off = at(server).await;
        let found = fails_at(&files(folder.path(), &off), NOW).await;
        assert_eq!(found, ("clock", Mender::Office, seen.to_owned()));
    }
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
    assert_eq!(
        (step, seen.as_str()),
        ("door_out_of_time", "有効期間の外です")
    );
}

#[tokio::test]
async fn t2_a_failing_server_is_the_operators() {
    let folder = tempfile::tempdir().unwrap();
    let door = saying(StatusCode::SERVICE_UNAVAILABLE, String::new()).await;
    let (step, mender, _) = fails_at(&files(folder.path(), &door), NOW).await;
    assert_eq!((step, mender), ("server_failed", Mender::Operator));
}

#[tokio::test]
async fn t2_a_stopped_terminal_is_told_so_by_table_and_by_handshake() {
    let folder = tempfile::tempdir().unwrap();
    let door = healthy().await;
    let files = files(folder.path(), &door);
    for (verdict, code, words) in [
        (
            Verdict::Revoked,
            "certificate_revoked",
            "証明書は失効しています",
        ),
        (
            Verdict::Unknown,
            "certificate_unknown",
            "登録されていない証明書です",
        ),
        (
            Verdict::Expired,
            "certificate_expired",
            "証明書の有効期間外です",
        ),
    ] {
        *door.table.0.lock().unwrap() = verdict;
        let found = fails_at(&files, NOW).await;
        assert_eq!(found, (code, Mender::Office, words.to_owned()));
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
    assert!(matches!(step, "certificate_refused" | "cut"), "{step}");
    assert_eq!(mender, Mender::Office);
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
            Outcome::Failed { code, mender, .. } => {
                let cause = CAUSES.iter().find(|cause| cause.code == code).unwrap();
                assert_eq!(cause.mender, mender);
                (code, mender)
            }
            other => panic!("{other:?}"),
        })
    };
    assert_eq!(first(Persona::Ordinary), None);
    assert_eq!(first(Persona::OneTryLeft), None);
    let person = Some(("other_card", Mender::Person));
    assert_eq!(first(Persona::BankCard), person);
    assert_eq!(first(Persona::Telephone), person);
    assert_eq!(first(Persona::ResidentRegister), person);
    assert_eq!(
        first(Persona::NoCertificate),
        Some(("no_certificate", Mender::Municipality))
    );
    assert_eq!(
        first(Persona::Blocked),
        Some(("tries_blocked", Mender::Municipality))
    );
    assert_eq!(
        first(Persona::Expired),
        Some(("card_expired", Mender::Municipality))
    );
    assert_eq!(
        first(Persona::NotYetValid),
        Some(("card_not_yet_valid", Mender::Office))
    );
    let mut slot = Slot::holding(CardOrder::new(Persona::Ordinary).make());
    slot.state().pulled_out_after = Some(3);
    let rungs = held_card(&mut slot, NOW.parse().unwrap());
    assert_eq!(rungs[1].step, "certificate");
    assert!(matches!(
        rungs[1].outcome,
        Outcome::Failed {
            code: "card_removed",
            mender: Mender::Person,
            ..
        }
    ));
    // One try left is no failure, but the person is told what a mistake costs.
    let mut slot = Slot::holding(CardOrder::new(Persona::OneTryLeft).make());
    let rungs = held_card(&mut slot, NOW.parse().unwrap());
    assert!(matches!(
        rungs[2].outcome,
        Outcome::Caution {
            code: "tries_last",
            mender: Mender::Person,
            ..
        }
    ));
    assert!(matches!(rungs[3].outcome, Outcome::Good(_)));
}

/// The whole ladder as people read it. Written anew with `UPDATE=1`.
#[test]
fn t2_the_reference_page_is_the_table_of_causes() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../docs/reference/doctor.md"
    );
    let page = reference();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, &page).unwrap();
    }
    let kept = std::fs::read_to_string(path).unwrap();
    assert_eq!(kept, page, "run this test with UPDATE=1");
    let codes: std::collections::BTreeSet<_> = CAUSES.iter().map(|cause| cause.code).collect();
    assert_eq!(codes.len(), CAUSES.len(), "no code twice");
}

fn reference() -> String {
    let mut page = String::from(
        "# The doctor's ladder\n\n\
         `kiban-terminal doctor` climbs from the card reader to the server and stops at the first rung that does not hold; the window of\n\
         `kiban-terminal run` shows the same. `--json` gives the codes. Exit code 1 when a rung fails; 注 (caution) is no failure. This page\n\
         is written by `UPDATE=1 cargo nextest run -p kiban-terminal reference_page` from `crates/card/src/ladder.rs` and `crates/terminal/src/doctor/cause.rs`.\n\n\
         Whether a card's certificate comes from the right issuer and is not revoked is not for the terminal to judge: the server answers\n\
         `issuer` or `revoked` when the card is used.\n\n\
         | rung | code | what it is | who mends it | what to do |\n| --- | --- | --- | --- | --- |\n",
    );
    for cause in CAUSES {
        let _ = writeln!(
            page,
            "| {} | `{}` | {} | {} | {} |",
            cause.step,
            cause.code,
            cause.meaning,
            cause.mender.label(),
            cause.advice
        );
    }
    page
}
