//! 読み取り確認 (C16, T-2): the page, the door and the terminal's own agent, with virtual readers and cards.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot set up its case may stop"
)]

mod desk;
mod support;

use desk::{Door, Person, TERMINAL, slot};
use kiban_card::ErrorCode;
use kiban_pki::TerminalRole;
use kiban_testkit::card::Persona;
use std::time::Duration;
use support::{App, Browser, OFFICE, Page};

const PATH: &str = "/care/reader-test";

async fn ask(browser: &mut Browser) -> String {
    browser.get(PATH).await.is(200).has("読み取りを確かめる");
    browser.post(PATH, &[]).await.is(303).to().to_owned()
}

/// Looks, as somebody without script does, until the test has ended.
async fn ended(browser: &mut Browser, path: &str) -> Page {
    for _ in 0..200 {
        let page = browser.get(path).await;
        if !page.is(200).html.contains("data-challenge=") {
            return page;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the test does not end");
}

/// How many of the nine rungs say so.
fn count(page: &Page, word: &str) -> usize {
    page.html.matches(&format!(">{word}</span>")).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn t2_the_page_shows_every_rung_with_what_to_do_and_who_can() {
    let door = Door::new().await;
    let mut browser = door.app.signed_in().await;
    for (card, good, bad, said) in [
        (
            Ok(slot(Persona::Ordinary)),
            9,
            0,
            vec!["カードを読み取れます", "あと3回入力できます"],
        ),
        (
            Err(ErrorCode::NoReader),
            1,
            1,
            vec![
                "カードリーダーがつながっていない",
                "カードリーダーを接続してください。",
                "事業所の職員",
            ],
        ),
        (
            Err(ErrorCode::NoCard),
            3,
            1,
            vec!["カードが置かれていない", "カードをお持ちの方"],
        ),
        (
            Ok(slot(Persona::Blocked)),
            7,
            1,
            vec!["暗証番号がロックされている", "お住まいの市区町村の窓口"],
        ),
    ] {
        let agent = Door::agent(&door.settings, card, Person::default());
        let path = ask(&mut browser).await;
        let page = ended(&mut browser, &path).await;
        agent.end().await;
        for words in said {
            page.has(words);
        }
        assert_eq!((count(&page, "良好"), count(&page, "要対応")), (good, bad));
        assert_eq!(page.html.matches("<th scope=\"row\">").count(), 9);
        if bad > 0 {
            page.has("カードを読み取れません");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn t2_a_test_asks_nobody_makes_no_check_and_sends_nothing_of_the_card() {
    let door = Door::new().await;
    let mut browser = door.app.signed_in().await;
    let person = Person::with_pin("1234");
    let card = slot(Persona::Ordinary);
    let agent = Door::agent(&door.settings, Ok(card.clone()), person.clone());
    let path = ask(&mut browser).await;
    ended(&mut browser, &path).await.has("カードを読み取れます");
    agent.end().await;
    assert!(
        person.codes.lock().unwrap().is_empty(),
        "nobody was asked for a card"
    );
    let id = path.rsplit('/').next().unwrap();
    let api = browser.get(&format!("/api/reader-test/{id}")).await;
    assert_eq!(api.is(200).html, "{\"state\":\"answered\"}");
    // The test is no challenge: nothing goes on from it.
    browser
        .get(&format!("/care/persons/new/card/{id}"))
        .await
        .is(404);
    browser.get(&format!("/api/challenge/{id}")).await.is(404);
    let looks = door.app.recorded().await;
    assert!(
        looks.iter().all(|it| !it.contains("identity_check")),
        "{looks:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn t2_only_the_terminal_that_asked_gets_its_answer() {
    let door = Door::new().await;
    let mut browser = door.app.signed_in().await;
    let other = door.identity("office-pc-2", TerminalRole::Reader);
    let agent = Door::agent(&other, Ok(slot(Persona::Ordinary)), Person::default());
    let path = ask(&mut browser).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    browser
        .get(&path)
        .await
        .is(200)
        .has("端末プログラムにつないでいます");
    agent.end().await;
    let id = path.rsplit('/').next().unwrap();
    let mut reader = door.app.reader();
    let json = [("content-type", "application/json")];
    let rungs = r#"{"rungs":[{"step":"card","outcome":"good"}]}"#;
    let to = format!("/agent/reader-test/{id}");
    reader.send_json(&to, &json, rungs.into()).await.is(409);
    let polled = reader.get("/agent/poll?reader_test=1").await;
    polled.is(200).has(&format!("\"reader_test\":\"{id}\""));
    for (body, status) in [
        (r#"{"rungs":[]}"#, 422),
        (r#"{"rungs":[{"step":"架空 花子","outcome":"good"}]}"#, 422),
        (
            r#"{"rungs":[{"step":"card","outcome":"good","seen":"x"}]}"#,
            422,
        ),
        (rungs, 204),
        (rungs, 409),
    ] {
        let page = reader.send_json(&to, &json, body.into()).await;
        assert!(
            page.status == status || (status == 422 && page.status == 400),
            "{body} {}",
            page.html
        );
    }
    let mut elsewhere = door.app.browser_of(OFFICE, "office-pc-2", "0d");
    elsewhere.cookies = browser.cookies.clone();
    let page = elsewhere.get(&path).await;
    assert_ne!(page.status, 200);
    assert_eq!(TERMINAL, "office-pc-1");
}

#[tokio::test(flavor = "multi_thread")]
async fn t2_no_program_and_an_old_one_are_said_with_what_to_do() {
    let app = App::new().await;
    let mut browser = app.signed_in().await;
    let path = ask(&mut browser).await;
    browser
        .get(&path)
        .await
        .is(200)
        .has("端末プログラムにつないでいます")
        .has("状態を更新する");
    app.clock.pass(11);
    browser
        .get(&path)
        .await
        .has("端末プログラムの応答がありません");
    app.clock.pass(40);
    browser
        .get(&path)
        .await
        .has("端末プログラムが動いていません")
        .has("kiban-terminal run");
    let path = ask(&mut browser).await;
    // As programs polled before they knew the question.
    let mut reader = app.reader();
    let polled = tokio::spawn(async move { reader.get("/agent/poll").await.status });
    for _ in 0..100 {
        if browser
            .get(&path)
            .await
            .html
            .contains("端末プログラムが古いため")
        {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    browser
        .get(&path)
        .await
        .is(200)
        .has("端末プログラムが古いため、確かめられません");
    polled.abort();
    browser.get(&format!("{PATH}/x")).await.is(404);
    for at in ["/care/terminals", "/care/reader-test"] {
        browser.get(at).await.is(200).has("読み取り確認");
    }
}
