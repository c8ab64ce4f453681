//! Pages about registrations that nobody uses (W-4), letters about progress (W-6) and what changed (W-5).
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use kiban_audit::Action;
use kiban_domain::Date;
use kiban_services::{
    audit_trail,
    relations::silence::{self, SilenceSettings},
};
use kiban_store::repo::staff;
use support::{App, Browser, LOGIN, Page, SCRIPT};

const HANAKO: &str = "カクウ ハナコ";
const BIRTH: Date = Date::constant(1940, 5, 3);
const DAY: i64 = 24 * 3_600;
const WAITING: &str = "/care/registrations?show=waiting";

async fn round(app: &App) {
    let settings = SilenceSettings::default();
    silence::look_after(&app.platform, settings, "https://care.example")
        .await
        .unwrap();
}

/// Values of the checkboxes of a page.
fn choices(page: &Page) -> Vec<String> {
    page.html
        .split("name=\"relation\" value=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap().to_owned())
        .collect()
}

/// Two registrations with one person, and the 180th day of silence.
async fn asked(app: &App) -> Browser {
    app.load().await;
    let mut browser = app.signed_in().await;
    browser.register(SCRIPT, HANAKO, BIRTH, "2", "43").await;
    browser.register(SCRIPT, HANAKO, BIRTH, "2", "11").await;
    browser
        .get("/care")
        .await
        .is(200)
        .lacks("継続の確認を待っている担当登録");
    browser
        .get(WAITING)
        .await
        .is(200)
        .has("継続の確認を待っている担当登録はありません");
    app.clock.pass(180 * DAY);
    round(app).await;
    app.signed_in().await
}

#[tokio::test]
async fn w4_members_answer_several_questions_at_once_and_end_others() {
    let app = App::new().await;
    let mut browser = asked(&app).await;
    browser
        .get("/care")
        .await
        .is(200)
        .has("継続の確認を待っている担当登録が2件あります")
        .has("早いものは令和9年5月30日に終了します")
        .has(WAITING);
    browser
        .get("/care/registrations")
        .await
        .is(200)
        .has("継続の確認待ち（2件）");
    let page = browser.get(WAITING).await;
    page.is(200).has("令和9年5月30日").has("令和8年11月1日");
    let ids = choices(&page);
    assert_eq!(ids.len(), 2, "{}", page.html);
    assert_eq!(page.html.matches("/end\"").count(), 2, "each can be ended");

    let page = browser.post("/care/registrations/confirm", &[]).await;
    let page = browser.get(page.is(303).to()).await;
    page.is(200).has("継続する担当登録を選択してください");
    assert_eq!(choices(&page).len(), 2, "nothing was changed");
    browser.csrf = "forged".to_owned();
    let forged = [("relation", ids[0].as_str())];
    browser
        .post("/care/registrations/confirm", &forged)
        .await
        .is(403);
    let page = browser.get(WAITING).await;
    assert_eq!(choices(&page).len(), 2, "another site answers nothing");

    let both: Vec<(&str, &str)> = ids.iter().map(|id| ("relation", id.as_str())).collect();
    let page = browser.post("/care/registrations/confirm", &both).await;
    let page = browser.get(page.is(303).to()).await;
    page.is(200)
        .has("選んだ担当登録を継続します")
        .has("継続の確認を待っている担当登録はありません");
    let page = browser.post("/care/registrations/confirm", &both).await;
    browser
        .get(page.is(303).to())
        .await
        .is(200)
        .has("継続する担当登録はありませんでした");
    audit_trail::seal_all(&app.platform).await.unwrap();
    let confirmed: Vec<String> = app.recorded().await;
    let word = format!("\"action\":\"{}\"", Action::ConfirmRelation.as_str());
    let confirmed = confirmed.iter().filter(|body| body.contains(&word));
    let confirmed: Vec<_> = confirmed.collect();
    assert_eq!(confirmed.len(), 2);
    assert!(confirmed.iter().all(|body| body.contains(LOGIN)));
    browser
        .get("/care/access-log")
        .await
        .is(200)
        .has("担当登録の継続を回答した");
}

#[tokio::test]
async fn w4_what_ended_without_an_answer_is_told_and_no_office_gives_this_reason() {
    let app = App::new().await;
    let mut browser = asked(&app).await;
    let page = browser.get(WAITING).await;
    let end = format!("/care/registrations/{}/end", choices(&page)[0]);
    let page = browser.get(&end).await;
    page.is(200).has("契約終了").lacks("no_answer");
    let forged = [
        ("go", "end"),
        ("reason", "no_answer"),
        ("last_era", "reiwa"),
        ("last_year", "9"),
        ("last_month", "4"),
        ("last_day", "30"),
    ];
    browser
        .post(&end, &forged)
        .await
        .is(422)
        .has("終了の理由を選択してください");
    app.clock.pass(30 * DAY);
    round(&app).await;
    // The last day counts.
    let mut browser = app.signed_in().await;
    browser
        .get("/care/registrations")
        .await
        .is(200)
        .has("終了予定")
        .lacks("継続の確認待ち（");
    app.clock.pass(DAY);
    let mut browser = app.signed_in().await;
    browser
        .get("/care")
        .await
        .is(200)
        .has("回答がなかったため、2件の担当登録を終了しました")
        .lacks("継続の確認を待っている担当登録が");
    browser
        .get("/care/registrations?show=ended")
        .await
        .is(200)
        .has("見直しの回答がないため")
        .has("令和9年5月30日");
    app.clock.pass(30 * DAY);
    let mut browser = app.signed_in().await;
    browser.get("/care").await.lacks("回答がなかったため");
}

#[tokio::test]
async fn w6_a_member_chooses_letters_about_progress_and_stops_them() {
    let app = App::new().await;
    let mut browser = app.signed_in().await;
    browser
        .get("/care/account")
        .await
        .is(200)
        .has("メールアドレスが登録されていないため");
    app.platform
        .store
        .write::<(), kiban_store::Error, _>(|work| {
            Box::pin(async move {
                let row = staff::find_by_login(work, &support::office(), LOGIN).await?;
                staff::set_mail(work, row.unwrap().staff_id, "sato@hikari.example").await
            })
        })
        .await
        .unwrap();
    browser
        .get("/care/account")
        .await
        .is(200)
        .has("<dd>知らせない</dd>")
        .has("メールで知らせる</button>");
    for (chosen, said, stands) in [
        ("on", "あすの朝から", "<dd>知らせる</dd>"),
        ("off", "メールで知らせません", "<dd>知らせない</dd>"),
    ] {
        let page = browser
            .post("/care/account/letters", &[("letters", chosen)])
            .await;
        let to = page.is(303).to().split('#').next().unwrap().to_owned();
        browser.get(&to).await.is(200).has(said).has(stands);
    }
}

#[tokio::test]
async fn w5_the_overview_says_what_changed_since_the_last_look() {
    let app = App::new().await;
    app.load().await;
    let mut browser = app.signed_in().await;
    let path = browser.register(SCRIPT, HANAKO, BIRTH, "2", "43").await;
    app.clock.pass(600);
    browser.get(&path).await.is(200).lacks("変わったこと");
    audit_trail::seal_all(&app.platform).await.unwrap();
    app.clock.pass(DAY);
    let mut browser = app.signed_in().await;
    browser
        .get(&path)
        .await
        .is(200)
        .has("前回（令和8年11月1日）から変わったこと")
        .has("変わったことはありません");
    let file = "op,insurer_no,insured_no,history_no,updated_at,name,name_kana,birth_date,sex,insured_category,acquired_on,postal_code,address,phone,acquired_reason,lost_on,lost_reason,domicile_exception,changed_on\nU,131128,0000099999,2,2026-11-02T09:00:00+09:00,架空 花子,カクウ ハナコ,1940-05-03,2,1,2005-05-02,,見本区見本町二丁目,,,,,,\n";
    app.send("131128_insured_D_20261101_0003.csv", file.as_bytes())
        .await;
    browser
        .get(&path)
        .await
        .is(200)
        .has("氏名と住所が変わりました")
        .has("令和8年11月2日");
    browser
        .get(&format!("{path}?since=R8.11.3"))
        .await
        .is(422)
        .has("調べ始める日は、今日までの日付を入力してください");
    browser
        .get(&format!("{path}?since=yesterday"))
        .await
        .is(422)
        .has("調べ始める日は、実在する日付を入力してください");
    browser
        .get(&format!("{path}?since=2026-11-01"))
        .await
        .is(200)
        .has("令和8年11月1日から変わったこと")
        .has("被保険者の基本情報");
}
