//! How SQLite runs the statements that decide about speed: by search, and compiled once.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use kiban_domain::Date;
use kiban_store::{
    Settings, Store,
    repo::{
        eligibility::{self, EligibilityRow, LOOKUP},
        facts::{self, Recorded},
        insurers,
    },
};
use support::{TestStore, day, eligibility_row, id, insurer_row, new_fact, now, office, person};

const PERSONS: u32 = 400;

fn number(n: u32) -> String {
    format!("{n:010}")
}

/// A file with persons and facts and what ANALYZE says about them.
async fn filled() -> TestStore {
    let test = TestStore::lite().await;
    write!(test.store, work => {
        insurers::save(work, &insurer_row()).await?;
        // Born on a hundred days, four on each.
        let born = |n: u32| Date::constant(1940, 1, 1) + jiff::Span::new().days(i64::from(n % 100));
        let row = |n: u32| EligibilityRow {
            birth_date: born(n),
            ..eligibility_row(&number(n), day(12, 31))
        };
        let rows: Vec<_> = (0..PERSONS).map(row).collect();
        eligibility::save(work, "131128", &rows).await?;
        for dataset in 1..=6 {
            let new: Vec<_> = (0..PERSONS).map(|n| new_fact(&number(n), "1", 1, "{}")).collect();
            facts::add(work, "131128", dataset, Recorded { by: id(1), at: now() }, &new).await?;
        }
        Ok(())
    })
    .unwrap();
    let Settings::Lite { folder } = &test.settings else {
        unreachable!()
    };
    rusqlite::Connection::open(folder.join("care.db"))
        .unwrap()
        .execute_batch("ANALYZE")
        .unwrap();
    test
}

#[tokio::test(flavor = "multi_thread")]
async fn the_hot_lookup_is_compiled_once() {
    let test = filled().await;
    let (store, _audit) = Store::open(&test.settings).await.unwrap();
    for n in 0..1_000 {
        let mut work = store.point().await.unwrap();
        let looked = eligibility::look(&mut work, &person(&number(n % PERSONS)), Some(&office()))
            .await
            .unwrap();
        assert!(looked.unwrap().sealed.is_some());
    }
    let mut work = store.point().await.unwrap();
    assert_eq!(work.reprepares(&LOOKUP).unwrap(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_statement_of_the_intake_scans_the_records() {
    let test = filled().await;
    let Settings::Lite { folder } = &test.settings else {
        unreachable!()
    };
    let file = rusqlite::Connection::open(folder.join("care.db")).unwrap();
    file.execute_batch(
        "CREATE TEMP TABLE stage_keys (n INTEGER, insured_no TEXT, record_key TEXT); CREATE TEMP TABLE stage_superseded (insured_no TEXT, record_key TEXT, version INTEGER); CREATE TEMP TABLE stage_persons (insured_no TEXT);",
    )
    .unwrap();
    let plan = |sql: &str| -> Vec<String> {
        let mut statement = file.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let mut rows = statement.raw_query();
        let mut lines = Vec::new();
        while let Some(row) = rows.next().unwrap() {
            lines.push(row.get(3).unwrap());
        }
        lines
    };
    // The statements as they stand in the source, so that none is forgotten here.
    let staged: Vec<String> = include_str!("../src/repo/facts.rs")
        .split('"')
        .skip(1)
        .step_by(2)
        .filter(|text| text.contains(" stage_"))
        .map(|text| text.replace('$', "?"))
        .collect();
    assert_eq!(staged.len(), 4);
    for sql in staged.iter().map(String::as_str).chain([LOOKUP.lite]) {
        let lines = plan(sql);
        for line in &lines {
            let staged = line.starts_with("SCAN s");
            assert!(staged || line.starts_with("SEARCH "), "{sql}\n{lines:#?}");
            let big = ["fact", "f", "e", "r"]
                .iter()
                .any(|table| line.starts_with(&format!("SEARCH {table} ")));
            // By the insurer alone would be a scan of a whole city under another name.
            assert!(!big || line.contains("insured_no=?"), "{sql}\n{lines:#?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_access_log_is_found_by_its_indexes() {
    let test = TestStore::lite().await;
    let Settings::Lite { folder } = &test.settings else {
        unreachable!()
    };
    let file = rusqlite::Connection::open(folder.join("audit.db")).unwrap();
    let statements: Vec<String> = include_str!("../src/repo/looks.rs")
        .split('"')
        .skip(1)
        .step_by(2)
        .filter(|text| text.starts_with("SELECT "))
        .map(|text| text.replace('$', "?"))
        .collect();
    let expected = [
        "audit_look_by_organisation (organisation=? AND entry_id>? AND entry_id<?)",
        "audit_look_by_staff (organisation=? AND staff=? AND entry_id>? AND entry_id<?)",
        "PRIMARY KEY (insurer_no=? AND insured_no=? AND entry_id>? AND entry_id<?)",
        "PRIMARY KEY (insurer_no=? AND insured_no=? AND entry_id>? AND entry_id<?)",
        "PRIMARY KEY (insurer_no=? AND insured_no=? AND entry_id>? AND entry_id<?)",
        "PRIMARY KEY (insurer_no=? AND insured_no=? AND entry_id>? AND entry_id<?)",
        "PRIMARY KEY (insurer_no=? AND insured_no=? AND entry_id>? AND entry_id<?)",
        "PRIMARY KEY (insurer_no=? AND insured_no=? AND entry_id>?)",
    ];
    assert_eq!(statements.len(), expected.len());
    for (sql, found_by) in statements.iter().zip(expected) {
        let mut statement = file.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let mut rows = statement.raw_query();
        let mut lines: Vec<String> = Vec::new();
        while let Some(row) = rows.next().unwrap() {
            lines.push(row.get(3).unwrap());
        }
        // Two searches and no sorting: a page costs what it shows, however long the log is.
        assert_eq!(lines.len(), 2, "{sql}\n{lines:#?}");
        assert!(lines[0].ends_with(found_by), "{sql}\n{lines:#?}");
        assert!(lines[1].starts_with("SEARCH e "), "{sql}\n{lines:#?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn x4_a_search_reads_those_born_on_the_day_and_no_city() {
    let test = filled().await;
    let Settings::Lite { folder } = &test.settings else {
        unreachable!()
    };
    let file = rusqlite::Connection::open(folder.join("care.db")).unwrap();
    let statements: Vec<String> = include_str!("../src/repo/emergency.rs")
        .split('"')
        .skip(1)
        .step_by(2)
        .filter(|text| text.starts_with("SELECT ") && !text.contains("FROM emergency_window"))
        .map(|text| text.replace('$', "?"))
        .collect();
    let expected = [
        "eligibility_by_birth (insurer_no=? AND birth_date=?)",
        "PRIMARY KEY (insurer_no=? AND look_id=?)",
        "emergency_look_by_office (office_no=? AND ends_at>?)",
        "emergency_look_by_review (reviewed_at=?)",
    ];
    assert_eq!(statements.len(), expected.len());
    for (sql, found_by) in statements.iter().zip(expected) {
        let mut statement = file.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let mut rows = statement.raw_query();
        let line: String = rows.next().unwrap().unwrap().get(3).unwrap();
        assert!(line.ends_with(found_by), "{sql}\n{line}");
    }
}

/// Without what ANALYZE would say: nobody runs it in service.
#[tokio::test(flavor = "multi_thread")]
async fn d1_a_sending_reads_the_persons_requests_and_not_the_insurers() {
    let test = TestStore::lite().await;
    let Settings::Lite { folder } = &test.settings else {
        unreachable!()
    };
    let file = rusqlite::Connection::open(folder.join("care.db")).unwrap();
    // As a unit of work that composes persons anew has it.
    file.execute_batch("CREATE TEMP TABLE stage_opinion_persons (insured_no TEXT NOT NULL)")
        .unwrap();
    let literals = |source: &'static str| source.split('"').skip(1).step_by(2);
    let by_key = "SEARCH c USING PRIMARY KEY (insurer_no=? AND case_id=?)";
    let by_person =
        "SEARCH k USING COVERING INDEX opinion_case_by_person (insurer_no=? AND insured_no=?)";
    let requests = literals(include_str!("../src/repo/opinions.rs"));
    let requests = requests
        .filter(|it| it.contains("opinion_case k "))
        .map(|it| {
            if it.starts_with("SELECT") {
                it.to_owned()
            } else {
                format!("SELECT c.doctor_no FROM opinion_case c{it}")
            }
        });
    let earlier = literals(include_str!("../src/repo/opinion_submissions.rs"));
    let earlier = earlier
        .filter(|it| it.contains("opinion_case k "))
        .map(str::to_owned);
    let of_person = literals(include_str!("../src/repo/opinion_submissions.rs"))
        .filter(|it| it.contains("opinion_submission o "))
        .map(|it| format!("SELECT s.document FROM opinion_submission s{it}"));
    let all: Vec<String> = requests.chain(earlier).chain(of_person).collect();
    assert_eq!(all.len(), 6, "{all:?}");
    for sql in all {
        let found_by = if sql.contains("opinion_submission") {
            vec![
                "SEARCH s USING PRIMARY KEY (insurer_no=? AND case_id=? AND number=?)",
                "SEARCH o USING COVERING INDEX opinion_submission_by_person (insurer_no=? AND insured_no=?)",
            ]
        } else if sql.contains("c.case_id IN") {
            vec![by_key, by_person]
        } else {
            vec![by_person, by_key]
        };
        let sql = sql.replace('$', "?");
        let mut statement = file.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let mut rows = statement.raw_query();
        let mut lines: Vec<String> = Vec::new();
        while let Some(row) = rows.next().unwrap() {
            lines.push(row.get(3).unwrap());
        }
        // What is staged is gone through whole.
        lines.retain(|line| line.starts_with("SEARCH") || line.starts_with("SCAN"));
        lines.retain(|line| line != "SCAN s");
        assert_eq!(lines, found_by, "{sql}");
    }
}
