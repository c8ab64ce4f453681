//! What was being sent when a session ended is not lost, also without a script (W-10).
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use http::Method;
use support::{App, Browser, CHIEF, LOGIN, PASSWORD};

const PAPER: &str = "/care/persons/new/paper";
const NOTICE: &str = "入力した内容を残してあります。確かめて、もう一度送信してください";
const TYPED: [(&str, &str); 5] = [
    ("insured_no", "00000"),
    ("kana", "カクウ \"ハナコ\""),
    ("birth_era", "showa"),
    ("birth_year", "15"),
    ("sex", "2"),
];

/// Signs in at a browser that has been used before.
async fn again(app: &App, browser: &mut Browser, login: &str) {
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
}

/// A browser whose session ended while the form stood open, and that has sent it.
async fn sent_too_late(app: &App) -> Browser {
    let mut browser = app.signed_in().await;
    browser.get(PAPER).await.is(200).lacks(NOTICE);
    app.clock.pass(31 * 60);
    let page = browser.post(PAPER, &TYPED).await;
    assert_eq!(
        page.to(),
        "/care/sign-in?next=%2Fcare%2Fpersons%2Fnew%2Fpaper&state=kept"
    );
    let cookie = page.headers["set-cookie"].to_str().unwrap();
    assert!(
        cookie.ends_with("; Max-Age=1800; Path=/care; HttpOnly; SameSite=Lax; Secure"),
        "{cookie}"
    );
    browser
}

#[tokio::test(flavor = "multi_thread")]
async fn w10_a_form_sent_after_the_end_comes_back_filled_once() {
    let app = App::new().await;
    let mut browser = sent_too_late(&app).await;
    browser
        .get("/care/sign-in?state=kept")
        .await
        .has("30分間残してあります");
    again(&app, &mut browser, LOGIN).await;
    browser.get("/care").await.is(200).lacks(NOTICE);
    let page = browser.get(PAPER).await;
    page.is(200)
        .has(NOTICE)
        .has("value=\"00000\"")
        .has("value=\"カクウ &#34;ハナコ&#34;\"")
        .has("<option value=\"showa\" selected>")
        .has("name=\"birth_year\"");
    assert_eq!(page.html.matches(" selected>").count(), 1, "{}", page.html);
    assert!(
        !browser.cookies.contains_key("kiban_kept"),
        "nothing is left"
    );
    browser.get(PAPER).await.is(200).lacks(NOTICE);
    // Nothing was sent by itself: the check was neither counted nor recorded.
    assert!(app.recorded().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn w10_another_account_finds_nothing_and_nothing_is_left_for_the_first() {
    let app = App::new().await;
    let mut browser = sent_too_late(&app).await;
    let kept = browser.cookies["kiban_kept"].clone();
    again(&app, &mut browser, CHIEF).await;
    browser
        .get(PAPER)
        .await
        .is(200)
        .lacks(NOTICE)
        .lacks("ハナコ");
    browser.get("/care").await;
    browser.post("/care/sign-out", &[]).await.is(303);
    app.clock.pass(60);
    browser.cookies.insert("kiban_kept".into(), kept);
    again(&app, &mut browser, LOGIN).await;
    browser
        .get(PAPER)
        .await
        .is(200)
        .lacks(NOTICE)
        .lacks("ハナコ");
}

#[tokio::test(flavor = "multi_thread")]
async fn w10_what_is_kept_stays_at_its_terminal_and_ends_after_half_an_hour() {
    let app = App::new().await;
    let browser = sent_too_late(&app).await;
    let kept = browser.cookies["kiban_kept"].clone();
    let mut elsewhere = app.browser_of(support::OFFICE, "office-pc-2", "0b");
    elsewhere.cookies.insert("kiban_kept".into(), kept);
    again(&app, &mut elsewhere, LOGIN).await;
    elsewhere.get(PAPER).await.is(200).lacks("ハナコ");

    app.clock.pass(60);
    let mut late = sent_too_late(&app).await;
    app.clock.pass(30 * 60);
    again(&app, &mut late, LOGIN).await;
    late.get(PAPER).await.is(200).lacks("ハナコ");
}

#[tokio::test(flavor = "multi_thread")]
async fn w10_nothing_is_kept_of_what_nobody_of_ours_sent() {
    let app = App::new().await;
    let timed_out = "/care/sign-in?state=timed-out";
    // Another site, and a token that is none.
    let mut browser = app.signed_in().await;
    browser.get(PAPER).await;
    app.clock.pass(31 * 60);
    let own = std::mem::replace(&mut browser.csrf, "made-up".into());
    let page = browser.post(PAPER, &TYPED).await;
    assert_eq!(page.to(), timed_out);
    let foreign = [("origin", "https://evil.example")];
    let body = format!("csrf={own}&kana=x");
    let page = browser.send(Method::POST, PAPER, &foreign, body).await;
    assert_eq!(page.to(), timed_out);
    // More than a form may hold.
    let body = format!("csrf={own}&kana={}", "x".repeat(70_000));
    let page = browser.send(Method::POST, PAPER, &[], body).await;
    assert_eq!(page.to(), timed_out);
    // Nothing but secrets.
    browser.csrf = own;
    let page = browser
        .post(PAPER, &[("password", "x"), ("pin", "1")])
        .await;
    assert!(page.to().ends_with("state=timed-out"), "{}", page.to());
    assert!(!browser.cookies.contains_key("kiban_kept"));

    // Who signed out has ended the session; what comes afterwards is not kept.
    let mut browser = app.signed_in().await;
    let cookies = browser.cookies.clone();
    let token = browser.csrf.clone();
    browser.post("/care/sign-out", &[]).await.is(303);
    (browser.cookies, browser.csrf) = (cookies, token);
    let page = browser.post(PAPER, &TYPED).await;
    assert!(page.to().ends_with("state=timed-out"), "{}", page.to());
}

#[tokio::test(flavor = "multi_thread")]
async fn w10_two_forms_that_stood_open_come_back_each_at_its_place() {
    let app = App::new().await;
    let mut browser = app.signed_in_as(CHIEF).await;
    browser.get(PAPER).await;
    app.clock.pass(31 * 60);
    browser.post(PAPER, &TYPED).await.is(303);
    let invited = [("name", "見本 次郎"), ("mail", "jiro@office.example")];
    browser.post("/care/staff/invite", &invited).await.is(303);
    again(&app, &mut browser, CHIEF).await;
    let page = browser.get("/care/staff/invite").await;
    page.has(NOTICE).has("見本 次郎").has("jiro@office.example");
    assert!(browser.cookies.contains_key("kiban_kept"));
    browser.get(PAPER).await.has(NOTICE).has("ハナコ");
    assert!(!browser.cookies.contains_key("kiban_kept"));
}

#[tokio::test(flavor = "multi_thread")]
async fn w10_a_page_from_before_the_sign_in_gives_back_what_was_typed() {
    let app = App::new().await;
    let mut browser = app.signed_in().await;
    browser.get(PAPER).await;
    let old = browser.csrf.clone();
    app.clock.pass(31 * 60);
    // Another tab of the same browser signs in anew; then the first one is sent.
    again(&app, &mut browser, LOGIN).await;
    let body = format!("csrf={old}&kana=%E3%82%AB");
    let own = [("sec-fetch-site", "same-origin")];
    let page = browser.send(Method::POST, PAPER, &own, body.clone()).await;
    assert_eq!(page.to(), PAPER, "{}", page.html);
    browser.get(PAPER).await.has(NOTICE).has("value=\"カ\"");
    for sender in ["cross-site", "same-site"] {
        let foreign = [("sec-fetch-site", sender)];
        browser
            .send(Method::POST, PAPER, &foreign, body.clone())
            .await
            .is(403);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn w10_asking_how_long_a_session_lasts_is_no_use_of_it_and_the_button_is() {
    let app = App::new().await;
    let mut browser = app.signed_in().await;
    let page = browser.get("/care").await;
    page.has("data-left=\"1800\"")
        .has("操作をしないときは、<span data-session-until>10時30分</span>にログアウトします。")
        .has("role=\"alertdialog\"");
    let token = browser.csrf.clone();
    app.clock.pass(28 * 60);
    for _ in 0..2 {
        let left = browser.get("/api/session").await;
        left.is(200)
            .has(r#"{"left_seconds":120,"until":"10時30分","last":false}"#);
    }
    browser
        .send(Method::POST, "/api/session", &[], String::new())
        .await
        .is(403);
    let known = [("x-csrf-token", token.as_str())];
    let extended = browser
        .send(Method::POST, "/api/session", &known, String::new())
        .await;
    extended
        .is(200)
        .has(r#"{"left_seconds":1800,"until":"10時58分","last":false}"#);
    app.clock.pass(29 * 60);
    browser
        .get("/api/session")
        .await
        .is(200)
        .has("\"left_seconds\":60");
    app.clock.pass(2 * 60);
    browser.get("/api/session").await.is(401).lacks("<html");
    browser
        .send(Method::POST, "/api/session", &known, String::new())
        .await
        .is(401);
}

#[tokio::test(flavor = "multi_thread")]
async fn w10_the_twelve_hours_cannot_be_put_off() {
    let app = App::new().await;
    let mut browser = app.signed_in().await;
    for _ in 0..24 {
        app.clock.pass(29 * 60 + 50);
        browser.get("/care").await.is(200);
    }
    let page = browser.get("/care").await;
    page.has(" data-last").has("ログインから12時間になるため");
    browser.get("/api/session").await.has("\"last\":true");
}
