//! Signing in at the portal over HTTP (P20, M04): what opens what, and what is said when it does not.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use axum::body::Body as RequestBody;
use http::{Request, StatusCode, header};
use kiban_domain::{Body, PortalRole, Roles};
use kiban_services::forms::FormKey;
use kiban_services::portal_users::{
    NewAccount,
    invitations::{self, NewMember},
    shown_login,
};
use support::{Answer, App};

const PASSWORD: &str = "青空 hikari 2026 mado";
const FORM: &str = "application/x-www-form-urlencoded";

/// A browser: keeps its cookies.
struct Browser<'a> {
    app: &'a App,
    session: String,
    entry: String,
}

impl<'a> Browser<'a> {
    fn new(app: &'a App) -> Self {
        Self {
            app,
            session: String::new(),
            entry: String::new(),
        }
    }

    fn keep(&mut self, answer: &Answer) {
        for cookie in answer.headers.get_all(header::SET_COOKIE) {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            match pair.split_once('=').unwrap() {
                ("kiban_session", _) => pair.clone_into(&mut self.session),
                _ => pair.clone_into(&mut self.entry),
            }
        }
    }

    async fn get(&mut self, path: &str) -> Answer {
        let cookies = format!("{}; {}", self.session, self.entry);
        let request = Request::get(path)
            .header(header::COOKIE, cookies)
            .header(header::USER_AGENT, "Windows Edg/1")
            .body(RequestBody::empty())
            .unwrap();
        let answer = self.app.send(request).await;
        self.keep(&answer);
        answer
    }

    async fn post(&mut self, path: &str, csrf: &str, fields: &[(&str, &str)]) -> Answer {
        let token = [("csrf", csrf)];
        let pairs: Vec<String> = fields
            .iter()
            .chain(&token)
            .map(|(name, value)| format!("{name}={}", encoded(value)))
            .collect();
        let cookies = format!("{}; {}", self.session, self.entry);
        let request = Request::post(path)
            .header(header::COOKIE, cookies)
            .header(header::USER_AGENT, "Windows Edg/1")
            .header(header::CONTENT_TYPE, FORM)
            .body(RequestBody::from(pairs.join("&")))
            .unwrap();
        let answer = self.app.send(request).await;
        self.keep(&answer);
        answer
    }

    /// Opens a page, fills in its form and sends it.
    async fn fill(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let page = self.get(path).await;
        let csrf = page.between("name=\"csrf\" value=\"", "\"");
        self.post(path, &csrf, fields).await
    }
}

fn encoded(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::new(), |mut all, byte| {
        let _ = write!(all, "%{byte:02X}");
        all
    })
}

fn to(answer: &Answer) -> &str {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    answer.headers[header::LOCATION].to_str().unwrap()
}

async fn issued(app: &App) -> (String, String) {
    let new = NewMember {
        account: NewAccount {
            name: "<script>alert(1)</script>".into(),
            mail: "tantou@machi.example".parse().unwrap(),
            phone: String::new(),
        },
        body: Body::Insurer("131128".parse().unwrap()),
        body_name: "世田谷区".into(),
        roles: Roles::of([PortalRole::Administrator]),
    };
    let context = kiban_services::CallContext::portal_visitor("test");
    let url = "https://portal.example";
    let (row, secret) = invitations::issue(
        &app.platform,
        &context,
        &FormKey::fresh(&app.platform),
        url,
        new,
    )
    .await
    .unwrap();
    (shown_login(&row.login), secret)
}

fn code(app: &App, secret: &str) -> String {
    let secret = totp_rs::Secret::try_from_base32(secret.replace(' ', "")).unwrap();
    let totp = totp_rs::Builder::new().with_secret(secret).build().unwrap();
    let now = u64::try_from(app.platform.now().as_second()).unwrap();
    totp.generate(now).to_string()
}

/// From the first secret to a session; the authenticator's secret.
async fn settled(browser: &mut Browser<'_>, login: &str, first: &str) -> String {
    let begun = browser
        .fill("/login", &[("user", login), ("password", first)])
        .await;
    assert_eq!(to(&begun), "/login/setup");
    let set = browser
        .fill(
            "/login/setup",
            &[
                ("go", "password"),
                ("password", PASSWORD),
                ("again", PASSWORD),
            ],
        )
        .await;
    assert_eq!(to(&set), "/login/setup");
    let page = browser.get("/login/setup").await;
    let secret = page.between("<code>", "</code>");
    let typed = code(browser.app, &secret);
    let done = browser
        .fill("/login/setup", &[("go", "application"), ("code", &typed)])
        .await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text());
    assert_eq!(done.text().matches("<li><code>").count(), 8);
    secret
}

#[tokio::test]
async fn p20_a_first_secret_leads_to_a_session_and_opens_nothing_on_the_way() {
    let app = App::new().await;
    let (login, first) = issued(&app).await;
    let mut browser = Browser::new(&app);
    let outside = browser.get("/account").await;
    assert_eq!(to(&outside), "/login?next=%2Faccount");

    let begun = browser
        .fill("/login", &[("user", &login), ("password", &first)])
        .await;
    assert_eq!(to(&begun), "/login/setup");
    let half = browser.get("/account").await;
    assert_eq!(to(&half), "/login/setup", "half a sign-in opens no page");
    let differs = browser
        .fill(
            "/login/setup",
            &[("go", "password"), ("password", PASSWORD), ("again", "x")],
        )
        .await;
    assert_eq!(differs.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!differs.text().contains(PASSWORD));

    settled(&mut Browser::new(&app), &login, &first).await;
    let gone = Browser::new(&app)
        .fill("/login", &[("user", &login), ("password", &first)])
        .await;
    assert_eq!(gone.status, StatusCode::UNPROCESSABLE_ENTITY, "used up");
    assert!(
        gone.text()
            .contains("ユーザIDまたはパスワードが正しくありません")
    );
}

#[tokio::test]
async fn p20_the_second_factor_the_way_back_and_signing_out() {
    let app = App::new().await;
    let (login, first) = issued(&app).await;
    let mut browser = Browser::new(&app);
    let secret = settled(&mut browser, &login, &first).await;
    let page = browser.get("/account").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text().contains("Windows・Edge"), "{}", page.text());
    assert!(
        !page.text().contains("<script>alert"),
        "a name is no script"
    );
    assert_eq!(page.headers[header::CACHE_CONTROL], "no-store");
    let csrf = page.between("name=\"csrf\" value=\"", "\"");
    let out = browser.post("/logout", &csrf, &[]).await;
    assert_eq!(to(&out), "/login?state=signed-out");

    app.clock.pass(60);
    let mut browser = Browser::new(&app);
    let wanted = browser.get("/account?x=1").await;
    let address = String::from(to(&wanted));
    let page = browser.get(&address).await;
    let csrf = page.between("name=\"csrf\" value=\"", "\"");
    let next = page.between("name=\"next\" value=\"", "\"");
    let fields = [
        ("user", "TANTOU@machi.example"),
        ("password", PASSWORD),
        ("next", &next),
    ];
    let half = browser.post("/login", &csrf, &fields).await;
    let address = String::from(to(&half));
    assert!(address.starts_with("/login/2fa?next="), "{address}");
    let wrong = browser.fill("/login/2fa", &[("code", "000000")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text().contains("認証コードが正しくありません"));
    let typed = code(&app, &secret);
    let wide: String = typed
        .chars()
        .map(|c| char::from_u32(u32::from(c) + 0xfee0).unwrap())
        .collect();
    let fields = [("code", wide.as_str()), ("next", "/account?x=1")];
    let whole = browser.fill("/login/2fa", &fields).await;
    assert_eq!(to(&whole), "/account?x=1");
    for foreign in ["//evil.example/", "https://evil.example/"] {
        let page = browser.get(&format!("/login?next={foreign}")).await;
        assert_ne!(to(&page), foreign);
    }
    let session = browser.get("/api/session").await;
    assert!(
        session.text().contains("\"left_seconds\":1800"),
        "{}",
        session.text()
    );
    app.clock.pass(31 * 60);
    assert_eq!(
        browser.get("/api/session").await.status,
        StatusCode::UNAUTHORIZED
    );
    let late = browser.get("/account").await;
    assert!(to(&late).ends_with("&state=timed-out"));
}

#[tokio::test]
async fn p20_nothing_tells_which_accounts_exist_and_tries_are_bounded() {
    let app = App::new().await;
    let (login, _) = issued(&app).await;
    let mut pages = Vec::new();
    for user in [login.as_str(), "0000-0000", "nobody@nowhere.example"] {
        let mut browser = Browser::new(&app);
        let fields = [("user", user), ("password", "no such password")];
        let mut statuses = Vec::new();
        let mut text = String::new();
        for _ in 0..7 {
            let answer = browser.fill("/login", &fields).await;
            statuses.push(answer.status.as_u16());
            text = answer.text().replace(user, "USER");
        }
        assert_eq!(statuses, [422, 422, 422, 422, 422, 429, 429], "{user}");
        let csrf = text.split("name=\"csrf\" value=\"").nth(1).unwrap();
        let csrf = String::from(csrf.split('"').next().unwrap());
        pages.push(text.replace(&csrf, "CSRF"));

        let asked = browser.fill("/password", &[("user", user)]).await;
        assert_eq!(asked.status, StatusCode::OK);
        assert!(asked.text().contains("再設定の申込みを受け付けました"));
    }
    assert!(pages.windows(2).all(|pair| pair[0] == pair[1]));
    let letters = app.letters().await;
    let resets = letters.iter().filter(|it| it.contains("/password/"));
    assert_eq!(resets.count(), 1, "only who is there gets a letter");
}

#[tokio::test]
async fn p20_ten_thousand_tries_from_one_address_end_at_the_bound() {
    let app = App::new().await;
    let (login, first) = issued(&app).await;
    let mut browser = Browser::new(&app);
    let page = browser.get("/login").await;
    let csrf = page.between("name=\"csrf\" value=\"", "\"");
    let mut tried = 0;
    // Ever other accounts, so that only the address's own bound counts; what is refused costs no hashing.
    for number in 0..10_000 {
        let user = format!("0000{number:04}");
        let fields = [("user", user.as_str()), ("password", "no such password")];
        let answer = browser.post("/login", &csrf, &fields).await;
        match answer.status {
            StatusCode::UNPROCESSABLE_ENTITY => tried += 1,
            StatusCode::TOO_MANY_REQUESTS => {}
            other => panic!("{other}"),
        }
    }
    assert_eq!(tried, 60);
    let fields = [("user", login.as_str()), ("password", first.as_str())];
    let shut = browser.post("/login", &csrf, &fields).await;
    assert_eq!(shut.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(shut.text().contains("分ほど待ってから"), "{}", shut.text());
    app.clock.pass(900);
    let open = browser.post("/login", &csrf, &fields).await;
    assert_eq!(to(&open), "/login/setup");
}

#[tokio::test]
async fn p20_a_mailed_link_counts_once_and_only_when_its_button_is_pressed() {
    let app = App::new().await;
    let (login, first) = issued(&app).await;
    settled(&mut Browser::new(&app), &login, &first).await;
    let mut browser = Browser::new(&app);
    browser.fill("/password", &[("user", &login)]).await;
    let letters = app.letters().await;
    let letter = letters.iter().find(|it| it.contains("/password/")).unwrap();
    let path = letter.split("https://portal.example").nth(1).unwrap();
    let path = String::from(path.lines().next().unwrap());
    for _ in 0..3 {
        let opened = browser.get(&path).await;
        assert_eq!(opened.status, StatusCode::OK, "opening changes nothing");
    }
    let pressed = browser.fill(&path, &[("go", "set")]).await;
    assert_eq!(to(&pressed), "/login/setup");
    let again = browser.get(&path).await;
    assert_eq!(again.status, StatusCode::GONE);
    assert!(again.text().contains("すでに使われています"));
    let unknown = browser.get("/password/AAAA").await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    let other_kind = browser.get(&path.replace("/password/", "/mail/")).await;
    assert_eq!(other_kind.status, StatusCode::NOT_FOUND);

    browser.fill("/password", &[("user", &login)]).await;
    let letters = app.letters().await;
    let letter = letters.iter().find(|it| it.contains("/password/")).unwrap();
    let path = letter.split("https://portal.example").nth(1).unwrap();
    let path = String::from(path.lines().next().unwrap());
    app.clock.pass(3_601);
    let late = browser.get(&path).await;
    assert_eq!(late.status, StatusCode::GONE);
    assert!(late.text().contains("有効期限が過ぎています"));
}

#[tokio::test]
async fn p20_forms_of_other_sites_and_of_other_browsers_are_refused() {
    let app = App::new().await;
    let (login, first) = issued(&app).await;
    let mut one = Browser::new(&app);
    let mut other = Browser::new(&app);
    let page = one.get("/login").await;
    let csrf = page.between("name=\"csrf\" value=\"", "\"");
    other.get("/login").await;
    let fields = [("user", login.as_str()), ("password", first.as_str())];
    let foreign = other.post("/login", &csrf, &fields).await;
    assert_eq!(foreign.status, StatusCode::FORBIDDEN);
    let body = format!("csrf={}&user=a&password=b", encoded(&csrf));
    let request = Request::post("/login")
        .header(header::COOKIE, &one.entry)
        .header(header::CONTENT_TYPE, FORM)
        .header(header::ORIGIN, "https://evil.example")
        .body(RequestBody::from(body))
        .unwrap();
    assert_eq!(app.send(request).await.status, StatusCode::FORBIDDEN);
    settled(&mut one, &login, &first).await;
    let stolen = one.post("/account", "AAAA", &[("go", "end_others")]).await;
    assert_eq!(stolen.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn m04_ones_own_account_is_changed_section_by_section() {
    let app = App::new().await;
    let (login, first) = issued(&app).await;
    let mut browser = Browser::new(&app);
    settled(&mut browser, &login, &first).await;
    let wrong = [
        (
            vec![("go", "name"), ("name", ""), ("phone", "")],
            "氏名を入力してください",
        ),
        (
            vec![("go", "name"), ("name", "見本"), ("phone", "でんわ")],
            "電話番号は、数字とハイフンで",
        ),
        (
            vec![("go", "mail"), ("mail", "あ"), ("mail_password", "")],
            "メールアドレスは、@の前後を",
        ),
        (
            vec![
                ("go", "mail"),
                ("mail", "b@machi.example"),
                ("mail_password", "no"),
            ],
            "今のパスワードが正しくありません",
        ),
        (
            vec![
                ("go", "password"),
                ("old", PASSWORD),
                ("password", "短い"),
                ("again", "短い"),
            ],
            "パスワードは、12文字から256文字までで",
        ),
    ];
    for (fields, said) in wrong {
        let answer = browser.fill("/account", &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{said}");
        assert!(answer.text().contains(said), "{said}: {}", answer.text());
        assert!(answer.text().contains("<title>エラー："));
    }
    let named = [
        ("go", "name"),
        ("name", "見本 担当"),
        ("phone", "０２５-０００-００００"),
    ];
    let saved = browser.fill("/account", &named).await;
    assert_eq!(saved.status, StatusCode::OK);
    assert!(saved.text().contains("value=\"025-000-0000\""));
    let codes = [("go", "codes"), ("codes_password", PASSWORD)];
    let made = browser.fill("/account", &codes).await;
    assert_eq!(made.text().matches("<li><code>").count(), 8);
    let mail = [
        ("go", "mail"),
        ("mail", "new@machi.example"),
        ("mail_password", PASSWORD),
    ];
    let asked = browser.fill("/account", &mail).await;
    assert_eq!(asked.status, StatusCode::OK, "{}", asked.text());
    let letters = app.letters().await;
    let letter = letters.iter().find(|it| it.contains("/mail/")).unwrap();
    let path = letter.split("https://portal.example").nth(1).unwrap();
    let path = String::from(path.lines().next().unwrap());
    // In another browser: the letter is read elsewhere.
    let pressed = Browser::new(&app).fill(&path, &[("go", "set")]).await;
    assert_eq!(pressed.status, StatusCode::OK);
    let page = browser.get("/account").await;
    assert!(page.text().contains("new@machi.example"));
}
