//! Opinions that are sent while the municipality pulls, and a program that is killed: each arrives, once in effect (D-1, D-2).
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use kiban_domain::opinion_case::{CaseAct, CaseState, OpinionRoute, SubmissionState};
use kiban_services::opinions::{self, CaseId, NewOpinion};
use kiban_store::Settings;
use kiban_testkit::{SeededEntropy, fresh_schema, postgres_url};
use std::{
    collections::{BTreeSet, HashMap},
    io::{BufRead as _, BufReader},
    path::PathBuf,
    process::{Command, Stdio},
    sync::Arc,
};
use support::{
    ENGINES, Engine, TestPlatform, municipality,
    opinions::{CLINIC, PDF, clinic, full_about, request_line, typed},
};

fn numbers(count: u32) -> Vec<String> {
    (1..=count).map(|it| format!("{it:010}")).collect()
}

/// Takes so many patients in and asks for an opinion about each.
async fn asked(test: &TestPlatform, count: u32) {
    let numbers = numbers(count);
    let all: Vec<&str> = numbers.iter().map(String::as_str).collect();
    test.patients(&all).await;
    let lines = all
        .iter()
        .map(|it| request_line("U", it, "R-0001", CLINIC, ""));
    test.ask(1, &lines.collect::<Vec<_>>()).await;
}

/// The requests at the clinic with whom they are about.
async fn cases(test: &TestPlatform) -> Vec<(CaseId, String, CaseState)> {
    let all = opinions::inbox(&test.platform, &clinic(), &[], None)
        .await
        .unwrap();
    let cases = all.cases.iter().map(|it| {
        let key = &it.row.key;
        let id = (key.insurer_no, it.row.case_id);
        (id, key.insured_no.as_str().to_owned(), it.row.state)
    });
    cases.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn d2_who_pulls_while_others_send_misses_nothing_and_gets_nothing_twice() {
    const COUNT: u32 = 24;
    for engine in ENGINES {
        let test = Arc::new(TestPlatform::new(engine).await);
        asked(&test, COUNT).await;
        let senders: Vec<_> = cases(&test)
            .await
            .into_iter()
            .map(|(id, number, _)| {
                let test = test.clone();
                let document = full_about(&number, "R-0001");
                tokio::spawn(async move { test.send_document(id, document).await.unwrap() })
            })
            .collect();
        // One cursor, pulled on and on while they send: whatever committed late lies behind it.
        let (mut after, mut seen) = (0, Vec::new());
        while seen.len() < COUNT as usize {
            let page = opinions::pull(&test.platform, &municipality(), after, 5)
                .await
                .unwrap();
            assert!(page.next >= after, "{engine:?}");
            after = page.next;
            for it in &page.opinions {
                seen.push(it.row.seq);
                test.acknowledge(&it.receipt).await.unwrap();
            }
            tokio::task::yield_now().await;
        }
        let mut receipts = BTreeSet::new();
        for sender in senders {
            receipts.insert(sender.await.unwrap().receipt.receipt_no);
        }
        let expected: Vec<i64> = (1..=i64::from(COUNT)).collect();
        assert_eq!(
            seen, expected,
            "{engine:?}: in order, none left out, none twice"
        );
        assert_eq!(receipts.len(), COUNT as usize, "{engine:?}: a receipt each");
        let rest = opinions::unacknowledged(&test.platform, &municipality(), 100)
            .await
            .unwrap();
        assert!(rest.is_empty(), "{engine:?}");
    }
}

const FOLDER: &str = "KIBAN_OPINION_FOLDER";
const SCHEMA: &str = "KIBAN_OPINION_SCHEMA";
const URL: &str = "KIBAN_OPINION_URL";
const LIFE: &str = "KIBAN_OPINION_LIFE";

fn settings(folder: &std::path::Path, postgres: Option<(String, String)>) -> Settings {
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

/// Not a test of its own: the process that is killed. It types, sends and receives opinions, saying each step.
#[test]
fn child() {
    let variable = |name| std::env::var_os(name).and_then(|value| value.into_string().ok());
    let Some(folder) = variable(FOLDER).map(PathBuf::from) else {
        return;
    };
    let postgres = variable(URL).zip(variable(SCHEMA));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let mut test = TestPlatform::open_at(settings(&folder, postgres), folder).await;
        // Each life has its own chance.
        let life: u64 = variable(LIFE).unwrap().parse().unwrap();
        test.platform.entropy = Arc::new(SeededEntropy::new(life));
        loop {
            println!("step");
            carry_on(&test).await;
        }
    });
}

/// The next step of the first request that is not finished: what clinic and municipality would do again after a stop.
async fn carry_on(test: &TestPlatform) {
    for (id, number, state) in cases(test).await {
        let document = full_about(&number, "R-0001");
        match state {
            CaseState::Requested => {
                opinions::save_draft(&test.platform, &clinic(), id, 0, &typed(&document))
                    .await
                    .unwrap();
            }
            CaseState::Draft => {
                let new = NewOpinion::Document {
                    document: Box::new(document),
                    route: OpinionRoute::Api,
                    pdf: Some(PDF.to_vec()),
                    send_key: Some(format!("key-{number}")),
                };
                opinions::send(&test.platform, &clinic(), id, new)
                    .await
                    .unwrap();
            }
            CaseState::Sent => {
                let page = opinions::pull(&test.platform, &municipality(), 0, 1)
                    .await
                    .unwrap();
                test.acknowledge(&page.opinions[0].receipt).await.unwrap();
            }
            _ => continue,
        }
        return;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn d1_every_opinion_arrives_once_however_often_the_program_is_killed() {
    const COUNT: u32 = 6;
    for engine in ENGINES {
        let folder = tempfile::tempdir().unwrap();
        let postgres = match engine {
            Engine::Lite => None,
            Engine::Postgres => Some((postgres_url(), fresh_schema())),
        };
        let open_again = || {
            let settings = settings(folder.path(), postgres.clone());
            TestPlatform::open_at(settings, folder.path().to_owned())
        };
        let test = open_again().await;
        test.prepare().await;
        asked(&test, COUNT).await;
        drop(test);
        for life in 0..8_u32 {
            let mut command = Command::new(std::env::current_exe().unwrap());
            command.args(["--exact", "child", "--nocapture"]);
            command.env(FOLDER, folder.path()).stdout(Stdio::piped());
            command.env(LIFE, (100 + life).to_string());
            if let Some((url, schema)) = &postgres {
                command.env(URL, url).env(SCHEMA, schema);
            }
            let mut child = command.spawn().unwrap();
            let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
            // Killed in the middle of the second or third step of its life: in all lives together, of typing, sending and receiving.
            let mut steps = 0;
            while steps <= 1 + life % 2 {
                let line = lines.next().unwrap().unwrap();
                steps += u32::from(line.ends_with("step"));
            }
            child.kill().unwrap();
            child.wait().unwrap();
        }
        let mut test = open_again().await;
        test.platform.entropy = Arc::new(SeededEntropy::new(200));
        for _ in 0..3 * COUNT {
            carry_on(&test).await;
        }
        let mut seqs = HashMap::new();
        for (id, number, state) in cases(&test).await {
            assert_eq!(state, CaseState::Acknowledged, "{engine:?}");
            let view = opinions::open_asked(&test.platform, &municipality(), id)
                .await
                .unwrap();
            assert_eq!(view.submissions.len(), 1, "{engine:?}: one opinion");
            let one = &view.submissions[0];
            assert_eq!(one.state, SubmissionState::Acknowledged);
            let sends = view
                .events
                .iter()
                .filter(|it| it.act == CaseAct::Send)
                .count();
            assert_eq!(
                (sends, view.events.len()),
                (1, 4),
                "{engine:?}: asked, typed, sent, received"
            );
            seqs.insert(one.seq, number);
        }
        let mut seqs: Vec<_> = seqs.into_keys().collect();
        seqs.sort_unstable();
        let expected: Vec<i64> = (1..=i64::from(COUNT)).collect();
        assert_eq!(seqs, expected, "{engine:?}: numbered without gaps");
    }
}
