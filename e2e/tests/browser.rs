//! Staff at the screens: a real browser with a real certificate.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends there")]

use fantoccini::cookies::Cookie;
use kiban_e2e::{Account, Browser, Certificate, Demo, Engine, Identity, Person, totp};
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
    browser.open(&demo.file().portal).await.unwrap();
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

/// Signs in, checks a person's identity from the paper, registers the office and reads the certificates.
async fn journey(browser: &Browser, demo: &Demo, door: &str, shots: Option<&Path>) {
    sign_in(browser, door, demo.account("care_manager").unwrap(), shots).await;
    browser.open(&format!("{door}/care")).await.unwrap();
    look(browser, shots, "3-care").await;

    let person = &demo.file().persons[0];
    browser
        .open(&format!("{door}/care/persons/new/paper"))
        .await
        .unwrap();
    look(browser, shots, "4-paper").await;
    check_identity(browser, person).await;
    look(browser, shots, "5-register").await;
    assert!(
        browser.address().await.unwrap().contains("/register"),
        "{}",
        browser.text().await.unwrap()
    );
    register(browser, shots).await;

    let page = format!(
        "{door}/care/persons/{}/{}",
        person.insurer_no, person.insured_no
    );
    browser.open(&page).await.unwrap();
    look(browser, shots, "8-person").await;
    let text = browser.text().await.unwrap();
    assert!(text.contains(&person.name_kana), "{text}");
    assert!(text.contains("要介護") || text.contains("要支援"), "{text}");
    let mut links = browser.links().await.unwrap();
    links.retain(|link| link.starts_with(&format!("{page}/")) && !link.contains('#'));
    links.sort();
    links.dedup();
    for (number, link) in links.iter().enumerate() {
        browser.open(link).await.unwrap();
        look(
            browser,
            shots,
            &format!("9-{number:02}-person-{}", link.rsplit('/').next().unwrap()),
        )
        .await;
    }
}

async fn sign_in(browser: &Browser, door: &str, account: &Account, shots: Option<&Path>) {
    browser.open(&format!("{door}/care/sign-in")).await.unwrap();
    look(browser, shots, "1-sign-in").await;
    browser.fill("user", &account.user).await.unwrap();
    browser.fill("password", &account.password).await.unwrap();
    submit(browser, "user").await;
    look(browser, shots, "2-second-factor").await;
    browser
        .fill("code", &totp(&account.totp_secret).unwrap())
        .await
        .unwrap();
    submit(browser, "code").await;
    let address = browser.address().await.unwrap();
    assert!(
        !address.contains("sign-in") && !address.contains("second-factor"),
        "{}",
        browser.text().await.unwrap()
    );
}

async fn check_identity(browser: &Browser, person: &Person) {
    let day: jiff::civil::Date = person.birth_date.parse().unwrap();
    // 明治, 大正, 昭和 begin in the middle of a year; the invented city's persons were born in the latter two.
    let taisho_ends = jiff::civil::date(1926, 12, 25);
    let (era, first) = if day < taisho_ends {
        ("大正", 1912)
    } else {
        ("昭和", 1926)
    };
    let eras = "const all = [...document.getElementsByName('birth_era')]; \
        const choices = all.flatMap(it => it.options ? [...it.options].map(it => [it.value, it.textContent]) \
            : [[it.value, it.closest('label')?.textContent ?? it.labels?.[0]?.textContent ?? '']]); \
        return choices.find(it => it[1].includes(arguments[0]))?.[0] ?? arguments[0]";
    let era = browser.script(eras, vec![era.into()]).await.unwrap();
    let fields = [
        ("insurer_no", person.insurer_no.clone()),
        ("insured_no", person.insured_no.clone()),
        ("kana", person.name_kana.clone()),
        ("birth_era", era.as_str().unwrap().to_owned()),
        ("birth_year", (day.year() - first + 1).to_string()),
        ("birth_month", day.month().to_string()),
        ("birth_day", day.day().to_string()),
        ("sex", person.sex.clone()),
    ];
    for (name, value) in fields {
        browser.fill(name, &value).await.unwrap();
    }
    submit(browser, "insured_no").await;
}

async fn register(browser: &Browser, shots: Option<&Path>) {
    browser.fill("service_kind", "43").await.unwrap();
    let purpose = "const all = [...document.getElementsByName('purpose')].filter(it => it.type !== 'hidden'); \
        const first = all[0]; \
        if (first.type === 'radio') { first.checked = true } \
        else if (first.options) { first.selectedIndex = first.options[0].value ? 0 : 1 } \
        else { first.value = 'ケアプランの作成' }; \
        const consent = document.querySelector('input[type=checkbox][name=consent]'); \
        if (consent) { consent.checked = true }";
    browser.script(purpose, vec![]).await.unwrap();
    browser
        .press(".actions button[name=go][value=confirm]")
        .await
        .unwrap();
    look(browser, shots, "6-confirm").await;
    browser
        .press(".actions button[name=go][value=register]")
        .await
        .unwrap();
    look(browser, shots, "7-registered").await;
}

/// Presses the button of the form that holds a field.
async fn submit(browser: &Browser, field: &str) {
    let script = "document.getElementsByName(arguments[0])[0].form.id ||= 'kiban-e2e-form'; \
        return document.getElementsByName(arguments[0])[0].form.id";
    let form = browser.script(script, vec![field.into()]).await.unwrap();
    browser
        .press(&format!(
            "#{} [type=submit], #{0} button:not([type])",
            form.as_str().unwrap()
        ))
        .await
        .unwrap();
}

/// Looks at the page as it is on a desk and on a small screen. Pictures are for people; sideways scrolling fails.
async fn look(browser: &Browser, shots: Option<&Path>, name: &str) {
    let Some(folder) = shots else { return };
    for (width, height) in [(390, 844), (1_280, 900)] {
        browser.resize(width, height).await.unwrap();
        browser
            .screenshot(&folder.join(format!("{name}-{width}.png")))
            .await
            .unwrap();
        let overflow = browser.overflow().await.unwrap();
        assert!(overflow <= 0, "{name} is {overflow} px wider than {width}");
    }
}
