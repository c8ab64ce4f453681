//! One company, many offices, one sign-in, and contractors, as people at a terminal meet them.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use http::Method;
use kiban_access::Caller;
use kiban_audit::{Door, NO_INSURER};
use kiban_care_web::{CODE_ROUTES, CONTRACTOR_ROUTES, OPEN_ROUTES};
use kiban_domain::{Date, OfficeNumber};
use kiban_services::{
    accounts, audit_trail, companies,
    members::{self, contract_of},
    staff::{self, NewStaff, StaffRole},
};
use kiban_store::repo::{
    audit,
    offices::{self, OfficeRow},
    staff as rows,
};
use support::{App, Browser, CHIEF, INSURER, LOGIN, OFFICE, PASSWORD, SECRET, context};
use uuid::Uuid;

const BRANCH: &str = "1379900023";
const BRANCH_NAME: &str = "見本デイサービス";
const BRANCH_CHIEF: &str = "shiten-kanri";
const IT: &str = "setsuzoku";
/// What every page says that is closed to contractors.
const CLOSED: &str = "委託先の方は、端末の一覧";

fn number(text: &str) -> OfficeNumber {
    text.parse().unwrap()
}

fn operator() -> kiban_services::CallContext {
    context(Caller::Operator, Door::Operator, "operator")
}

async fn account(app: &App, office: &str, login: &str, role: StaffRole) -> Uuid {
    let new = NewStaff {
        office_no: number(office),
        login: login.into(),
        name: format!("見本 {login}"),
        role,
        password: PASSWORD.into(),
        totp_secret: Some(SECRET.into()),
    };
    staff::add(&app.platform, &operator(), new).await.unwrap();
    staff_id(app, office, login).await
}

async fn staff_id(app: &App, office: &str, login: &str) -> Uuid {
    let mut work = app.platform.store.point().await.unwrap();
    let found = rows::find_by_login(&mut work, &number(office), login).await;
    found.unwrap().unwrap().staff_id
}

/// A second office, and both in one company.
async fn company(app: &App) {
    let row = OfficeRow {
        office_no: number(BRANCH),
        name: BRANCH_NAME.into(),
        medical: false,
        service_kinds: vec!["15".parse().unwrap()],
        created_at: app.platform.now(),
    };
    app.platform
        .store
        .write::<(), kiban_store::Error, _>(move |work| {
            Box::pin(async move { offices::save(work, &row).await })
        })
        .await
        .unwrap();
    account(app, BRANCH, BRANCH_CHIEF, StaffRole::Administrator).await;
    let own = operator();
    let id = companies::add(&app.platform, &own, "株式会社架空ケア", None)
        .await
        .unwrap();
    for office in [OFFICE, BRANCH] {
        companies::set_office(&app.platform, &own, number(office), Some(id))
            .await
            .unwrap();
    }
}

async fn sign_in(app: &App, mut browser: Browser, login: &str) -> Browser {
    // A code works once.
    app.clock.pass(30);
    browser.get("/care/sign-in").await;
    let known = [("user", login), ("password", PASSWORD)];
    let page = browser.post("/care/sign-in", &known).await;
    assert_eq!(page.to(), "/care/second-factor", "{}", page.html);
    browser.get("/care/second-factor").await;
    let code = app.code();
    let page = browser
        .post("/care/second-factor", &[("code", &code)])
        .await;
    assert_eq!(page.to(), "/care", "{}", page.html);
    browser.get("/care/account").await;
    browser
}

fn at_branch(app: &App) -> Browser {
    app.browser_of(BRANCH, "branch-pc-1", "0e")
}

async fn switch(browser: &mut Browser, office: &str) {
    let page = browser.post("/care/offices", &[("office", office)]).await;
    assert_eq!(page.to(), "/care", "{} {}", page.status, page.html);
    browser.get("/care/account").await.is(200);
}

async fn trail(app: &App, lane: &str) -> Vec<String> {
    audit_trail::seal_all(&app.platform).await.unwrap();
    let mut work = app.platform.audit.read().await.unwrap();
    let entries = audit::list_entries(&mut work, lane, Uuid::nil(), 10_000).await;
    entries.unwrap().into_iter().map(|it| it.body).collect()
}

/// Makes an account of the office a contractor's up to `ends_on`.
async fn contractor(app: &App, ends_on: Date, codes: bool) -> Uuid {
    let id = account(app, OFFICE, IT, StaffRole::Staff).await;
    let (platform, office_no) = (&app.platform, number(OFFICE));
    let standing = contract_of(platform, StaffRole::Contractor, Some(ends_on), codes).unwrap();
    let own = context(Caller::Office(office_no), Door::Care, OFFICE);
    accounts::set_role(platform, &own, office_no, Uuid::nil(), id, standing)
        .await
        .unwrap();
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn x7_care_data_of_one_office_is_seen_in_that_office_only() {
    let app = App::new().await;
    app.load().await;
    company(&app).await;
    let mut sato = app.signed_in().await;
    sato.get("/care").await.lacks("/care/offices");
    sato.get("/care/offices").await.is(200).has("利用中");
    let stranger = sato.post("/care/offices", &[("office", BRANCH)]).await;
    stranger.is(403).has("この事業所としては利用できません");

    // The branch's administrator lets in; the own office's cannot do it for the branch.
    let mut chief = sign_in(&app, at_branch(&app), BRANCH_CHIEF).await;
    chief
        .get("/care/staff")
        .await
        .is(200)
        .has("/care/members/new");
    chief.get("/care/members/new").await.is(200);
    let nobody = [("office", "137"), ("user", ""), ("role", "9")];
    let page = chief.post("/care/members/new", &nobody).await;
    page.is(422)
        .has("事業所番号を10けた")
        .has("ユーザIDを入力")
        .has("役割を選択");
    let unknown = [("office", OFFICE), ("user", "nobody"), ("role", "4")];
    let page = chief.post("/care/members/new", &unknown).await;
    page.is(422)
        .has("見つかりませんでした")
        .has("value=\"nobody\"");
    let clerk = [("office", OFFICE), ("user", LOGIN), ("role", "4")];
    let page = chief.post("/care/members/new", &clerk).await;
    assert_eq!(page.to(), "/care/staff?done=member", "{}", page.html);
    chief
        .get("/care/staff?done=member")
        .await
        .has("ほかの事業所の職員を加えました")
        .has(&format!("{LOGIN}@{OFFICE}"))
        .has("見本ケアプランセンター");

    let person = app.person(0);
    let insured_no = person.insured_no.as_str();
    let path = sato
        .register(
            insured_no,
            &person.name_kana,
            person.birth_date,
            person.sex.code(),
            "43",
        )
        .await;
    sato.get(&path).await.is(200).has(&person.name);
    let new = sato.get("/care/persons/new/paper").await;
    new.is(200).lacks(BRANCH_NAME).has("/care/offices");
    let (old_token, mut old_page) = (sato.csrf.clone(), app.browser());

    switch(&mut sato, BRANCH).await;
    sato.get("/care")
        .await
        .is(200)
        .has(BRANCH_NAME)
        .lacks("見本ケアプランセンター")
        .lacks(&person.name);
    for path in [
        &*path,
        &format!("{path}/certification"),
        &format!("{path}/print"),
    ] {
        sato.get(path).await.is(404).lacks(&person.name);
    }
    for list in [
        "/care/persons",
        "/care/persons.csv",
        "/care/registrations",
        "/care/access-log",
        "/care/handovers",
    ] {
        let page = sato.get(list).await;
        page.is(200).lacks(&person.name).lacks(insured_no);
    }
    // Not an administrator here, nor there.
    sato.get("/care/company").await.is(403);

    // A page opened as the one office is an old page as the other, and what was typed in it does not come along.
    old_page.cookies.clone_from(&sato.cookies);
    old_page.csrf = old_token;
    let own = [("sec-fetch-site", "same-origin")];
    let body = format!("csrf={}&insured_no={}", old_page.csrf, insured_no);
    old_page
        .send(Method::POST, "/care/persons/new/paper", &own, body)
        .await
        .is(403)
        .has("画面の有効時間が切れました");
    old_page
        .get("/care/persons/new/paper")
        .await
        .is(200)
        .lacks(insured_no);

    // The look as the branch names both offices; the look as the own office only that.
    let looks = trail(&app, INSURER).await;
    let refused: Vec<_> = looks
        .iter()
        .filter(|it| it.contains(&format!("\"organisation\":\"{BRANCH}\"")))
        .collect();
    assert!(!refused.is_empty());
    for look in refused {
        assert!(
            look.contains(&format!(
                "\"staff\":\"{LOGIN}@{OFFICE}\",\"terminal_of\":\"{OFFICE}\""
            )),
            "{look}"
        );
    }
    let own_look = |it: &&String| it.contains(&format!("\"organisation\":\"{OFFICE}\""));
    assert!(
        looks
            .iter()
            .filter(own_look)
            .all(|it| !it.contains("terminal_of"))
    );

    // Back again everything is as it was; at the branch's terminal the same sign-in works, too.
    switch(&mut sato, OFFICE).await;
    sato.get(&path).await.is(200).has(&person.name);
    let mut there = sign_in(&app, at_branch(&app), &format!("{LOGIN}@{OFFICE}")).await;
    there
        .get("/care")
        .await
        .has(BRANCH_NAME)
        .lacks(&person.name);
    there.get(&path).await.is(404);

    // Taken away while signed in as the branch: out with the next request, the own office stays.
    switch(&mut sato, BRANCH).await;
    let id = staff_id(&app, OFFICE, LOGIN).await;
    let end = format!("/care/members/{id}/end");
    chief.get(&end).await.is(200).has("この事業所から外す");
    assert_eq!(chief.post(&end, &[]).await.to(), "/care/staff?done=left");
    let page = sato.get("/care/persons").await;
    assert!(page.to().starts_with("/care/sign-in"), "{}", page.status);
    let page = there.get("/care/persons").await;
    assert!(page.to().starts_with("/care/sign-in"), "{}", page.status);
    chief.post(&end, &[]).await.is(404);
    let mut again = sign_in(&app, app.browser(), LOGIN).await;
    again.get(&path).await.is(200).has(&person.name);
    again.get("/care").await.lacks("/care/offices");
}

#[tokio::test(flavor = "multi_thread")]
async fn x7_the_companys_page_lists_offices_to_administrators() {
    let app = App::new().await;
    let mut chief = app.signed_in_as(CHIEF).await;
    chief.get("/care/company").await.is(404);
    chief
        .get("/care/staff")
        .await
        .lacks("/care/company")
        .lacks("/care/members/new");
    company(&app).await;
    contractor(&app, app.platform.today(), false).await;
    chief
        .get("/care/staff")
        .await
        .has("/care/company")
        .has("委託先（令和8年11月1日まで）");
    chief
        .get("/care/company")
        .await
        .is(200)
        .has("株式会社架空ケア")
        .has(BRANCH_NAME)
        .has(OFFICE)
        .has("1人");
    let mut sato = sign_in(&app, app.browser(), LOGIN).await;
    sato.get("/care/company").await.is(403).lacks(BRANCH_NAME);
    sato.get("/care/members/new").await.is(403);
    let id = staff_id(&app, OFFICE, CHIEF).await;
    sato.get(&format!("/care/staff/{id}/role")).await.is(403);
}

#[tokio::test(flavor = "multi_thread")]
async fn x7_a_contractor_gets_nothing_but_the_named_routes() {
    let app = App::new().await;
    app.load().await;
    let person = app.person(0);
    let insured_no = person.insured_no.as_str();
    let mut sato = app.signed_in().await;
    sato.register(
        insured_no,
        &person.name_kana,
        person.birth_date,
        person.sex.code(),
        "43",
    )
    .await;
    let id = contractor(&app, app.platform.today(), false).await;
    let mut guest = sign_in(&app, app.browser(), IT).await;
    assert_eq!(guest.get("/care").await.to(), "/care/terminals");
    guest
        .get("/care/terminals")
        .await
        .is(200)
        .has("/care/setup/connection")
        .lacks("href=\"/care/persons\"")
        .lacks("端末を追加");
    guest.get("/care/setup/connection").await.is(200);
    guest.get("/care/account").await.is(200).lacks("認定申請");

    let mut closed = 0;
    for allowed in [false, true] {
        if allowed {
            let (platform, office_no) = (&app.platform, number(OFFICE));
            let last = app.platform.today();
            let standing = contract_of(platform, StaffRole::Contractor, Some(last), true).unwrap();
            let own = context(Caller::Office(office_no), Door::Care, OFFICE);
            accounts::set_role(platform, &own, office_no, Uuid::nil(), id, standing)
                .await
                .unwrap();
            guest.get("/care/terminals").await.has("端末を追加");
        }
        for route in kiban_care_web::routes().list() {
            let named = |list: &[(Method, &str)]| {
                let mut list = list.iter();
                list.any(|(method, path)| *method == route.method && *path == route.path)
            };
            // Signing out would end the walk.
            if route.path == "/care/sign-out" {
                continue;
            }
            let path = route
                .path
                .replace("{insurer_no}", INSURER)
                .replace("{insured_no}", insured_no)
                .replace("{change}", "stop")
                .replace("{id}", &id.to_string())
                .replace("{*path}", "tokens.css");
            let mut browser = app.browser();
            browser.cookies = guest.cookies.clone();
            let body = format!("csrf={}", guest.csrf);
            let page = browser.send(route.method.clone(), &path, &[], body).await;
            let place = format!("{} {}", route.method, route.path);
            page.lacks(&person.name).lacks(insured_no);
            if OPEN_ROUTES.contains(&route.path.as_str()) {
                continue;
            }
            let open = named(CONTRACTOR_ROUTES) || (allowed && named(CODE_ROUTES));
            if open {
                assert!(!page.html.contains(CLOSED), "{place}");
            } else if path.starts_with("/agent/") {
                page.is(403).has("wrong_role");
            } else {
                closed += 1;
                assert_eq!(page.status, 403, "{place}");
                assert!(page.html.contains(CLOSED), "{place}: {}", page.html);
                if path.starts_with("/api/") {
                    page.lacks("<html");
                }
            }
        }
    }
    assert!(closed > 100, "{closed}");
    let refused: Vec<_> = trail(&app, NO_INSURER)
        .await
        .into_iter()
        .filter(|it| it.contains("\"action\":\"route_refused\""))
        .collect();
    assert_eq!(refused.len(), closed, "each is recorded");
    assert!(
        refused
            .iter()
            .all(|it| it.contains(IT) && !it.contains(insured_no))
    );
    for list in [CONTRACTOR_ROUTES, CODE_ROUTES] {
        for (method, path) in list {
            let routes = kiban_care_web::routes();
            let mut all = routes.list().iter();
            assert!(
                all.any(|it| it.method == *method && it.path == *path),
                "{path}"
            );
        }
    }
    guest.get("/care/account").await;
    let page = guest.post("/care/terminals/new", &[]).await;
    page.is(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn x7_a_contractor_is_out_after_the_last_day_and_is_told_so() {
    let app = App::new().await;
    contractor(&app, app.platform.today(), false).await;
    app.clock.set("2026-11-01T14:50:00Z");
    let mut guest = sign_in(&app, app.browser(), IT).await;
    app.clock.set("2026-11-01T14:59:59Z");
    guest.get("/care/terminals").await.is(200);
    app.clock.set("2026-11-01T15:00:00Z");
    let page = guest.get("/care/terminals").await;
    assert!(page.to().starts_with("/care/sign-in"), "{}", page.status);
    guest.get("/care/sign-in").await.is(200);
    let page = guest
        .post("/care/sign-in", &[("user", IT), ("password", PASSWORD)])
        .await;
    page.is(403).has("利用期限が過ぎています");
}

#[tokio::test(flavor = "multi_thread")]
async fn x7_administrators_invite_contractors_and_change_roles() {
    let app = App::new().await;
    let mut chief = app.signed_in_as(CHIEF).await;
    let who = |ends: [&'static str; 3]| {
        vec![
            ("name", "架空設備 見本"),
            ("mail", "setsubi@hikari.example"),
            ("role", "5"),
            ("ends_era", "reiwa"),
            ("ends_year", ends[0]),
            ("ends_month", ends[1]),
            ("ends_day", ends[2]),
            ("codes", "yes"),
        ]
    };
    chief.get("/care/staff/invite").await.is(200).has("委託先");
    for (ends, words) in [
        (["", "", ""], "利用期限を入力してください"),
        (["8", "10", "31"], "今日より後の日"),
        (["9", "1", "31"], "令和9年1月30日までの日"),
    ] {
        let page = chief.post("/care/staff/invite", &who(ends)).await;
        page.is(422).has(words).has("架空設備 見本");
    }
    let page = chief
        .post("/care/staff/invite", &who(["9", "1", "30"]))
        .await;
    assert_eq!(page.to(), "/care/staff?done=invited", "{}", page.html);
    chief
        .get("/care/staff")
        .await
        .has("委託先（令和9年1月30日まで）");

    let path = |id: Uuid| format!("/care/staff/{id}/role");
    let own = path(staff_id(&app, OFFICE, CHIEF).await);
    let page = chief.post(&own, &[("role", "2")]).await;
    page.is(409).has("自分の役割は変更できません");
    let sato = staff_id(&app, OFFICE, LOGIN).await;
    chief.get(&path(sato)).await.is(200).has("佐藤 花子");
    chief
        .post(&path(sato), &[("role", "")])
        .await
        .is(422)
        .has("役割を選択");
    let page = chief.post(&path(sato), &[("role", "1")]).await;
    assert_eq!(page.to(), "/care/staff?done=role");
    let it = contractor(&app, app.platform.today(), false).await;
    let page = chief.post(&path(it), &[("role", "1")]).await;
    page.is(409).has("ほかの役割に変更できません");
    let mut longer = who(["8", "12", "1"]);
    longer.retain(|(name, _)| !["name", "mail"].contains(name));
    let page = chief.post(&path(it), &longer).await;
    assert_eq!(page.to(), "/care/staff?done=role", "{}", page.html);
    chief.get(&path(it)).await.has("value=\"12\"");

    // The last administrator stays one: the other one has just become a contractor.
    let mut second = sign_in(&app, app.browser(), LOGIN).await;
    let first = staff_id(&app, OFFICE, CHIEF).await;
    let page = second.post(&path(first), &longer).await;
    assert_eq!(page.to(), "/care/staff?done=role", "{}", page.html);
    let page = chief.get("/care/staff").await;
    assert!(page.to().starts_with("/care/sign-in"), "signed out at once");
    let platform = &app.platform;
    let term = contract_of(
        platform,
        StaffRole::Contractor,
        Some(platform.today()),
        false,
    );
    let own = context(Caller::Office(number(OFFICE)), Door::Care, OFFICE);
    let last = accounts::set_role(
        platform,
        &own,
        number(OFFICE),
        Uuid::nil(),
        sato,
        term.unwrap(),
    );
    assert!(matches!(
        last.await,
        Err(accounts::ChangeError::LastAdministrator)
    ));
    let offices = members::offices(platform, sato).await.unwrap();
    assert_eq!(offices.len(), 1);
}
