//! Pages about passkeys: where they are offered, and what is said when an answer is none (W-2).

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use http::Method;
use support::{App, Browser, CHIEF, LOGIN, PASSWORD, Page};

const NAMED: &str = "https://care.example";

async fn through_the_bridge(browser: &mut Browser, host: &str, path: &str) -> Page {
    let headers = [("x-kiban-bridge", host)];
    browser
        .send(Method::GET, path, &headers, String::new())
        .await
}

/// The value of a hidden field.
fn hidden<'a>(page: &'a Page, name: &str) -> &'a str {
    let mark = format!("name=\"{name}\" value=\"");
    let (_, rest) = page.html.split_once(&mark).unwrap();
    rest.split('"').next().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn w2_passkeys_are_offered_where_there_is_a_name() {
    let app = App::at(NAMED, None).await;
    let offer = "action=\"/care/sign-in/passkey\"";
    app.browser().get("/care/sign-in").await.has(offer);

    let app = App::new().await;
    let page = app.browser().get("/care/sign-in").await;
    page.lacks(offer)
        .has("このアドレスではパスキーを使えません");
    let mut browser = app.browser();
    let page = through_the_bridge(&mut browser, "localhost:8081", "/care/sign-in").await;
    page.has(offer);
    let page = through_the_bridge(&mut browser, "127.0.0.1:8081", "/care/sign-in").await;
    page.lacks(offer)
        .has("href=\"http://localhost:8081/care/sign-in\"");
    for host in [
        "127.0.0.2:8081",
        "evil.example",
        "localhost.evil.example:8081",
        "\"><script>",
        "",
    ] {
        let page = through_the_bridge(&mut browser, host, "/care/sign-in").await;
        page.lacks(offer).lacks("http://localhost").lacks("evil");
    }
    let mut browser = app.signed_in().await;
    browser
        .get("/care/account")
        .await
        .is(200)
        .has("今のアドレスではパスキーを使えません");
    assert_eq!(
        browser.get("/care/account/passkeys/new").await.to(),
        "/care/account"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn w2_a_sign_in_by_what_is_no_passkey_says_what_to_do() {
    let app = App::at(NAMED, None).await;
    let mut browser = app.browser();
    browser.get("/care/sign-in").await;
    let asked = browser
        .post("/care/sign-in/passkey", &[("next", "/care/persons")])
        .await;
    asked
        .is(200)
        .has("data-passkey=\"get\"")
        .has("data-start")
        .has("&#34;rpId&#34;:&#34;care.example&#34;");
    asked.has("この画面ではJavaScriptが必要です");
    let challenge = hidden(&asked, "challenge").to_owned();
    let fields = [
        ("go", "answer"),
        ("challenge", challenge.as_str()),
        ("answer", "{}"),
        ("next", "/care/persons"),
    ];
    let page = browser.post("/care/sign-in/passkey", &fields).await;
    page.is(422)
        .has("パスキーを確認できませんでした")
        .has("passkey_refused")
        .lacks("data-start");
    assert_eq!(hidden(&page, "next"), "/care/persons");
    let page = browser.post("/care/sign-in/passkey", &fields).await;
    page.is(422)
        .has("この確認はすでに終わっています")
        .has("passkey_replayed");
    let strange = [("go", "answer"), ("challenge", "x"), ("answer", "")];
    let page = browser.post("/care/sign-in/passkey", &strange).await;
    page.is(422)
        .has("確認の時間が過ぎました")
        .has("passkey_too_old");
    for _ in 0..2 {
        browser
            .post("/care/sign-in/passkey", &strange)
            .await
            .is(422);
    }
    for _ in 0..2 {
        let page = browser.post("/care/sign-in/passkey", &strange).await;
        page.is(if page.html.contains("too_many") {
            429
        } else {
            422
        });
    }
    let page = browser.post("/care/sign-in/passkey", &strange).await;
    page.is(429).has("しばらく受け付けません");
    assert!(page.headers.contains_key("retry-after"));
    // From elsewhere.
    browser.csrf = "x".into();
    browser.post("/care/sign-in/passkey", &[]).await.is(403);
}

#[tokio::test(flavor = "multi_thread")]
async fn w2_the_second_step_offers_what_the_account_has() {
    let app = App::at(NAMED, None).await;
    let mut browser = app.browser();
    browser.get("/care/sign-in").await;
    browser
        .post("/care/sign-in", &[("user", LOGIN), ("password", PASSWORD)])
        .await;
    let page = browser.get("/care/second-factor").await;
    page.has("認証コード（6桁）")
        .lacks("/care/second-factor/passkey");
    let page = browser.post("/care/second-factor/passkey", &[]).await;
    page.is(404).has("passkey_none");
    let mut stranger = app.browser();
    let page = stranger.post("/care/second-factor/passkey", &[]).await;
    assert_eq!(page.to(), "/care/sign-in?state=timed-out");
}

#[tokio::test(flavor = "multi_thread")]
async fn w2_adding_asks_for_the_password_first() {
    let app = App::at(NAMED, None).await;
    let mut browser = app.signed_in_as(CHIEF).await;
    browser
        .get("/care/account")
        .await
        .has("追加したパスキーはありません")
        .has(CHIEF);
    let new = "/care/account/passkeys/new";
    browser.get(new).await.is(200);
    let page = browser.post(new, &[("name", ""), ("password", "")]).await;
    page.is(422)
        .has("パスキーの名前を入力してください")
        .has("パスワードを入力してください");
    let page = browser
        .post(new, &[("name", "鍵"), ("password", "wrong")])
        .await;
    page.is(422)
        .has("パスワードが正しくありません")
        .has("value=\"鍵\"")
        .lacks("wrong");
    let asked = browser
        .post(new, &[("name", "鍵<i>"), ("password", PASSWORD)])
        .await;
    asked
        .is(200)
        .has("data-passkey=\"create\"")
        .lacks("<i>")
        .lacks(PASSWORD);
    let challenge = hidden(&asked, "challenge").to_owned();
    let fields = [
        ("challenge", challenge.as_str()),
        ("answer", "{}"),
        ("name", "鍵"),
    ];
    let page = browser.post("/care/account/passkeys", &fields).await;
    page.is(409).has("passkey_refused");
    let nobody = "/care/account/passkeys/0193b3f0-0000-7000-8000-000000000000";
    browser.get(nobody).await.is(404);
    browser.get(&format!("{nobody}/remove")).await.is(404);
    browser.get("/care").await;
    browser.post(&format!("{nobody}/remove"), &[]).await.is(404);
    browser.get("/care").await;
    browser.post(nobody, &[("name", "x")]).await.is(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn w2_the_first_administrator_may_choose_a_passkey() {
    let app = App::at(NAMED, None).await;
    // Only a draft leads there.
    let mut browser = app.browser();
    browser.get("/care/sign-in").await;
    let fields = [("go", "passkey"), ("draft", "none")];
    browser
        .post("/care/invitation", &fields)
        .await
        .is(409)
        .has("はじめからやり直してください");
    let fields = [
        ("go", "answer"),
        ("draft", "none"),
        ("challenge", "x"),
        ("answer", "{}"),
    ];
    browser.get("/care/sign-in").await;
    browser.post("/care/invitation", &fields).await.is(409);
}
