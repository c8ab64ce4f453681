//! Whatever is changed in the stored trail is found and named (S-3, X-3).
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use kiban_audit::{Action, Event, Place};
use kiban_services::audit_trail;
use kiban_store::Settings;
use rusqlite::types::Value;
use support::{ENGINES, Engine, INSURER, TestPlatform, municipality};
use uuid::Uuid;

/// Three checkpoints of four entries each.
async fn sealed(engine: Engine) -> (TestPlatform, Vec<Uuid>) {
    let test = TestPlatform::new(engine).await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        for _ in 0..4 {
            let event = Event::new(
                test.platform.id(),
                test.platform.now(),
                INSURER,
                municipality().actor,
                Action::ReadPerson,
            );
            test.platform.audit.append(event.to_entry()).await.unwrap();
            ids.push(event.id);
            test.clock.pass(1);
        }
        audit_trail::seal_all(&test.platform).await.unwrap();
        test.clock.pass(60);
    }
    (test, ids)
}

/// Another value of the same type, as near as can be: one bit of the last byte, or a number far off the others.
fn spoilt(value: &Value) -> Value {
    match value {
        Value::Integer(number) => Value::Integer(number + 1_000),
        Value::Text(text) => {
            let mut bytes = text.clone().into_bytes();
            // The last digit or letter, so that what is text stays text.
            let at = bytes.iter().rposition(u8::is_ascii_alphanumeric).unwrap();
            bytes[at] ^= 1;
            Value::Text(String::from_utf8(bytes).unwrap())
        }
        Value::Blob(bytes) => {
            let mut bytes = bytes.clone();
            *bytes.last_mut().unwrap() ^= 1;
            Value::Blob(bytes)
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s3_one_changed_byte_in_any_column_of_the_trail_is_found() {
    let (test, ids) = sealed(Engine::Lite).await;
    assert!(test.verify().await.is_empty());
    let Settings::Lite { folder } = &test.settings else {
        unreachable!()
    };
    let file = rusqlite::Connection::open(folder.join("audit.db")).unwrap();
    let mut tried = 0;
    for (table, row, places) in [
        (
            "audit_entry",
            format!("entry_id = X'{}'", ids[5].as_simple()),
            [Place::Entry(ids[5]), Place::Checkpoint(2)],
        ),
        (
            "audit_leaf",
            "leaf_no = 7".to_owned(),
            [Place::Leaf(7), Place::Checkpoint(2)],
        ),
        (
            "audit_checkpoint",
            "checkpoint_no = 2".to_owned(),
            [Place::Checkpoint(2), Place::Checkpoint(3)],
        ),
    ] {
        let columns: Vec<String> = file
            .prepare(&format!("SELECT name FROM pragma_table_info('{table}')"))
            .unwrap()
            .query_map([], |row| row.get(0))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        let dump = || -> Vec<Vec<Value>> {
            let mut statement = file.prepare(&format!("SELECT * FROM {table}")).unwrap();
            let width = statement.column_count();
            let rows = statement
                .query_map([], |row| (0..width).map(|n| row.get(n)).collect())
                .unwrap();
            rows.collect::<Result<_, _>>().unwrap()
        };
        for column in &columns {
            let whole = dump();
            let old: Value = file
                .query_row(
                    &format!(
                        "SELECT {column} FROM {table} WHERE insurer_no = '{INSURER}' AND {row}"
                    ),
                    [],
                    |row| row.get(0),
                )
                .unwrap();
            let change = format!(
                "UPDATE {table} SET {column} = ?1 WHERE insurer_no = '{INSURER}' AND {row}"
            );
            assert_eq!(
                file.execute(&change, [spoilt(&old)]).unwrap(),
                1,
                "{table}.{column}"
            );
            let findings = test.verify().await;
            // A leaf that points elsewhere is named by the entry it points to now.
            let moved = |place: &Place| column == "entry_id" && matches!(place, Place::Entry(_));
            let named = findings.iter().any(|finding| {
                finding.lane == INSURER
                    && (places.contains(&finding.place) || moved(&finding.place))
            });
            assert!(named, "{table}.{column}: {findings:?}");
            // Put everything back as it was.
            file.execute(&format!("DELETE FROM {table}"), []).unwrap();
            let marks = vec!["?"; columns.len()].join(",");
            for row in whole {
                file.execute(
                    &format!("INSERT INTO {table} VALUES ({marks})"),
                    rusqlite::params_from_iter(row),
                )
                .unwrap();
            }
            assert!(
                test.verify().await.is_empty(),
                "{table}.{column} was put back"
            );
            tried += 1;
        }
        // A row that is gone.
        let whole = dump();
        assert_eq!(
            file.execute(
                &format!("DELETE FROM {table} WHERE insurer_no = '{INSURER}' AND {row}"),
                []
            )
            .unwrap(),
            1
        );
        assert!(
            !test.verify().await.is_empty(),
            "{table}: a row was removed"
        );
        file.execute(&format!("DELETE FROM {table}"), []).unwrap();
        let marks = vec!["?"; columns.len()].join(",");
        for row in whole {
            file.execute(
                &format!("INSERT INTO {table} VALUES ({marks})"),
                rusqlite::params_from_iter(row),
            )
            .unwrap();
        }
    }
    assert_eq!(tried, 3 + 4 + 9);
    // An entry slipped in with a time that has long been sealed.
    test.clock.pass(3_600);
    let later = Event::new(
        test.platform.id(),
        test.platform.now(),
        INSURER,
        municipality().actor,
        Action::ReadPerson,
    );
    test.platform.audit.append(later.to_entry()).await.unwrap();
    audit_trail::seal_all(&test.platform).await.unwrap();
    let id = Uuid::from_u128(ids[1].as_u128() + 1);
    let body = "SELECT insurer_no, ?1, body FROM audit_entry WHERE entry_id = ?2";
    file.execute(
        &format!("INSERT INTO audit_entry {body}"),
        rusqlite::params![id.as_bytes(), ids[1].as_bytes()],
    )
    .unwrap();
    let findings = test.verify().await;
    assert!(
        findings
            .iter()
            .any(|finding| finding.place == Place::Entry(id)),
        "{findings:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn s3_a_sealer_that_died_is_named_with_how_long_the_tail_has_been_open() {
    for engine in ENGINES {
        let (test, _) = sealed(engine).await;
        let event = Event::new(
            test.platform.id(),
            test.platform.now(),
            INSURER,
            municipality().actor,
            Action::ReadPerson,
        );
        test.platform.audit.append(event.to_entry()).await.unwrap();
        // A change waits in the outbox.
        test.stage(kiban_domain::MunicipalityStage::Migrating).await;
        let outbox = async || {
            audit_trail::verify_outbox(&test.platform.store, test.platform.now())
                .await
                .unwrap()
        };
        test.clock.pass(60);
        assert!(test.verify().await.is_empty() && outbox().await.is_empty());

        test.clock.pass(3 * 3_600);
        for findings in [test.verify().await, outbox().await] {
            assert_eq!(findings.len(), 1, "{engine:?} {findings:?}");
            let finding = &findings[0];
            assert_eq!(
                (finding.code.as_str(), finding.lane.as_str(), finding.place),
                ("tail_unsealed", INSURER, Place::Lane)
            );
            assert!(finding.message.contains("3時間1分前"), "{finding:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn x3_a_cut_tail_is_found_by_the_head_that_was_kept_elsewhere() {
    let (test, _) = sealed(Engine::Lite).await;
    let keys = || vec![test.platform.audit_key.verifying_key().clone()];
    let kept = audit_trail::verify(
        &test.platform.audit,
        keys(),
        Vec::new(),
        test.platform.now(),
    )
    .await
    .unwrap()
    .heads;
    let Settings::Lite { folder } = &test.settings else {
        unreachable!()
    };
    let file = rusqlite::Connection::open(folder.join("audit.db")).unwrap();
    let last: i64 = file
        .query_row("SELECT first_leaf - 1 FROM audit_checkpoint WHERE insurer_no = ?1 AND checkpoint_no = 3", [INSURER], |row| row.get(0))
        .unwrap();
    file.execute_batch(&format!(
        "DELETE FROM audit_checkpoint WHERE insurer_no = '{INSURER}' AND checkpoint_no = 3; DELETE FROM audit_entry WHERE entry_id IN (SELECT entry_id FROM audit_leaf WHERE insurer_no = '{INSURER}' AND leaf_no > {last}); DELETE FROM audit_leaf WHERE insurer_no = '{INSURER}' AND leaf_no > {last};"
    ))
    .unwrap();
    let cut = audit_trail::verify(&test.platform.audit, keys(), kept, test.platform.now())
        .await
        .unwrap();
    assert_eq!(cut.findings.len(), 1, "{:?}", cut.findings);
    assert_eq!(
        (cut.findings[0].lane.as_str(), cut.findings[0].code.as_str()),
        (INSURER, "head_missing")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn x3_a_receipt_proves_one_entry_with_the_public_key_alone() {
    for engine in ENGINES {
        let (test, ids) = sealed(engine).await;
        let key = test.platform.audit_key.verifying_key().clone();
        for id in ids {
            let receipt = audit_trail::prove(&test.platform.audit, INSURER, id)
                .await
                .unwrap()
                .unwrap();
            let text = receipt.to_json();
            let read = kiban_audit::Receipt::from_json(&text).unwrap();
            read.verify(&key).unwrap();
            let forged = text.replacen("read_person", "list_persons", 1);
            assert_ne!(forged, text, "{text}");
            let refused = kiban_audit::Receipt::from_json(&forged)
                .map_err(drop)
                .and_then(|it| it.verify(&key).map_err(drop));
            assert!(refused.is_err(), "{engine:?}");
        }
        let unknown = audit_trail::prove(&test.platform.audit, INSURER, Uuid::nil())
            .await
            .unwrap();
        assert!(unknown.is_none());
    }
}
