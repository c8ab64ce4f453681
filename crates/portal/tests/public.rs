//! What every visitor sees, without sign-in and without script (P-1, P-3, P-6).
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use http::header;
use kiban_domain::{PlatformFunction, ReadinessStep, StepDates, Steps};
use kiban_services::{
    CallContext,
    readiness::{self, Declaration, Seen},
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use std::collections::{BTreeMap, BTreeSet};
use support::{App, operator};

async fn published() -> App {
    let app = App::new().await;
    let visitor = CallContext::portal_visitor("r");
    let added = kiban_portal::publish_first(&app.platform, &visitor)
        .await
        .unwrap();
    assert!(added > 200, "{added}");
    kiban_services::subsidies::take_in_shipped(&app.platform)
        .await
        .unwrap();
    assert_eq!(
        kiban_portal::publish_first(&app.platform, &visitor)
            .await
            .unwrap(),
        0
    );
    app
}

async fn declare(
    app: &App,
    code: &str,
    function: PlatformFunction,
    dates: &[(ReadinessStep, Option<&str>, Option<&str>)],
) {
    let steps = dates
        .iter()
        .fold(Steps::default(), |steps, (step, planned, actual)| {
            let planned = planned.map(|it| it.parse().unwrap());
            let actual = actual.map(|it| it.parse().unwrap());
            steps.with(*step, StepDates { planned, actual })
        });
    let declaration = Declaration {
        municipality: code.parse().unwrap(),
        function,
        steps,
        seen: Seen::Whatever,
        reason: String::new(),
    };
    readiness::declare(&app.platform, &operator(), declaration)
        .await
        .unwrap();
}

fn links(html: &str) -> BTreeSet<String> {
    html.split("href=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .filter(|it| it.starts_with('/'))
        .map(|it| it.split('#').next().unwrap().replace("&amp;", "&"))
        .filter(|it| !it.is_empty())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn p1_every_link_of_every_public_page_leads_somewhere() {
    let app = published().await;
    let mut found_on: BTreeMap<String, String> = BTreeMap::from([("/".into(), "start".into())]);
    let mut open = vec!["/".to_owned()];
    let mut municipalities = 0;
    while let Some(path) = open.pop() {
        let answer = app.get(&path).await;
        if answer.status == 303 {
            // A page behind the sign-in, which leads back to it.
            let to = answer.headers[header::LOCATION].to_str().unwrap();
            assert!(to.starts_with("/login?next="), "{path}: {to}");
            continue;
        }
        assert_eq!(answer.status, 200, "{path}, linked on {}", found_on[&path]);
        let html = answer.headers.get(header::CONTENT_TYPE);
        if !html.is_some_and(|it| it.to_str().unwrap().starts_with("text/html")) {
            continue;
        }
        // Specs, ui, section 13.
        assert!(
            answer.bytes.len() <= 82_000,
            "{path}: {}",
            answer.bytes.len()
        );
        for link in links(&answer.text()) {
            let municipality = link.starts_with("/readiness/");
            municipalities += usize::from(municipality);
            // A page of the list stands for all of them.
            let enough = municipality && municipalities > 40
                || link.contains("size=") && !link.contains("page=2");
            if !enough && !found_on.contains_key(&link) {
                found_on.insert(link.clone(), path.clone());
                open.push(link);
            }
        }
    }
    assert!(found_on.len() > 250, "{}", found_on.len());
    for page in [
        "/about",
        "/docs/first-registration",
        "/faq/accessibility",
        "/news/site-open",
        "/readiness.ics",
    ] {
        assert!(found_on.contains_key(page), "{page} is linked nowhere");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p1_what_is_not_there_is_said_and_other_methods_are_refused() {
    let app = published().await;
    for path in [
        "/nothing",
        "/news/nothing",
        "/docs/nothing",
        "/faq/nothing",
        "/for/nobody",
        "/readiness/999999",
        "/readiness/010006",
        "/sandbox",
        "/news/..%2fx",
    ] {
        let answer = app.get(path).await;
        assert_eq!(answer.status, 404, "{path}");
        assert!(answer.text().contains("ページが見つかりません"), "{path}");
    }
    let post = http::Request::post("/news").body(axum::body::Body::empty());
    let refused = app.send(post.unwrap()).await;
    assert!(refused.status == 405 && refused.text().contains("受け取れない送信です"));
}

#[tokio::test(flavor = "multi_thread")]
async fn p1_news_are_filtered_and_fed() {
    let app = published().await;
    let important = app.get("/news?category=important").await.text();
    assert!(important.contains("紙の被保険者証は") && !important.contains("電子証明書の更新"));
    let none = app.get("/news?category=maintenance").await.text();
    assert!(none.contains("条件に合うお知らせはありませんでした"));
    let odd = app
        .get("/news?category=%3Cscript%3E&for=x&year=99999")
        .await;
    assert!(odd.status == 200 && !odd.text().contains("<script>"));
    let atom = app.get("/news.atom").await;
    assert!(
        atom.headers[header::CONTENT_TYPE]
            .to_str()
            .unwrap()
            .starts_with("application/atom+xml")
    );
    assert_eq!(atom.text().matches("<entry>").count(), 5);
    let json: serde_json::Value =
        serde_json::from_slice(&app.get("/news.json").await.bytes).unwrap();
    assert_eq!(json["items"].as_array().unwrap().len(), 5);
    assert_eq!(
        json["items"][0]["title"],
        "コードやパスワードを尋ねるメールにご注意ください"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn p3_what_a_municipality_declares_is_on_every_page_and_in_every_file() {
    let app = published().await;
    let before = app.get("/readiness/151009").await.text();
    assert!(before.contains("対応状況は公表されていません"));
    declare(
        &app,
        "151009",
        PlatformFunction::Certificates,
        &[
            (
                ReadinessStep::Standardised,
                Some("FY2025"),
                Some("2026-03-20"),
            ),
            (ReadinessStep::Able, Some("2026-06"), Some("2026-07-10")),
            (ReadinessStep::Sharing, Some("2027-02"), None),
        ],
    )
    .await;
    app.clock.pass(3);
    let page = app.get("/readiness/151009").await.text();
    for shown in [
        "準備中",
        "令和7年度",
        "10日おくれ",
        "令和9年2月",
        "登録の履歴",
    ] {
        assert!(page.contains(shown), "{shown}");
    }
    let list = app
        .get("/readiness?q=%E3%81%AB%E3%81%84%E3%81%8C%E3%81%9F")
        .await
        .text();
    assert!(
        list.contains("新潟市") && list.contains("令和9年2月（予定）") && list.contains("1,740")
    );
    let stage = app.get("/readiness?stage=preparing&pref=15").await.text();
    assert!(stage.contains("全1件中 1〜1件"));
    let csv = app.get("/readiness.csv").await;
    assert!(csv.bytes.starts_with("\u{feff}".as_bytes()));
    assert_eq!(csv.text().lines().count(), 1 + 1741 * 6);
    assert!(csv.text().contains("\"151009\",\"新潟県\",\"新潟市\""));
    let narrow = app.get("/readiness-ms932.csv").await;
    assert_eq!(narrow.status, 200, "every name fits");
    assert!(
        narrow.headers[header::CONTENT_TYPE]
            .to_str()
            .unwrap()
            .contains("Shift_JIS")
    );
    let json: serde_json::Value =
        serde_json::from_slice(&app.get("/readiness.json").await.bytes).unwrap();
    let all = json["municipalities"].as_array().unwrap();
    let niigata = all.iter().find(|it| it["code"] == "151009").unwrap();
    assert_eq!(niigata["functions"][0]["stage"], "preparing");
    let able = &niigata["functions"][0]["steps"][1];
    assert_eq!(able["planned"], "2026-06");
    assert_eq!(able["first_planned"], "2026-06");
    assert!(able["moved_days"] == 0 && able["late_days"] == 10, "{able}");
    let slips = app.get("/readiness").await.text();
    assert!(slips.contains("予定と実際") && slips.contains("0／1") && slips.contains("1（100%）"));
    let history = app.get("/readiness-history.csv").await.text();
    assert_eq!(history.lines().count(), 4);
    let feed = app.get("/readiness.atom").await.text();
    assert!(feed.contains("新潟市（新潟県）の対応状況") && feed.matches("<entry>").count() == 1);
    for path in ["/readiness.ics", "/readiness/151009.ics"] {
        let calendar = app.get(path).await.text();
        assert!(
            calendar.contains("DTSTART;VALUE=DATE:20270201\r\nDTEND;VALUE=DATE:20270301"),
            "{path}: {calendar}"
        );
    }
    let home = app.get("/").await.text();
    assert!(home.contains("1,740"));
}

async fn post(app: &App, path: &str, cookie: &str, fields: &[(&str, &str)]) -> support::Answer {
    let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let body: Vec<_> = fields
        .iter()
        .map(|(name, value)| format!("{name}={}", encode(value)))
        .collect();
    let request = http::Request::post(path)
        .header(header::COOKIE, cookie)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .extension(kiban_web_kit::PeerAddr("192.0.2.7:1".parse().unwrap()))
        .body(axum::body::Body::from(body.join("&")));
    app.send(request.unwrap()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn p5_an_inquiry_is_looked_at_sent_once_and_seen_again_with_its_code() {
    let app = published().await;
    let page = app.get("/contact/form").await;
    let csrf = page.between("name=\"csrf\" value=\"", "\"");
    let once = page.between("name=\"once\" value=\"", "\"");
    let cookie = page.headers[header::SET_COOKIE]
        .to_str()
        .unwrap()
        .split(';')
        .next()
        .unwrap()
        .to_owned();
    let fields = |step: &'static str, mail: &'static str, body: &'static str| {
        let all = [
            ("csrf", csrf.as_str()),
            ("once", once.as_str()),
            ("step", step),
            ("category", "terminal"),
            ("name", "見本 担当"),
            ("mail", mail),
            ("body", body),
        ];
        let app = &app;
        let cookie = cookie.as_str();
        async move { post(app, "/contact/form", cookie, &all).await }
    };
    let wrong = fields("check", "tantou", "").await;
    assert_eq!(wrong.status, 422);
    for message in [
        "入力内容に2件の誤りがあります",
        "@の前後を半角",
        "内容を入力してください",
        "エラー：",
    ] {
        assert!(wrong.text().contains(message), "{message}");
    }
    let script = "証明書を更新できません。<script>alert(1)</script>\n二行目";
    let looked = fields("check", "tantou＠hikari.example", script).await;
    let text = looked.text();
    assert!(
        looked.status == 200
            && text.contains("まだ送信していません")
            && text.contains("tantou@hikari.example")
    );
    assert!(!text.contains("<script>alert"));
    let plain = fields("check", "tantou@hikari.example", "証明書を更新できません").await;
    assert!(plain.text().contains("解決するかもしれません"));
    let sent = fields("send", "tantou@hikari.example", script).await;
    let ticket = sent.between("<dd class=\"big num\">", "<");
    let again = fields("send", "tantou@hikari.example", script).await;
    assert_eq!(
        again.between("<dd class=\"big num\">", "<"),
        ticket,
        "sent twice is one"
    );

    let track = |fields: Vec<(&'static str, String)>| {
        let (app, cookie, csrf) = (&app, cookie.clone(), csrf.clone());
        async move {
            let mut all = vec![("csrf", csrf.as_str())];
            all.extend(fields.iter().map(|(name, value)| (*name, value.as_str())));
            post(app, "/contact/track", &cookie, &all).await
        }
    };
    let asked = track(vec![
        ("step", "code".into()),
        ("ticket", ticket.clone()),
        ("mail", "tantou@hikari.example".into()),
    ])
    .await;
    assert!(asked.text().contains("確認コードをメールでお送りしました"));
    let stranger = track(vec![
        ("step", "code".into()),
        ("ticket", ticket.clone()),
        ("mail", "x@hikari.example".into()),
    ])
    .await;
    assert!(
        stranger
            .text()
            .contains("確認コードをメールでお送りしました"),
        "the same answer"
    );
    let wrong = track(vec![
        ("step", "open".into()),
        ("ticket", ticket.clone()),
        ("code", "00000000".into()),
    ])
    .await;
    assert!(wrong.status == 422 && wrong.text().contains("確認できませんでした"));
    let letters = app.letters().await;
    let code = letters.iter().find_map(|it| it.split("コード　").nth(1));
    let code = code.unwrap().split('\n').next().unwrap().to_owned();
    let open = track(vec![
        ("step", "open".into()),
        ("ticket", ticket.clone()),
        ("code", code.clone()),
    ])
    .await;
    assert!(
        open.status == 200
            && open.text().contains("二行目")
            && !open.text().contains("<script>alert")
    );
    let reply = track(vec![
        ("step", "reply".into()),
        ("ticket", ticket.clone()),
        ("code", code),
        ("body", "追加です".into()),
    ])
    .await;
    assert!(reply.text().contains("送信しました") && reply.text().contains("追加です"));
}

struct Chat {
    state: String,
    text: String,
    status: u16,
}

async fn say(app: &App, cookie: &str, csrf: &str, state: &str, field: &str, value: &str) -> Chat {
    let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let body = format!("csrf={csrf}&state={state}&{field}={}", encode(value));
    let request = http::Request::post("/contact/chat")
        .header(header::COOKIE, cookie)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .extension(kiban_web_kit::PeerAddr("192.0.2.7:1".parse().unwrap()))
        .body(axum::body::Body::from(body));
    let answer = app.send(request.unwrap()).await;
    Chat {
        state: answer.between("name=\"state\" value=\"", "\""),
        text: answer.text(),
        status: answer.status.as_u16(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p6_the_chat_finds_names_its_source_masks_numbers_and_says_when_it_knows_nothing() {
    let app = published().await;
    let page = app.get("/contact/chat").await;
    let csrf = page.between("name=\"csrf\" value=\"", "\"");
    let cookie = page.headers[header::SET_COOKIE]
        .to_str()
        .unwrap()
        .split(';')
        .next()
        .unwrap()
        .to_owned();
    let ask = |state: String, text: &'static str| {
        let (app, cookie, csrf) = (&app, cookie.clone(), csrf.clone());
        async move { say(app, &cookie, &csrf, &state, "question", text).await }
    };
    let first = ask(String::new(), "パソコンをなくした").await;
    assert!(
        first.text.contains("出典：<a href=\"/faq/"),
        "{}",
        first.text
    );
    assert!(first.text.contains("この回答で解決しましたか"));
    let helped = say(&app, &cookie, &csrf, &first.state, "helped", "no").await;
    assert!(helped.text.contains("お役に立てず"));
    let masked = ask(
        first.state.clone(),
        "被保険者番号1234567890の人の要介護度は",
    )
    .await;
    assert!(!masked.text.contains("1234567890") && masked.text.contains("伏せました"));
    let twice = ask(String::new(), "府中市はもう対応してる？").await;
    assert!(twice.text.contains("東京都 府中市") && twice.text.contains("広島県 府中市"));
    let none = ask(String::new(), "ﾊﾞﾅﾅの皮をむく速さの世界記録").await;
    assert!(
        !none.text.contains("この回答で解決しましたか"),
        "{}",
        none.text
    );
    let empty = ask(String::new(), " ").await;
    assert!(empty.status == 422 && empty.text.contains("質問を入力してください"));
    let script = ask(String::new(), "<script>alert(1)</script>").await;
    assert!(!script.text.contains("<script>alert"));
    let forged = ask("AAAA".into(), "紙の被保険者証は使えますか").await;
    assert_eq!(forged.status, 200);
    let mut state = String::new();
    for _ in 0..12 {
        let next = ask(state, "証明書の期限").await;
        state = next.state;
        assert!(next.text.matches("chat__q").count() <= 10);
    }
    let many = ask(state, "証明書の期限").await;
    assert!(many.status == 422 || many.status == 200);
    let mut refused = 0;
    for _ in 0..8 {
        refused += usize::from(ask(String::new(), "証明書の期限").await.status == 422);
    }
    assert!(refused > 0, "twenty a minute");
}

#[tokio::test(flavor = "multi_thread")]
async fn p1_the_search_looks_into_everything() {
    let app = published().await;
    let found = app
        .get("/search?q=%E8%A8%BC%E6%98%8E%E6%9B%B8")
        .await
        .text();
    for kind in ["よくあるご質問", "各種資料"] {
        assert!(found.contains(kind), "{kind}");
    }
    let place = app
        .get("/search?q=%E9%95%B7%E5%B2%A1%E5%B8%82")
        .await
        .text();
    assert!(place.contains("/readiness/152021"));
    let none = app.get("/search?q=%3Cb%3Exyzzy").await.text();
    assert!(none.contains("見つかりませんでした") && !none.contains("<b>xyzzy"));
}
