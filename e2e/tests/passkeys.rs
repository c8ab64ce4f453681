//! Passkeys in a real browser with an authenticator that it plays itself (W-2).

#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends there")]

mod journey;

use journey::{look, sign_in, submit};
use kiban_e2e::{Browser, Demo, Engine, Identity};
use std::{path::Path, time::Duration};

/// Where pictures for people go.
const SHOTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/e2e-shots");
const BY_PASSKEY: &str = "form[action='/care/sign-in/passkey'] button";

/// Waits until the page says something; scripts go on by themselves from page to page.
async fn says(browser: &Browser, words: &str) -> String {
    for _ in 0..100 {
        if let Ok(text) = browser.text().await
            && text.contains(words)
        {
            return text;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!(
        "{words} is not said at {} but {}",
        browser.address().await.unwrap(),
        browser.text().await.unwrap()
    );
}

async fn press_all(browser: &Browser, selector: &str) {
    let press = "document.querySelector(arguments[0]).click()";
    browser.script(press, vec![selector.into()]).await.unwrap();
}

#[tokio::test]
async fn w2_a_passkey_is_added_signs_in_and_is_removed() {
    let demo = Demo::start(&Engine::Embedded, 50, None).unwrap();
    let file = demo.file();
    let identity = Identity {
        server: &file.care,
        authority: &file.ca,
        certificate: None,
    };
    let browser = Browser::new(identity).await.unwrap();
    let device = browser.plug_authenticator().await.unwrap();
    let shots = Some(Path::new(SHOTS));

    // Passkeys are bound to names; the bridge's bare address leads to one.
    browser
        .open(&format!("{}/care/sign-in", file.bridge))
        .await
        .unwrap();
    let text = browser.text().await.unwrap();
    assert!(
        text.contains("このアドレスではパスキーを使えません"),
        "{text}"
    );
    let door = file.bridge.replace("127.0.0.1", "localhost");
    let links = browser.links().await.unwrap();
    assert!(links.contains(&format!("{door}/care/sign-in")), "{links:?}");

    let account = demo.account("care_manager").unwrap();
    sign_in(&browser, &door, account, None).await;
    browser.open(&format!("{door}/care/account")).await.unwrap();
    says(&browser, "追加したパスキーはありません").await;
    look(&browser, shots, "p1-account-none").await;
    browser
        .open(&format!("{door}/care/account/passkeys/new"))
        .await
        .unwrap();
    look(&browser, shots, "p2-new").await;
    browser.fill("name", "相談室のパソコン").await.unwrap();
    browser.fill("password", "not the password").await.unwrap();
    submit(&browser, "name").await;
    says(&browser, "パスワードが正しくありません").await;
    browser.fill("password", &account.password).await.unwrap();
    press_all(&browser, "form button[data-type=fill]").await;
    says(&browser, "パスキーを追加しました").await;
    says(&browser, "相談室のパソコン").await;
    look(&browser, shots, "p3-account-some").await;

    // The same device again: the browser itself says so.
    browser
        .open(&format!("{door}/care/account/passkeys/new"))
        .await
        .unwrap();
    browser.fill("name", "もう一つ").await.unwrap();
    browser.fill("password", &account.password).await.unwrap();
    press_all(&browser, "form button[data-type=fill]").await;
    says(&browser, "このパスキーはすでに登録されています").await;
    look(&browser, shots, "p4-registered").await;

    // Instead of password and code.
    press_all(&browser, "form[action='/care/sign-out'] button").await;
    says(&browser, "ログアウトしました").await;
    look(&browser, shots, "p5-sign-in").await;
    press_all(&browser, BY_PASSKEY).await;
    says(&browser, "業務トップ").await;
    assert_eq!(browser.address().await.unwrap(), format!("{door}/care"));

    // After the password.
    press_all(&browser, "form[action='/care/sign-out'] button").await;
    says(&browser, "ログアウトしました").await;
    browser.fill("user", &account.user).await.unwrap();
    browser.fill("password", &account.password).await.unwrap();
    submit(&browser, "user").await;
    look(&browser, shots, "p6-second-factor").await;
    press_all(
        &browser,
        "form[action='/care/second-factor/passkey'] button",
    )
    .await;
    says(&browser, "業務トップ").await;

    // The holder does not show who it is.
    press_all(&browser, "form[action='/care/sign-out'] button").await;
    says(&browser, "ログアウトしました").await;
    browser.verify_holder(&device, false).await.unwrap();
    press_all(&browser, BY_PASSKEY).await;
    says(&browser, "操作を取り消したか、時間が過ぎました").await;
    look(&browser, shots, "p7-cancelled").await;
    browser.verify_holder(&device, true).await.unwrap();
    press_all(&browser, "form[data-passkey] button").await;
    says(&browser, "業務トップ").await;

    // Removed here, it is still in the device; then nobody knows it.
    browser.open(&format!("{door}/care/account")).await.unwrap();
    press_all(&browser, "a[href$='/remove']").await;
    says(&browser, "パスキーの削除の確認").await;
    look(&browser, shots, "p8-remove").await;
    press_all(&browser, "form[action$='/remove'] button").await;
    says(&browser, "パスキーを削除しました").await;
    press_all(&browser, "form[action='/care/sign-out'] button").await;
    says(&browser, "ログアウトしました").await;
    press_all(&browser, BY_PASSKEY).await;
    let text = says(&browser, "このパスキーは登録されていません").await;
    assert!(text.contains("passkey_unknown"), "{text}");
    look(&browser, shots, "p9-unknown").await;
    browser.close().await.unwrap();
}
