//! The audit trail's repositories, the same on both engines.

mod support;

use kiban_access::Caller;
use kiban_audit::{CheckpointRow, Entry, LeafRow};
use kiban_store::{
    Settings,
    repo::{audit, looks},
};
use support::{TestStore, at, id, office, person};

const NUMBER: &str = "0000000017";

#[tokio::test(flavor = "multi_thread")]
async fn c11_what_was_sealed_before_the_access_log_is_found_too() {
    for test in TestStore::both().await {
        let entry = |n: u128, body: &str| Entry {
            lane: "131128".into(),
            id: id(n),
            body: format!(
                "{{\"at\":\"2026-11-01T01:00:00Z\",\"door\":\"care\",\"organisation\":\"1379900015\",{body},\"outcome\":\"allowed\"}}"
            ),
        };
        let entries = [
            entry(
                1,
                "\"staff\":\"sato\",\"action\":\"read_person\",\"insured_no\":\"0000000017\"",
            ),
            entry(2, "\"action\":\"list_persons\""),
            entry(3, "\"action\":\"sign_in\""),
            Entry {
                body: "altered".into(),
                ..entry(4, "")
            },
            entry(5, "\"action\":\"read_person\""),
        ];
        let leaves: Vec<LeafRow> = (1..=4)
            .map(|n| LeafRow {
                lane: "131128".into(),
                leaf_no: n,
                entry_id: id(n.unsigned_abs().into()),
                leaf_hash: vec![0; 32],
            })
            .collect();
        test.audit
            .seal(move |work| {
                Box::pin(async move {
                    audit::adopt(work, &entries).await?;
                    audit::add_leaves(work, &leaves).await
                })
            })
            .await
            .unwrap();
        // The step again, on a trail that is older than it.
        let step = if test.engine == "sqlite" {
            include_str!("../migrations/audit/1002.sqlite.sql")
        } else {
            include_str!("../migrations/audit/1002.pg.sql")
        };
        let step = format!("DROP TABLE audit_look; {step}");
        match &test.settings {
            Settings::Lite { folder } => rusqlite::Connection::open(folder.join("audit.db"))
                .unwrap()
                .execute_batch(&step)
                .unwrap(),
            Settings::Postgres { url, schema, .. } => {
                let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls)
                    .await
                    .unwrap();
                tokio::spawn(connection);
                client
                    .batch_execute(&format!("SET search_path = {schema}; {step}"))
                    .await
                    .unwrap();
            }
        }
        let permit = kiban_access::read_access_log(
            &Caller::Office(office()),
            kiban_access::LogReader::Administrator,
        )
        .unwrap();
        let stretch = looks::Stretch {
            from: uuid::Uuid::nil(),
            before: uuid::Uuid::max(),
            limit: 10,
        };
        let mut work = test.audit.read().await.unwrap();
        let found = looks::list_of_office(&mut work, &permit, None, stretch)
            .await
            .unwrap();
        let found: Vec<_> = found.iter().map(|entry| entry.id).collect();
        assert_eq!(found, [id(2), id(1)], "{}", test.engine);
        for (staff, expected) in [(None, 1), (Some("sato"), 1), (Some("suzuki"), 0)] {
            let found = looks::list_of_person(&mut work, &permit, &person(NUMBER), staff, stretch)
                .await
                .unwrap();
            assert_eq!(found.len(), expected, "{} {staff:?}", test.engine);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s3_the_trail_keeps_its_order() {
    for test in TestStore::both().await {
        let engine = test.engine;
        let entry = |n: u128| Entry {
            lane: "131128".into(),
            id: id(n),
            body: format!("{{\"n\":{n}}}"),
        };
        write!(test.store, work => {
            work.record(&entry(2)).await?;
            work.record(&entry(1)).await
        })
        .unwrap();
        let outbox = audit::list_outbox(&mut test.store.point().await.unwrap(), 10)
            .await
            .unwrap();
        assert_eq!(outbox, [entry(1), entry(2)], "{engine}");
        let moved = outbox.clone();
        test.audit
            .seal(move |work| {
                Box::pin(async move {
                    // Twice, as after an interruption.
                    audit::adopt(work, &moved).await?;
                    audit::adopt(work, &moved).await?;
                    let leaf = LeafRow {
                        lane: "131128".into(),
                        leaf_no: 1,
                        entry_id: id(1),
                        leaf_hash: vec![1; 32],
                    };
                    audit::add_leaves(work, &[leaf]).await?;
                    let checkpoint = CheckpointRow {
                        lane: "131128".into(),
                        number: 1,
                        first_leaf: 1,
                        leaf_count: 1,
                        root: vec![1; 32],
                        previous: vec![0; 32],
                        sealed_at: "2026-11-01T01:00:00Z".into(),
                        key_id: "k".into(),
                        signature: vec![2; 64],
                    };
                    audit::add_checkpoint(work, &checkpoint).await
                })
            })
            .await
            .unwrap();
        write!(test.store, work => audit::clear_outbox(work, &outbox).await).unwrap();
        assert!(
            audit::list_outbox(&mut test.store.point().await.unwrap(), 10)
                .await
                .unwrap()
                .is_empty()
        );
        test.audit
            .append(Entry {
                lane: "000000".into(),
                ..entry(3)
            })
            .await
            .unwrap();

        let mut work = test.audit.read().await.unwrap();
        assert_eq!(
            audit::list_lanes(&mut work).await.unwrap(),
            ["000000", "131128"],
            "{engine}"
        );
        assert_eq!(
            audit::list_unsealed(&mut work, "131128", id(0), 10)
                .await
                .unwrap(),
            [entry(2)],
            "{engine}"
        );
        assert_eq!(
            audit::list_entries(&mut work, "131128", id(1), 10)
                .await
                .unwrap(),
            [entry(2)]
        );
        assert_eq!(
            audit::find_leaf(&mut work, "131128", id(1))
                .await
                .unwrap()
                .unwrap()
                .leaf_no,
            1
        );
        assert_eq!(
            audit::find_head(&mut work, "131128")
                .await
                .unwrap()
                .unwrap()
                .number,
            1
        );
        assert_eq!(
            audit::list_checkpoints(&mut work, "131128", 2, 10)
                .await
                .unwrap()
                .len(),
            0
        );
        assert_eq!(
            audit::first_id_at(at("1970-01-01T00:00:00.001Z")).unwrap(),
            id(1 << 80)
        );
    }
}
