//! An office comes in as its people live it: ユーザ登録, the letter, password and authenticator, マイページ that says 審査中, two
//! operators in the console, the certificate's code, and the file that 利用開始 gives for it (P-2, O-1, W-1).

mod journey;

use journey::{
    look,
    portal::{NEW_OFFICE, PASSWORD, SHOTS, admit, go, officer, open, sign_up},
    submit,
};
use kiban_e2e::{Demo, Engine, letter};
use std::path::Path;

const MAIL: &str = "tantou@hikari.example";

#[tokio::test]
async fn p2_an_office_registers_is_admitted_by_two_and_gets_a_certificate() {
    let demo = Demo::start(&Engine::Embedded, 150, None).unwrap();
    let shots = Path::new(SHOTS);
    let office = open(&demo).await;
    sign_up(&office, &demo, MAIL, Some(shots)).await;
    go(&office, &demo, "/mypage").await;
    look(&office, Some(shots), "mypage-review").await;
    let home = office.text().await.unwrap();
    assert!(
        home.contains("審査中") && home.contains("架空デイサービス光"),
        "{home}"
    );

    let first = officer(&demo, "operator_first").await;
    let second = officer(&demo, "operator_second").await;
    admit(&demo, &first, &second, Some(shots)).await;
    letter(demo.data(), MAIL, "承認されました").unwrap();

    go(&office, &demo, "/mypage").await;
    look(&office, Some(shots), "mypage-admitted").await;
    for page in [
        "office",
        "users",
        "applications",
        "checklist",
        "certificates",
    ] {
        go(&office, &demo, &format!("/mypage/{page}")).await;
        look(&office, Some(shots), &format!("mypage-{page}")).await;
    }
    office.press(".head form button").await.unwrap();
    look(&office, Some(shots), "mypage-code").await;
    let code = "return document.querySelector('[data-code]').textContent";
    let code = office.script(code, vec![]).await.unwrap();
    go(&office, &demo, "/start").await;
    for (name, value) in [
        ("office_no", NEW_OFFICE),
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
    go(&office, &demo, "/mypage/certificates").await;
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
