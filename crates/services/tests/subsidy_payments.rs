//! Payment runs: two persons, one file, one payment each, a ledger that balances (G-4).
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use kiban_domain::{AccountKind, SubsidyFault, SubsidyStage, SubsidyStep};
use kiban_exchange::bank::{LineEnd, Payer};
use kiban_services::subsidies::{self, PaymentError, RUN_MOST, Settled, SubmitError};
use kiban_store::Settings;
use kiban_testkit::{SeededEntropy, fresh_schema, postgres_url};
use std::{
    io::{BufRead as _, BufReader},
    path::PathBuf,
    process::{Command, Stdio},
    sync::Arc,
};
use support::{
    ENGINES, Engine, TestPlatform,
    invited::letters,
    operator,
    registering::PORTAL,
    subsidising::{applicant, granted, open, reviewer, submit},
};

const ON: &str = "2025-12-10";

fn payer() -> Payer {
    Payer {
        code: "1234567890".into(),
        name: "ミホンチュウオウカイ".parse().unwrap(),
        bank: "9998".parse().unwrap(),
        branch: "100".parse().unwrap(),
        kind: AccountKind::Ordinary,
        number: "7654321".parse().unwrap(),
    }
}

async fn make(test: &TestPlatform, key: &str, by: u128) -> Result<i64, PaymentError> {
    let (on, key) = (ON.parse().unwrap(), key.as_bytes().to_vec());
    subsidies::make_run(&test.platform, &operator(), on, key, reviewer(by)).await
}

async fn release(test: &TestPlatform, key: (i64, i64), by: u128) -> Result<(), PaymentError> {
    subsidies::release_run(&test.platform, &operator(), key, reviewer(by)).await
}

async fn file(test: &TestPlatform, run: i64) -> Result<Vec<u8>, PaymentError> {
    subsidies::transfer_file(&test.platform, &operator(), run, &payer(), LineEnd::CrLf).await
}

async fn answer(test: &TestPlatform, run: i64, rows: &str) -> Result<Settled, PaymentError> {
    let text = format!("顧客コード,結果,理由\n{rows}");
    subsidies::take_results(&test.platform, &operator(), run, text.as_bytes(), PORTAL).await
}

async fn balance(test: &TestPlatform) -> Vec<(String, i64)> {
    let rows = subsidies::balances(&test.platform).await.unwrap();
    assert_eq!(rows.iter().map(|it| it.yen).sum::<i64>(), 0, "it balances");
    let held = rows.into_iter().filter(|it| it.yen != 0);
    held.map(|it| (it.account, it.yen)).collect()
}

fn held(accounts: &[(&str, i64)]) -> Vec<(String, i64)> {
    let texts = accounts
        .iter()
        .map(|(name, yen)| ((*name).to_owned(), *yen));
    texts.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn g4_two_persons_pay_once_and_the_ledger_balances() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        open(&test).await;
        let nothing = make(&test, "a", 1).await;
        assert!(matches!(nothing, Err(PaymentError::Nothing)), "{engine:?}");
        let receipt = granted(&test).await;
        assert_eq!(
            balance(&test).await,
            held(&[("budget", -60_000), ("committed", 60_000)])
        );
        let (one, two) = tokio::join!(make(&test, "a", 1), make(&test, "a", 1));
        let run = one.or(two).unwrap();
        assert_eq!(
            make(&test, "a", 1).await.unwrap(),
            run,
            "{engine:?}: one form, one run"
        );
        let again = make(&test, "b", 1).await;
        assert!(matches!(again, Err(PaymentError::Nothing)), "{engine:?}");

        assert!(matches!(file(&test, run).await, Err(PaymentError::State)));
        let same = release(&test, (run, 1), 1).await;
        assert!(matches!(same, Err(PaymentError::SamePerson)), "{engine:?}");
        let (one, two) = tokio::join!(release(&test, (run, 1), 2), release(&test, (run, 1), 3));
        assert!(one.is_ok() != two.is_ok(), "{engine:?}: released once");
        let expected = held(&[("budget", -60_000), ("in_transfer", 60_000)]);
        assert_eq!(balance(&test).await, expected);
        let bytes = file(&test, run).await.unwrap();
        assert_eq!(
            bytes,
            file(&test, run).await.unwrap(),
            "{engine:?}: the same file"
        );
        assert_eq!(bytes.len(), 4 * 122);

        let number = subsidies::read_run(&test.platform, &operator(), run).await;
        let number = number.unwrap().unwrap().payments[0].0.payment_no;
        let foreign = answer(&test, run, "4711,済,\n").await;
        assert!(matches!(foreign, Err(PaymentError::Foreign(4711))));
        let rows = format!("{number},済,\n");
        assert_eq!(answer(&test, run, &rows).await.unwrap().paid, 1);
        assert_eq!(answer(&test, run, &rows).await.unwrap().known, 1);
        let other = answer(&test, run, &format!("{number},不能,口座なし\n")).await;
        assert!(matches!(other, Err(PaymentError::Settled(_))), "{engine:?}");
        let own = subsidies::read_own(&test.platform, &applicant(), &receipt).await;
        let own = own.unwrap().unwrap();
        assert!(
            matches!(own.row.stage, SubsidyStage::Paid { .. }),
            "{engine:?}"
        );
        assert_eq!(
            balance(&test).await,
            held(&[("budget", -60_000), ("paid", 60_000)])
        );
        let told = letters(&test.platform).await;
        assert!(told.iter().any(|it| it.subject.contains("振り込みました")));
        assert!(test.verify().await.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn g4_a_payment_that_came_back_waits_for_a_corrected_account() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        open(&test).await;
        let receipt = granted(&test).await;
        let run = make(&test, "a", 1).await.unwrap();
        release(&test, (run, 1), 2).await.unwrap();
        let settled = answer(&test, run, "1,不能,口座番号相違\n").await.unwrap();
        assert_eq!(settled.failed, 1, "{engine:?}");
        assert_eq!(
            balance(&test).await,
            held(&[("budget", -60_000), ("committed", 60_000)])
        );
        let held_back = make(&test, "b", 1).await;
        assert!(
            matches!(held_back, Err(PaymentError::Nothing)),
            "{engine:?}"
        );
        let own = subsidies::read_own(&test.platform, &applicant(), &receipt).await;
        let own = own.unwrap().unwrap();
        assert!(own.row.on_hold && own.payments[0].reason == "口座番号相違");
        let correct = |values: &[(&str, &str)], seen| {
            let values = values
                .iter()
                .map(|(name, value)| ((*name).into(), (*value).into()));
            let values: Vec<(String, String)> = values.collect();
            let (platform, receipt) = (test.platform.clone(), receipt.clone());
            async move {
                let key = (&*receipt, seen);
                subsidies::correct_account(&platform, &operator(), &applicant(), key, values).await
            }
        };
        let version = own.row.version;
        let wrong = correct(&[("account.holder", "見本")], version).await;
        assert!(matches!(wrong, Err(SubmitError::Faults(_))), "{engine:?}");
        // The account that has just failed is not paid into once more, however it is typed.
        let same = correct(&[("account.number", "１２３４５６７")], version).await;
        let same = matches!(same, Err(SubmitError::Faults(it)) if it[0].fault == SubsidyFault::SameAccount);
        assert!(same, "{engine:?}");
        // Nothing but the account is taken.
        correct(
            &[("account.number", "7654321"), ("line.1.amount", "9")],
            version,
        )
        .await
        .unwrap();
        let run = make(&test, "c", 1).await.unwrap();
        let read = subsidies::read_run(&test.platform, &operator(), run).await;
        let (payment, ..) = &read.unwrap().unwrap().payments[0];
        let account = subsidies::account_of(payment).unwrap();
        assert_eq!(
            (account.number.as_str(), payment.amount_yen),
            ("7654321", 60_000)
        );
        assert_eq!(payment.payment_no, 2, "{engine:?}: a number of its own");
        let late = answer(&test, 1, "1,済,\n").await;
        assert!(matches!(late, Err(PaymentError::Settled(1))), "{engine:?}");
        let steps = subsidies::read_own(&test.platform, &applicant(), &receipt).await;
        let steps = steps.unwrap().unwrap().steps;
        assert_eq!(steps.last().unwrap().step, SubsidyStep::CorrectAccount);
        assert!(submit(&test, &receipt, version + 1).await.is_err());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn g4_a_dropped_run_frees_its_payments_and_a_passed_day_releases_nothing() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        open(&test).await;
        granted(&test).await;
        let today = test.platform.today();
        let context = operator();
        let made = subsidies::make_run(&test.platform, &context, today, vec![1], reviewer(1));
        assert!(matches!(made.await, Err(PaymentError::Day)), "{engine:?}");
        let run = make(&test, "a", 1).await.unwrap();
        subsidies::drop_run(&test.platform, &operator(), (run, 1))
            .await
            .unwrap();
        let dropped = release(&test, (run, 2), 2).await;
        assert!(matches!(dropped, Err(PaymentError::State)), "{engine:?}");
        let run = make(&test, "b", 1).await.unwrap();
        test.clock.set("2025-12-10T00:00:00+09:00");
        let late = release(&test, (run, 1), 2).await;
        assert!(matches!(late, Err(PaymentError::Day)), "{engine:?}");
    }
}

const FOLDER: &str = "KIBAN_PAY_FOLDER";
const SCHEMA: &str = "KIBAN_PAY_SCHEMA";
const URL: &str = "KIBAN_PAY_URL";
const LIFE: &str = "KIBAN_PAY_LIFE";

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

/// Not a test of its own: the process that is killed. It makes runs, releases, writes and settles them, saying each step.
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
        test.clock.set("2025-12-01T10:00:00+09:00");
        loop {
            println!("step");
            carry_on(&test).await;
        }
    });
}

/// Whatever comes next for what can be paid: the way a person would go on after a stop.
async fn carry_on(test: &TestPlatform) {
    let runs = subsidies::list_runs(&test.platform, (0, RUN_MOST))
        .await
        .unwrap();
    for run in &runs {
        match &*run.state {
            "made" => release(test, (run.run_no, run.version), 2).await.unwrap(),
            "released" => {
                let bytes = file(test, run.run_no).await.unwrap();
                assert!(!bytes.is_empty());
                let read = subsidies::read_run(&test.platform, &operator(), run.run_no).await;
                let numbers = read.unwrap().unwrap().payments;
                let numbers = numbers.iter().map(|(it, ..)| it.payment_no);
                let rows: Vec<_> = numbers.map(|number| format!("{number},済,\n")).collect();
                let rows = rows.concat();
                answer(test, run.run_no, &rows).await.unwrap();
            }
            _ => continue,
        }
        return;
    }
    // A new form each time: nothing but the database keeps a second run from paying the same.
    let key = format!("{:?}", std::time::Instant::now());
    match make(test, &key, 1).await {
        Ok(_) | Err(PaymentError::Nothing) => {}
        Err(error) => panic!("{error}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn g4_nobody_is_paid_twice_however_often_the_program_is_killed() {
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
        open(&test).await;
        let receipt = granted(&test).await;
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
            // Each life gets a step further before it is killed in the middle of the next.
            let mut steps = 0;
            while steps <= life / 2 {
                let line = lines.next().unwrap().unwrap();
                steps += u32::from(line.ends_with("step"));
            }
            child.kill().unwrap();
            child.wait().unwrap();
        }
        let mut test = open_again().await;
        test.platform.entropy = Arc::new(SeededEntropy::new(200));
        test.clock.set("2025-12-01T10:00:00+09:00");
        for _ in 0..4 {
            carry_on(&test).await;
        }
        let own = subsidies::read_own(&test.platform, &applicant(), &receipt).await;
        let own = own.unwrap().unwrap();
        assert!(
            matches!(own.row.stage, SubsidyStage::Paid { .. }),
            "{engine:?}"
        );
        let paid = own.payments.iter().filter(|it| it.state == "paid").count();
        assert_eq!((own.payments.len(), paid), (1, 1), "{engine:?}: paid once");
        assert_eq!(
            balance(&test).await,
            held(&[("budget", -60_000), ("paid", 60_000)])
        );
    }
}
