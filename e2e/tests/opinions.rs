//! Opinions from a clinic's folder to a municipality's, by the programs themselves, on both engines; the clinic's is killed again and again.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends there")]

use kiban_client::signed_texts;
use kiban_e2e::{Certificate, Engine, Serve, today};
use kiban_testkit::{fresh_schema, postgres_url};
use std::{collections::BTreeSet, fmt::Write as _, fs, path::Path, time::Duration};

const INSURER: &str = "131128";
const CLINIC: &str = "1319900013";
const FULL: &str = include_str!("../../crates/exchange/tests/opinion/full-2018.json");
const COUNT: usize = 60;
/// How often the watching program is killed.
const LIVES: usize = 8;

#[tokio::test]
async fn d1_d2_folders_meet_whenever_a_program_is_killed_on_sqlite() {
    folders_meet(&Engine::Embedded);
}

#[tokio::test]
async fn d1_d2_folders_meet_whenever_a_program_is_killed_on_postgres() {
    folders_meet(&Engine::Postgres {
        url: postgres_url(),
        schema: fresh_schema(),
    });
}

fn folders_meet(engine: &Engine) {
    let serve = Serve::start(engine).unwrap();
    let (town, clinic) = asked(&serve);
    let drop = serve.scratch().join("iken");
    fs::create_dir(&drop).unwrap();
    for number in numbers() {
        fs::write(drop.join(format!("{number}.json")), opinion(&number)).unwrap();
    }
    let folder = drop.to_str().unwrap();
    for life in 0..LIVES {
        let watch = ["opinion", "watch", folder, "--every", "1"];
        let mut child = serve.client_child(&clinic, &watch).unwrap();
        // Killed while it sends: soon after its first receipt of this life, at another place each time.
        let before = receipts(&drop).len();
        for _ in 0..500 {
            if receipts(&drop).len() > before || before == COUNT {
                break;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        std::thread::sleep(Duration::from_millis(7 * life as u64));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let rest = serve
        .client(
            &clinic,
            &["opinion", "watch", folder, "--once", "--every", "1"],
        )
        .unwrap();
    assert_eq!(rest.code, 0, "{}", rest.stderr);
    let signed = receipts(&drop);
    assert_eq!(signed.len(), COUNT);
    assert_eq!(fs::read_dir(drop.join("done")).unwrap().count(), COUNT);

    let keys = serve.client(&clinic, &["opinion", "keys"]).unwrap();
    let keys_file = serve.scratch().join("keys.json");
    fs::write(&keys_file, keys.stdout).unwrap();
    let receipt = drop.join("0000000001.receipt.json");
    let verify = |receipt: &Path| {
        let (receipt, keys) = (receipt.to_str().unwrap(), keys_file.to_str().unwrap());
        serve
            .client(&clinic, &["opinion", "verify", receipt, "--keys", keys])
            .unwrap()
            .code
    };
    assert_eq!(verify(&receipt), 0);
    let altered = serve.scratch().join("altered");
    let text = signed_texts(&fs::read_to_string(&receipt).unwrap()).unwrap();
    fs::write(&altered, text[0].replacen('.', ".AAAA", 1)).unwrap();
    assert_eq!(verify(&altered), 1);

    let into = serve.scratch().join("received");
    let pull = ["opinion", "pull", "--into", into.to_str().unwrap(), "--ack"];
    for expected in [COUNT, 0] {
        let pulled = serve.client(&town, &pull).unwrap();
        assert_eq!(pulled.code, 0, "{}", pulled.stderr);
        assert!(
            pulled.stderr.contains(&format!("{expected}件の意見書")),
            "{}",
            pulled.stderr
        );
    }
    assert_eq!(
        fs::read_dir(&into).unwrap().count(),
        COUNT + 1,
        "with its cursor"
    );
    let listed = |state: &str| {
        let arguments = ["--json", "opinion", "requests", "--state", state];
        let listed = serve.client(&clinic, &arguments).unwrap();
        listed.stdout.lines().count()
    };
    assert_eq!(listed("acknowledged"), COUNT);
    let back = ["opinion", "return", "131128-00000001", "--reason", "差戻し"];
    assert_eq!(serve.client(&town, &back).unwrap().code, 0);
    assert_eq!((listed("returned"), listed("acknowledged")), (1, COUNT - 1));
    let bad = serve.scratch().join("bad.json");
    fs::write(&bad, r#"{"edition":"2021","insured_no":"0000000001"}"#).unwrap();
    let checked = serve
        .client(&clinic, &["opinion", "validate", bad.to_str().unwrap()])
        .unwrap();
    assert_eq!(checked.code, 1, "{}", checked.stderr);
    assert!(checked.stderr.contains("診断名"), "{}", checked.stderr);
    let wrong = serve.client(&clinic, &["opinion", "send"]).unwrap();
    assert_eq!(wrong.code, 2);
}

fn numbers() -> impl Iterator<Item = String> {
    (1..=COUNT).map(|it| format!("{it:010}"))
}

fn opinion(number: &str) -> String {
    FULL.replace("0000012345", number)
}

/// The signed receipts in a folder.
fn receipts(folder: &Path) -> BTreeSet<String> {
    let files = fs::read_dir(folder).unwrap();
    let paths = files.map(|it| it.unwrap().path());
    let receipts = paths.filter(|it| {
        let name = it.file_name().unwrap().to_string_lossy();
        name.ends_with(".receipt.json")
    });
    receipts
        .flat_map(|it| signed_texts(&fs::read_to_string(it).unwrap()).unwrap())
        .collect()
}

/// A municipality that has asked the clinic about everybody, and the certificates of both.
fn asked(serve: &Serve) -> (Certificate, Certificate) {
    serve.done(&["insurer", "add", INSURER, "検証市"]).unwrap();
    serve
        .done(&["insurer", "stage", INSURER, "sending"])
        .unwrap();
    let issue = |organisation, kind, id| {
        let what = ["--organisation", organisation, "--kind", kind, "--id", id];
        serve.issue_system(&what, kind).unwrap()
    };
    let town = issue(INSURER, "municipality", "M0001");
    let clinic = issue(CLINIC, "medical", "C0001");
    let mut patients = "op,insurer_no,insured_no,history_no,updated_at,name,name_kana,birth_date,sex,insured_category,acquired_on,postal_code,address,phone,acquired_reason,lost_on,lost_reason,domicile_exception,changed_on\n".to_owned();
    let mut requests = String::new();
    for number in numbers() {
        writeln!(
            patients,
            "U,131128,{number},1,2026-01-05T09:00:00+09:00,見本　花子,ミホン　ハナコ,1940-05-06,2,1,2005-05-02,,,,,,,,"
        )
        .unwrap();
        writeln!(
            requests,
            r#"{{"op":"U","insurer_no":"131128","insured_no":"{number}","history_no":1,"updated_at":"2026-02-05T09:00:00+09:00","applied_on":"2026-02-02","branch":1,"request_no":"R-0001","institution_code":"{CLINIC}","requested_on":"2026-02-05","setting":"1","writing":"1"}}"#
        )
        .unwrap();
    }
    let day = today().strftime("%Y%m%d").to_string();
    for (name, content) in [
        (format!("131128_insured_F_{day}_0001.csv"), patients),
        (
            format!("131128_opinion_request_F_{day}_0001.jsonl"),
            requests,
        ),
    ] {
        let path = serve.scratch().join(name);
        fs::write(&path, content).unwrap();
        let sent = serve
            .client(&town, &["send", "--wait", path.to_str().unwrap()])
            .unwrap();
        assert_eq!(sent.code, 0, "{}", sent.stderr);
    }
    (town, clinic)
}
