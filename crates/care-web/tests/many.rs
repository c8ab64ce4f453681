//! An office with 2,000 persons and 41 accounts (W-10): pages in a stable order, everybody found once.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::{collections::BTreeSet, fmt::Write as _, time::Instant};

use kiban_access::{Caller, Consents, Facts, PersonKey, register_relation};
use kiban_audit::Door;
use kiban_domain::{DataSet, Date, MunicipalityStage};
use kiban_exchange::municipal::LoadMode;
use kiban_services::staff::{self, NewStaff, StaffRole};
use kiban_store::repo::relations::{self, FOREVER, RelationRow};
use support::{App, Browser, ORIGIN, PASSWORD, SECRET};

const PERSONS: u64 = 2_000;

/// Loads who is insured and certified, and registers the office with all of them.
async fn filled() -> App {
    let app = App::sized(ORIGIN, None, PERSONS).await;
    for set in [DataSet::Insured, DataSet::Certification] {
        let mut file = Vec::new();
        kiban_synth::generate(&app.options, set, &mut file).unwrap();
        let name = kiban_synth::file_name(&app.options, set, LoadMode::Full, 1).to_string();
        app.send(&name, &file).await;
    }
    let caller = Caller::Office(support::office());
    let today = app.platform.today();
    for first in (0..PERSONS).step_by(500) {
        let mut rows = Vec::new();
        for at in first..(first + 500).min(PERSONS) {
            let person = PersonKey {
                insurer_no: support::insurer(),
                insured_no: app.person(at).insured_no,
            };
            let facts = Facts {
                person: person.clone(),
                stage: MunicipalityStage::Sharing,
                relations: Vec::new(),
                consents: Consents::default(),
                today,
            };
            let permit = register_relation(&caller, &facts, "test").unwrap();
            let row = RelationRow {
                relation_id: app.platform.id(),
                person,
                office_no: support::office(),
                service_kind: "43".parse().unwrap(),
                purpose: "service".into(),
                valid_from: Date::constant(2026, 10, 1),
                valid_to: FOREVER,
                check_id: app.platform.id(),
                created_at: app.platform.now(),
                created_by: "test".into(),
                ended_at: None,
                end_reason: None,
                end_note: None,
                voided_from: None,
            };
            rows.push((permit, row));
        }
        app.platform
            .store
            .write::<(), kiban_store::Error, _>(move |work| {
                Box::pin(async move {
                    for (permit, row) in &rows {
                        relations::add(work, permit, row).await?;
                    }
                    Ok(())
                })
            })
            .await
            .unwrap();
    }
    app
}

/// Addresses of the persons on a page, in their order.
fn listed(html: &str) -> Vec<String> {
    let rows = html.split("<th scope=\"row\"><a href=\"").skip(1);
    rows.map(|row| row.split('"').next().unwrap().to_owned())
        .collect()
}

/// All pages of a list, one after the other.
async fn walk(browser: &mut Browser, query: &str) -> Vec<String> {
    let mut all = Vec::new();
    for page in 1..=200 {
        let html = browser
            .get(&format!("/care/persons?{query}&size=100&page={page}"))
            .await
            .html;
        all.extend(listed(&html));
        if !html.contains(">次へ</a>") {
            break;
        }
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn w10_two_thousand_persons_are_listed_once_each_and_found_in_any_writing() {
    let app = filled().await;
    let mut browser = app.signed_in().await;
    browser.get("/care/persons").await.has("全2000件中 1〜20件");
    let all = walk(&mut browser, "").await;
    assert_eq!(all.len(), 2_000);
    assert_eq!(
        all.iter().collect::<BTreeSet<_>>().len(),
        2_000,
        "nobody twice"
    );
    assert_eq!(walk(&mut browser, "").await, all, "the same order again");

    let it = app.person(7);
    let own = format!("/care/persons/131128/{}", it.insured_no.as_str());
    let family = it.name_kana.split('\u{3000}').next().unwrap();
    let hiragana: String = family.chars().map(hiragana_of).collect();
    for typed in [family, &hiragana, it.insured_no.as_str()] {
        let typed =
            percent_encoding::utf8_percent_encode(typed, percent_encoding::NON_ALPHANUMERIC);
        let found = walk(&mut browser, &format!("q={typed}")).await;
        assert!(
            found.contains(&own) && found.len() < 2_000,
            "{typed}: {}",
            found.len()
        );
    }
    // Levels part the list; what the filter shows together is everybody.
    let mut parts = 0;
    for level in ["12", "13", "21", "22", "23", "24", "25", "none"] {
        parts += walk(&mut browser, &format!("level={level}")).await.len();
    }
    assert!((1..=2_000).contains(&parts), "{parts}");
    let soon = walk(&mut browser, "expiry=30").await.len();
    let later = walk(&mut browser, "expiry=90").await.len();
    assert!(soon <= later && later < 2_000, "{soon} {later}");

    let mut times = Vec::new();
    for _ in 0..40 {
        let begun = Instant::now();
        browser
            .get("/care/persons?q=%E3%82%AB&size=100")
            .await
            .is(200);
        times.push(begun.elapsed());
    }
    times.sort();
    eprintln!(
        "persons page, 2,000 persons, in process: median {:?}, p95 {:?}",
        times[20], times[37]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn w10_two_thousand_persons_are_looked_up_at_once() {
    let app = filled().await;
    let mut browser = app.signed_in().await;
    browser.get("/care/search-batch").await.is(200);
    let mut text = String::new();
    for at in 0..PERSONS {
        let it = app.person(at);
        writeln!(text, "131128,{},{at}番", it.insured_no.as_str()).unwrap();
    }
    let begun = Instant::now();
    let fields = [("go", "list"), ("on", "2026-11-01")];
    let file = Some(("all.csv", text.as_bytes()));
    let page = browser.upload("/care/search-batch", &fields, file).await;
    let first = begun.elapsed();
    page.is(200).has("に100件を表示しています。残りの1900件");
    let body = page.html.split("<tbody>").nth(1).unwrap();
    assert_eq!(body.matches("<tr>").count(), 100);
    assert!(page.html.len() < 300_000, "{}", page.html.len());
    let begun = Instant::now();
    let fields = [("go", "all"), ("on", "2026-11-01"), ("as", "utf-8")];
    let page = browser.upload("/care/search-batch", &fields, None).await;
    let second = begun.elapsed();
    assert_eq!(page.is(200).html.lines().count(), 2_001);
    eprintln!("2,000 persons at once, in process: page {first:?}, file {second:?}");
    let looks = app.looks("search_batch").await;
    assert_eq!(looks, 4_000, "one record a person and answer");
}

fn hiragana_of(it: char) -> char {
    match it {
        'ァ'..='ヶ' => char::from_u32(u32::from(it) - 0x60).unwrap(),
        it => it,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn w10_forty_members_come_in_pages_and_are_found_by_name() {
    let app = App::new().await;
    let operator = support::context(Caller::Operator, Door::Operator, "operator");
    for n in 0..39 {
        let account = NewStaff {
            office_no: support::office(),
            login: format!("member-{n:02}"),
            name: format!("見本 職員{n:02}"),
            role: StaffRole::Staff,
            password: PASSWORD.into(),
            totp_secret: Some(SECRET.into()),
        };
        staff::add(&app.platform, &operator, account).await.unwrap();
    }
    let mut browser = app.signed_in().await;
    let mut seen = BTreeSet::new();
    for (page, count) in [(1, 20), (2, 20), (3, 1)] {
        let html = browser
            .get(&format!("/care/staff?size=20&page={page}"))
            .await
            .html;
        let rows: Vec<_> = html.split("data-label=\"ユーザID\">").skip(1).collect();
        assert_eq!(rows.len(), count, "{page}");
        seen.extend(
            rows.iter()
                .map(|row| row.split('<').next().unwrap().to_owned()),
        );
    }
    assert_eq!(seen.len(), 41);
    browser
        .get("/care/staff?q=%EF%BC%AD%EF%BC%A5%EF%BC%AD%EF%BC%A2%EF%BC%A5%EF%BC%B2-07")
        .await
        .has("member-07")
        .lacks("member-08");
    browser
        .get("/care/staff?q=%E4%BD%90%E8%97%A4%E8%8A%B1")
        .await
        .has("佐藤 花子")
        .lacks("member-07");
    browser
        .get("/care/staff?q=%E3%81%84%E3%81%AA%E3%81%84")
        .await
        .is(200)
        .has("条件に合う職員は見つかりませんでした");
}
