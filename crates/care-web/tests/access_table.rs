//! Every row of the committed access table, asked of the care door's pages: who may open a person, and who may record a
//! consent or take one back (S-2, S-4, S-5). What of a person is withheld is asked of the machine door, which uses the same
//! decision (`connect-api/tests/access_table.rs`).
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use kiban_access::Caller;
use kiban_audit::Door;
use kiban_domain::{Date, MunicipalityStage};
use kiban_services::staff::{self, NewStaff, StaffRole};
use kiban_store::repo::offices::{self, OfficeRow};
use std::{collections::BTreeMap, fmt::Write as _};
use support::{App, Browser, INSURER, PASSWORD, SECRET};

const TABLE: &str = include_str!("../../../docs/reference/access-table.txt");
/// The four kinds of offices of the table, each with the service for which it registers.
const OFFICES: [(&str, &str, bool, &str); 4] = [
    ("care management", "1379900031", false, "43"),
    ("other office", "1379900049", false, "11"),
    ("medical", "1319900033", true, "13"),
    ("medical+care", "1319900041", true, "13"),
];
/// The persons: without a registration, with one, with one that has ended.
const PERSONS: [(&str, &str); 3] = [
    ("none", "0000088881"),
    ("active", "0000088882"),
    ("ended", "0000088883"),
];
const KANA: &str = "カクウ タロウ";
/// What the table says of a caller: the refusal's code, or nothing when it may.
fn row(
    rows: &BTreeMap<String, Option<String>>,
    role: &str,
    state: &str,
    stage: MunicipalityStage,
    last: &str,
) -> Option<String> {
    let head = format!("{role} | {state} | {stage:?} | {last}");
    rows.get(&head)
        .unwrap_or_else(|| panic!("{head} is no row"))
        .clone()
}

fn rows() -> BTreeMap<String, Option<String>> {
    let blocks = TABLE.split("\n\n").filter(|block| !block.starts_with('#'));
    blocks
        .filter_map(|block| {
            let (head, says) = block.trim().split_once('\n')?;
            let says = says.lines().next()?.trim();
            let may = says.starts_with("yes");
            let code = says.strip_prefix("all: ").unwrap_or(says);
            Some((head.to_owned(), (!may).then(|| code.to_owned())))
        })
        .collect()
}

/// The page's status for a refusal.
fn status(refusal: Option<&str>, may: u16) -> u16 {
    match refusal {
        None => may,
        Some("person_not_found" | "relation_ended") => 404,
        Some("insurer_not_sharing" | "role_not_entitled") => 403,
        Some(other) => panic!("{other} has no page"),
    }
}

async fn save_office(app: &App, number: &str, medical: bool, kinds: &[&str]) {
    let row = OfficeRow {
        office_no: number.parse().unwrap(),
        name: "見本の事業所".into(),
        medical,
        service_kinds: kinds.iter().map(|kind| kind.parse().unwrap()).collect(),
        created_at: app.platform.now(),
    };
    app.platform
        .store
        .write::<(), kiban_store::Error, _>(move |work| {
            Box::pin(async move { offices::save(work, &row).await })
        })
        .await
        .unwrap();
}

async fn add_staff(app: &App, number: &str) {
    let operator = support::context(Caller::Operator, Door::Operator, "operator");
    let account = NewStaff {
        office_no: number.parse().unwrap(),
        login: format!("staff-{number}"),
        name: "見本 職員".into(),
        role: StaffRole::CareManager,
        password: PASSWORD.into(),
        totp_secret: Some(SECRET.into()),
    };
    staff::add(&app.platform, &operator, account).await.unwrap();
}

async fn signed_in(app: &App, number: &str) -> Browser {
    let mut browser = app.browser_of(number, "pc-1", number);
    browser.get("/care/sign-in").await;
    let login = format!("staff-{number}");
    let known = [("user", login.as_str()), ("password", PASSWORD)];
    let page = browser.post("/care/sign-in", &known).await;
    assert_eq!(page.to(), "/care/second-factor", "{}", page.html);
    browser.get("/care/second-factor").await;
    let code = app.code();
    let page = browser
        .post("/care/second-factor", &[("code", &code)])
        .await;
    assert_eq!(page.to(), "/care", "{}", page.html);
    browser.get("/care").await;
    browser
}

async fn load(app: &App) {
    let mut insured = "op,insurer_no,insured_no,history_no,updated_at,name,name_kana,birth_date,sex,insured_category,acquired_on,postal_code,address,phone,acquired_reason,lost_on,lost_reason,domicile_exception,changed_on\n".to_owned();
    for (_, number) in PERSONS {
        let _ = writeln!(
            insured,
            "U,{INSURER},{number},1,2026-10-01T09:00:00+09:00,架空 太郎,{KANA},1940-05-03,1,1,2005-05-02,,,,,,,,"
        );
    }
    let name = format!("{INSURER}_insured_F_20261101_0001.csv");
    app.send(&name, insured.as_bytes()).await;
}

/// Registers with the persons and ends one registration with today, all on the pages.
async fn register(browser: &mut Browser, kind: &str) {
    // The one that is to end comes first: it is the only registration then.
    for (state, number) in PERSONS.into_iter().rev() {
        if state == "none" {
            continue;
        }
        let birth = Date::constant(1940, 5, 3);
        browser.register(number, KANA, birth, "1", kind).await;
        if state == "active" {
            continue;
        }
        let page = browser.get("/care/registrations").await;
        let mut links = page.html.split("href=\"");
        let end = links.find(|link| link.contains("/end\"")).unwrap();
        let end = end.split('"').next().unwrap();
        browser.get(end).await.is(200);
        let answers = [
            ("reason", "death"),
            ("last_era", "reiwa"),
            ("last_year", "8"),
            ("last_month", "11"),
            ("last_day", "1"),
            ("go", "end"),
        ];
        browser.post(end, &answers).await.is(303);
    }
}

/// Takes a consent and gives back its name, as the ledger's link has it; a made-up name where the office may not.
async fn taken(browser: &mut Browser, path: &str) -> String {
    let unknown = "o-00000000000000000000000000000000".to_owned();
    browser.get("/care").await;
    let mut form = CONSENT.to_vec();
    form.push(("scope", "insured_card"));
    let given = browser.post(&format!("{path}/consents/new"), &form).await;
    if given.status != 303 {
        assert!(
            [403, 404].contains(&given.status.as_u16()),
            "{}",
            given.html
        );
        return unknown;
    }
    let ledger = browser.get(given.to()).await;
    let mut links = ledger.html.split("consents/withdraw?consent=").skip(1);
    let link = links
        .find(|link| link.split("</a>").next().unwrap().contains("被保険者証"))
        .unwrap();
    let name = link.split('"').next().unwrap();
    percent_encoding::percent_decode_str(name)
        .decode_utf8()
        .unwrap()
        .into_owned()
}

const CONSENT: [(&str, &str); 8] = [
    ("basis", "own"),
    ("ground", ""),
    ("evidence", "書庫の1番"),
    ("from_era", "reiwa"),
    ("from_year", "8"),
    ("from_month", "11"),
    ("from_day", "2"),
    ("go", "record"),
];

#[tokio::test(flavor = "multi_thread")]
async fn s2_s4_s5_every_row_of_the_table_is_what_the_pages_answer() {
    let rows = rows();
    let app = App::new().await;
    load(&app).await;
    for (_, number, medical, kind) in OFFICES {
        save_office(&app, number, medical, &[kind]).await;
        add_staff(&app, number).await;
        register(&mut signed_in(&app, number).await, kind).await;
    }
    // A clinic that no longer gives care keeps its registrations; what it may do is another column.
    save_office(&app, OFFICES[2].1, true, &[]).await;
    app.clock.pass(86_400);

    // One scope for each office that gives a consent, because nobody needs the same consent twice.
    let mut scopes = ["survey", "life", "certification", "care_plan"].into_iter();
    for (role, number, ..) in OFFICES {
        let mut browser = signed_in(&app, number).await;
        let scope = scopes.next().unwrap();
        for (state, insured_no) in PERSONS {
            let path = format!("/care/persons/{INSURER}/{insured_no}");
            for &stage in MunicipalityStage::ALL {
                app.stage(MunicipalityStage::Sharing).await;
                let consent = taken(&mut browser, &path).await;
                app.stage(stage).await;
                let place = format!("{role} {state} {stage:?}");
                let says = row(&rows, role, state, stage, "none");
                let page = browser.get(&path).await;
                assert_eq!(page.status, status(says.as_deref(), 200), "{place}");
                if says.is_some() {
                    page.lacks("架空 太郎");
                }

                let says = row(&rows, role, state, stage, "keep documents");
                let page = browser.get(&format!("{path}/documents")).await;
                assert_eq!(page.status, status(says.as_deref(), 200), "keep: {place}");
                if stage != MunicipalityStage::Sharing {
                    page.lacks("架空 太郎").lacks("書類を登録する");
                }
                let says = row(&rows, role, state, stage, "add documents");
                let page = browser.get(&format!("{path}/documents/new")).await;
                assert_eq!(page.status, status(says.as_deref(), 200), "add: {place}");

                browser.get("/care").await;
                let says = row(&rows, role, state, stage, "give a consent");
                let mut form = CONSENT.to_vec();
                form.push(("scope", scope));
                let page = browser.post(&format!("{path}/consents/new"), &form).await;
                assert_eq!(page.status, status(says.as_deref(), 303), "give: {place}");

                let ledger = browser.get(&format!("{path}/consents")).await;
                let says = row(&rows, role, state, stage, "withdraw a consent");
                if says.is_none() {
                    ledger.is(200).has("撤回を登録する");
                }
                if stage != MunicipalityStage::Sharing {
                    ledger.lacks("架空 太郎");
                }
                let mut form = CONSENT.to_vec();
                form.push(("consent", &consent));
                let withdraw = format!("{path}/consents/withdraw");
                let page = browser.post(&withdraw, &form).await;
                assert_eq!(
                    page.status,
                    status(says.as_deref(), 303),
                    "withdraw: {place}"
                );
            }
        }
    }
}
