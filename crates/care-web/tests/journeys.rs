//! What people do at the care door, from signing in to printing.

mod support;

use kiban_domain::{Date, MunicipalityStage};
use support::{App, INSURER, LOGIN, PASSWORD, SCRIPT, borrowed, items};

const HANAKO: &str = "カクウ ハナコ";
const BIRTH: Date = Date::constant(1940, 5, 3);

#[tokio::test(flavor = "multi_thread")]
async fn w2_to_w6_from_signing_in_to_printing() {
    let app = App::new().await;
    app.load().await;
    let mut browser = app.signed_in().await;
    browser
        .get("/care")
        .await
        .is(200)
        .has("佐藤 花子")
        .has("検証環境")
        .has("office-pc-1");

    let it = app.find(|it| {
        !it.cards.is_empty() && !it.applications.is_empty() && !it.cost_shares.is_empty()
    });
    let number = it.insured_no.as_str();
    let path = browser
        .register(number, &it.name_kana, it.birth_date, it.sex.code(), "43")
        .await;
    let masked = format!("＊＊＊＊＊＊＊{}", &number[7..]);
    browser.get("/care").await.is(200).has(&it.name);
    browser
        .get(&path)
        .await
        .is(200)
        .has(&it.name)
        .has(&masked)
        .has("介護保険被保険者証")
        .has("居宅介護支援")
        .has("見本区");
    for tab in [
        "qualification",
        "certification",
        "progress",
        "history",
        "print",
    ] {
        let page = browser.get(&format!("{path}/{tab}")).await;
        page.is(200).has(&it.name);
    }
    browser
        .get(&format!("{path}/qualification"))
        .await
        .has(number)
        .has("交付年月日");
    browser
        .get(&format!("{path}/progress"))
        .await
        .has("申請受付")
        .has("主治医意見書");
    browser
        .get(&format!("{path}/print"))
        .await
        .has("この印刷物は証ではありません")
        .has("見本ケアプランセンター 佐藤 花子");

    let recorded = app.recorded().await;
    for purpose in ["view_person", "view_progress", "view_history", "print"] {
        let wanted = [
            format!("\"purpose\":\"{purpose}\""),
            format!("\"staff\":\"{LOGIN}\""),
            "\"door\":\"care\"".into(),
        ];
        let found = recorded
            .iter()
            .any(|entry| wanted.iter().all(|part| entry.contains(part)));
        assert!(found, "{purpose} {recorded:?}");
    }

    for (on, shown) in [
        ("令和6年4月1日", "2024-04-01"),
        ("2024-04-01", "2024-04-01"),
        ("R6.4.1", "2024-04-01"),
    ] {
        let on = percent_encoding::utf8_percent_encode(on, percent_encoding::NON_ALPHANUMERIC);
        browser
            .get(&format!("{path}/history?on={on}"))
            .await
            .is(200)
            .has(&format!("datetime=\"{shown}\""));
    }
    browser
        .get(&format!("{path}/history?on=yesterday"))
        .await
        .is(422)
        .has("基準日は、実在する日付を入力してください")
        .has("yesterday");

    browser
        .get("/care/persons")
        .await
        .is(200)
        .has(&it.name)
        .has(&masked)
        .lacks(&format!(">{number}<"));
    browser
        .get("/care/persons?q=%EF%BD%B6%EF%BE%8F%EF%BE%9B")
        .await
        .is(200);
    let csv = browser.get("/care/persons.csv").await;
    csv.is(200)
        .has("\u{feff}\"氏名\",")
        .has(&it.name)
        .lacks(number);

    let page = browser.get("/care/registrations").await;
    page.is(200).has(&it.name);
    let end = page
        .html
        .split("href=\"")
        .find(|part| part.contains("/end\""))
        .unwrap();
    let end = end.split('"').next().unwrap().to_owned();
    ends(&mut browser, &end).await;
    browser
        .get(&path)
        .await
        .is(404)
        .has("担当登録は終了しています")
        .lacks(&it.name);
    browser.post(&end, &[]).await.is(404);

    browser.get("/care").await;
    let page = browser.post("/care/sign-out", &[]).await;
    assert_eq!(page.to(), "/care/sign-in?state=signed-out");
    assert!(!browser.cookies.contains_key("kiban_session"));
    browser.get(&path).await.is(303);
}

/// Ends a registration of today: every mistake in the form first, then with an end ahead, then as a mistake.
async fn ends(browser: &mut support::Browser, end: &str) {
    browser
        .get(end)
        .await
        .is(200)
        .has("担当登録の終了")
        .has("誤登録")
        .has("担当の最後の日");
    let last = |month: &'static str, day: &'static str| {
        [
            ("last_era", "reiwa"),
            ("last_year", "8"),
            ("last_month", month),
            ("last_day", day),
        ]
    };
    let form = |reason: &'static str, note: &'static str, go: &'static str, last: [_; 4]| {
        let mut form = last.to_vec();
        form.extend([("reason", reason), ("note", note), ("go", go)]);
        form
    };
    for (fields, complaint) in [
        (
            form("", "", "confirm", last("11", "1")),
            "終了の理由を選択してください",
        ),
        (
            form("other", "", "end", last("11", "1")),
            "その他の理由の内容は、1文字以上100文字以内で入力してください",
        ),
        (
            form("death", "", "end", last("10", "31")),
            "担当の最後の日は、令和8年11月1日から令和9年2月1日までで入力してください",
        ),
        (
            form("death", "", "confirm", last("13", "1")),
            "担当の最後の日は、実在する日付を入力してください",
        ),
    ] {
        browser.post(end, &fields).await.is(422).has(complaint);
    }
    let ahead = |go| form("other", "長期の<入院>", go, last("12", "31"));
    browser
        .post(end, &ahead("confirm"))
        .await
        .is(200)
        .has("担当登録の終了の確認")
        .has("令和8年12月31日")
        .has("その他（長期の&#60;入院&#62;）");
    browser
        .post(end, &ahead("back"))
        .await
        .is(200)
        .has("確認画面へ進む");
    let page = browser.post(end, &ahead("end")).await;
    assert_eq!(page.to(), "/care/registrations?done=planned");
    browser
        .get("/care/registrations?done=planned")
        .await
        .has("担当登録の終了を受け付けました")
        .has("終了予定")
        .has("令和8年12月31日");

    let mistake = |go| form("mistake", "", go, last("", ""));
    browser
        .post(end, &mistake("confirm"))
        .await
        .is(200)
        .has("誤って登録したものとして取り消します");
    let page = browser.post(end, &mistake("end")).await;
    assert_eq!(page.to(), "/care/registrations?show=ended&done=ended");
    let to = page.to().to_owned();
    browser
        .get(&to)
        .await
        .is(200)
        .has("担当登録を終了しました")
        .has("誤登録")
        .has("なし（取り消し）");
}

#[tokio::test(flavor = "multi_thread")]
async fn w2_nobody_learns_whether_an_account_exists() {
    let app = App::new().await;
    let mut browser = app.browser();
    browser.get("/care/sign-in").await.is(200);
    browser
        .post("/care/sign-in", &[("user", ""), ("password", "")])
        .await
        .is(422)
        .has("ユーザIDを入力してください");
    let mut answers = Vec::new();
    for user in [LOGIN, "nobody-at-all"] {
        for _ in 0..6 {
            let page = browser
                .post(
                    "/care/sign-in",
                    &[("user", user), ("password", "wrong password 1")],
                )
                .await;
            let html = page.html.replace(user, "USER");
            answers.push((
                user,
                page.status.as_u16(),
                page.headers.contains_key("retry-after"),
                html,
            ));
        }
    }
    let (known, unknown) = answers.split_at(6);
    for (one, other) in known.iter().zip(unknown) {
        assert_eq!((one.1, one.2, &one.3), (other.1, other.2, &other.3));
    }
    assert_eq!(known[0].1, 422);
    assert_eq!((known[5].1, known[5].2), (429, true));
    assert!(known[5].3.contains("分ほど待ってから"));
}

#[tokio::test(flavor = "multi_thread")]
async fn w2_a_code_must_be_right_and_works_once() {
    let app = App::new().await;
    let mut browser = app.browser();
    browser
        .get("/care/sign-in?next=%2Fcare%2Fpersons")
        .await
        .is(200);
    let form = [
        ("user", LOGIN),
        ("password", PASSWORD),
        ("next", "/care/persons"),
    ];
    let page = browser.post("/care/sign-in", &form).await;
    assert_eq!(page.to(), "/care/second-factor?next=%2Fcare%2Fpersons");
    browser.get("/care").await.is(303);
    let half = browser.cookies["kiban_session"].clone();
    browser.get("/care/second-factor").await.is(200);
    let wrong = if app.code() == "000000" {
        "000001"
    } else {
        "000000"
    };
    browser
        .post("/care/second-factor", &[("code", wrong)])
        .await
        .is(422)
        .has("認証コードが正しくありません");
    let page = browser
        .post(
            "/care/second-factor",
            &[("code", &app.code()), ("next", "/care/persons")],
        )
        .await;
    assert_eq!(page.to(), "/care/persons");
    assert_ne!(browser.cookies["kiban_session"], half, "the token changes");

    let mut again = app.browser();
    again.get("/care/sign-in").await;
    again
        .post("/care/sign-in", &[("user", LOGIN), ("password", PASSWORD)])
        .await
        .is(303);
    again.get("/care/second-factor").await;
    again
        .post("/care/second-factor", &[("code", &app.code())])
        .await
        .is(422);
    app.clock.pass(11 * 60);
    assert_eq!(
        again.get("/care/second-factor").await.to(),
        "/care/sign-in?state=timed-out"
    );
    again
        .get("/care/sign-in?state=timed-out")
        .await
        .has("一定の時間、操作がなかった");
}

#[tokio::test(flavor = "multi_thread")]
async fn w3_a_mismatch_shows_nobodys_data() {
    let app = App::new().await;
    app.load().await;
    let mut browser = app.signed_in().await;
    let it = app.person(0);
    browser.get("/care/persons/new").await.is(200);
    browser.get("/care/persons/new/paper").await.is(200);
    browser
        .post("/care/persons/new/paper", &[("sex", "3")])
        .await
        .is(422)
        .has("保険者番号を入力してください")
        .has("生年月日を入力してください")
        .has("性別を選択してください");

    let mut fields = items(
        it.insured_no.as_str(),
        "ミタコトノナイ ナマエ",
        it.birth_date,
        it.sex.code(),
    );
    let page = browser
        .post("/care/persons/new/paper", &borrowed(&fields))
        .await;
    page.is(422)
        .has("氏名（カナ）をもう一度お確かめください")
        .has("ミタコトノナイ ナマエ")
        .lacks(&it.name)
        .lacks(&it.name_kana);
    let (_, wrong) = fields
        .iter_mut()
        .find(|(name, _)| *name == "birth_era")
        .unwrap();
    *wrong = "heisei".to_owned();
    let (_, year) = fields
        .iter_mut()
        .find(|(name, _)| *name == "birth_year")
        .unwrap();
    *year = "38".to_owned();
    browser
        .post("/care/persons/new/paper", &borrowed(&fields))
        .await
        .is(422)
        .has("と入力してください");

    let fields = items(
        it.insured_no.as_str(),
        "ミタコトノナイ ナマエ",
        it.birth_date,
        it.sex.code(),
    );
    for _ in 0..4 {
        browser
            .post("/care/persons/new/paper", &borrowed(&fields))
            .await
            .is(422);
    }
    let page = browser
        .post("/care/persons/new/paper", &borrowed(&fields))
        .await;
    page.is(429).has("しばらく受け付けません").lacks(&it.name);

    app.stage(MunicipalityStage::Migrating).await;
    let other = app.person(1);
    let fields = items(
        other.insured_no.as_str(),
        &other.name_kana,
        other.birth_date,
        other.sex.code(),
    );
    let page = browser
        .post("/care/persons/new/paper", &borrowed(&fields))
        .await;
    page.is(422)
        .has("見本区は、まだ情報の共有を始めていません")
        .lacks(&other.name);
}

#[tokio::test(flavor = "multi_thread")]
async fn s1_what_an_insurer_writes_stays_text() {
    let app = App::new().await;
    app.load().await;
    let mut browser = app.signed_in().await;
    let path = browser.register(SCRIPT, HANAKO, BIRTH, "2", "11").await;
    let tabs = ["", "/qualification", "/certification", "/history", "/print"]
        .map(|tab| format!("{path}{tab}"));
    let lists = ["/care", "/care/persons", "/care/registrations"].map(str::to_owned);
    for address in tabs.into_iter().chain(lists) {
        let page = browser.get(&address).await;
        page.is(200)
            .lacks("<script>alert")
            .has("alert(1)")
            .lacks("<b>見本区</b>");
    }
    let page = browser
        .get("/care/persons?q=%22%3E%3Cscript%3Ealert(2)")
        .await;
    page.is(200)
        .lacks("<script>alert")
        .has("条件に合う利用者は見つかりませんでした");
    let withheld = browser.get(&format!("{path}/progress")).await;
    withheld.is(403).has("貴事業所のサービスの種類では");
}

#[tokio::test(flavor = "multi_thread")]
async fn s2_somebody_elses_person_is_not_there() {
    let app = App::new().await;
    app.load().await;
    let mut browser = app.signed_in().await;
    let it = app.person(0);
    let number = it.insured_no.as_str();
    for address in [
        format!("/care/persons/{INSURER}/{number}"),
        format!("/care/persons/{INSURER}/{number}/print"),
        format!("/care/persons/{INSURER}/0000000000"),
        "/care/persons/1/x".to_owned(),
        "/care/registrations/no-id/end".to_owned(),
        "/care/nowhere".to_owned(),
    ] {
        let page = browser.get(&address).await;
        page.is(404).lacks(&it.name);
    }
    browser.get("/care/sign-out").await.is(405);
}

#[tokio::test(flavor = "multi_thread")]
async fn w4_a_person_is_offered_to_another_office_on_screen() {
    let app = App::new().await;
    app.load().await;
    let mut browser = app.signed_in().await;
    let path = browser.register(SCRIPT, HANAKO, BIRTH, "2", "43").await;
    browser
        .get(&path)
        .await
        .is(200)
        .lacks("ほかの事業所も、この方の");
    let page = browser.get("/care/registrations").await;
    let form = page
        .html
        .split("href=\"")
        .find(|it| it.contains("/hand-over\""))
        .and_then(|it| it.split('"').next())
        .unwrap()
        .to_owned();
    browser.get(&form).await.is(200);
    let day = [
        ("last_era", "reiwa"),
        ("last_year", "8"),
        ("last_month", "11"),
        ("last_day", "15"),
    ];
    let with = |office: &'static str, go: &'static str| {
        let mut fields = day.to_vec();
        fields.extend([("office_no", office), ("go", go)]);
        fields
    };
    browser
        .post(&form, &with("12", "confirm"))
        .await
        .is(422)
        .has("相手の事業所番号は、10桁で入力してください");
    browser
        .post(&form, &with(support::OFFICE, "confirm"))
        .await
        .is(422)
        .has("見つかりませんでした");
    browser
        .get("/care/handovers")
        .await
        .is(200)
        .has("出した申し出はありません");
    let nowhere = "/care/handovers/0193b3f0-0000-7000-8000-000000000000";
    browser
        .post(nowhere, &[("go", "decline")])
        .await
        .is(409)
        .has("期限が切れています");
    browser.post(nowhere, &[("go", "steal")]).await.is(404);
}
