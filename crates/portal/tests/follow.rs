//! お知らせメール from the form to the letter and out again (P-3).
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use axum::body::Body;
use http::{Request, StatusCode, header};
use kiban_domain::{PlatformFunction, ReadinessStep, StepDates, Steps};
use kiban_services::readiness::{self, Declaration, Seen, follow};
use support::{Answer, App, operator};

const DAY: i64 = 86_400;

struct Form {
    cookie: String,
    csrf: String,
}

async fn open(app: &App, path: &str) -> Form {
    let page = app.get(path).await;
    assert_eq!(page.status, StatusCode::OK);
    let cookie = page.headers[header::SET_COOKIE].to_str().unwrap();
    assert!(cookie.contains("Path=/readiness;"), "{cookie}");
    Form {
        cookie: cookie.split(';').next().unwrap().to_owned(),
        csrf: page.between("name=\"csrf\" value=\"", "\""),
    }
}

async fn send(app: &App, form: &Form, fields: &str) -> Answer {
    send_to(app, "/readiness/follow", form, fields).await
}

async fn send_to(app: &App, path: &str, form: &Form, fields: &str) -> Answer {
    let request = Request::post(path)
        .header(header::COOKIE, &form.cookie)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let body = format!("csrf={}&{fields}", form.csrf);
    app.send(request.body(Body::from(body)).unwrap()).await
}

async fn post(app: &App, path: &str, fields: &'static str) -> Answer {
    let request = Request::post(path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(fields));
    app.send(request.unwrap()).await
}

fn path_in(letter: &str, start: &str) -> String {
    let at = letter.find(start).unwrap_or_else(|| panic!("{letter}"));
    let rest = letter[at..].split_whitespace().next().unwrap();
    rest.to_owned()
}

async fn declare(app: &App) {
    let planned = StepDates {
        planned: Some("2027-02".parse().unwrap()),
        actual: None,
    };
    let declaration = Declaration {
        municipality: "151009".parse().unwrap(),
        function: PlatformFunction::Life,
        steps: Steps::default().with(ReadinessStep::Sharing, planned),
        seen: Seen::Whatever,
        reason: String::new(),
    };
    readiness::declare(&app.platform, &operator(), declaration)
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn p3_from_the_municipality_s_page_to_the_letter_and_out_with_one_request() {
    let app = App::new().await;
    let place = app.get("/readiness/151009").await;
    assert!(place.text().contains("/readiness/follow?place=151009"));
    let form = open(&app, "/readiness/follow?place=151009").await;
    let asked = send(&app, &form, "followed=p15&mail=%EF%BD%99omu@hikari.example").await;
    assert!(asked.status == 200, "{}", asked.text());
    assert!(asked.text().contains("yomu@hikari.example"), "made narrow");
    let letter = app.letters().await.remove(0);
    let link = path_in(&letter, "/readiness/follow/");
    for _ in 0..2 {
        let look = app.get(&link).await;
        assert!(look.status == 200 && look.text().contains("新潟県"));
    }
    app.clock.pass(60);
    declare(&app).await;
    app.clock.pass(DAY);
    let written = follow::write(&app.platform, 0, "https://portal.example").await;
    assert_eq!(
        written.unwrap(),
        0,
        "a link that was looked at agrees to nothing"
    );

    let foreign = post(&app, &link, "").await;
    assert_eq!(foreign.status, StatusCode::FORBIDDEN);
    let button = open(&app, &link).await;
    let agreed = send_to(&app, &link, &button, "").await;
    assert!(
        agreed.text().contains("受け取りを始めました"),
        "{}",
        agreed.text()
    );
    let again = send_to(&app, &link, &button, "").await;
    assert_eq!(again.status, StatusCode::OK, "again");
    app.clock.pass(60);
    let other = Declaration {
        municipality: "152021".parse().unwrap(),
        function: PlatformFunction::Life,
        steps: Steps::default().with(
            ReadinessStep::Standardised,
            StepDates {
                planned: None,
                actual: Some("2026-10-01".parse().unwrap()),
            },
        ),
        seen: Seen::Whatever,
        reason: String::new(),
    };
    readiness::declare(&app.platform, &operator(), other)
        .await
        .unwrap();
    app.clock.pass(DAY);
    let written = follow::write(&app.platform, 0, "https://portal.example").await;
    assert_eq!(written.unwrap(), 1);
    let letter = app.letters().await.remove(0);
    assert!(letter.contains("長岡市") && letter.contains("実際 令和8年10月1日"));
    let leave = path_in(&letter, "/readiness/leave/");
    let page = app.get(&leave).await;
    assert!(page.status == 200 && page.text().contains("新潟県の受け取りをやめる"));
    let foreign = post(&app, &leave, "followed=p15").await;
    assert_eq!(foreign.status, StatusCode::FORBIDDEN);
    let button = open(&app, &leave).await;
    let odd = send_to(&app, &leave, &button, "followed=nothing").await;
    assert!(
        odd.text().contains("新潟県の受け取りをやめる"),
        "ends nothing"
    );
    // As a mail program does it: no cookie, no page before (RFC 8058).
    let left = post(&app, &leave, "List-Unsubscribe=One-Click").await;
    assert!(left.status == 200 && left.text().contains("すべての受け取りをやめました"));
    let gone = app.get(&leave).await;
    assert!(
        gone.status == 200
            && gone
                .text()
                .contains("受け取っているお知らせメールはありません")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn p3_what_is_typed_wrong_is_said_and_foreign_forms_are_refused() {
    let app = App::new().await;
    let form = open(&app, "/readiness/follow").await;
    for (fields, message) in [
        ("followed=all&mail=", "メールアドレスを入力してください"),
        ("followed=all&mail=yomu", "メールアドレスは、@の前後を"),
        (
            "followed=999999&mail=yomu@hikari.example",
            "お知らせを受け取る市町村を選択してください",
        ),
        (
            "followed=all&mail=%3Cscript%3Ealert(1)%3C/script%3E@a.example",
            "メールアドレスは",
        ),
    ] {
        let refused = send(&app, &form, fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{fields}");
        let text = refused.text();
        assert!(
            text.contains(message) && !text.contains("<script>alert"),
            "{fields}"
        );
        assert!(text.contains("エラー："), "the title says so");
    }
    let foreign = Form {
        cookie: form.cookie.clone(),
        csrf: "0".repeat(43),
    };
    let refused = send(&app, &foreign, "followed=all&mail=yomu@hikari.example").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(
        refused
            .text()
            .contains("お知らせメールの受け取りの画面を開く")
    );
    assert!(app.letters().await.is_empty());
    for path in [
        "/readiness/follow/nothing",
        "/readiness/follow/%3Cscript%3E",
    ] {
        let unknown = app.get(path).await;
        assert!(unknown.status == 404 && unknown.text().contains("この案内は使えません"));
    }
    let nobody = app.get("/readiness/leave/nobody").await;
    assert_eq!(
        nobody.status,
        StatusCode::OK,
        "nothing tells whose key it is"
    );
}
