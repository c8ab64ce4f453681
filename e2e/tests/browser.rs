//! Staff at the screens: a real browser with a real certificate.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends there")]

mod journey;

use fantoccini::cookies::Cookie;
use journey::{journey, look, sign_in};
use kiban_e2e::{Browser, Certificate, Demo, Engine, Identity};
use std::path::Path;
use tokio::sync::{Mutex, MutexGuard};

/// Chromium's policies are the machine's, so browsers with certificates take turns.
static TURN: Mutex<()> = Mutex::const_new(());

/// Where pictures for people go.
const SHOTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/e2e-shots");

async fn turn() -> MutexGuard<'static, ()> {
    TURN.lock().await
}

fn demo() -> Demo {
    // Codes of the second factor follow the clock, so the sandbox plays today.
    Demo::start(&Engine::Embedded, 150, None).unwrap()
}

async fn browser(demo: &Demo, certificate: Option<&Certificate>) -> Browser {
    let file = demo.file();
    let identity = Identity {
        server: &file.care,
        authority: &file.ca,
        certificate,
    };
    Browser::new(identity).await.unwrap()
}

#[tokio::test]
async fn c1_a_browser_without_or_with_a_revoked_certificate_is_refused() {
    let demo = demo();
    let page = format!("{}/care/sign-in", demo.file().care);
    for certificate in [None, Some(&demo.file().certificates.revoked_terminal)] {
        let _turn = turn().await;
        let browser = browser(&demo, certificate).await;
        let outcome = browser.open(&page).await;
        let refused = format!("{outcome:?} {}", browser.text().await.unwrap());
        assert!(
            refused.contains("ERR_BAD_SSL_CLIENT_AUTH_CERT"),
            "{refused}"
        );
        browser.close().await.unwrap();
    }
}

#[tokio::test]
async fn u1_the_first_page_does_not_scroll_sideways() {
    let demo = demo();
    let _turn = turn().await;
    let browser = browser(&demo, None).await;
    let first = format!("{}/sandbox", demo.file().portal);
    browser.open(&first).await.unwrap();
    assert!(
        browser
            .text()
            .await
            .unwrap()
            .contains(&demo.file().persons[0].insured_no)
    );
    look(&browser, Some(Path::new(SHOTS)), "0-portal").await;
    browser.close().await.unwrap();
}

#[tokio::test]
async fn d1_staff_find_a_person_and_see_the_certificates_with_the_terminals_certificate() {
    let demo = demo();
    let _turn = turn().await;
    let terminal = demo.file().certificates.terminal.clone();
    let browser = browser(&demo, Some(&terminal)).await;
    let door = demo.file().care.clone();
    journey(&browser, &demo, &door, None).await;
    browser.close().await.unwrap();
}

#[tokio::test]
async fn d1_the_same_through_the_bridge_without_a_certificate_and_no_page_scrolls_sideways() {
    let demo = demo();
    let _turn = turn().await;
    let browser = browser(&demo, None).await;
    let shots = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../target/e2e-shots"));
    let door = demo.file().bridge.clone();
    journey(&browser, &demo, &door, Some(shots)).await;
    browser.close().await.unwrap();
}

#[tokio::test]
async fn c2_a_stolen_session_is_worth_nothing_at_another_terminal() {
    let demo = demo();
    let other = demo.terminal("T0201").unwrap();
    let page = format!("{}/care", demo.file().care);
    let _turn = turn().await;
    let own = browser(&demo, Some(&demo.file().certificates.terminal)).await;
    sign_in(
        &own,
        &demo.file().care,
        demo.account("care_manager").unwrap(),
        None,
    )
    .await;
    own.open(&page).await.unwrap();
    assert!(!own.address().await.unwrap().contains("/sign-in"));
    let stolen: Vec<Cookie<'static>> = own.cookies().await.unwrap();
    assert!(!stolen.is_empty());
    own.close().await.unwrap();

    let thief = browser(&demo, Some(&other)).await;
    thief.open(&page).await.unwrap();
    for cookie in stolen {
        thief.take_cookie(cookie).await.unwrap();
    }
    thief.open(&page).await.unwrap();
    let address = thief.address().await.unwrap();
    assert!(address.contains("/care/sign-in"), "{address}");
    thief.close().await.unwrap();
}
