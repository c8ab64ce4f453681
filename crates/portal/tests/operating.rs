//! Notices, maintenances and addresses of the portal, as a browser sees them (M05, O16, P03, P22).
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use axum::body::Body as HttpBody;
use http::{Request, StatusCode, header};
use kiban_domain::{Body, ServiceFunction};
use kiban_services::{
    forms::FormKey,
    notices::{self, NewNotice},
    operating::{self, Closing, Lines, Plan},
};
use support::{App, OFFICE, operator};

async fn maintenance(app: &App, functions: Vec<ServiceFunction>, closing: Closing) {
    let plan = Plan {
        lines: Lines {
            title: "機器の<入替え>".into(),
            words: "機器を取り替えます。".into(),
            remains: "お知らせは、ご覧いただけます。".into(),
        },
        starts_at: "2026-11-01T01:00:00Z".parse().unwrap(),
        ends_at: "2026-11-01T01:10:00Z".parse().unwrap(),
        ahead_hours: 1,
        functions,
        closing,
    };
    operating::plan(
        &app.platform,
        &operator(),
        &FormKey::fresh(&app.platform),
        plan,
    )
    .await
    .unwrap();
    app.clock.pass(2);
}

#[tokio::test(flavor = "multi_thread")]
async fn o1_a_maintenance_stands_above_every_page_and_shuts_what_it_names() {
    let app = App::new().await;
    maintenance(&app, vec![ServiceFunction::SignUp], Closing::Everything).await;
    let home = app.get("/").await.text();
    assert!(
        home.contains("メンテナンス中です：機器の&#60;入替え&#62;"),
        "{home}"
    );
    let shut = app.get("/signup").await;
    assert_eq!(shut.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(shut.headers[header::RETRY_AFTER], "598");
    assert!(shut.text().contains("お知らせは、ご覧いただけます。"));
    for open in ["/news", "/login", "/contact/form", "/start", "/status"] {
        assert_eq!(app.get(open).await.status, StatusCode::OK, "{open}");
    }
    let page = app.get("/maintenance").await.text();
    assert!(page.contains("実施中") && page.contains("機器を取り替えます。"));
    let feed = app.get("/status.atom").await.text();
    assert!(feed.contains("機器の&lt;入替え&gt;"), "{feed}");
    let json: serde_json::Value =
        serde_json::from_slice(&app.get("/api/status.json").await.bytes).unwrap();
    assert_eq!(json["state"], "disturbed");
    assert_eq!(json["matters"][0]["functions"][0], "signup");
    assert_eq!(json["matters"][0]["shut"], "everything");
    app.clock.pass(600);
    assert_eq!(app.get("/signup").await.status, StatusCode::OK);
    assert!(!app.get("/").await.text().contains("メンテナンス中です"));
}

#[tokio::test(flavor = "multi_thread")]
async fn o1_where_sending_alone_is_shut_pages_are_read() {
    let app = App::new().await;
    let functions = vec![ServiceFunction::MyPage];
    let office = Body::Office(OFFICE.parse().unwrap());
    let member = app.as_member(office, "見本", "a@mihon.example").await;
    maintenance(&app, functions, Closing::Sending).await;
    assert_eq!(member.get("/mypage/checklist").await.status, StatusCode::OK);
    let sent = member
        .post(
            "/mypage/checklist",
            "/mypage/checklist",
            &[("item", "rules")],
        )
        .await;
    assert_eq!(sent.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(sent.text().contains("送信はされていません。"));
}

#[tokio::test(flavor = "multi_thread")]
async fn p2_a_notice_is_listed_counted_read_and_marked() {
    let app = App::new().await;
    let office = Body::Office(OFFICE.parse().unwrap());
    let member = app.as_member(office, "見本", "a@mihon.example").await;
    let other = Body::Insurer("131128".parse().unwrap());
    let other = app.as_member(other, "見本区", "b@mihon.example").await;
    app.clock.pass(60);
    for title in ["番号の確認のお願い", "<電話>のご案内"] {
        let new = NewNotice {
            notice_id: app.platform.id(),
            kind: "office".into(),
            number: OFFICE.into(),
            prefecture: String::new(),
            title: title.into(),
            body: "届け出た番号を確かめてください。".into(),
        };
        notices::write(&app.platform, &operator(), new)
            .await
            .unwrap();
    }
    let list = member.get("/mypage/notices").await;
    assert!(list.text().contains("通知（未読2件）"), "{}", list.text());
    assert!(list.text().contains("&#60;電話&#62;のご案内"));
    let found = member
        .get(
            "/mypage/notices?q=%E7%95%AA%E5%8F%B7%E3%81%AE%E7%A2%BA%E8%AA%8D%E3%81%AE&state=unread",
        )
        .await;
    assert!(found.text().contains("全1件中 1〜1件"), "{}", found.text());
    let href = found.between("<th scope=\"row\"><a href=\"", "\"");
    let page = member.get(&href).await;
    assert!(page.text().contains("届け出た番号を確かめてください。"));
    assert!(page.text().contains("通知（未読1件）"), "{}", page.text());
    // Somebody else's is not there, in their area or in this one.
    let foreign = href.replace("/mypage/", "/insurer/");
    assert_eq!(other.get(&foreign).await.status, StatusCode::NOT_FOUND);
    let theirs = other.get("/insurer/notices").await.text();
    assert!(theirs.contains("通知はまだありません"), "{theirs}");
    let marked = member.post("/mypage/notices", "/mypage/notices", &[]).await;
    assert_eq!(
        marked.headers[header::LOCATION],
        "/mypage/notices?done=read"
    );
    let list = member.get("/mypage/notices?done=read").await.text();
    assert!(list.contains("すべて既読にしました") && list.contains("未読は0件です"));
}

#[tokio::test(flavor = "multi_thread")]
async fn p2_letters_about_notices_are_chosen_on_the_account_page() {
    let app = App::new().await;
    let office = Body::Office(OFFICE.parse().unwrap());
    let member = app.as_member(office, "見本", "a@mihon.example").await;
    let wants = |page: &str| page.contains("name=\"wants_mail\" value=\"yes\" checked");
    assert!(!wants(&member.get("/account").await.text()));
    let fields = [("go", "notices"), ("wants_mail", "yes")];
    let saved = member.post("/account", "/account", &fields).await;
    assert_eq!(saved.status, StatusCode::OK);
    assert!(wants(&member.get("/account").await.text()));
    member
        .post("/account", "/account", &[("go", "notices")])
        .await;
    assert!(!wants(&member.get("/account").await.text()));
}

#[tokio::test(flavor = "multi_thread")]
async fn p3_the_preparation_stands_in_the_address_and_nowhere_else() {
    let app = App::new().await;
    let page = app.get("/checklist?kind=medical&people=1&nonsense=1").await;
    let text = page.text();
    assert!(
        text.contains("name=\"people\" value=\"1\" checked"),
        "{text}"
    );
    assert!(text.contains("件のうち1件が終わっています"));
    assert!(
        text.contains("name=\"opinions\""),
        "the list of a medical institution"
    );
    assert!(page.headers.get(header::SET_COOKIE).is_none());
    let none = app.get("/checklist?kind=%00").await;
    assert_eq!(none.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn p1_addresses_with_a_slash_lead_on_and_wrong_ones_have_a_page() {
    let app = App::new().await;
    for (asked, to) in [
        ("/news/", "/news"),
        ("/readiness/?q=a%20b", "/readiness?q=a%20b"),
        ("/ops/", "/ops"),
        ("//evil.example/", "/evil.example"),
    ] {
        let answer = app.get(asked).await;
        assert_eq!(answer.status, StatusCode::PERMANENT_REDIRECT, "{asked}");
        assert_eq!(answer.headers[header::LOCATION], to);
    }
    let robots = app.get("/robots.txt").await.text();
    assert!(robots.contains("Disallow: /mypage") && robots.contains("/sitemap"));
    let icon = app.get("/favicon.ico").await;
    assert_eq!(icon.headers[header::CONTENT_TYPE], "image/svg+xml");
    let request = Request::delete("/news").body(HttpBody::empty()).unwrap();
    let wrong = app.send(request).await;
    assert_eq!(wrong.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(wrong.headers[header::ALLOW], "GET,HEAD");
    assert!(wrong.text().contains("<h1>"));
    let missing = app.get("/no/such/page").await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    assert!(missing.text().contains("<h1>"));
}
