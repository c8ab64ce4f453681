//! Who comes in at all.

mod support;

use http::Method;
use kiban_care_web::OPEN_ROUTES;
use support::{App, LOGIN, PASSWORD};

#[tokio::test(flavor = "multi_thread")]
async fn without_a_session_every_route_but_the_open_ones_leads_to_the_sign_in() {
    let app = App::new().await;
    let routes = kiban_care_web::routes();
    assert!(routes.list().len() > 20);
    for open in OPEN_ROUTES {
        assert!(
            routes.list().iter().any(|route| route.path == *open),
            "{open} is no route"
        );
    }
    for route in routes.list() {
        if OPEN_ROUTES.contains(&route.path.as_str()) {
            continue;
        }
        let path = route
            .path
            .replace("{insurer_no}", "131128")
            .replace("{insured_no}", "0000000017");
        let path = path.replace("{id}", "0193b3f0-0000-7000-8000-000000000000");
        let path = path.replace("{number}", "131128-00000001");
        let path = path.replace("{kind}", "doctors");
        let path = path.replace("{share}", "0193b3f0-0000-7000-8000-000000000001");
        let page = app
            .browser()
            .send(route.method.clone(), &path, &[], String::new())
            .await;
        // Scripts and programs get a status instead of a page, and the program's routes are not a browser's.
        let status = match path.split('/').nth(1) {
            Some("api") => 401,
            Some("agent") => 403,
            _ => 303,
        };
        assert_eq!(page.status.as_u16(), status, "{} {path}", route.method);
        if status != 303 {
            page.lacks("<html");
            continue;
        }
        assert!(
            page.to().starts_with("/care/sign-in"),
            "{} {path}: {}",
            route.method,
            page.to()
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn t1_the_readers_certificate_opens_the_readers_routes_and_nothing_else() {
    let app = App::new().await;
    let session = app.signed_in().await;
    for route in kiban_care_web::routes().list() {
        let own = route.path.starts_with("/agent/");
        // A poll would be held; files and the way to the start page are nobody's.
        if ["/", "/agent/poll"].contains(&route.path.as_str()) || route.path.starts_with("/static/")
        {
            continue;
        }
        let path = route.path.replace(['{', '}'], "");
        let mut reader = app.reader();
        reader.cookies = session.cookies.clone();
        let page = reader
            .send(route.method.clone(), &path, &[], String::new())
            .await;
        let refused = page.status.as_u16() == 403 && page.html.contains("wrong_role");
        assert_eq!(refused, !own, "{} {path} {}", route.method, page.status);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_opens_nothing_at_another_terminal() {
    let app = App::new().await;
    let browser = app.signed_in().await;
    let mut other = app.browser_with("0b");
    other.cookies = browser.cookies.clone();
    let page = other.get("/care/persons").await;
    assert_eq!(
        page.to(),
        "/care/sign-in?next=%2Fcare%2Fpersons&state=timed-out"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_needs_its_token_and_our_own_page() {
    let app = App::new().await;
    let mut browser = app.browser();
    let form = [("user", LOGIN), ("password", PASSWORD)];
    browser.csrf = "made-up".to_owned();
    browser.post("/care/sign-in", &form).await.is(403);
    browser.get("/care/sign-in").await;
    browser.csrf = String::new();
    browser.post("/care/sign-in", &form).await.is(403);

    let mut browser = app.signed_in().await;
    let token = browser.csrf.clone();
    for path in [
        "/care/sign-out",
        "/care/persons/new/paper",
        "/care/persons/new/register",
        "/care/registrations/x/end",
        "/care/registrations/x/hand-over",
        "/care/handovers/x",
        "/care/persons/131128/0000000017/consents/new",
        "/care/persons/131128/0000000017/consents/withdraw",
        "/medical/settings/doctors/new",
        "/medical/settings/doctors/x/remove",
        "/care/persons/131128/0000000017/documents/x/share",
        "/care/persons/131128/0000000017/documents/x/remove",
        "/care/persons/131128/0000000017/documents/x/shares/y/end",
        "/care/emergency",
        "/care/emergency/reason",
        "/care/emergency/open",
        "/care/staff/invite",
        "/care/staff/x/stop",
        "/care/invitations/x/again",
        "/care/terminals/new",
        "/care/terminals/code.pdf",
        "/care/terminals/x",
        "/care/terminals/x/stop",
        "/care/setup/staff",
        "/medical/opinions/131128/x",
        "/medical/opinions/131128/x/edit",
        "/medical/opinions/131128/x/send",
        "/medical/opinions/131128/x/decline",
        "/medical/opinions/131128/x/withdraw",
    ] {
        browser.csrf = String::new();
        browser
            .post(path, &[])
            .await
            .is(403)
            .has("画面の有効時間が切れました");
        for foreign in [
            ("sec-fetch-site", "cross-site"),
            ("origin", "https://evil.example"),
        ] {
            let body = format!("csrf={token}");
            browser
                .send(Method::POST, path, &[foreign], body)
                .await
                .is(403);
        }
    }
    browser.get("/care").await.is(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn assets_and_strange_requests_are_answered() {
    let app = App::new().await;
    let mut browser = app.browser();
    let page = browser.get("/care/sign-in").await;
    for part in page.html.split("\"/static/").skip(1) {
        let path = format!(
            "/static/{}",
            part.split('"').next().unwrap().split('#').next().unwrap()
        );
        let asset = browser.get(&path).await;
        asset.is(200);
        assert!(
            asset.headers["cache-control"]
                .to_str()
                .unwrap()
                .contains("immutable"),
            "{path}"
        );
    }
    browser.get("/static/../Cargo.toml").await.is(404);
    assert_eq!(browser.get("/").await.to(), "/care");
    let mut browser = app.signed_in().await;
    let long = format!("csrf={}&q={}", browser.csrf, "a".repeat(70_000));
    browser
        .send(Method::POST, "/care/persons/new/paper", &[], long)
        .await
        .is(422);
    for query in [
        "size=0&page=99999999999999999999",
        "level=%00&expiry=-1",
        "q=%E3%82",
        "page=-1",
    ] {
        browser.get(&format!("/care/persons?{query}")).await.is(200);
    }
}
