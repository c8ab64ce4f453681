//! An opinion in real browsers, as its people live it: asked for by the municipality, written by the clinic with and without a line, checked and sent, fetched by the
//! municipality's system and given back at its desk, corrected, received, and read by the care manager; the physician sees who read it (D-1, D-2, D-5, W-7, W-8).

#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends there")]

mod journey;

use journey::{
    check_identity,
    portal::{judged, signed_in},
    register, sign_in,
};
use kiban_e2e::{Browser, Demo, Engine, Identity, today};
use serde_json::json;
use std::time::{Duration, Instant};

/// The sandbox's clinic.
const CLINIC: &str = "1319900013";
/// The request's number; the sandbox's own requests have others.
const NUMBER: &str = "B-0001";
/// What the clinic writes at first, and what it adds after it was given back.
const FIRST: &str = "夜間に不安が強い。";
const ADDED: &str = "日中の見守りも必要である。";
/// What the municipality's first file of requests is called.
const SET: &str = "opinion_request";

/// A request about the sandbox's first person, in the file of the day.
fn request(demo: &Demo) -> String {
    let day = today();
    let person = &demo.file().persons[0];
    json!({
        "op": "U", "insurer_no": demo.file().insurer_no, "insured_no": person.insured_no, "history_no": 1,
        "updated_at": format!("{day}T00:10:00+09:00"), "applied_on": day.to_string(), "branch": 1, "request_no": NUMBER,
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
async fn w7_d2_w8_an_opinion_goes_from_the_request_to_who_reads_it() {
    let demo = Demo::start(&Engine::Embedded, 60, None).unwrap();
    ask(&demo);
    let file = demo.file();
    let clerk = demo.account("clerk").unwrap();
    let door = file.care.clone();
    let identity = Identity {
        server: &file.care,
        authority: &file.ca,
        certificate: Some(&file.certificates.clinic_terminal),
    };
    let browser = Browser::new(identity).await.unwrap();
    let mut faults = Vec::new();
    sign_in(&browser, &door, clerk, None).await;
    browser.open(&format!("{door}/care")).await.unwrap();
    let address = browser.address().await.unwrap();
    assert!(address.ends_with("/medical"), "{address}");
    faults.extend(judged(&browser, "opinion-1-home").await);
    browser
        .open(&format!("{door}/medical/requests"))
        .await
        .unwrap();
    faults.extend(judged(&browser, "opinion-2-requests").await);
    row(&browser, &file.persons[0].name).await;
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
    typed(&browser, "remarks", FIRST).await;
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
    let receipt = receipt(&browser).await;
    faults.extend(judged(&browser, "opinion-7-sent").await);
    for (name, path) in [("8-withdraw", "withdraw"), ("9-decline", "decline")] {
        browser.open(&format!("{base}/{path}")).await.unwrap();
        faults.extend(judged(&browser, &format!("opinion-{name}")).await);
    }

    // The municipality's system has it on its disk and has not received it yet; its desk gives it back.
    let folder = demo.data().join("fetched");
    let system = &file.certificates.municipality;
    let pull = ["opinion", "pull", "--into", folder.to_str().unwrap()];
    let fetched = demo.client(system, &pull).unwrap();
    assert_eq!(fetched.code, 0, "{} {}", fetched.stdout, fetched.stderr);
    assert!(holds(&folder, &receipt, FIRST));
    let desk = signed_in(&demo, "insurer").await;
    let case = given_back(&demo, &desk, &receipt, &mut faults).await;

    corrected(&browser, &door, &base, &mut faults).await;
    let again = receipt_of(&browser, &receipt).await;
    let mut pull = pull.to_vec();
    pull.push("--ack");
    let fetched = demo.client(system, &pull).unwrap();
    assert_eq!(fetched.code, 0, "{} {}", fetched.stdout, fetched.stderr);
    assert!(holds(&folder, &again, ADDED));
    desk.open(&case).await.unwrap();
    says(&desk, "市町村で受領").await;
    says(&desk, ADDED).await;
    faults.extend(judged(&desk, "insurer-opinion-received").await);
    for (name, path) in [("requests", "request"), ("declined", "?state=declined")] {
        let address = format!("{}/insurer/opinions/{path}", file.portal).replace("/?", "?");
        desk.open(&address).await.unwrap();
        faults.extend(judged(&desk, &format!("insurer-opinions-{name}")).await);
    }

    read(&demo, &mut faults).await;

    // The physician's institution is told which organisation read it.
    let page = format!("{door}/medical/receipts/{again}");
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        browser.open(&page).await.unwrap();
        let text = browser.text().await.unwrap();
        if text.contains("ケアステーション架空") {
            break;
        }
        assert!(Instant::now() < deadline, "{text}");
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    faults.extend(judged(&browser, "medical-receipt").await);
    for page in ["opinions", "import", "claims", "settings"] {
        browser
            .open(&format!("{door}/medical/{page}"))
            .await
            .unwrap();
        faults.extend(judged(&browser, &format!("medical-{page}")).await);
    }
    browser.close().await.unwrap();
    desk.close().await.unwrap();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    let log = demo.log();
    for hidden in [FIRST, ADDED, "見本の病名", &*file.persons[0].name] {
        let shown = log.lines().find(|line| line.contains(hidden));
        assert!(shown.is_none(), "{hidden} is in the server's log");
    }
}

/// Opens the last row of the table that names this.
async fn row(browser: &Browser, words: &str) {
    let find = "const all = [...document.querySelectorAll('tbody tr')].filter(it => it.textContent.includes(arguments[0])); \
        return all.at(-1)?.querySelector('a')?.href ?? ''";
    let link = browser.script(find, vec![words.into()]).await.unwrap();
    let link = link.as_str().unwrap().to_owned();
    assert!(!link.is_empty(), "{words} is in no row");
    browser.open(&link).await.unwrap();
}

/// The newest receipt on the page.
async fn receipt(browser: &Browser) -> String {
    receipt_of(browser, "").await
}

/// The newest receipt on the page that is not this one.
async fn receipt_of(browser: &Browser, other: &str) -> String {
    let text = browser.text().await.unwrap();
    let all = text.split(|it: char| !it.is_ascii_digit() && it != '-');
    let mut all: Vec<&str> = all
        .filter(|it| it.len() == 15 && it.as_bytes()[6] == b'-' && *it != other)
        .collect();
    all.sort_unstable();
    (*all.last().expect("a receipt")).to_owned()
}

/// Whether a fetched opinion says this.
fn holds(folder: &std::path::Path, receipt: &str, words: &str) -> bool {
    let files = std::fs::read_dir(folder).unwrap();
    let mut files = files.map(|it| it.unwrap().path());
    files.any(|it| {
        it.to_string_lossy().contains(receipt)
            && std::fs::read_to_string(&it).is_ok_and(|text| text.contains(words))
    })
}

/// At the municipality's desk: the list, the opinion, and giving it back; the request's address.
async fn given_back(
    demo: &Demo,
    desk: &Browser,
    receipt: &str,
    faults: &mut Vec<String>,
) -> String {
    let list = format!("{}/insurer/opinions", demo.file().portal);
    desk.open(&list).await.unwrap();
    faults.extend(judged(desk, "insurer-opinions").await);
    row(desk, NUMBER).await;
    let case = desk.address().await.unwrap();
    says(desk, FIRST).await;
    says(desk, receipt).await;
    faults.extend(judged(desk, "insurer-opinion").await);
    let form = format!("{case}/return?receipt={receipt}");
    desk.open(&form).await.unwrap();
    desk.fill("reason", "日中の様子も書いてください")
        .await
        .unwrap();
    faults.extend(judged(desk, "insurer-opinion-return").await);
    desk.press("main form button.push").await.unwrap();
    says(desk, "差し戻しました").await;
    faults.extend(judged(desk, "insurer-opinion-returned").await);
    case
}

/// The clinic sees why, adds what is missing and sends again.
async fn corrected(browser: &Browser, door: &str, base: &str, faults: &mut Vec<String>) {
    browser.open(&format!("{door}/medical")).await.unwrap();
    says(browser, "日中の様子も書いてください").await;
    faults.extend(judged(browser, "opinion-a-returned").await);
    let page = format!("{base}/edit?section=remarks");
    browser.open(&page).await.unwrap();
    says(browser, "日中の様子も書いてください").await;
    let text = format!("{FIRST}\n{ADDED}");
    typed(browser, "remarks", &text).await;
    go(browser, "save").await;
    browser.open(&format!("{base}/send")).await.unwrap();
    browser.press("button[value=send]").await.unwrap();
    says(browser, "市町村へ送信しました").await;
    faults.extend(judged(browser, "opinion-b-sent-again").await);
}

/// The care manager registers, records the person's consent, and reads.
async fn read(demo: &Demo, faults: &mut Vec<String>) {
    let file = demo.file();
    let door = file.care.clone();
    let identity = Identity {
        server: &file.care,
        authority: &file.ca,
        certificate: Some(&file.certificates.terminal),
    };
    let browser = Browser::new(identity).await.unwrap();
    sign_in(&browser, &door, demo.account("care_manager").unwrap(), None).await;
    let person = &file.persons[0];
    browser
        .open(&format!("{door}/care/persons/new/paper"))
        .await
        .unwrap();
    check_identity(&browser, person).await;
    register(&browser, None).await;
    let own = format!(
        "{door}/care/persons/{}/{}",
        person.insurer_no, person.insured_no
    );
    browser.open(&format!("{own}/consents/new")).await.unwrap();
    for (name, value) in [
        ("scope", "opinion"),
        ("basis", "own"),
        ("evidence", "事務所の契約書類の棚"),
    ] {
        browser.fill(name, value).await.unwrap();
    }
    browser.press("button[value=confirm]").await.unwrap();
    browser.press("button[value=record]").await.unwrap();
    browser.open(&format!("{own}/opinions")).await.unwrap();
    faults.extend(judged(&browser, "person-opinions").await);
    browser.press("tbody th a").await.unwrap();
    says(&browser, ADDED).await;
    says(&browser, "見本の病名").await;
    faults.extend(judged(&browser, "person-opinion").await);
    browser.close().await.unwrap();
}
