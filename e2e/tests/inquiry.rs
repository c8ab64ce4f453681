//! From a question that nobody has answered to an answer that everybody finds, in real browsers: chat, form, letter, help desk, editors
//! (P-5, P-6, O-1).

#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends there")]

mod journey;

use journey::portal::{go, judged, officer, open, says};
use kiban_e2e::{Browser, Demo, Engine, letter};

const MAIL: &str = "tantou@hikari.example";
const QUESTION: &str = "ﾊﾞﾅﾅの皮をむく速さの世界記録";

fn after(text: &str, words: &str) -> String {
    let rest = text.split(words).nth(1);
    let rest = rest.unwrap_or_else(|| panic!("{words} in {text}"));
    rest.split_whitespace().next().unwrap().to_owned()
}

async fn ask(browser: &Browser, demo: &Demo, question: &str) {
    go(browser, demo, "/contact/chat").await;
    browser.fill("question", question).await.unwrap();
    browser
        .press(".chat__in button[data-type=fill]")
        .await
        .unwrap();
}

#[tokio::test]
async fn p5_a_question_goes_from_the_chat_to_an_answer_by_letter() {
    let demo = Demo::start(&Engine::Embedded, 20, None).unwrap();
    let mut faults = Vec::new();
    let visitor = open(&demo).await;
    ask(&visitor, &demo, QUESTION).await;
    says(&visitor, "公開している答えの中には見つかりませんでした").await;
    visitor
        .press("form[action='/contact/form'] button")
        .await
        .unwrap();
    faults.extend(judged(&visitor, "inquiry-1-form").await);
    let typed = "return document.getElementsByName('body')[0].value";
    let typed = visitor.script(typed, vec![]).await.unwrap();
    assert!(typed.as_str().unwrap().contains("皮をむく速さ"), "{typed}");
    visitor.fill("category", "other").await.unwrap();
    visitor.fill("name", "見本 担当").await.unwrap();
    visitor.fill("mail", MAIL).await.unwrap();
    visitor
        .press("button[name=step][value=check]")
        .await
        .unwrap();
    faults.extend(judged(&visitor, "inquiry-2-confirm").await);
    visitor
        .press("button[name=step][value=send]")
        .await
        .unwrap();
    let text = says(&visitor, "お問い合わせを受け付けました").await;
    let ticket = after(&text, "受付番号");

    let desk = officer(&demo, "operator_first").await;
    faults.extend(judged(&desk, "inquiry-3-ops").await);
    go(&desk, &demo, &format!("/ops/inquiries?number={ticket}")).await;
    faults.extend(judged(&desk, "inquiry-4-queue").await);
    desk.press(".tbl th a").await.unwrap();
    says(&desk, "皮をむく速さ").await;
    faults.extend(judged(&desk, "inquiry-5-case").await);
    let answer = "その記録は、こちらでは分かりません。";
    desk.fill("body", answer).await.unwrap();
    desk.press("button[name=act][value=check]").await.unwrap();
    faults.extend(judged(&desk, "inquiry-5-confirm").await);
    desk.press("button[name=act][value=answer]").await.unwrap();
    says(&desk, "回答を送信しました").await;
    let text = letter(demo.data(), MAIL, "お問い合わせに回答します").unwrap();
    assert!(text.contains(answer), "{text}");

    go(&visitor, &demo, "/contact/track").await;
    visitor.fill("ticket", &ticket).await.unwrap();
    visitor.fill("mail", MAIL).await.unwrap();
    visitor
        .press("form[action='/contact/track'] button")
        .await
        .unwrap();
    let text = letter(demo.data(), MAIL, "確認するためのコード").unwrap();
    let code = after(&text, "コード　");
    visitor.fill("ticket", &ticket).await.unwrap();
    visitor.fill("code", &code).await.unwrap();
    visitor
        .press("form[action='/contact/track'] button")
        .await
        .unwrap();
    says(&visitor, answer).await;
    faults.extend(judged(&visitor, "inquiry-6-thread").await);
    desk.close().await.unwrap();
    visitor.close().await.unwrap();
    let log = demo.log();
    for hidden in [MAIL, "皮をむく", answer, &code] {
        assert!(!log.contains(hidden), "{hidden} is in the server's log");
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[tokio::test]
async fn p6_an_unanswered_question_is_answered_by_two_editors_and_found() {
    let demo = Demo::start(&Engine::Embedded, 20, None).unwrap();
    let mut faults = Vec::new();
    let visitor = open(&demo).await;
    ask(&visitor, &demo, QUESTION).await;
    says(&visitor, "公開している答えの中には見つかりませんでした").await;

    let writer = officer(&demo, "operator_first").await;
    go(&writer, &demo, "/ops/faq/unanswered").await;
    faults.extend(judged(&writer, "faq-1-unanswered").await);
    writer.fill("slug", "banana").await.unwrap();
    writer.press("button[name=act][value=draft]").await.unwrap();
    for (name, value) in [
        (
            "head-question",
            "バナナの皮をむく速さの世界記録は何秒ですか",
        ),
        ("head-category", "guide"),
        (
            "head-aliases",
            "バナナの皮をむく速さの世界記録\nバナナの世界記録\n皮むきの記録\nバナナの皮むきの速さ",
        ),
        ("head-readings", "ばなな\nせかいきろく"),
        ("head-sources", "利用規約 | /terms"),
        ("body", "このサイトでは、バナナの記録をお答えしていません。"),
    ] {
        writer.fill(name, value).await.unwrap();
    }
    faults.extend(judged(&writer, "faq-2-edit").await);
    writer
        .press("form.form button[data-type=fill]")
        .await
        .unwrap();
    faults.extend(judged(&writer, "faq-3-draft").await);
    writer.press("button[name=act][value=send]").await.unwrap();
    says(&writer, "確認に出しました").await;
    let own = "return document.querySelector('button[value=publish]') === null";
    assert_eq!(writer.script(own, vec![]).await.unwrap(), true);

    let second = officer(&demo, "operator_second").await;
    go(&second, &demo, "/ops/faq/banana").await;
    faults.extend(judged(&second, "faq-4-review").await);
    second
        .press("button[name=act][value=publish]")
        .await
        .unwrap();
    says(&second, "公開しました").await;

    // What is published is shown within two seconds.
    let mut text = String::new();
    for _ in 0..10 {
        ask(&visitor, &demo, "バナナの皮むきの世界記録").await;
        text = visitor.text().await.unwrap();
        if text.contains("バナナの記録をお答えしていません") {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    }
    assert!(text.contains("バナナの記録をお答えしていません"), "{text}");
    faults.extend(judged(&visitor, "faq-5-found").await);
    for browser in [visitor, writer, second] {
        browser.close().await.unwrap();
    }
    assert!(faults.is_empty(), "{faults:#?}");
}
