//! The emergency view on the pages (X-4).

mod support;

use kiban_access::Caller;
use kiban_audit::{Actor, Door};
use kiban_domain::MunicipalityStage;
use kiban_services::{
    CallContext,
    emergency::{self, NewWindow},
    insurers,
};
use support::{App, Browser, INSURER, Page, SCRIPT};

const SEARCH: &str = "/care/emergency";
const STATEMENT: &str = "避難所で服薬の相談を受けたため";

fn operator() -> CallContext {
    CallContext {
        caller: Caller::Operator,
        actor: Actor::new(Door::Operator, "operator"),
        request_id: "r".into(),
    }
}

async fn open(app: &App, area: &str) -> uuid::Uuid {
    let new = NewWindow {
        area: area.parse().expect("an area"),
        from: None,
        until: app.platform.now() + jiff::SignedDuration::from_hours(48),
        reason: "<i>地震</i>による停電".into(),
    };
    let opened = emergency::open_window(&app.platform, &operator(), new).await;
    opened.expect("opened").window_id
}

async fn close(app: &App, window: uuid::Uuid) {
    let closed = emergency::close_window(&app.platform, &operator(), window).await;
    closed.expect("closed");
}

/// Name and birth date as typed.
fn typed(kana: &'static str) -> Vec<(&'static str, &'static str)> {
    vec![
        ("kana", kana),
        ("birth_era", "showa"),
        ("birth_year", "１５"),
        ("birth_month", "5"),
        ("birth_day", "3"),
        ("sex", ""),
    ]
}

fn chosen(more: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
    let mut form = typed("かくう　はなこ");
    form.push(("person", "131128.0000099999"));
    form.extend(more);
    form
}

fn reasoned() -> Vec<(&'static str, &'static str)> {
    chosen(&[("reason", "shelter"), ("statement", STATEMENT)])
}

/// The address of a view that was just opened.
async fn view(browser: &mut Browser) -> String {
    let page: Page = browser.post("/care/emergency/open", &reasoned()).await;
    let address = page.is(303).to().to_owned();
    assert!(
        address.starts_with("/care/emergency/views/131128."),
        "{address}"
    );
    address
}

#[tokio::test(flavor = "multi_thread")]
async fn x4_without_a_window_nothing_names_it_and_every_way_is_refused() {
    let app = App::new().await;
    app.load().await;
    let mut browser = app.signed_in().await;
    browser.get("/care").await.is(200).lacks("緊急閲覧");
    let code = "emergency_not_open";
    browser
        .get(SEARCH)
        .await
        .is(403)
        .has(code)
        .has("いまこの地域では開かれていません");
    browser.get("/care").await;
    for path in [SEARCH, "/care/emergency/reason", "/care/emergency/open"] {
        browser
            .post(path, &reasoned())
            .await
            .is(403)
            .has(code)
            .lacks("alert(1)");
    }
    let nobodys = "/care/emergency/views/131128.0193b3f0000070008000000000000000";
    for path in [nobodys, "/care/emergency/views/x"] {
        browser
            .get(path)
            .await
            .is(404)
            .has("emergency_view_not_found");
    }
    // Open elsewhere: the page is there, and nobody of this city is found or opened.
    let sapporo = kiban_store::repo::insurers::InsurerRow {
        insurer_no: "011007".parse().expect("a number"),
        name: "見本市".into(),
        prefecture: "北海道".into(),
        phone: String::new(),
        stage: MunicipalityStage::Unknown,
        stage_since: app.platform.today(),
    };
    let sapporo_no = sapporo.insurer_no;
    let saved = insurers::save(&app.platform, sapporo).await;
    saved.expect("saved");
    open(&app, "01").await;
    browser
        .get(SEARCH)
        .await
        .is(200)
        .has("北海道のすべての市町村");
    let page = browser.post(SEARCH, &typed("カクウ ハナコ")).await;
    page.is(403).has("insurer_not_sharing");
    let (stage, since) = (MunicipalityStage::Sharing, app.platform.today());
    let by = operator();
    let set = insurers::set_stage(&app.platform, &by, sapporo_no, stage, since);
    assert!(set.await.expect("set"));
    browser.get(SEARCH).await;
    let page = browser.post(SEARCH, &typed("カクウ ハナコ")).await;
    page.is(200).has("一致する方は見つかりませんでした");
    let page = browser.post("/care/emergency/open", &reasoned()).await;
    page.is(403).has(code);
}

#[tokio::test(flavor = "multi_thread")]
async fn x4_a_member_searches_says_why_and_sees_little_until_it_ends() {
    let app = App::new().await;
    app.load().await;
    let mut browser = app.signed_in().await;
    let window = open(&app, INSURER).await;
    let home = browser.get("/care").await;
    home.is(200)
        .has("緊急閲覧が開かれています：見本区")
        .has("&#60;i&#62;地震");
    assert!(
        home.html.matches("href=\"/care/emergency\"").count() >= 3,
        "menus and banner"
    );
    browser.get(SEARCH).await.is(200).lacks("一致した方");
    let page = browser.post(SEARCH, &[("kana", "")]).await;
    page.is(422)
        .has("エラー：緊急閲覧")
        .has("氏名（カナ）を入力してください")
        .has("生年月日を入力してください");
    browser.get(SEARCH).await;
    let page = browser.post(SEARCH, &typed("ｶｸｳ ﾊﾅｺ")).await;
    page.is(200)
        .has("一致した方（1人）")
        .has("＊＊＊＊＊＊＊999")
        .has("&#60;script")
        .lacks("<script>alert");
    let page = browser.post("/care/emergency/reason", &chosen(&[])).await;
    page.is(200)
        .has("緊急閲覧の理由")
        .has("カクウ　ハナコ")
        .lacks("alert(1)");
    let open_form = "/care/emergency/open";
    let page = browser
        .post(open_form, &chosen(&[("statement", "短い")]))
        .await;
    page.is(422)
        .has("緊急閲覧の理由を選択してください")
        .has("10文字から300文字まで")
        .has(">短い</textarea>");
    let mut other = reasoned();
    other.retain(|(name, _)| *name != "person");
    browser.post(open_form, &other).await.is(404);
    let mut guessed = reasoned();
    guessed[0].1 = "ベツ ノヒト";
    browser.get(SEARCH).await;
    let page = browser.post(open_form, &guessed).await;
    page.is(404)
        .has("emergency_view_not_found")
        .lacks("alert(1)");

    browser.get(SEARCH).await;
    let address = view(&mut browser).await;
    let page = browser.get(&address).await;
    page.is(200)
        .has("本人確認をしないで表示しています。令和8年11月2日 10時00分まで")
        .has("&#60;script")
        .has("昭和15年5月3日")
        .has(SCRIPT)
        .has(STATEMENT)
        .has("避難所・避難先での支援")
        .has("ご本人にお知らせします")
        .has("表示していない情報")
        .has("<li>主治医意見書</li>")
        .lacks("&#60;b&#62;見本区");
    browser.get(SEARCH).await.is(200).has(&address);
    // It is not the office's person: the ordinary pages know nobody.
    let ordinary = format!("/care/persons/{INSURER}/{SCRIPT}");
    browser.get(&ordinary).await.is(404);
    browser.get("/care/persons").await.is(200).lacks("alert(1)");

    app.stage(MunicipalityStage::Migrating).await;
    let page = browser.get(&address).await;
    page.is(403).has("insurer_not_sharing").lacks(SCRIPT);
    app.stage(MunicipalityStage::Sharing).await;
    close(&app, window).await;
    let page = browser.get(&address).await;
    page.is(403).has("emergency_not_open").lacks(SCRIPT);
    browser.get("/care").await.is(200).lacks("緊急閲覧");

    kiban_services::audit_trail::seal_all(&app.platform)
        .await
        .expect("sealed");
    let recorded = app.recorded().await.join("\n");
    for word in ["emergency_search", "emergency_opened", "emergency_view"] {
        assert!(recorded.contains(word), "{word}");
    }
    let log = browser.get("/care/access-log").await;
    log.is(200)
        .has("緊急閲覧の画面を見た")
        .has("緊急閲覧：避難所・避難先での支援")
        .has("緊急閲覧が開かれていないため表示していません");
}

#[tokio::test(flavor = "multi_thread")]
async fn x4_a_view_that_is_over_says_so_and_asks_again() {
    let app = App::new().await;
    app.load().await;
    let mut browser = app.signed_in().await;
    open(&app, INSURER).await;
    browser.get(SEARCH).await;
    let address = view(&mut browser).await;
    // Staff sign in again within a day; the view is the office's, and goes on.
    for _ in 0..2 {
        app.clock.pass(12 * 3_600 - 1);
        browser = app.signed_in().await;
    }
    browser.get(&address).await.is(200);
    app.clock.pass(2);
    browser = app.signed_in().await;
    let page = browser.get(&address).await;
    page.is(409).has("emergency_view_ended").lacks(SCRIPT);
    browser.get(SEARCH).await.is(200).lacks(&address);
    let again = view(&mut browser).await;
    assert_ne!(again, address);
    browser.get(&again).await.is(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn x4_searches_without_pause_are_stopped() {
    let app = App::new().await;
    app.load().await;
    let mut browser = app.signed_in().await;
    open(&app, INSURER).await;
    browser.get(SEARCH).await;
    for _ in 0..30 {
        browser.post(SEARCH, &typed("ダレモ")).await.is(200);
    }
    let page = browser.post(SEARCH, &typed("カクウ ハナコ")).await;
    page.is(429)
        .has("emergency_too_many_searches")
        .has("分後に、もう一度探してください")
        .lacks("alert(1)");
    let page = browser.post("/care/emergency/open", &reasoned()).await;
    page.is(429).has("emergency_too_many_searches");
}
