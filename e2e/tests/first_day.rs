//! An office's whole first day, as its people live it: the operator's letter, the code, the certificate made on the device, the
//! set-up, a member, a check by card in the terminal's own window, a registration, viewing, news of an application, a
//! renewal, a lost terminal. Programs, browser, card reader and servers are the real ones (W-1 to W-6, T-1).

#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends there")]

mod cards;
mod journey;

use cards::{Believed, begin, settled};
use journey::{check_identity, look, register, submit};
use kiban_e2e::{Browser, Demo, Engine, Identity, Terminal, letter, today, totp};
use kiban_testkit::card::{CardOrder, Persona, Reader, Slot, with_pcscd};
use std::{
    path::Path,
    time::{Duration, Instant},
};

const SHOTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/e2e-shots");
const OFFICE: &str = "1379900051";
const CHIEF: &str = "kanri@hikari.example";
const MEMBER: &str = "jiro@hikari.example";
const PASSWORD: &str = "asa no hikari ni 7";
const PIN: &str = "1234";

#[test]
fn w1_w6_an_office_lives_its_first_day() {
    with_pcscd("w1_w6_an_office_lives_its_first_day", |reader| {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(first_day(reader));
    });
}

async fn first_day(reader: Reader) {
    let believed = Believed::new();
    let demo = Demo::start_with(&Engine::Embedded, 150, &believed.arguments()).unwrap();
    let portal = demo.file().portal.clone();

    // The operator invites; the letter holds what the terminal's program asks for.
    let invited = demo
        .run(&[
            "office",
            "invite",
            "--office",
            OFFICE,
            "--name",
            "見本ケアプランセンター光",
            "--service",
            "43",
            "--mail",
            CHIEF,
            "--portal-url",
            &portal,
        ])
        .unwrap();
    assert_eq!(invited.code, 0, "{invited:?}");
    let text = letter(demo.data(), CHIEF, "利用を始めるための").unwrap();
    let code = after(&text, "コード　　　");
    let mut desk = Terminal::new().unwrap();
    let enrolled = desk
        .run(&[
            "enrol",
            "--portal",
            &portal,
            "--office",
            OFFICE,
            "--code",
            &code,
            "--name",
            "受付のパソコン",
        ])
        .unwrap();
    assert_eq!(enrolled.code, 0, "{enrolled:?}");
    desk.start().unwrap();

    let chief = open_browser(&demo).await;
    let mut chiefs = Authenticator::default();
    set_up(&chief, &desk, &mut chiefs).await;

    let member = open_browser(&demo).await;
    let mut members = Authenticator::default();
    invite(&chief, &member, &demo, &desk, &mut members).await;

    let person = by_card(&chief, &member, &demo, &desk, &reader).await;
    news(&member, &demo, &desk, &person).await;
    renewal(&member, &demo, &mut desk).await;
    loss(&chief, &demo, &desk, &mut chiefs).await;

    member.close().await.unwrap();
    chief.close().await.unwrap();
    let log = demo.log();
    for hidden in [&code, PASSWORD, "PRIVATE KEY", &person.name_kana] {
        assert!(!log.contains(hidden), "{hidden} is in the server's log");
    }
}

async fn open_browser(demo: &Demo) -> Browser {
    let file = demo.file();
    let identity = Identity {
        server: &file.care,
        authority: &file.ca,
        certificate: None,
    };
    Browser::new(identity).await.unwrap()
}

/// What stands in a letter behind `label`.
fn after(text: &str, label: &str) -> String {
    let rest = text.split_once(label).unwrap().1;
    rest.lines().next().unwrap().trim().to_owned()
}

/// A member's authenticator: each code once, as the server wants it.
#[derive(Default)]
struct Authenticator {
    secret: String,
    last: String,
}

impl Authenticator {
    async fn code(&mut self) -> String {
        loop {
            let code = totp(&self.secret).unwrap();
            if code != self.last {
                self.last.clone_from(&code);
                return code;
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }
}

/// Chooses user name, password and authenticator on the page that stands there, and signs in.
async fn make_account(
    browser: &Browser,
    fields: &[(&str, &str)],
    authenticator: &mut Authenticator,
) {
    for (name, value) in fields {
        browser.fill(name, value).await.unwrap();
    }
    for name in ["password", "again"] {
        browser.fill(name, PASSWORD).await.unwrap();
    }
    browser.press("button[name=go][value=begin]").await.unwrap();
    let secret = "return document.querySelector('main p > code').textContent";
    let secret = browser.script(secret, vec![]).await.unwrap();
    authenticator.secret = secret.as_str().unwrap().replace(' ', "");
    let code = authenticator.code().await;
    browser.fill("code", &code).await.unwrap();
    browser
        .press("button[name=go][value=finish]")
        .await
        .unwrap();
    let text = browser.text().await.unwrap();
    assert!(text.contains("予備のコード"), "{text}");
    browser.press("a[href^='/care/sign-in']").await.unwrap();
    sign_in(browser, fields[0].1, authenticator).await;
}

async fn sign_in(browser: &Browser, user: &str, authenticator: &mut Authenticator) {
    browser.fill("user", user).await.unwrap();
    browser.fill("password", PASSWORD).await.unwrap();
    submit(browser, "user").await;
    let code = authenticator.code().await;
    browser.fill("code", &code).await.unwrap();
    submit(browser, "code").await;
    let text = browser.text().await.unwrap();
    assert!(text.contains("ログアウト"), "{text}");
}

async fn set_up(chief: &Browser, desk: &Terminal, authenticator: &mut Authenticator) {
    let shots = Some(Path::new(SHOTS));
    let door = desk.pages().unwrap();
    chief.open(&format!("{door}/care")).await.unwrap();
    let text = chief.text().await.unwrap();
    assert!(
        text.contains("接続確認") && text.contains("受付のパソコン"),
        "{text}"
    );
    look(chief, shots, "day-1-connection").await;
    chief.press(".actions button").await.unwrap();
    look(chief, shots, "day-2-administrator").await;
    let own = [
        ("user", "kanri-hajime"),
        ("name", "見本 一"),
        ("mail", CHIEF),
    ];
    make_account(chief, &own, authenticator).await;
    look(chief, shots, "day-3-staff").await;
    chief
        .press("form[action='/care/setup/staff'] button")
        .await
        .unwrap();
    let text = chief.text().await.unwrap();
    assert!(
        text.contains("この端末は使えます") && text.contains("見本 一（管理者）"),
        "{text}"
    );
    look(chief, shots, "day-4-ready").await;
}

async fn invite(
    chief: &Browser,
    member: &Browser,
    demo: &Demo,
    desk: &Terminal,
    authenticator: &mut Authenticator,
) {
    let door = desk.pages().unwrap();
    chief
        .open(&format!("{door}/care/staff/invite"))
        .await
        .unwrap();
    chief.fill("name", "見本 次郎").await.unwrap();
    chief.fill("mail", MEMBER).await.unwrap();
    chief.fill("role", "2").await.unwrap();
    submit(chief, "name").await;
    let text = letter(demo.data(), MEMBER, "招待されました").unwrap();
    // The letter names the door itself; at a terminal with the program it is reached through the program.
    let link = after(&text, "/care/invitation");
    member
        .open(&format!("{door}/care/invitation{link}"))
        .await
        .unwrap();
    make_account(member, &[("user", "mihon-jiro")], authenticator).await;
    // The same invitation again is over.
    let again = open_browser(demo).await;
    again
        .open(&format!("{door}/care/invitation{link}"))
        .await
        .unwrap();
    let text = again.text().await.unwrap();
    assert!(!text.contains("ユーザIDとパスワードを決めて"), "{text}");
    again.close().await.unwrap();
}

/// Checks a person by card, typing the PIN in the terminal's own window, registers and looks.
async fn by_card(
    window: &Browser,
    member: &Browser,
    demo: &Demo,
    desk: &Terminal,
    reader: &Reader,
) -> kiban_e2e::Person {
    let shots = Some(Path::new(SHOTS));
    let door = desk.pages().unwrap();
    let slot = Slot::holding(CardOrder::new(Persona::Ordinary).make());
    let card = reader.insert(&slot);
    begin(member, door).await;
    type_pin(window, desk).await;
    settled(member, "まだ登録されていません").await;
    look(member, shots, "day-5-card").await;
    member
        .press(".actions a[href*='paper?card=']")
        .await
        .unwrap();
    let person = demo.file().persons[0].clone();
    check_identity(member, &person).await;
    assert!(member.address().await.unwrap().contains("/register"));

    // From now on the card alone stands for the person.
    begin(member, door).await;
    type_pin(window, desk).await;
    settled(member, "カードで本人を確認できました").await;
    member.press("button[name=go][value=on]").await.unwrap();
    register(member, None).await;
    drop(card);
    assert!(!slot.state().card.is_unlocked() && !slot.state().card.my_number_was_selected());

    member.open(&page_of(desk, &person)).await.unwrap();
    let text = member.text().await.unwrap();
    assert!(
        text.contains("介護保険被保険者証") && text.contains("マイナンバーカード（暗証番号）"),
        "{text}"
    );
    look(member, shots, "day-6-person").await;
    person
}

fn page_of(desk: &Terminal, person: &kiban_e2e::Person) -> String {
    format!(
        "{}/care/persons/{}/{}",
        desk.pages().unwrap(),
        person.insurer_no,
        person.insured_no
    )
}

async fn type_pin(window: &Browser, desk: &Terminal) {
    let deadline = Instant::now() + Duration::from_secs(40);
    loop {
        window.open(desk.window().unwrap()).await.unwrap();
        let asked = "return !!document.getElementById('pin')";
        if window.script(asked, vec![]).await.unwrap() == true {
            break;
        }
        let text = window.text().await.unwrap();
        assert!(Instant::now() < deadline, "the window asks nothing: {text}");
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    window.fill("pin", PIN).await.unwrap();
    window.press("form[action=pin] button").await.unwrap();
}

/// A new application comes in from the municipality: the start page tells, and the progress page says how far it is.
async fn news(member: &Browser, demo: &Demo, desk: &Terminal, person: &kiban_e2e::Person) {
    let door = desk.pages().unwrap();
    member.open(&format!("{door}/care")).await.unwrap();
    let before = member.text().await.unwrap();
    let day = today();
    let file = format!(
        "op,insurer_no,insured_no,history_no,updated_at,applied_on,branch,kind,kind_at_filing,withdrawal,insured_category,filed_by,survey_requested_on,survey_done_on,survey_received_on,opinion_requested_on,opinion_received_on,primary_judged_on,primary_result,committee_scheduled_on,secondary_judged_on,secondary_result,certified_on,notified_on,deferred_on,expected_on,deferral_reason\n\
         U,{},{},1,{day}T00:00:00+09:00,{day},9,3,,1,,,{day},,,,,,,,,,,,,,\n",
        person.insurer_no, person.insured_no
    );
    let compact = day.strftime("%Y%m%d");
    let folder = tempfile::tempdir().unwrap();
    let name = format!("{}_application_D_{compact}_0002.csv", person.insurer_no);
    let path = folder.path().join(name);
    std::fs::write(&path, file).unwrap();
    let municipality = demo.file().certificates.municipality.clone();
    let sent = demo
        .client(&municipality, &["send", path.to_str().unwrap(), "--wait"])
        .unwrap();
    assert_eq!(sent.code, 0, "{sent:?}");

    let quiet = "新しく進捗が変わった方はいません";
    assert!(before.contains(quiet), "{before}");
    member.open(&format!("{door}/care")).await.unwrap();
    let text = member.text().await.unwrap();
    look(member, Some(Path::new(SHOTS)), "day-7-news").await;
    assert!(
        !text.contains(quiet) && text.contains("認定調査中"),
        "{text}"
    );
    let progress = format!("{}/progress", page_of(desk, person));
    member.open(&progress).await.unwrap();
    let text = member.text().await.unwrap();
    assert!(text.contains("区分変更申請"), "{text}");
    // Who has looked is told no more.
    member.open(&format!("{door}/care")).await.unwrap();
    let text = member.text().await.unwrap();
    assert!(text.contains(quiet), "{text}");
}

/// The terminal gets new certificates; the pages go on.
async fn renewal(member: &Browser, demo: &Demo, desk: &mut Terminal) {
    let before = holders(demo);
    desk.stop().unwrap();
    let renewed = desk.run(&["renew"]).unwrap();
    assert_eq!(renewed.code, 0, "{renewed:?}");
    desk.start().unwrap();
    let door = desk.pages().unwrap().to_owned();
    member.open(&format!("{door}/care/sign-in")).await.unwrap();
    let text = member.text().await.unwrap();
    assert!(text.contains("ログイン"), "{text}");
    let status = desk.run(&["status"]).unwrap();
    assert_eq!(status.code, 0, "{status:?}");
    assert!(holders(demo) > before, "no new certificate was issued");
}

/// How many certificates the office's terminals have ever had.
fn holders(demo: &Demo) -> usize {
    let listed = demo.run(&["ca", "list", "--json"]).unwrap().stdout;
    listed.lines().filter(|line| line.contains(OFFICE)).count()
}

/// A second terminal is added and then lost: two presses, and it gets in no more.
async fn loss(chief: &Browser, demo: &Demo, desk: &Terminal, authenticator: &mut Authenticator) {
    let shots = Some(Path::new(SHOTS));
    let door = desk.pages().unwrap();
    chief.open(&format!("{door}/care/sign-in")).await.unwrap();
    sign_in(chief, "kanri-hajime", authenticator).await;
    chief.open(&format!("{door}/care/terminals")).await.unwrap();
    chief
        .press("form[action='/care/terminals/new'] button")
        .await
        .unwrap();
    let codes = "return [...document.querySelectorAll('dd code')].map((it) => it.textContent)";
    let codes = chief.script(codes, vec![]).await.unwrap();
    let mut tablet = Terminal::new().unwrap();
    let enrolled = tablet
        .run(&[
            "enrol",
            "--portal",
            &demo.file().portal,
            "--office",
            OFFICE,
            "--code",
            codes[2].as_str().unwrap(),
            "--name",
            "訪問用タブレット",
            "--tablet",
        ])
        .unwrap();
    assert_eq!(enrolled.code, 0, "{enrolled:?}");
    tablet.start().unwrap();
    let elsewhere = open_browser(demo).await;
    let page = format!("{}/care/sign-in", tablet.pages().unwrap());
    elsewhere.open(&page).await.unwrap();
    let text = elsewhere.text().await.unwrap();
    assert!(text.contains("ログイン"), "{text}");

    chief.open(&format!("{door}/care/terminals")).await.unwrap();
    let text = chief.text().await.unwrap();
    assert!(text.contains("訪問用タブレット"), "{text}");
    look(chief, shots, "day-8-terminals").await;
    let stop = "return [...document.querySelectorAll('a[href$=\"/stop\"]')].find((it) => it.textContent.includes(arguments[0])).getAttribute('href')";
    let stop = chief
        .script(stop, vec!["訪問用タブレット".into()])
        .await
        .unwrap();
    let stop = format!("a[href='{}']", stop.as_str().unwrap());
    chief.press(&stop).await.unwrap();
    look(chief, shots, "day-9-stop").await;
    chief
        .press(".actions button[data-type=fill]")
        .await
        .unwrap();
    let text = chief.text().await.unwrap();
    assert!(text.contains("端末を停止しました"), "{text}");

    elsewhere.open(&page).await.unwrap();
    let text = elsewhere.text().await.unwrap();
    assert!(!text.contains("パスワード"), "{text}");
    look(&elsewhere, shots, "day-10-lost").await;
    let renewed = tablet.run(&["renew"]).unwrap();
    assert_ne!(renewed.code, 0, "{renewed:?}");
    // The one that is not lost goes on.
    chief.open(&format!("{door}/care")).await.unwrap();
    let text = chief.text().await.unwrap();
    assert!(text.contains("業務トップ"), "{text}");
    elsewhere.close().await.unwrap();
}
