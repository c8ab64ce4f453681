//! What staff do at the screens, step by step, for the tests that watch different things on the way.
#![allow(dead_code, unreachable_pub, missing_docs, clippy::unwrap_used)]

pub mod portal;

use kiban_e2e::{Account, Browser, Demo, Person, totp};
use std::path::Path;

/// Signs in, checks a person's identity from the paper, registers the office and reads the certificates.
pub async fn journey(browser: &Browser, demo: &Demo, door: &str, shots: Option<&Path>) {
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

pub async fn sign_in(browser: &Browser, door: &str, account: &Account, shots: Option<&Path>) {
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

pub async fn check_identity(browser: &Browser, person: &Person) {
    let fields = [
        ("insurer_no", person.insurer_no.clone()),
        ("insured_no", person.insured_no.clone()),
        ("sex", person.sex.clone()),
    ];
    for (name, value) in fields {
        browser.fill(name, &value).await.unwrap();
    }
    name_and_birth(browser, person).await;
    submit(browser, "insured_no").await;
}

/// Searches for a person as in an emergency.
pub async fn find(browser: &Browser, person: &Person) {
    name_and_birth(browser, person).await;
    submit(browser, "kana").await;
}

async fn name_and_birth(browser: &Browser, person: &Person) {
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
        ("kana", person.name_kana.clone()),
        ("birth_era", era.as_str().unwrap().to_owned()),
        ("birth_year", (day.year() - first + 1).to_string()),
        ("birth_month", day.month().to_string()),
        ("birth_day", day.day().to_string()),
    ];
    for (name, value) in fields {
        browser.fill(name, &value).await.unwrap();
    }
}

pub async fn register(browser: &Browser, shots: Option<&Path>) {
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
pub async fn submit(browser: &Browser, field: &str) {
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
pub async fn look(browser: &Browser, shots: Option<&Path>, name: &str) {
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
