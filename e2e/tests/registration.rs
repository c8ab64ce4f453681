//! An office comes in as its people live it: ユーザ登録, the letter, password and authenticator, マイページ that says 審査中, two
//! operators in the console, the certificate's code, and the file that 利用開始 gives for it (P-2, O-1, W-1).

#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends there")]

mod journey;

use journey::{look, submit};
use kiban_e2e::{Account, Browser, Demo, Engine, Identity, letter, totp};
use std::path::Path;

const SHOTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/e2e-shots");
const OFFICE: &str = "1379900028";
const MAIL: &str = "tantou@hikari.example";
const PASSWORD: &str = "asa no hikari ni 7";

#[tokio::test]
async fn p2_an_office_registers_is_admitted_by_two_and_gets_a_certificate() {
    let demo = Demo::start(&Engine::Embedded, 150, None).unwrap();
    let portal = demo.file().portal.clone();
    let shots = Path::new(SHOTS);
    let office = open(&demo).await;
    sign_up(&office, &demo, shots).await;
    go(&office, &portal, "/mypage").await;
    look(&office, Some(shots), "mypage-review").await;
    let home = office.text().await.unwrap();
    assert!(
        home.contains("審査中") && home.contains("架空デイサービス光"),
        "{home}"
    );

    let first = open(&demo).await;
    sign_in(&first, &portal, demo.account("operator_first").unwrap()).await;
    go(&first, &portal, "/ops/registrations").await;
    look(&first, Some(shots), "ops-registrations").await;
    first.press("tbody a").await.unwrap();
    look(&first, Some(shots), "ops-registration").await;
    let application = first.address().await.unwrap();
    first.press("button[value=check]").await.unwrap();
    let alone = first.text().await.unwrap();
    assert!(alone.contains("別の担当者が行います"), "{alone}");

    let second = open(&demo).await;
    sign_in(&second, &portal, demo.account("operator_second").unwrap()).await;
    second.open(&application).await.unwrap();
    second.press("button[value=approve]").await.unwrap();
    look(&second, Some(shots), "ops-approve").await;
    second.press("main form button").await.unwrap();
    let approved = second.text().await.unwrap();
    assert!(
        approved.contains("この申請の審査は終わっています"),
        "{approved}"
    );
    letter(demo.data(), MAIL, "承認されました").unwrap();

    go(&office, &portal, "/mypage").await;
    look(&office, Some(shots), "mypage-admitted").await;
    for page in [
        "office",
        "users",
        "applications",
        "checklist",
        "certificates",
    ] {
        go(&office, &portal, &format!("/mypage/{page}")).await;
        look(&office, Some(shots), &format!("mypage-{page}")).await;
    }
    office.press(".head form button").await.unwrap();
    look(&office, Some(shots), "mypage-code").await;
    let code = "return document.querySelector('[data-code]').textContent";
    let code = office.script(code, vec![]).await.unwrap();
    go(&office, &portal, "/start").await;
    for (name, value) in [
        ("office_no", OFFICE),
        ("code", code.as_str().unwrap()),
        ("name", "受付のパソコン"),
        ("kind", "pc"),
    ] {
        office.fill(name, value).await.unwrap();
    }
    submit(&office, "office_no").await;
    let ready = office.text().await.unwrap();
    assert!(
        ready.contains("受付のパソコン") && ready.contains("パスワード"),
        "{ready}"
    );
    go(&office, &portal, "/mypage/certificates").await;
    let listed = office.text().await.unwrap();
    assert!(
        listed.contains("受付のパソコン") && listed.contains("有効"),
        "{listed}"
    );

    for browser in [office, first, second] {
        browser.close().await.unwrap();
    }
    let log = demo.log();
    for hidden in [PASSWORD, MAIL, "/signup/confirm/"] {
        let shown = log.lines().find(|line| line.contains(hidden));
        assert!(
            shown.is_none_or(|line| line.contains("{token}")),
            "{hidden} is in the server's log"
        );
    }
}

async fn open(demo: &Demo) -> Browser {
    let file = demo.file();
    let identity = Identity {
        server: &file.care,
        authority: &file.ca,
        certificate: None,
    };
    Browser::new(identity).await.unwrap()
}

async fn go(browser: &Browser, portal: &str, path: &str) {
    browser.open(&format!("{portal}{path}")).await.unwrap();
}

async fn next(browser: &Browser, shots: &Path, name: &str) {
    browser.press("button[name=go][value=next]").await.unwrap();
    look(browser, Some(shots), name).await;
}

/// From the kind of office to the session in which everything is set.
async fn sign_up(browser: &Browser, demo: &Demo, shots: &Path) {
    let portal = &demo.file().portal;
    go(browser, portal, "/signup").await;
    look(browser, Some(shots), "signup-1-kind").await;
    browser.fill("kind", "care_office").await.unwrap();
    next(browser, shots, "signup-2-number").await;
    browser
        .fill("office_no", "１３７９９−０００２８")
        .await
        .unwrap();
    next(browser, shots, "signup-3-office").await;
    let found = browser.text().await.unwrap();
    assert!(found.contains("架空デイサービス光"), "{found}");
    next(browser, shots, "signup-4-person").await;
    for (name, value) in [
        ("name", "見本 担当"),
        ("mail", MAIL),
        ("phone", "０３−００００−００００"),
    ] {
        browser.fill(name, value).await.unwrap();
    }
    next(browser, shots, "signup-5-terms").await;
    browser.fill("agreed", "yes").await.unwrap();
    next(browser, shots, "signup-6-sent").await;

    let text = letter(demo.data(), MAIL, "/signup/confirm/").unwrap();
    let link = text.lines().find(|line| line.contains("/signup/confirm/"));
    browser.open(link.unwrap().trim()).await.unwrap();
    look(browser, Some(shots), "signup-7-link").await;
    browser.press("main form button").await.unwrap();
    browser.fill("password", PASSWORD).await.unwrap();
    browser.fill("again", PASSWORD).await.unwrap();
    browser.press("button[value=password]").await.unwrap();
    let secret = "return document.querySelector('main code').textContent";
    let secret = browser.script(secret, vec![]).await.unwrap();
    let code = totp(&secret.as_str().unwrap().replace(' ', "")).unwrap();
    browser.fill("code", &code).await.unwrap();
    browser.press("button[value=application]").await.unwrap();
}

async fn sign_in(browser: &Browser, portal: &str, account: &Account) {
    go(browser, portal, "/login").await;
    browser.fill("user", &account.user).await.unwrap();
    browser.fill("password", &account.password).await.unwrap();
    submit(browser, "user").await;
    let code = totp(&account.totp_secret).unwrap();
    browser.fill("code", &code).await.unwrap();
    submit(browser, "code").await;
    let address = browser.address().await.unwrap();
    assert!(address.contains("/ops"), "{address}");
}
