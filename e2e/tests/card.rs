//! From the sign-in to a person's certificates by My Number card: Chromium, the terminal's agent, a real pcscd with a virtual
//! card, the server as it ships (W-3a, T-1).

#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends there")]

mod cards;
mod journey;

use cards::{Believed, Desk, begin, settled};
use journey::{check_identity, look, register, sign_in};
use kiban_e2e::{Browser, Demo, Engine, Identity};
use kiban_terminal::reader::PcscSource;
use kiban_testkit::card::{CardOrder, Persona, Reader, Slot, with_pcscd};
use std::path::Path;

const SHOTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/e2e-shots");

#[test]
fn w3_from_the_sign_in_to_the_certificates_by_card() {
    with_pcscd(
        "w3_from_the_sign_in_to_the_certificates_by_card",
        |reader| {
            let runtime = tokio::runtime::Runtime::new().unwrap();
            runtime.block_on(by_card(reader));
        },
    );
}

async fn by_card(reader: Reader) {
    let believed = Believed::new();
    let demo = Demo::start_with(&Engine::Embedded, 150, &believed.arguments()).unwrap();
    let file = demo.file();
    let identity = Identity {
        server: &file.care,
        authority: &file.ca,
        certificate: None,
    };
    let browser = Browser::new(identity).await.unwrap();
    let door = file.bridge.clone();
    let shots = Some(Path::new(SHOTS));
    sign_in(&browser, &door, demo.account("care_manager").unwrap(), None).await;
    let slot = Slot::holding(CardOrder::new(Persona::Ordinary).make());
    let card = reader.insert(&slot);
    let desk = Desk::with(&demo, Box::new(PcscSource));

    // The first time the card is linked by the five items.
    begin(&browser, &door).await;
    settled(&browser, "まだ登録されていません").await;
    look(&browser, shots, "card-1-unknown").await;
    browser
        .press(".actions a[href*='paper?card=']")
        .await
        .unwrap();
    look(&browser, shots, "card-2-items").await;
    let person = &file.persons[0];
    check_identity(&browser, person).await;
    assert!(browser.address().await.unwrap().contains("/register"));

    // From then on it is enough.
    begin(&browser, &door).await;
    settled(&browser, "カードで本人を確認できました").await;
    look(&browser, shots, "card-3-linked").await;
    browser.press("button[name=go][value=on]").await.unwrap();
    let text = browser.text().await.unwrap();
    assert!(
        text.contains(&person.name_kana.replace(' ', "\u{3000}"))
            || text.contains(&person.name_kana),
        "{text}"
    );
    register(&browser, None).await;
    let page = format!(
        "{door}/care/persons/{}/{}",
        person.insurer_no, person.insured_no
    );
    browser.open(&page).await.unwrap();
    look(&browser, shots, "card-4-person").await;
    let text = browser.text().await.unwrap();
    assert!(text.contains("マイナンバーカード（暗証番号）"), "{text}");
    assert!(text.contains("介護保険被保険者証"), "{text}");
    desk.stop().await;
    drop(card);
    assert!(!slot.state().card.is_unlocked() && !slot.state().card.my_number_was_selected());
    browser.close().await.unwrap();
    assert_log_knows_nobody(&demo, person);
}

fn assert_log_knows_nobody(demo: &Demo, person: &kiban_e2e::Person) {
    let log = demo.log().to_lowercase();
    assert!(log.contains("準備ができました"), "{log:.500}");
    for hidden in [
        "1234\"",
        "227b13",
        &person.insured_no,
        &person.name,
        &person.name_kana,
    ] {
        assert!(!log.contains(&hidden.to_lowercase()), "{hidden}");
    }
}
