//! What the store promises whatever the engine: units of work, snapshots, queues, migrations.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use kiban_audit::Entry;
use kiban_store::{
    Error, Settings, Store,
    repo::{insurers, rates},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};
use support::{TestStore, eligibility_row, id, insurer, insurer_row, now};
use tokio::task::JoinSet;

#[tokio::test(flavor = "multi_thread")]
async fn what_a_unit_of_work_refuses_leaves_nothing() {
    for test in TestStore::both().await {
        let refused = write!(test.store, work => {
            insurers::save(work, &insurer_row()).await?;
            rates::hit(work, "b", now()).await?;
            Err::<(), _>(Error::Closed)
        });
        assert!(matches!(refused, Err(Error::Closed)), "{}", test.engine);
        let mut work = test.store.read().await.unwrap();
        assert!(
            insurers::find(&mut work, &insurer())
                .await
                .unwrap()
                .is_none(),
            "{}",
            test.engine
        );
        assert_eq!(
            rates::count(&mut work, "b", now()).await.unwrap(),
            0,
            "{}",
            test.engine
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failing_unit_does_not_take_the_others_with_it() {
    for test in TestStore::both().await {
        let mut all = JoinSet::new();
        for n in 0..40_u32 {
            let store = test.store.clone();
            all.spawn(async move {
                let outcome = write!(store, work => {
                    // The first holds the writer up, so that the others share one commit.
                    if n == 0 {
                        std::thread::sleep(Duration::from_millis(30));
                    }
                    rates::hit(work, &format!("b{n}"), now()).await?;
                    match n % 4 {
                        1 => Err(Error::Overloaded),
                        // A statement that the database itself refuses.
                        2 => work.record(&entry("broken", n)).await.and(work.record(&entry("broken", n)).await),
                        _ => Ok(()),
                    }
                });
                (n, outcome)
            });
        }
        while let Some(done) = all.join_next().await {
            let (n, outcome) = done.unwrap();
            let good = matches!(n % 4, 0 | 3);
            assert_eq!(outcome.is_ok(), good, "{} {n} {outcome:?}", test.engine);
            let mut work = test.store.point().await.unwrap();
            let hits = rates::count(&mut work, &format!("b{n}"), now())
                .await
                .unwrap();
            assert_eq!(hits, i64::from(good), "{} {n}", test.engine);
        }
    }
}

fn entry(body: &str, n: u32) -> Entry {
    Entry {
        lane: "131128".into(),
        id: id(u128::from(n) + 1),
        body: body.into(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sixty_four_writers_at_once_lose_nothing() {
    for test in TestStore::both().await {
        let mut all = JoinSet::new();
        for _ in 0..64 {
            let store = test.store.clone();
            all.spawn(async move {
                let mut seen = Vec::new();
                for _ in 0..5 {
                    seen.push(
                        write!(store, work => rates::hit(work, "shared", now()).await).unwrap(),
                    );
                }
                seen
            });
        }
        let mut seen = BTreeSet::new();
        while let Some(done) = all.join_next().await {
            seen.extend(done.unwrap());
        }
        assert_eq!(seen, (1..=320).collect(), "{}", test.engine);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_keeps_its_snapshot() {
    for test in TestStore::both().await {
        let mut snapshot = test.store.read().await.unwrap();
        assert_eq!(rates::count(&mut snapshot, "b", now()).await.unwrap(), 0);
        write!(test.store, work => rates::hit(work, "b", now()).await).unwrap();
        assert_eq!(
            rates::count(&mut snapshot, "b", now()).await.unwrap(),
            0,
            "{}",
            test.engine
        );
        snapshot.finish().await.unwrap();
        let mut later = test.store.read().await.unwrap();
        assert_eq!(
            rates::count(&mut later, "b", now()).await.unwrap(),
            1,
            "{}",
            test.engine
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_queue_of_writes_is_overloaded_and_loses_nothing_it_took() {
    let test = TestStore::lite().await;
    let (release, held) = std::sync::mpsc::channel::<()>();
    let (begin, begun) = tokio::sync::oneshot::channel::<()>();
    let store = test.store.clone();
    let holder = tokio::spawn(async move {
        write!(store, _work => {
            let _ = begin.send(());
            let _ = held.recv();
            Ok(())
        })
    });
    // Whoever came to the writer before the one that holds it would be answered first.
    begun.await.unwrap();
    let mut all = JoinSet::new();
    for _ in 0..5_500 {
        let store = test.store.clone();
        all.spawn(async move { write!(store, work => rates::hit(work, "b", now()).await) });
    }
    // While the writer is held nobody else can be answered than those who were turned away.
    let first = all.join_next().await.unwrap().unwrap();
    assert!(matches!(first, Err(Error::Overloaded)), "{first:?}");
    release.send(()).unwrap();
    holder.await.unwrap().unwrap();
    let mut taken = 0;
    while let Some(done) = all.join_next().await {
        match done.unwrap() {
            Ok(_) => taken += 1,
            Err(error) => assert!(matches!(error, Error::Overloaded), "{error:?}"),
        }
    }
    let mut work = test.store.point().await.unwrap();
    assert_eq!(rates::count(&mut work, "b", now()).await.unwrap(), taken);
    assert!(taken >= 4_000, "{taken}");
}

#[tokio::test(flavor = "multi_thread")]
async fn s3_a_full_queue_of_audit_entries_is_overloaded_and_keeps_what_it_acknowledged() {
    let test = TestStore::postgres(1).await;
    let held = test.store.point().await.unwrap();
    let mut all = JoinSet::new();
    for n in 0..18_000_u32 {
        let audit = test.audit.clone();
        all.spawn(async move { audit.append(entry("{}", n)).await });
    }
    let first = all.join_next().await.unwrap().unwrap();
    assert!(matches!(first, Err(Error::Overloaded)), "{first:?}");
    drop(held);
    let mut acknowledged = 0;
    while let Some(done) = all.join_next().await {
        acknowledged += usize::from(done.unwrap().is_ok());
    }
    let mut work = test.audit.read().await.unwrap();
    let kept = kiban_store::repo::audit::list_entries(&mut work, "131128", id(0), 20_000)
        .await
        .unwrap();
    assert_eq!(kept.len(), acknowledged);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_of_work_that_was_given_up_leaves_a_clean_connection() {
    let test = TestStore::postgres(1).await;
    drop(test.store.read().await.unwrap());
    write!(test.store, work => rates::hit(work, "after snapshot", now()).await).unwrap();
    let abandoned = test.store.write::<(), Error, _>(|work| {
        Box::pin(async move {
            rates::hit(work, "abandoned", now()).await?;
            std::future::pending().await
        })
    });
    assert!(
        tokio::time::timeout(Duration::from_millis(200), abandoned)
            .await
            .is_err()
    );
    write!(test.store, work => rates::hit(work, "after", now()).await).unwrap();
    let refused = write!(test.store, work => {
        work.record(&entry("twice", 1)).await?;
        work.record(&entry("twice", 1)).await
    });
    assert!(refused.unwrap_err().is_duplicate());
    let mut work = test.store.read().await.unwrap();
    for (bucket, hits) in [("after snapshot", 1), ("abandoned", 0), ("after", 1)] {
        assert_eq!(
            rates::count(&mut work, bucket, now()).await.unwrap(),
            hits,
            "{bucket}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn opening_again_changes_nothing_and_a_foreign_schema_is_refused() {
    for test in TestStore::both().await {
        write!(test.store, work => insurers::save(work, &insurer_row()).await).unwrap();
        let before = describe(&test.settings).await;
        let (again, _audit) = Store::open(&test.settings).await.unwrap();
        assert!(
            insurers::find(&mut again.point().await.unwrap(), &insurer())
                .await
                .unwrap()
                .is_some()
        );
        if let Settings::Postgres { url, schema, .. } = &test.settings {
            assert_eq!(Store::migrate(url, schema).await.unwrap(), 0);
        }
        assert_eq!(describe(&test.settings).await, before, "{}", test.engine);
        for tampering in [
            "INSERT INTO schema_migration VALUES (9999, 'later')",
            "DELETE FROM schema_migration WHERE number = 9999; UPDATE schema_migration SET checksum = 'x' WHERE number = 1",
        ] {
            run(&test.settings, tampering).await;
            let refused = Store::open(&test.settings).await.err();
            assert!(
                matches!(refused, Some(Error::Schema(_))),
                "{} {refused:?}",
                test.engine
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn both_engines_end_in_one_schema() {
    let [lite, postgres] = TestStore::both().await;
    let (lite, postgres) = (
        describe(&lite.settings).await,
        describe(&postgres.settings).await,
    );
    let names = |schema: &Schema| schema.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&lite), names(&postgres));
    assert!(lite.len() > 15, "{:?}", names(&lite));
    for (table, described) in &lite {
        assert_eq!(described, &postgres[table], "{table}");
    }
}

/// Columns in order (name, type as SQLite has it, may be empty), the key's columns in order, indexes with their columns.
#[derive(Debug, Default, PartialEq, Eq)]
struct Table {
    columns: Vec<(String, String, bool)>,
    key: Vec<String>,
    indexes: BTreeMap<String, Vec<String>>,
}

type Schema = BTreeMap<String, Table>;

async fn describe(settings: &Settings) -> Schema {
    let mut schema = match settings {
        Settings::Lite { folder } => {
            let mut schema = describe_lite(&folder.join("care.db"));
            schema.extend(describe_lite(&folder.join("audit.db")));
            schema
        }
        Settings::Postgres { url, schema, .. } => describe_postgres(url, schema).await,
    };
    // The list of steps is the migrator's own, made before any step.
    schema.remove("schema_migration");
    schema
}

fn describe_lite(path: &std::path::Path) -> Schema {
    let file = rusqlite::Connection::open(path).unwrap();
    let texts = |sql: &str, of: &str| -> Vec<String> {
        let mut statement = file.prepare(sql).unwrap();
        statement
            .query_map([of], |row| row.get(0))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap()
    };
    let mut schema = Schema::new();
    for name in texts(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND ?1 = ''",
        "",
    ) {
        let mut statement = file
            .prepare("SELECT name, type, \"notnull\", pk FROM pragma_table_info(?1) ORDER BY cid")
            .unwrap();
        let rows: Vec<(String, String, bool, i64)> = statement
            .query_map([&name], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
            })
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        let mut key: Vec<_> = rows
            .iter()
            .filter(|row| row.3 > 0)
            .map(|row| (row.3, row.0.clone()))
            .collect();
        key.sort();
        let indexes = texts(
            "SELECT name FROM pragma_index_list(?1) WHERE origin = 'c'",
            &name,
        )
        .into_iter()
        .map(|index| {
            let columns = texts(
                "SELECT name FROM pragma_index_info(?1) WHERE name IS NOT NULL ORDER BY seqno",
                &index,
            );
            (index, columns)
        })
        // An index over an expression names no column, and the other engine's description leaves it out.
        .filter(|(_, columns)| !columns.is_empty())
        .collect();
        let columns = rows
            .into_iter()
            .map(|(name, kind, not_null, _)| (name, kind, !not_null))
            .collect();
        schema.insert(
            name,
            Table {
                columns,
                key: key.into_iter().map(|(_, name)| name).collect(),
                indexes,
            },
        );
    }
    schema
}

async fn postgres(url: &str) -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls)
        .await
        .unwrap();
    tokio::spawn(connection);
    client
}

async fn describe_postgres(url: &str, name: &str) -> Schema {
    let client = postgres(url).await;
    let mut schema = Schema::new();
    let columns = "SELECT table_name::text, column_name::text, data_type::text, is_nullable = 'YES' FROM information_schema.columns WHERE table_schema = $1 ORDER BY table_name, ordinal_position";
    for row in client.query(columns, &[&name]).await.unwrap() {
        let kind = match row.get::<_, &str>(2) {
            "text" => "TEXT",
            "smallint" | "bigint" | "date" | "timestamp with time zone" => "INTEGER",
            "uuid" | "bytea" => "BLOB",
            other => other,
        };
        let table = schema.entry(row.get(0)).or_default();
        table
            .columns
            .push((row.get(1), kind.to_owned(), row.get(3)));
    }
    let indexes = "SELECT t.relname::text, i.relname::text, x.indisprimary, a.attname::text FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid JOIN pg_namespace n ON n.oid = t.relnamespace CROSS JOIN LATERAL unnest(x.indkey) WITH ORDINALITY AS k (attnum, place) JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.attnum WHERE n.nspname = $1 AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = x.indexrelid AND c.contype = 'u') ORDER BY i.relname, k.place";
    for row in client.query(indexes, &[&name]).await.unwrap() {
        let (table, index, primary, column): (String, String, bool, String) =
            (row.get(0), row.get(1), row.get(2), row.get(3));
        let table = schema.get_mut(&table).unwrap();
        if primary {
            table.key.push(column);
        } else {
            table.indexes.entry(index).or_default().push(column);
        }
    }
    schema
}

async fn run(settings: &Settings, sql: &str) {
    match settings {
        Settings::Lite { folder } => {
            rusqlite::Connection::open(folder.join("care.db"))
                .unwrap()
                .execute_batch(sql)
                .unwrap();
        }
        Settings::Postgres { url, schema, .. } => {
            let client = postgres(url).await;
            client
                .batch_execute(&format!("SET search_path = {schema}; {sql}"))
                .await
                .unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_survives_its_way_through_either_engine() {
    for test in TestStore::both().await {
        write!(test.store, work => {
            let rows = [eligibility_row("0000000017", support::day(12, 31))];
            kiban_store::repo::eligibility::save(work, "131128", &rows).await
        })
        .unwrap();
        let mut work = test.store.read().await.unwrap();
        let rows = kiban_store::repo::eligibility::list_rows(&mut work, "131128", "", 10)
            .await
            .unwrap();
        assert!(
            rows == [eligibility_row("0000000017", support::day(12, 31))],
            "{}",
            test.engine
        );
    }
}
