//! 閲覧履歴: who of the office looked at whom, on screen and as a file (C11).

mod support;

use kiban_domain::Date;
use kiban_services::audit_trail;
use support::{App, CHIEF, SCRIPT};

async fn seal(app: &App) {
    audit_trail::seal_all(&app.platform).await.expect("sealed");
}

/// A care manager has registered for a person, looked and printed.
async fn looked_at() -> (App, String) {
    let app = App::new().await;
    app.load().await;
    let mut browser = app.signed_in().await;
    let it = app.person(0);
    let number = it.insured_no.as_str();
    let path = browser
        .register(number, &it.name_kana, it.birth_date, it.sex.code(), "43")
        .await;
    app.clock.pass(60);
    browser.get(&format!("{path}/qualification")).await.is(200);
    app.clock.pass(60);
    browser.get(&format!("{path}/print")).await.is(200);
    seal(&app).await;
    (app, path)
}

#[tokio::test(flavor = "multi_thread")]
async fn c11_the_office_log_says_who_looked_at_whom_when_and_why() {
    let (app, path) = looked_at().await;
    let it = app.person(0);
    let number = it.insured_no.as_str();
    let mut chief = app.signed_in_as(CHIEF).await;
    let page = chief.get("/care/access-log").await;
    page.is(200)
        .has("aria-current=\"page\">閲覧履歴")
        .has("資格・証情報を見た")
        .has("印刷用の画面を見た")
        .has("佐藤 花子")
        .has("担当登録（居宅介護支援）：ケアプランの作成・見直し")
        .has(&it.name)
        .has("令和8年11月1日")
        .has("10:02")
        .lacks(&format!(">{number}<"));
    // The administrator has not registered anybody but belongs to the same office, which serves the person.
    let link = format!("href=\"{path}/access-log\"");
    page.has(&link);
    let tab = chief.get(&format!("{path}/access-log")).await;
    tab.is(200)
        .has("aria-current=\"page\">この方の閲覧履歴")
        .has("印刷用の画面を見た");

    for (query, hit) in [
        ("user=sato-hanako", true),
        ("user=kanri-taro", false),
        ("from=2026-11-01&to=R8.11.1", true),
        ("to=2026-10-31", false),
        (&format!("person={number}"), true),
        (&format!("person={}", encoded(&it.name_kana)), true),
        (
            "person=%E3%83%9F%E3%83%9B%E3%83%B3%E3%83%8A%E3%82%B7",
            false,
        ),
    ] {
        let page = chief.get(&format!("/care/access-log?{query}")).await;
        page.is(200);
        assert_eq!(page.html.contains("印刷用の画面を見た"), hit, "{query}");
        assert_eq!(
            page.html.contains("条件に合う閲覧の記録はありません"),
            !hit,
            "{query}"
        );
    }
    for (query, complaint) in [
        ("from=yesterday", "開始日は、実在する日付を入力してください"),
        (
            "from=2026-11-02&to=2026-11-01",
            "終了日は、開始日以後の日付を入力してください",
        ),
    ] {
        let page = chief.get(&format!("/care/access-log?{query}")).await;
        page.is(422).has(complaint).lacks("印刷用の画面を見た");
        chief
            .get(&format!("/care/access-log.csv?{query}"))
            .await
            .is(422);
    }
    // What is not understood does no harm.
    for query in [
        "before=x&size=7",
        "user=%27%20OR%201%3D1",
        "size=100&before=00000000000000000000000000000000",
    ] {
        chief
            .get(&format!("/care/access-log?{query}"))
            .await
            .is(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn c11_others_see_their_own_looks_and_get_no_file() {
    let (app, path) = looked_at().await;
    let mut chief = app.signed_in_as(CHIEF).await;
    chief.get(&format!("{path}/print")).await.is(200);
    seal(&app).await;
    app.clock.pass(60);
    let mut browser = app.signed_in().await;
    for address in [
        "/care/access-log".to_owned(),
        format!("{path}/access-log"),
        "/care/access-log?user=kanri-taro".to_owned(),
    ] {
        browser
            .get(&address)
            .await
            .is(200)
            .has("あなたが利用者の情報を見た記録です")
            .has("佐藤 花子")
            .lacks("管理 太郎")
            .lacks("ダウンロード");
    }
    for address in [
        "/care/access-log.csv".to_owned(),
        format!("{path}/access-log.csv"),
    ] {
        browser.get(&address).await.is(403);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn c11_the_file_is_for_administrators_and_holds_no_formula() {
    let (app, path) = looked_at().await;
    let mut browser = app.signed_in_as(CHIEF).await;
    let attack = browser
        .register(
            SCRIPT,
            "カクウ ハナコ",
            Date::constant(1940, 5, 3),
            "2",
            "11",
        )
        .await;
    browser.get(&attack).await.is(200);
    seal(&app).await;
    let page = browser.get("/care/access-log").await;
    page.is(200).lacks("<script>alert").has("alert(1)");
    let file = browser.get("/care/access-log.csv").await;
    file.is(200)
        .has("\u{feff}\"日時\",\"見た人\"")
        .has("\"2026-11-01 10:02:00\",\"佐藤 花子\",\"sato-hanako\"")
        .has("\"<script>alert(1)</script>' OR 1=1;--\"");
    assert_eq!(file.headers["content-type"], "text/csv; charset=utf-8");
    let of_person = browser.get(&format!("{path}/access-log.csv")).await;
    of_person.is(200).lacks("alert(1)").has("被保険者証");
    let recorded = app.recorded().await;
    assert!(
        recorded
            .iter()
            .any(|entry| entry.contains("\"action\":\"export\""))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn c11_pages_lead_on_to_what_is_older() {
    let (app, path) = looked_at().await;
    let mut browser = app.signed_in().await;
    for _ in 0..24 {
        app.clock.pass(1);
        browser.get(&format!("{path}/history")).await.is(200);
    }
    seal(&app).await;
    let first = browser.get("/care/access-log").await;
    first
        .is(200)
        .has("20件を表示")
        .lacks("最新の記録へ戻る")
        .lacks("本人確認をした");
    let older = first
        .html
        .split("href=\"")
        .find(|part| part.contains("before="))
        .unwrap();
    let older = older
        .split('"')
        .next()
        .unwrap()
        .replace("&#38;", "&")
        .replace("&amp;", "&");
    let second = browser.get(&older).await;
    second
        .is(200)
        .has("最新の記録へ戻る")
        .has("本人確認をした")
        .lacks("これより前の記録を見る");
}

fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}
