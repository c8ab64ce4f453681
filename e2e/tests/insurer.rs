//! A municipality comes in and tells how far it is: the operator issues an ID, the letter brings the first secret, the person in charge
//! sets their own, declares, and the public page, the feed, the open data and a follower's letter say so (P-2, P-3, M-4, M-7).

#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends there")]

mod journey;

use journey::{
    look,
    portal::{PASSWORD, SHOTS, go, officer, open},
    submit,
};
use kiban_domain::{InsurerNumber, LocalGovernmentCode};
use kiban_e2e::{Browser, Demo, Engine, letter, today, totp};
use std::{
    path::Path,
    time::{Duration, Instant},
};

const CODE: &str = "151009";
const MAIL: &str = "kaigo@niigata.example";
const FOLLOWER: &str = "yomite@hikari.example";

fn after(text: &str, label: &str) -> String {
    let rest = text.split_once(label).unwrap().1;
    rest.lines().next().unwrap().trim().to_owned()
}

/// What the server answers to a plain question, read by the browser so that no second client is needed.
async fn fetched(browser: &Browser, path: &str) -> String {
    let script = "const done = arguments[arguments.length - 1]; fetch(arguments[0]).then((it) => it.text()).then(done, (error) => done(String(error)));";
    let text = browser
        .script_async(script, vec![path.into()])
        .await
        .unwrap();
    text.as_str().unwrap().to_owned()
}

#[tokio::test]
async fn p3_a_municipality_is_let_in_declares_and_everybody_reads_it() {
    let shots = Some(Path::new(SHOTS));
    let engine = Engine::Embedded;
    let mut demo = Demo::start(&engine, 150, None).unwrap();

    // Somebody wants to be told.
    let visitor = open(&demo).await;
    go(&visitor, &demo, &format!("/readiness/{CODE}")).await;
    let before = visitor.text().await.unwrap();
    assert!(before.contains("公表されていません"), "{before}");
    visitor.press("a[href^='/readiness/follow']").await.unwrap();
    look(&visitor, shots, "follow").await;
    visitor.fill("mail", FOLLOWER).await.unwrap();
    submit(&visitor, "mail").await;
    let text = letter(demo.data(), FOLLOWER, "/readiness/follow/").unwrap();
    let link = text.lines().find(|it| it.contains("/readiness/follow/"));
    visitor.open(link.unwrap().trim()).await.unwrap();
    visitor.press("main form button").await.unwrap();

    // The operator issues the ID.
    let officer = officer(&demo, "operator_manager").await;
    go(&officer, &demo, "/ops/insurers").await;
    look(&officer, shots, "ops-insurers").await;
    let code: LocalGovernmentCode = CODE.parse().unwrap();
    let number = InsurerNumber::of_municipality(&code);
    for (name, value) in [
        ("number", number.as_str()),
        ("name", "見本 市子"),
        ("mail", MAIL),
    ] {
        officer.fill(name, value).await.unwrap();
    }
    submit(&officer, "number").await;
    let issued = officer.text().await.unwrap();
    assert!(issued.contains("新潟市"), "{issued}");

    // The letter brings ID and first secret, which is replaced before anything else.
    let text = letter(demo.data(), MAIL, "初回パスワード").unwrap();
    let (login, first) = (
        after(&text, "ユーザID　　　　"),
        after(&text, "初回パスワード　"),
    );
    let town = open(&demo).await;
    go(&town, &demo, "/login").await;
    look(&town, shots, "login").await;
    town.fill("user", &login).await.unwrap();
    town.fill("password", &first).await.unwrap();
    submit(&town, "user").await;
    look(&town, shots, "setup-password").await;
    town.fill("password", PASSWORD).await.unwrap();
    town.fill("again", PASSWORD).await.unwrap();
    town.press("button[value=password]").await.unwrap();
    look(&town, shots, "setup-factor").await;
    let secret = "return document.querySelector('main code').textContent";
    let secret = town.script(secret, vec![]).await.unwrap();
    let secret = secret.as_str().unwrap().replace(' ', "");
    let code = totp(&secret).unwrap();
    town.fill("code", &code).await.unwrap();
    town.press("button[value=application]").await.unwrap();
    look(&town, shots, "setup-done").await;
    town.press("main a.btn").await.unwrap();
    let home = town.address().await.unwrap();
    assert!(home.ends_with("/insurer"), "{home}");
    look(&town, shots, "insurer-home").await;

    // It declares, looks again, and it is public.
    go(&town, &demo, &format!("/insurer/readiness/{CODE}")).await;
    look(&town, shots, "insurer-readiness").await;
    go(
        &town,
        &demo,
        &format!("/insurer/readiness/{CODE}/certificates"),
    )
    .await;
    town.fill("planned_sharing", "令和9年2月").await.unwrap();
    town.press("button[value=check]").await.unwrap();
    look(&town, shots, "insurer-confirm").await;
    town.press("button[value=save]").await.unwrap();
    let saved = town.text().await.unwrap();
    assert!(saved.contains("登録しました"), "{saved}");

    // A browser keeps public pages for half a minute, the server for two seconds: another address asks anew.
    let deadline = Instant::now() + Duration::from_secs(20);
    for time in 0.. {
        go(&visitor, &demo, &format!("/readiness/{CODE}?again={time}")).await;
        let public = visitor.text().await.unwrap();
        if public.contains("令和9年2月") {
            break;
        }
        assert!(Instant::now() < deadline, "{public}");
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    look(&visitor, shots, "municipality-declared").await;
    for (path, wanted) in [
        ("/readiness.atom", "新潟市"),
        ("/readiness.csv", "2027-02"),
        ("/readiness.json", "2027-02"),
    ] {
        let text = fetched(&visitor, &format!("{path}?again")).await;
        assert!(text.contains(wanted), "{path} does not say {wanted}");
    }

    for browser in [visitor, officer, town] {
        browser.close().await.unwrap();
    }
    // The next morning the follower reads it.
    let tomorrow = format!("{}T08:30", today().tomorrow().unwrap());
    demo.go_on(&engine, &tomorrow).unwrap();
    let text = letter(demo.data(), FOLLOWER, "令和9年2月").unwrap();
    assert!(
        text.contains("新潟市") && text.contains("/readiness/leave/"),
        "{text}"
    );
}
