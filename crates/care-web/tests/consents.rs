//! The consent ledger on the pages (S-5).

mod support;

use support::{App, SCRIPT};

const NEW: [(&str, &str); 7] = [
    ("scope", "survey"),
    ("basis", "adult_guardian"),
    ("ground", "登記事項証明書を確認"),
    ("evidence", "<b>棚</b>"),
    ("from_era", "reiwa"),
    ("from_year", "8"),
    ("from_month", "11"),
];

fn form<'a>(go: &'a str, day: &'a str) -> Vec<(&'a str, &'a str)> {
    let mut form = NEW.to_vec();
    form.extend([("from_day", day), ("go", go)]);
    form
}

#[tokio::test(flavor = "multi_thread")]
async fn s5_a_consent_is_taken_and_withdrawn_on_screen_and_the_next_look_follows() {
    let app = App::new().await;
    app.load().await;
    let mut browser = app.signed_in().await;
    let birth = kiban_domain::Date::constant(1940, 5, 3);
    let path = browser
        .register(SCRIPT, "カクウ ハナコ", birth, "2", "43")
        .await;
    let reason = "ご本人の同意がないため表示していません";
    let withheld = format!("{path}/certification");
    browser
        .get(&withheld)
        .await
        .has(reason)
        .has("同意の記録を開く");
    let ledger = format!("{path}/consents");
    browser
        .get(&ledger)
        .await
        .is(200)
        .has("同意の記録はまだありません。");

    let new = format!("{ledger}/new");
    browser.get(&new).await.is(200);
    browser
        .post(&new, &[("go", "confirm"), ("basis", "family")])
        .await
        .is(422)
        .has("同意の範囲を選択してください")
        .has("代理の根拠は")
        .has("同意の日を入力してください");
    browser
        .post(&new, &form("confirm", "1"))
        .await
        .is(200)
        .has("同意の登録の確認");
    browser
        .post(&new, &form("back", "1"))
        .await
        .is(200)
        .has("登記事項証明書");
    let done = browser.post(&new, &form("record", "1")).await;
    assert_eq!(done.to(), format!("{ledger}?done=given"));
    let page = browser.get(done.to()).await;
    page.is(200)
        .has("成年後見人（登記事項証明書を確認）")
        .has("&#60;b&#62;棚")
        .has("佐藤 花子");
    browser
        .get(&withheld)
        .await
        .has("認定調査票はまだ届いていません。");
    browser
        .post(&new, &form("record", "1"))
        .await
        .is(422)
        .has("すでに登録されています");

    let withdraw = page
        .html
        .split("href=\"")
        .find(|it| it.contains("consents/withdraw"));
    let withdraw = withdraw
        .unwrap_or_default()
        .split('"')
        .next()
        .unwrap_or_default();
    let consent = withdraw.split("consent=").nth(1).unwrap_or_default();
    let consent = percent_encoding::percent_decode_str(consent).decode_utf8_lossy();
    browser.get(withdraw).await.is(200).has("認定調査票");
    let mut taken_back = form("record", "1");
    taken_back.push(("consent", &consent));
    let done = browser
        .post(&format!("{ledger}/withdraw"), &taken_back)
        .await;
    assert_eq!(done.to(), format!("{ledger}?done=withdrawn"));
    browser.get(done.to()).await.is(200).has("撤回済み");
    browser.get(&withheld).await.is(200).has(reason);
    browser.get(withdraw).await.is(404);
    browser
        .get("/care/persons/131128/0000012345/consents")
        .await
        .is(404);
    kiban_services::audit_trail::seal_all(&app.platform)
        .await
        .expect("sealed");
    let recorded = app.recorded().await.join("\n");
    for word in ["consent_given", "consent_withdrawn", "view_consents"] {
        assert!(recorded.contains(word), "{word}");
    }
}
