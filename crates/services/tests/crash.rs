//! The program is killed again and again while it takes files in: nothing is lost, nothing is doubled.
//!
//! The child is this very test binary, asked by a variable to be one. It takes in the files of an invented population,
//! seals the trail, and says on a line of its own which audit entries it was told are durable.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use kiban_audit::{Action, Event};
use kiban_domain::Entropy;
use kiban_services::{audit_trail, intake};
use kiban_store::{
    Settings,
    repo::{audit, transfers},
};
use kiban_testkit::{SeededEntropy, fresh_schema, postgres_url};
use std::{
    collections::HashSet,
    fs::File,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Arc,
    time::Duration,
};
use support::{INSURER, SYNTH_SETS, TestPlatform, municipality, population};
use uuid::Uuid;

const FOLDER: &str = "KIBAN_CRASH_FOLDER";
const SCHEMA: &str = "KIBAN_CRASH_SCHEMA";
const URL: &str = "KIBAN_CRASH_URL";
const RUN: &str = "KIBAN_CRASH_RUN";
const PERSONS: &str = "KIBAN_CRASH_PERSONS";

fn settings(folder: &Path, postgres: Option<(String, String)>) -> Settings {
    match postgres {
        Some((url, schema)) => Settings::Postgres {
            url,
            schema,
            connections: 4,
        },
        None => Settings::Lite {
            folder: folder.join("db"),
        },
    }
}

fn variable(name: &str) -> Option<String> {
    std::env::var_os(name).and_then(|value| value.into_string().ok())
}

/// Not a test of its own: the process that is killed.
#[test]
fn child() {
    let (Some(folder), Some(run)) = (variable(FOLDER), variable(RUN)) else {
        return;
    };
    let run: u64 = run.parse().unwrap();
    let folder = PathBuf::from(folder);
    let postgres = variable(URL).zip(variable(SCHEMA));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let persons = variable(PERSONS).unwrap().parse().unwrap();
    runtime.block_on(work(folder, postgres, run, persons));
}

async fn work(folder: PathBuf, postgres: Option<(String, String)>, run: u64, persons: u64) {
    let mut test = TestPlatform::open_at(settings(&folder, postgres), folder.clone()).await;
    // Each life has its own chance, and begins after the leases of the one before have run out.
    test.platform.entropy = Arc::new(SeededEntropy::new(run.wrapping_mul(0x5851_f42d_4c95_7f2d)));
    test.clock.pass(i64::try_from(run).unwrap() * 65);
    if test.platform.store.is_embedded() {
        let released = test
            .platform
            .store
            .write::<_, kiban_store::Error, _>(|work| {
                Box::pin(async move { transfers::release_leases(work).await })
            });
        released.await.unwrap();
    }
    let platform = test.platform.clone();
    let reading = tokio::spawn(async move {
        let mut out = std::io::stdout();
        loop {
            let event = Event::new(
                platform.id(),
                platform.now(),
                INSURER,
                municipality().actor,
                Action::ReadPerson,
            );
            platform.audit.append(event.to_entry()).await.unwrap();
            // One write of one line: a line is there whole or its end is missing.
            out.write_all(format!("ack {}\n", event.id).as_bytes())
                .unwrap();
            out.flush().unwrap();
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    });
    let platform = test.platform.clone();
    let sealing = tokio::spawn(async move {
        loop {
            audit_trail::seal_all(&platform).await.unwrap();
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    let settings = intake::IntakeSettings {
        batch_rows: 4,
        ..intake::IntakeSettings::default()
    };
    let options = population(persons);
    for set in SYNTH_SETS {
        let mut file = Vec::new();
        kiban_synth::generate(&options, set, &mut file).unwrap();
        let name =
            kiban_synth::file_name(&options, set, kiban_exchange::municipal::LoadMode::Full, 1)
                .to_string();
        test.send(&name, &file).await.unwrap();
        intake::work_off(&test.platform, settings).await.unwrap();
    }
    reading.abort();
    sealing.abort();
    let _ = (reading.await, sealing.await);
    audit_trail::seal_all(&test.platform).await.unwrap();
}

/// Starts the child; kills it after `life`, or waits for its end. Whether it came to its end.
fn live(
    folder: &Path,
    postgres: Option<&(String, String)>,
    run: u64,
    persons: u64,
    life: Option<Duration>,
) -> bool {
    let out = File::options()
        .create(true)
        .append(true)
        .open(folder.join("acknowledged"))
        .unwrap();
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "child", "--nocapture", "--test-threads=1"]);
    command
        .env(FOLDER, folder)
        .env(RUN, run.to_string())
        .env(PERSONS, persons.to_string());
    if let Some((url, schema)) = postgres {
        command.env(URL, url).env(SCHEMA, schema);
    }
    let errors = File::options()
        .create(true)
        .append(true)
        .open(folder.join("errors"))
        .unwrap();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(out)
        .stderr(errors)
        .spawn()
        .unwrap();
    match life {
        Some(life) => {
            std::thread::sleep(life);
            let ended = child.try_wait().unwrap();
            // SIGKILL: no destructor, no flush, no goodbye.
            child.kill().unwrap();
            child.wait().unwrap();
            if let Some(status) = ended {
                assert!(
                    status.success(),
                    "{}",
                    std::fs::read_to_string(folder.join("errors")).unwrap()
                );
            }
            ended.is_some()
        }
        None => {
            let status = child.wait().unwrap();
            assert!(
                status.success(),
                "{}",
                std::fs::read_to_string(folder.join("errors")).unwrap()
            );
            true
        }
    }
}

async fn survives(postgres: Option<(String, String)>, kills: u64, persons: u64) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_owned();
    // The insurer and the office are there before the first life.
    TestPlatform::open_at(settings(&path, postgres.clone()), path.clone())
        .await
        .prepare()
        .await;
    let chance = SeededEntropy::new(4);
    let mut interrupted = 0;
    for run in 1..=kills {
        let mut byte = [0; 2];
        chance.fill(&mut byte);
        let life = Duration::from_millis(90 + u64::from(u16::from_le_bytes(byte)) % 160);
        interrupted += u64::from(!live(&path, postgres.as_ref(), run, persons, Some(life)));
    }
    assert!(
        interrupted * 4 >= kills * 3,
        "only {interrupted} of {kills} lives were cut short: more rows are needed"
    );
    live(&path, postgres.as_ref(), kills + 1, persons, None);

    let test = TestPlatform::open_at(settings(&path, postgres.clone()), path.clone()).await;
    test.clock.pass(i64::try_from(kills + 2).unwrap() * 65);
    let options = population(persons);
    let mut work = test.platform.store.read().await.unwrap();
    for set in SYNTH_SETS {
        let sent = i64::try_from(
            kiban_synth::generate(&options, set, &mut std::io::sink())
                .unwrap()
                .rows,
        )
        .unwrap();
        let all = transfers::list_of_set(&mut work, &support::insurer(), set, 10)
            .await
            .unwrap();
        assert_eq!(all.len(), 1, "{set:?}");
        assert_eq!(all[0].state, transfers::TransferState::Applied, "{set:?}");
        let counts = all[0].counts;
        assert_eq!(
            (counts.total, counts.progress, counts.inserted),
            (sent, sent, sent),
            "{set:?} {counts:?}"
        );
        assert_eq!(
            (
                counts.updated,
                counts.unchanged,
                counts.waiting,
                counts.ended
            ),
            (0, 0, 0, 0),
            "{set:?}"
        );
        let mut standing = HashSet::new();
        kiban_store::repo::facts::scan_standing(
            &mut work,
            INSURER,
            set.number(),
            |person, key, _, _| {
                assert!(standing.insert((person.to_owned(), key.to_owned())));
                Ok(())
            },
        )
        .await
        .unwrap();
        assert_eq!(i64::try_from(standing.len()).unwrap(), sent, "{set:?}");
        let state = transfers::find_set_state(&mut work, &support::insurer(), set)
            .await
            .unwrap()
            .unwrap();
        assert_eq!((state.live_count, state.last_serial), (sent, 1), "{set:?}");
    }
    drop(work);
    let before = test.rows().await;
    test.rebuild().await;
    assert!(
        before == test.rows().await,
        "the read model differs from its history"
    );

    let said = std::fs::read_to_string(path.join("acknowledged")).unwrap();
    let acknowledged: Vec<Uuid> = said
        .lines()
        .filter_map(|line| line.split_once("ack ")?.1.parse().ok())
        .collect();
    assert!(acknowledged.len() > 50, "{}", acknowledged.len());
    let mut work = test.platform.audit.read().await.unwrap();
    for id in &acknowledged {
        assert!(
            audit::find_entry(&mut work, INSURER, *id)
                .await
                .unwrap()
                .is_some(),
            "{id} was acknowledged and is gone"
        );
    }
    drop(work);
    let findings = test.verify().await;
    assert!(findings.is_empty(), "{findings:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn m1_s3_killed_twenty_four_times_on_sqlite_nothing_is_lost_or_doubled() {
    survives(None, 24, 2_000).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn m1_s3_killed_six_times_on_postgresql_nothing_is_lost_or_doubled() {
    survives(Some((postgres_url(), fresh_schema())), 6, 300).await;
}
