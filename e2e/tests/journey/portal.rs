//! What offices and operators do at the portal's door, for the tests that go on from there.

use super::{look, submit};
use kiban_e2e::{Browser, Demo, Identity, letter, totp};
use std::path::Path;

/// Where pictures for people go.
pub const SHOTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/e2e-shots");
const AXE: &str = include_str!("../../assets/axe-core/axe.min.js");
const JUDGE: &str = include_str!("axe.js");
const ESSENTIALS: &str = include_str!("essentials.js");
/// What new members take as their password.
pub const PASSWORD: &str = "asa no hikari ni 7";
/// An office of the sandbox's register that nobody has registered.
pub const NEW_OFFICE: &str = "1379900028";

/// A browser without a certificate.
pub async fn open(demo: &Demo) -> Browser {
    let file = demo.file();
    let identity = Identity {
        server: &file.care,
        authority: &file.ca,
        certificate: None,
    };
    Browser::new(identity).await.unwrap()
}

pub async fn go(browser: &Browser, demo: &Demo, path: &str) {
    let address = format!("{}{path}", demo.file().portal);
    browser.open(&address).await.unwrap();
}

/// Finds words on the page; its whole text.
pub async fn says(browser: &Browser, words: &str) -> String {
    let text = browser.text().await.unwrap();
    assert!(text.contains(words), "{words} is not said: {text}");
    text
}

/// Looks at a page at both widths: a picture for people, sideways scrolling, axe-core and the checks of our own. What is wrong.
pub async fn judged(browser: &Browser, name: &str) -> Vec<String> {
    let mut faults = Vec::new();
    browser.script(AXE, vec![]).await.unwrap();
    // Pictures show the whole page; everything else is judged in a window of that size too.
    for (width, height) in [(390, 844), (1_280, 900)] {
        browser.resize(width, height).await.unwrap();
        let tall = "return Math.min(document.documentElement.scrollHeight, 6000)";
        let tall = browser.script(tall, vec![]).await.unwrap().as_u64();
        let tall = tall.and_then(|it| u32::try_from(it).ok());
        browser
            .resize(width, tall.unwrap_or(height).max(height))
            .await
            .unwrap();
        let picture = Path::new(SHOTS).join(format!("{name}-{width}.png"));
        browser.screenshot(&picture).await.unwrap();
        if browser.overflow().await.unwrap() > 0 {
            faults.push(format!("{name} {width}: it scrolls sideways"));
        }
        let axe = browser.script_async(JUDGE, vec![]).await.unwrap();
        let own = browser.script(ESSENTIALS, vec![]).await.unwrap();
        for found in [axe, own] {
            let found = found.as_array().into_iter().flatten();
            let found = found.filter_map(|fault| fault.as_str());
            faults.extend(found.map(|fault| format!("{name} {width}: {fault}")));
        }
    }
    faults
}

/// Signs an operator in, to the console.
pub async fn officer(demo: &Demo, role: &str) -> Browser {
    let browser = signed_in(demo, role).await;
    let address = browser.address().await.unwrap();
    assert!(address.contains("/ops"), "{address}");
    browser
}

/// Signs one of the sandbox's accounts in.
pub async fn signed_in(demo: &Demo, role: &str) -> Browser {
    let browser = open(demo).await;
    let account = demo.account(role).unwrap();
    go(&browser, demo, "/login").await;
    browser.fill("user", &account.user).await.unwrap();
    browser.fill("password", &account.password).await.unwrap();
    submit(&browser, "user").await;
    let code = totp(&account.totp_secret).unwrap();
    browser.fill("code", &code).await.unwrap();
    submit(&browser, "code").await;
    browser
}

/// Two operators admit the only office that waits; the pages are looked at on the way.
pub async fn admit(demo: &Demo, first: &Browser, second: &Browser, shots: Option<&Path>) {
    go(first, demo, "/ops/registrations").await;
    look(first, shots, "ops-registrations").await;
    first.press("tbody a").await.unwrap();
    look(first, shots, "ops-registration").await;
    let application = first.address().await.unwrap();
    first.press("button[value=check]").await.unwrap();
    says(first, "別の担当者が行います").await;
    second.open(&application).await.unwrap();
    second.press("button[value=approve]").await.unwrap();
    look(second, shots, "ops-approve").await;
    second.press("main form button").await.unwrap();
    says(second, "この申請の審査は終わっています").await;
}

async fn next(browser: &Browser, shots: Option<&Path>, name: &str) {
    browser.press("button[name=go][value=next]").await.unwrap();
    look(browser, shots, name).await;
}

/// From the kind of office to the session in which everything is set.
pub async fn sign_up(browser: &Browser, demo: &Demo, mail: &str, shots: Option<&Path>) {
    go(browser, demo, "/signup").await;
    look(browser, shots, "signup-1-kind").await;
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
        ("mail", mail),
        ("phone", "０３−００００−００００"),
    ] {
        browser.fill(name, value).await.unwrap();
    }
    next(browser, shots, "signup-5-terms").await;
    browser.fill("agreed", "yes").await.unwrap();
    next(browser, shots, "signup-6-sent").await;

    let text = letter(demo.data(), mail, "/signup/confirm/").unwrap();
    let link = text.lines().find(|line| line.contains("/signup/confirm/"));
    browser.open(link.unwrap().trim()).await.unwrap();
    look(browser, shots, "signup-7-link").await;
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
