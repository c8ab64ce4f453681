//! The WEB service as an office lives with it: first set-up, staff, terminals (W-1, W-2).
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../../print/tests/reading/mod.rs"]
mod reading;
mod support;

use kiban_domain::Clock as _;
use kiban_services::{
    certificates::Standing,
    mail::{self, Outgoing, Post, PostError},
};
use kiban_store::repo::{
    certificates::{self, CertificateRow},
    offices::{self, OfficeRow},
    terminals::{self, TerminalRow},
};
use std::{future::Future, pin::Pin, sync::Mutex};
use support::{App, Browser, CHIEF, LOGIN, OFFICE, Page, borrowed};

const NEW: &str = "1379900023";

#[derive(Default)]
struct Letters(Mutex<Vec<(String, String)>>);

impl Post for Letters {
    fn send<'a>(
        &'a self,
        letter: &'a Outgoing,
    ) -> Pin<Box<dyn Future<Output = Result<(), PostError>> + Send + 'a>> {
        Box::pin(async move {
            let letter = (letter.subject.clone(), letter.body.clone());
            self.0.lock().unwrap().push(letter);
            Ok(())
        })
    }
}

async fn letters(app: &App) -> Vec<(String, String)> {
    let post = Letters::default();
    mail::deliver(&app.platform, &post).await.unwrap();
    post.0.into_inner().unwrap()
}

fn between(page: &str, from: &str, to: &str) -> String {
    let rest = page
        .split(from)
        .nth(1)
        .unwrap_or_else(|| panic!("{from} in {page}"));
    rest.split(to).next().unwrap().to_owned()
}

fn totp(app: &App, secret: &str) -> String {
    let secret = totp_rs::Secret::try_from_base32(secret.replace(' ', "")).unwrap();
    let totp = totp_rs::Builder::new().with_secret(secret).build().unwrap();
    totp.generate(u64::try_from(app.clock.now().as_second()).unwrap())
        .to_string()
}

async fn terminal(app: &App, office: &str, id: &str, serial: &str, first: bool, days: i64) {
    let now = app.clock.now();
    let row = TerminalRow {
        terminal_id: id.into(),
        office_no: office.parse().unwrap(),
        name: format!("端末 {id}"),
        kind: 1,
        may_set_up: first,
        created_at: now,
    };
    let certificate = CertificateRow {
        serial: serial.into(),
        door: 1,
        organisation: office.into(),
        holder: id.into(),
        role: "browser".into(),
        issued_at: now,
        not_after: now + jiff::SignedDuration::from_hours(24 * days),
        revoked_at: None,
    };
    app.platform
        .store
        .write::<(), kiban_store::Error, _>(move |work| {
            Box::pin(async move {
                terminals::add(work, &row).await?;
                certificates::add(work, &certificate).await
            })
        })
        .await
        .unwrap();
    app.table.refresh(&app.platform).await.unwrap();
}

async fn new_office(app: &App) {
    let row = OfficeRow {
        office_no: NEW.parse().unwrap(),
        name: "見本デイサービス".into(),
        medical: false,
        service_kinds: vec![],
        created_at: app.clock.now(),
    };
    app.platform
        .store
        .write::<(), kiban_store::Error, _>(move |work| {
            Box::pin(async move { offices::save(work, &row).await })
        })
        .await
        .unwrap();
}

/// Password, then the code of the authenticator; the page that follows, and one recovery code.
async fn make(
    app: &App,
    browser: &mut Browser,
    path: &str,
    more: &[(&str, &str)],
) -> (Page, String) {
    let mut fields = vec![
        ("go", "begin"),
        ("password", "correct horse battery"),
        ("again", "correct horse battery"),
    ];
    fields.extend(more);
    let page = browser.post(path, &fields).await;
    page.is(200).has("QRコード");
    let secret = between(
        &page.html,
        "次の文字を入力してください。<br><code>",
        "</code>",
    );
    let draft = between(&page.html, "name=\"draft\" value=\"", "\"");
    let wrong = [
        ("go", "finish"),
        ("draft", draft.as_str()),
        ("code", "000000"),
    ];
    browser
        .post(path, &wrong)
        .await
        .is(422)
        .has("正しくありません");
    let code = totp(app, &secret);
    let right = [
        ("go", "finish"),
        ("draft", draft.as_str()),
        ("code", code.as_str()),
    ];
    let page = browser.post(path, &right).await;
    page.is(200).has("予備のコード");
    browser.post(path, &right).await.is(409);
    let recovery = between(&page.html, "<ul class=\"codes\"><li><code>", "</code>");
    (page, recovery)
}

async fn sign_in(browser: &mut Browser, login: &str, code: &str) -> Page {
    browser.get("/care/sign-in").await.is(200);
    let fields = [("user", login), ("password", "correct horse battery")];
    let page = browser.post("/care/sign-in", &fields).await;
    page.is(303);
    browser.get("/care/second-factor").await;
    browser.post("/care/second-factor", &[("code", code)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn w2_the_first_set_up_goes_on_where_it_stopped() {
    let app = App::new().await;
    new_office(&app).await;
    terminal(&app, NEW, "T-1", "1a", true, 365).await;
    terminal(&app, NEW, "T-2", "2a", false, 365).await;
    let mut browser = app.browser_of(NEW, "T-1", "1a");
    assert_eq!(browser.get("/care/sign-in").await.to(), "/care/setup");
    assert_eq!(
        browser.get("/care/setup").await.to(),
        "/care/setup/connection"
    );
    let late = app.clock.now().as_millisecond() - 13 * 60_000;
    let page = browser
        .get(&format!("/care/setup/connection?browser_time={late}"))
        .await;
    page.is(200)
        .has("13分ほど遅れています")
        .has("端末 T-1")
        .has("停止されていません");
    browser
        .get("/care/setup/connection")
        .await
        .has("端末の時計と見比べてください");
    assert_eq!(
        browser.post("/care/setup/connection", &[]).await.to(),
        "/care/setup"
    );
    assert_eq!(
        browser.get("/care/setup").await.to(),
        "/care/setup/administrator"
    );

    // Only at the terminal of the operator's code.
    let mut other = app.browser_of(NEW, "T-2", "2a");
    other.get("/care/setup/administrator").await.is(403);

    let path = "/care/setup/administrator";
    browser.get(path).await.is(200);
    let page = browser
        .post(
            path,
            &[
                ("go", "begin"),
                ("user", "a"),
                ("password", "short"),
                ("again", "other"),
            ],
        )
        .await;
    page.is(422).has("2つのパスワードが同じではありません");
    let weak = [
        ("go", "begin"),
        ("user", "kanri"),
        ("name", ""),
        ("mail", "x"),
        ("password", "kanri-kanri-1"),
        ("again", "kanri-kanri-1"),
    ];
    let page = browser.post(path, &weak).await;
    page.is(422)
        .has("推測されやすい")
        .has("氏名を")
        .has("メールアドレスの形");
    let who = [
        ("user", "Kanri"),
        ("name", "見本 管理子"),
        ("mail", "kanri@hikari.example"),
    ];
    let (_, recovery) = make(&app, &mut browser, path, &who).await;
    assert_eq!(browser.get(path).await.to(), "/care/setup");
    browser
        .post(path, &[("go", "begin"), ("user", "second")])
        .await
        .is(409);

    // A recovery code stands for the authenticator, once.
    let page = sign_in(&mut browser, "kanri", &recovery).await;
    assert_eq!(page.to(), "/care", "{}", page.html);
    let mut again = app.browser_of(NEW, "T-1", "1a");
    sign_in(&mut again, "kanri", &recovery).await.is(422);

    assert_eq!(browser.get("/care/setup").await.to(), "/care/setup/staff");
    browser
        .get("/care/setup/staff")
        .await
        .is(200)
        .has("初期設定を完了する");
    assert_eq!(browser.get("/care/setup/done").await.to(), "/care/setup");
    assert_eq!(
        browser.post("/care/setup/staff", &[]).await.to(),
        "/care/setup/done"
    );
    let page = browser.get("/care/setup/done").await;
    page.is(200)
        .has("この端末は使えます")
        .has("見本デイサービス")
        .has("見本 管理子（管理者）")
        .has("href=\"/care/setup/done.pdf\"");
    let sheet = browser.get("/care/setup/done.pdf").await;
    let page = reading::text(&sheet.is(200).bytes);
    for words in [
        "この端末は使えます",
        "見本デイサービス",
        "端末T-1",
        "見本管理子（管理者）",
    ] {
        assert!(page.contains(words), "{words} {page}");
    }
    assert_eq!(browser.get("/care/setup").await.to(), "/care");
}

#[tokio::test(flavor = "multi_thread")]
async fn w2_an_invitation_makes_one_account_and_a_second_use_is_refused_helpfully() {
    let app = App::new().await;
    let mut chief = app.signed_in_as(CHIEF).await;
    let page = chief
        .post(
            "/care/staff/invite",
            &[("name", ""), ("mail", "x"), ("role", "9")],
        )
        .await;
    page.is(422)
        .has("氏名を")
        .has("メールアドレスの形")
        .has("役割を選択");
    let who = [
        ("name", "見本 次郎"),
        ("mail", "jiro@hikari.example"),
        ("role", "3"),
    ];
    assert_eq!(
        chief.post("/care/staff/invite", &who).await.to(),
        "/care/staff?done=invited"
    );
    let first = letters(&app).await.pop().unwrap().1;
    let page = chief.get("/care/staff").await;
    page.has("見本 次郎").has("招待中");
    let again = format!(
        "/care/invitations/{}/again",
        between(&page.html, "/care/invitations/", "/")
    );
    assert_eq!(chief.post(&again, &[]).await.to(), "/care/staff?done=again");
    chief.post(&again, &[]).await.is(404);
    let second = letters(&app).await.pop().unwrap().1;
    let code = |letter: &str| between(letter, "invitation?code=", "\n");

    let mut jiro = app.browser();
    let link = |code: &str| format!("/care/invitation?code={code}");
    jiro.get(&link(&code(&first)))
        .await
        .is(409)
        .has("取り消されたか");
    jiro.get(&link("0000")).await.is(404);
    let mut elsewhere = app.browser_of(NEW, "T-1", "1a");
    elsewhere.get(&link(&code(&second))).await.is(404);
    jiro.get(&link(&code(&second)))
        .await
        .is(200)
        .has("見本 次郎さん");
    let invitation = code(&second);
    let taken = [
        ("go", "begin"),
        ("invitation", invitation.as_str()),
        ("user", LOGIN),
        ("password", "correct horse battery"),
        ("again", "correct horse battery"),
    ];
    jiro.post("/care/invitation", &taken)
        .await
        .is(422)
        .has("すでに使われています");
    make(
        &app,
        &mut jiro,
        "/care/invitation",
        &[("invitation", &invitation), ("user", "jiro")],
    )
    .await;
    jiro.get(&link(&invitation))
        .await
        .is(409)
        .has("そのままログインしてください");
    app.clock.pass(60);
    chief.get("/care/staff").await.has("jiro").lacks("招待中");
}

#[tokio::test(flavor = "multi_thread")]
async fn w2_a_stopped_member_is_out_at_once_and_the_last_administrator_stays() {
    let app = App::new().await;
    let mut member = app.signed_in().await;
    app.clock.pass(60);
    let mut chief = app.signed_in_as(CHIEF).await;
    member
        .get("/care/staff")
        .await
        .is(200)
        .lacks("職員を招待する");
    member.get("/care/staff/invite").await.is(403);
    let page = chief.get("/care/staff").await;
    let before = page.html.split("/stop\"").next().unwrap();
    let id = before.rsplit('/').next().unwrap();
    member
        .post(&format!("/care/staff/{id}/stop"), &[])
        .await
        .is(403);
    chief
        .get(&format!("/care/staff/{id}/stop"))
        .await
        .is(200)
        .has("利用停止の確認");
    let done = chief.post(&format!("/care/staff/{id}/stop"), &[]).await;
    assert_eq!(done.to(), "/care/staff?done=stop");
    member.get("/care").await.is(303);
    chief
        .get("/care/staff?done=stop")
        .await
        .has("停止中")
        .has("再開する");
    let own = chief.get("/care/staff").await;
    own.lacks("（管理 太郎さん）");
}

#[tokio::test(flavor = "multi_thread")]
async fn w1_terminals_are_named_renewed_and_stopped_by_administrators() {
    let app = App::new().await;
    terminal(&app, OFFICE, "T-7", "7a", false, 30).await;
    terminal(&app, NEW, "T-9", "9a", false, 365).await;
    let mut chief = app.signed_in_as(CHIEF).await;
    chief
        .get("/care")
        .await
        .has("端末「端末 T-7」の電子証明書の期限まで、あと30日です");
    let page = chief.get("/care/terminals").await;
    page.is(200).has("あと30日").lacks("T-9");
    let named = chief
        .post(
            "/care/terminals/T-7",
            &[("name", "相談室"), ("kind", "tablet")],
        )
        .await;
    assert_eq!(named.to(), "/care/terminals?done=named");
    chief
        .post("/care/terminals/T-7", &[("name", ""), ("kind", "pc")])
        .await
        .is(422);
    chief
        .get("/care/terminals")
        .await
        .has("相談室")
        .has("タブレット");
    let ticket = chief.post("/care/terminals/new", &[]).await;
    ticket
        .is(200)
        .has("https://portal.example/start")
        .has(OFFICE);
    let code = between(&ticket.html, "name=\"code\" value=\"", "\"");
    let expires = between(&ticket.html, "name=\"expires\" value=\"", "\"");
    let of = |terminal: &'static str, code: &str, expires: &str| {
        [
            ("terminal", terminal.to_owned()),
            ("code", code.to_owned()),
            ("expires", expires.to_owned()),
        ]
    };
    let sheet = chief
        .post(
            "/care/terminals/code.pdf",
            &borrowed(&of("", &code, &expires)),
        )
        .await;
    let page = reading::text(&sheet.is(200).bytes);
    for words in [
        "端末を追加するためのコード",
        &code,
        OFFICE,
        "https://portal.example/start",
    ] {
        assert!(page.contains(words), "{words} {page}");
    }
    let renewed = of("T-7", &code, &expires);
    let sheet = chief
        .post("/care/terminals/code.pdf", &borrowed(&renewed))
        .await;
    assert!(reading::text(&sheet.is(200).bytes).contains("「相談室」"));
    for wrong in [
        of("", "", &expires),
        of("", "12345-<b>ab", &expires),
        of("", &code, "1"),
        of("", &code, "x"),
    ] {
        let page = chief
            .post("/care/terminals/code.pdf", &borrowed(&wrong))
            .await;
        page.is(409).has("有効期限が過ぎています");
    }
    let nowhere = of("nowhere", &code, &expires);
    let page = chief
        .post("/care/terminals/code.pdf", &borrowed(&nowhere))
        .await;
    page.is(404);
    chief
        .post("/care/terminals/T-7/renew", &[])
        .await
        .is(200)
        .has("「相談室」で");
    for path in [
        "/care/terminals/T-9/stop",
        "/care/terminals/T-9/renew",
        "/care/terminals/nowhere/stop",
    ] {
        chief.post(path, &[]).await.is(404);
    }
    assert_eq!(app.table.standing("7a"), Some(Standing::Good));
    chief
        .get("/care/terminals/T-7/stop")
        .await
        .is(200)
        .has("取り消せません");
    let stopped = chief.post("/care/terminals/T-7/stop", &[]).await;
    assert_eq!(stopped.to(), "/care/terminals?done=stopped");
    assert_eq!(
        app.table.standing("7a"),
        Some(Standing::Revoked),
        "the next request"
    );
    chief.post("/care/terminals/T-7/renew", &[]).await.is(409);
    app.clock.pass(60);
    let mut member = app.signed_in().await;
    member
        .get("/care/terminals")
        .await
        .is(200)
        .lacks("端末を追加</button>");
    for path in [
        "/care/terminals/new",
        "/care/terminals/code.pdf",
        "/care/terminals/T-7/stop",
        "/care/terminals/T-7/renew",
    ] {
        member.post(path, &[]).await.is(403);
    }
}
