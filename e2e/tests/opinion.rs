//! An opinion in a real browser: asked for by the municipality, written by the clinic with and without a line, checked and sent (W-7, D-5).

#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends there")]

mod journey;

use journey::{portal::judged, sign_in};
use kiban_e2e::{Browser, Demo, Engine, Identity, today};
use serde_json::json;
use std::time::{Duration, Instant};

/// The sandbox's clinic.
const CLINIC: &str = "1319900013";
/// What the municipality's first file of requests is called.
const SET: &str = "opinion_request";

/// A request about the sandbox's first person, in the file of the day.
fn request(demo: &Demo) -> String {
    let day = today();
    let person = &demo.file().persons[0];
    json!({
        "op": "U", "insurer_no": demo.file().insurer_no, "insured_no": person.insured_no, "history_no": 1,
        "updated_at": format!("{day}T00:10:00+09:00"), "applied_on": day.to_string(), "branch": 1, "request_no": "R-0001",
        "institution_code": CLINIC, "requested_on": day.to_string(), "setting": "1", "writing": "1",
    })
    .to_string()
}

fn ask(demo: &Demo) {
    let day = today().strftime("%Y%m%d").to_string();
    let name = format!("{}_{SET}_D_{day}_0001.jsonl", demo.file().insurer_no);
    let file = demo.data().join(name);
    std::fs::write(&file, format!("{}\n", request(demo))).unwrap();
    let certificate = &demo.file().certificates.municipality;
    let sent = demo
        .client(certificate, &["send", "--wait", file.to_str().unwrap()])
        .unwrap();
    assert_eq!(sent.code, 0, "{} {}", sent.stdout, sent.stderr);
}

/// Waits until the page says this.
async fn says(browser: &Browser, words: &str) {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let text = browser.text().await.unwrap();
        if text.contains(words) {
            return;
        }
        assert!(Instant::now() < deadline, "{words} in {text}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// Types as a person does, so that the page's script hears it.
async fn typed(browser: &Browser, name: &str, value: &str) {
    browser.fill(name, value).await.unwrap();
    let heard = "const it = document.getElementsByName(arguments[0])[0]; \
        it.dispatchEvent(new Event('input', { bubbles: true }))";
    browser.script(heard, vec![name.into()]).await.unwrap();
}

async fn go(browser: &Browser, value: &str) {
    let button = format!("form[data-draft] button[name=go][value='{value}']");
    browser.press(&button).await.unwrap();
}

#[tokio::test]
async fn w7_a_clinic_writes_and_sends_an_opinion_in_a_browser() {
    let demo = Demo::start(&Engine::Embedded, 20, None).unwrap();
    ask(&demo);
    let terminal = demo.terminal_of(CLINIC, "C0201").unwrap();
    let clerk = demo.clerk_of(CLINIC, "jimuko").unwrap();
    let file = demo.file();
    let door = file.care.clone();
    let identity = Identity {
        server: &file.care,
        authority: &file.ca,
        certificate: Some(&terminal),
    };
    let browser = Browser::new(identity).await.unwrap();
    let mut faults = Vec::new();
    sign_in(&browser, &door, &clerk, None).await;
    browser.open(&format!("{door}/care")).await.unwrap();
    let address = browser.address().await.unwrap();
    assert!(address.ends_with("/medical"), "{address}");
    faults.extend(judged(&browser, "opinion-1-home").await);
    browser
        .open(&format!("{door}/medical/requests"))
        .await
        .unwrap();
    faults.extend(judged(&browser, "opinion-2-requests").await);
    browser.press("tbody th a").await.unwrap();
    let base = browser.address().await.unwrap();
    faults.extend(judged(&browser, "opinion-3-request").await);
    browser.press("button[value=begin]").await.unwrap();

    for section in [
        "header",
        "illness",
        "special_care",
        "condition",
        "living",
        "remarks",
    ] {
        let page = format!("{base}/edit?section={section}");
        browser.open(&page).await.unwrap();
        faults.extend(judged(&browser, &format!("opinion-4-{section}")).await);
    }

    // What is typed is saved without a button, and told.
    let page = format!("{base}/edit?section=condition");
    browser.open(&page).await.unwrap();
    typed(&browser, "height_cm", "百六十").await;
    says(&browser, "身長は、999.9までの数字").await;
    says(&browser, "に保存しました").await;
    // A broken line is said, what was typed stays, and it is saved when the line is back.
    let cut =
        "window.line = window.fetch; window.fetch = () => Promise.reject(new TypeError('cut'))";
    browser.script(cut, vec![]).await.unwrap();
    typed(&browser, "height_cm", "１６０").await;
    says(&browser, "保存できていません").await;
    browser
        .script("window.fetch = window.line", vec![])
        .await
        .unwrap();
    says(&browser, "に保存しました").await;
    let text = browser.text().await.unwrap();
    assert!(!text.contains("身長は、999.9までの数字"), "{text}");
    for (name, value) in [
        ("adl_dementia", "3"),
        ("short_term_memory", "1"),
        ("decision_ability", "1"),
        ("communication", "1"),
    ] {
        typed(&browser, name, value).await;
    }
    go(&browser, "living").await;
    typed(&browser, "meal", "1").await;
    go(&browser, "illness").await;
    typed(&browser, "diagnosis[1].name", "見本の病名").await;
    go(&browser, "header").await;
    let day = today();
    for (part, value) in [
        ("year", day.year() - 2018),
        ("month", day.month().into()),
        ("day", day.day().into()),
    ] {
        typed(&browser, &format!("entry_date_{part}"), &value.to_string()).await;
    }
    go(&browser, "remarks").await;
    go(&browser, "next").await;
    // One thing is missing, and its link leads to the very field.
    faults.extend(judged(&browser, "opinion-5-check").await);
    browser.press("a[href$='#consent']").await.unwrap();
    typed(&browser, "consent", "1").await;
    go(&browser, "save").await;
    browser.open(&format!("{base}/send")).await.unwrap();
    faults.extend(judged(&browser, "opinion-6-send").await);
    browser.press("button[value=send]").await.unwrap();
    says(&browser, "市町村へ送信しました").await;
    says(&browser, "-00000001").await;
    faults.extend(judged(&browser, "opinion-7-sent").await);
    for (name, path) in [("8-withdraw", "withdraw"), ("9-decline", "decline")] {
        browser.open(&format!("{base}/{path}")).await.unwrap();
        faults.extend(judged(&browser, &format!("opinion-{name}")).await);
    }
    browser.close().await.unwrap();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
