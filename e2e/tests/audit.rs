//! The trail of looks: whole after every end of the server, and nobody changes it unnoticed.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends there")]

use kiban_e2e::{Certificate, Demo, Engine, Serve};
use rusqlite::Connection as Database;
use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

const INSURER: &str = "131128";

#[tokio::test]
async fn x3_one_changed_byte_anywhere_on_the_trail_is_named() {
    let mut demo = Demo::start(&Engine::Embedded, 60, None).unwrap();
    let connection = demo
        .connect(&demo.file().certificates.municipality)
        .unwrap();
    for person in &demo.file().persons {
        connection
            .person(&person.insurer_no, &person.insured_no, None)
            .await
            .unwrap();
    }
    assert_eq!(demo.end("TERM").unwrap(), 0);
    let verify = |demo: &Demo| demo.run(&["audit", "verify"]).unwrap();
    let whole = verify(&demo);
    assert_eq!(whole.code, 0, "{}{}", whole.stdout, whole.stderr);

    let db = demo.data().join("db/audit.db");
    let flip =
        "unhex(printf('%02x', (unicode(substr(hex(X), 2, 1)) + 1) % 10) || substr(hex(X), 3))";
    let changes = [
        ("audit_entry", "body", "replace(body, '2', '3')".to_owned()),
        ("audit_leaf", "leaf_hash", flip.replace('X', "leaf_hash")),
        ("audit_checkpoint", "root", flip.replace('X', "root")),
        (
            "audit_checkpoint",
            "signature",
            flip.replace('X', "signature"),
        ),
    ];
    for (table, column, change) in changes {
        let kept = std::fs::read(&db).unwrap();
        let database = Database::open(&db).unwrap();
        let row = match table {
            "audit_entry" => {
                format!("SELECT min(entry_id) FROM audit_entry WHERE insurer_no = '{INSURER}'")
            }
            "audit_leaf" => {
                format!("SELECT min(leaf_no) FROM audit_leaf WHERE insurer_no = '{INSURER}'")
            }
            _ => format!(
                "SELECT min(checkpoint_no) FROM audit_checkpoint WHERE insurer_no = '{INSURER}'"
            ),
        };
        let key = match table {
            "audit_entry" => "entry_id",
            "audit_leaf" => "leaf_no",
            _ => "checkpoint_no",
        };
        let statement = format!(
            "UPDATE {table} SET {column} = {change} WHERE insurer_no = '{INSURER}' AND {key} = ({row})"
        );
        assert_eq!(database.execute(&statement, []).unwrap(), 1, "{statement}");
        close(database);

        let found = verify(&demo);
        assert_eq!(found.code, 1, "{table}.{column}: {}", found.stdout);
        let named = found
            .stdout
            .lines()
            .any(|line| line.starts_with(INSURER) && line.contains('['));
        assert!(named, "{table}.{column}: {}", found.stdout);
        std::fs::write(&db, kept).unwrap();
    }
    assert_eq!(verify(&demo).code, 0, "all is as it was");
}

#[tokio::test]
async fn x3_a_receipt_is_checked_with_the_public_key_alone() {
    let mut demo = Demo::start(&Engine::Embedded, 20, None).unwrap();
    assert_eq!(demo.end("TERM").unwrap(), 0);
    let heads = demo.data().join("heads.txt").to_string_lossy().into_owned();
    assert_eq!(
        demo.run(&["audit", "verify", "--save-heads", &heads])
            .unwrap()
            .code,
        0
    );
    assert_eq!(
        demo.run(&["audit", "verify", "--heads", &heads])
            .unwrap()
            .code,
        0
    );

    let receipt = demo.data().join("receipt.json");
    let proved = demo
        .run(&[
            "audit",
            "prove",
            INSURER,
            &entries(&demo.data().join("db/audit.db"))[0],
        ])
        .unwrap();
    assert_eq!(proved.code, 0, "{}", proved.stderr);
    let key = demo.data().join("audit.pub").to_string_lossy().into_owned();
    let check = |text: &str| {
        std::fs::write(&receipt, text).unwrap();
        demo.run(&[
            "audit",
            "check-receipt",
            &receipt.to_string_lossy(),
            "--key",
            &key,
        ])
        .unwrap()
    };
    let good = check(&proved.stdout);
    assert_eq!(good.code, 0, "{}", good.stdout);
    let bad = check(&proved.stdout.replacen(INSURER, "131120", 1));
    assert_eq!(bad.code, 1, "{}", bad.stdout);
    // A trail whose end is cut off agrees with itself, and not with the heads that were kept elsewhere.
    let database = Database::open(demo.data().join("db/audit.db")).unwrap();
    let last = "(SELECT max(checkpoint_no) FROM audit_checkpoint WHERE insurer_no = '131128')";
    let first_leaf = format!(
        "(SELECT first_leaf FROM audit_checkpoint WHERE insurer_no = '131128' AND checkpoint_no = {last})"
    );
    let cut = format!(
        "DELETE FROM audit_entry WHERE insurer_no = '131128' AND entry_id IN
           (SELECT entry_id FROM audit_leaf WHERE insurer_no = '131128' AND leaf_no >= {first_leaf});
         DELETE FROM audit_leaf WHERE insurer_no = '131128' AND leaf_no >= {first_leaf};
         DELETE FROM audit_checkpoint WHERE insurer_no = '131128' AND checkpoint_no = {last};"
    );
    database.execute_batch(&cut).unwrap();
    close(database);
    let shorter = demo.run(&["audit", "verify", "--heads", &heads]).unwrap();
    assert_eq!(shorter.code, 1, "{}", shorter.stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn s3_a_look_that_was_answered_is_on_the_trail_after_kill_9() {
    let mut serve = Serve::start(&Engine::Embedded).unwrap();
    let certificate = city(&serve);
    let before = entries(&serve.data().join("db/audit.db")).len();
    let (answered, over) = (
        Arc::new(AtomicUsize::new(0)),
        Arc::new(AtomicBool::new(false)),
    );
    let mut looking = Vec::new();
    for _ in 0..4 {
        let connection = serve.connect(&certificate).unwrap();
        let (answered, over) = (answered.clone(), over.clone());
        looking.push(tokio::spawn(async move {
            let request = http::Request::get("/v1/persons/131128/0000000001")
                .body(bytes::Bytes::new())
                .unwrap();
            while !over.load(Ordering::Relaxed) && connection.call(request.clone()).await.is_ok() {
                answered.fetch_add(1, Ordering::Relaxed);
            }
        }));
    }
    while answered.load(Ordering::Relaxed) < 100 {
        assert!(
            looking.iter().any(|one| !one.is_finished()),
            "the lookups fail"
        );
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    serve.end("KILL").unwrap();
    over.store(true, Ordering::Relaxed);
    for one in looking {
        one.await.unwrap();
    }
    serve.start_again().unwrap();
    assert_eq!(serve.end("TERM").unwrap(), 0);
    let recorded = entries(&serve.data().join("db/audit.db")).len() - before;
    let answered = answered.load(Ordering::Relaxed);
    assert!(
        recorded >= answered,
        "{answered} answered, {recorded} recorded"
    );
    let verified = serve.run(&["audit", "verify"]).unwrap();
    assert_eq!(verified.code, 0, "{}", verified.stdout);
}

fn city(serve: &Serve) -> Certificate {
    serve.done(&["insurer", "add", INSURER, "検証市"]).unwrap();
    serve
        .done(&["insurer", "stage", INSURER, "sending"])
        .unwrap();
    let what = [
        "--organisation",
        INSURER,
        "--kind",
        "municipality",
        "--id",
        "M0001",
    ];
    let certificate = serve.issue_system(&what, "municipality").unwrap();
    let day = kiban_e2e::today().to_string();
    let sent = serve
        .send_synth(
            &certificate,
            &["--persons", "50", "--insurer", INSURER, "--base-date", &day],
        )
        .unwrap();
    assert_eq!(sent.code, 0, "{}", sent.stderr);
    serve
        .done(&["insurer", "stage", INSURER, "sharing"])
        .unwrap();
    certificate
}

/// The identifiers of the insurer's entries.
fn entries(db: &Path) -> Vec<String> {
    let database = Database::open(db).unwrap();
    let mut statement =
        database.prepare("SELECT lower(hex(entry_id)) FROM audit_entry WHERE insurer_no = '131128' ORDER BY entry_id").unwrap();
    let rows = statement
        .query_map([], |row| row.get::<_, String>(0))
        .unwrap();
    rows.map(Result::unwrap).collect()
}

/// Leaves everything in the one file, so that it can be kept and put back.
fn close(database: Database) {
    database
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        .unwrap();
    database.close().unwrap();
}
