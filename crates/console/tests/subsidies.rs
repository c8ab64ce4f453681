//! The pages of who reviews subsidies (O02, O03), as a browser without script uses them.

mod subsidising;
mod support;

use kiban_domain::{Body, PortalRole};
use kiban_services::subsidies;
use subsidising::{PORTAL, applicant, context, office, open, submitted};
use support::{App, Browser};

const SUBSIDY: &[PortalRole] = &[PortalRole::Subsidy];
const OFFICE: &str = "1379900015";
const OTHER: &str = "1379900023";

async fn app() -> App {
    let app = App::new().await;
    open(&app).await;
    office(&app, OFFICE, "見本ケアプランセンター").await;
    office(&app, OTHER, "見本デイサービス").await;
    app
}

async fn act(browser: &Browser<'_>, path: &str, fields: &[(&str, &str)]) -> String {
    let answer = browser.post(path, fields).await;
    answer.is(303).location()
}

/// What the form says when everything counts.
const ALL: &[(&str, &str)] = &[
    ("act", "check"),
    ("version", "3"),
    ("line.1.quantity", "2"),
    ("line.1.yen", "16,000円"),
    ("line.2.yen", "44000"),
];

fn with<'a>(changed: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = ALL
        .iter()
        .filter(|(name, _)| changed.iter().all(|(it, _)| it != name));
    kept.chain(changed).copied().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn o1_the_queue_is_filtered_summed_and_saved() {
    let app = app().await;
    let receipt = submitted(&app, &applicant(OFFICE), "40000").await;
    app.clock.set("2025-12-04T10:00:00+09:00");
    let sato = app.officer("sato", SUBSIDY).await;
    let shown = subsidies::shown_receipt(&receipt);
    let list = sato.get("/ops/subsidy").await;
    list.is(200)
        .has(&shown)
        .has("提出済み")
        .has("60,000円")
        .has("3日")
        .has("/ops/subsidy.csv?stage=open");
    for (query, there) in [
        ("prefecture=13", true),
        ("prefecture=01", false),
        ("programme=opinion", false),
        ("scheme=2025", true),
        ("stage=granted", false),
        ("stage=", true),
        ("words=ケアプラン", true),
        ("words=%EF%BC%91%EF%BC%93%EF%BC%97%EF%BC%99", true),
        (&*format!("words={shown}"), true),
        ("words=nobody", false),
    ] {
        let page = sato.get(&format!("/ops/subsidy?{query}")).await;
        page.is(200);
        assert_eq!(page.text.contains(&shown), there, "{query}");
    }
    let file = sato.get("/ops/subsidy.csv?stage=").await;
    file.is(200).has(&shown).has("東京都").has("60000");
    sato.get("/ops")
        .await
        .is(200)
        .has("助成金の審査")
        .has("1件")
        .has("二人目の承認を待つ振込");
}

#[tokio::test(flavor = "multi_thread")]
async fn g4_an_application_is_read_returned_and_read_again() {
    let app = app().await;
    let receipt = submitted(&app, &applicant(OFFICE), "40000").await;
    let twin = submitted(&app, &applicant(OTHER), "40000").await;
    let sato = app.officer("sato", SUBSIDY).await;
    let mori = app.officer("mori", SUBSIDY).await;
    let path = format!("/ops/subsidy/{receipt}");
    let page = sato.get(&path).await;
    page.is(200)
        .has("経費1の製造番号が、見本デイサービスの申請")
        .has(&format!("href=\"/ops/subsidy/{twin}\""))
        .has("運営の事業所の一覧にない番号です")
        .has("予算の上限は設定されていません")
        .has("審査を始める")
        .has("＊＊＊＊567")
        .lacks("1234567")
        .lacks("<script>MR-1");
    let file = page.between(&format!("href=\"{path}/files/"), "\"");
    let file = sato.get(&format!("{path}/files/{file}")).await;
    file.is(200);
    assert_eq!(file.headers["x-content-type-options"], "nosniff");
    sato.get(&format!("{path}/files/x")).await.is(404);
    sato.get("/ops/subsidy/ZZZZZZZZ").await.is(404);

    // Nothing is decided before somebody takes it up.
    sato.post(&path, &with(&[("version", "2")]))
        .await
        .is(409)
        .has("審査を始めてから操作してください");
    let take = [("act", "take"), ("version", "2")];
    assert!(act(&sato, &path, &take).await.ends_with("done=take"));
    mori.post(&path, &take)
        .await
        .is(409)
        .has("ほかの人が先に更新しました")
        .has("見本 satoが「審査の開始」をしました");
    mori.get(&path)
        .await
        .is(200)
        .has("見本 satoさんが審査しています");
    mori.post(&path, ALL).await.is(409).has("引き継いでから");

    let back = |note: &'static str, remark: &'static str| {
        [
            ("act", "return"),
            ("version", "3"),
            ("note", note),
            ("inner", "電話した"),
            ("remark.line.1.model", remark),
        ]
    };
    sato.post(&path, &back(" ", "型番が違います"))
        .await
        .is(422)
        .has("申請者への連絡を入力してください")
        .has("型番が違います")
        .has("電話した");
    let long = "長".repeat(1_001);
    let too_long = [("act", "return"), ("version", "3"), ("note", &*long)];
    sato.post(&path, &too_long)
        .await
        .is(422)
        .has("1,000文字以内");
    act(&sato, &path, &back("ご確認ください", "型番が違います")).await;
    let returned = sato.get(&path).await;
    returned
        .is(200)
        .has("差戻し")
        .has("申請した人の修正を待っています");
    let who = applicant(OFFICE);
    let fixed = vec![("line.1.model".to_owned(), "MR-2".to_owned())];
    subsidies::save(&app.platform, &who, (&receipt, 4), fixed)
        .await
        .unwrap();
    sato.get(&path).await.is(200).lacks("MR-2");
    subsidies::submit(&app.platform, &context(), &who, (&receipt, 5), PORTAL)
        .await
        .unwrap();
    sato.get(&path)
        .await
        .is(200)
        .has("再提出")
        .has("前回の提出からの変更")
        .has("MR-2")
        .has("以前の指摘：型番が違います（1回目の提出）")
        .has("電話した");
    let own = subsidies::read_own(&app.platform, &who, &receipt).await;
    let own = own.unwrap().unwrap();
    assert!(own.steps.iter().all(|it| it.inner_note.is_empty()));
}

#[tokio::test(flavor = "multi_thread")]
async fn g4_what_counts_in_part_wants_a_reason_and_is_shown_before_it_is_decided() {
    let app = app().await;
    let receipt = submitted(&app, &applicant(OFFICE), "40000").await;
    let sato = app.officer("sato", SUBSIDY).await;
    let path = format!("/ops/subsidy/{receipt}");
    act(&sato, &path, &[("act", "take"), ("version", "2")]).await;
    for (changed, message) in [
        (&[("line.1.yen", "16001")][..], "0円から16,000円まで"),
        (&[("line.1.yen", "x")], "0円から16,000円まで"),
        (&[("line.1.quantity", "3")], "0から2まで"),
        (&[("line.1.quantity", "-1")], "0から2まで"),
        (&[("line.1.yen", "-1")], "0円から16,000円まで"),
        (&[("line.1.yen", "16ー0")], "0円から16,000円まで"),
        (
            &[("line.1.quantity", "1"), ("line.1.reason", "1台だけ")],
            "経費1：認める金額は、0円から8,000円まで",
        ),
        (&[("line.2.yen", "33000")], "経費2：申請より少なくする理由"),
        (
            &[
                ("line.1.yen", "0"),
                ("line.1.reason", "対象外"),
                ("line.2.yen", "0"),
                ("line.2.reason", "対象外"),
            ],
            "交付額が0円になります",
        ),
        (&[("act", "refuse")], "申請者への連絡を入力してください"),
    ] {
        sato.post(&path, &with(changed)).await.is(422).has(message);
    }
    let part = [
        ("line.2.yen", "33000"),
        ("line.2.reason", "端末は対象外です"),
    ];
    let ask = sato.post(&path, &with(&part)).await;
    ask.is(200)
        .has("交付決定の確認")
        .has("49,000円")
        .has("端末は対象外です")
        .has("name=\"confirmed\" value=\"yes\"");
    let mut sure = with(&part);
    sure.push(("confirmed", "yes"));
    act(&sato, &path, &sure).await;
    sato.post(&path, &sure).await.is(409);
    sato.get(&path)
        .await
        .is(200)
        .has("交付決定")
        .has("第1号")
        .has("49,000円")
        .has("この申請は、決定しています");
    let letters = app.letters().await;
    assert!(letters.iter().any(|it| it.contains("49,000")));
}

#[tokio::test(flavor = "multi_thread")]
async fn o1_a_large_grant_and_a_refusal_want_another_person() {
    let app = app().await;
    let sato = app.officer("sato", SUBSIDY).await;
    let mori = app.officer("mori", SUBSIDY).await;
    let dear = submitted(&app, &applicant(OFFICE), "90000").await;
    let path = format!("/ops/subsidy/{dear}");
    sato.get(&path)
        .await
        .is(200)
        .has("限度額を9,000円超えています")
        .has("100,000円を超えるため、二人で決定します");
    act(&sato, &path, &[("act", "take"), ("version", "2")]).await;
    let large = with(&[("line.2.yen", "99000")]);
    let ask = sato.post(&path, &large).await;
    ask.is(200).has("この案で一次審査を終える").has("106,000円");
    let mut sure = large.clone();
    sure.push(("confirmed", "yes"));
    act(&sato, &path, &sure).await;
    let decide = [("act", "decide"), ("version", "4")];
    sato.get(&path)
        .await
        .is(200)
        .has("決定は、別の担当者が行います");
    sato.post(&path, &decide).await.is(403).has("別の担当者");
    mori.get(&path)
        .await
        .is(200)
        .has("106,000円")
        .has("決定の確認へ進む");
    mori.post(&path, &decide)
        .await
        .is(200)
        .has("交付決定の確認")
        .has("見本 sato");
    mori.post(&path, &[("act", "decide"), ("version", "3")])
        .await
        .is(409);
    let sure = [("act", "decide"), ("version", "4"), ("confirmed", "yes")];
    assert!(act(&mori, &path, &sure).await.ends_with("done=decide"));

    let poor = submitted(&app, &applicant(OTHER), "40000").await;
    let path = format!("/ops/subsidy/{poor}");
    act(&sato, &path, &[("act", "take"), ("version", "2")]).await;
    let refuse = [
        ("act", "refuse"),
        ("version", "3"),
        ("template", "申請された経費は、助成の対象ではありません。"),
        ("note", "端末のみの申請です"),
        ("confirmed", "yes"),
    ];
    act(&sato, &path, &refuse).await;
    act(&mori, &path, &sure).await;
    mori.get(&path)
        .await
        .is(200)
        .has("不交付")
        .has("端末のみの申請です")
        .has("この申請の審査は終わっています");
}

#[tokio::test(flavor = "multi_thread")]
async fn o1_auditors_only_look_and_nobody_else_does() {
    let app = app().await;
    let receipt = submitted(&app, &applicant(OFFICE), "40000").await;
    let path = format!("/ops/subsidy/{receipt}");
    let auditor = app.officer("auditor", &[PortalRole::Auditor]).await;
    let desk = app.officer("desk", &[PortalRole::Desk]).await;
    let visitor = Body::Office(OFFICE.parse().unwrap());
    let visitor = app
        .member("office", visitor, &[PortalRole::Administrator])
        .await;
    for address in ["/ops/subsidy", "/ops/subsidy.csv", &path] {
        auditor.get(address).await.is(200).lacks("審査を始める");
        desk.get(address)
            .await
            .is(403)
            .lacks("見本ケアプランセンター");
        assert_eq!(visitor.get(address).await.is(303).location(), "/account");
    }
    for browser in [&auditor, &desk] {
        let take = [("act", "take"), ("version", "2")];
        browser.post(&path, &take).await.is(403);
    }
    let sato = app.officer("sato", SUBSIDY).await;
    sato.post(&path, &[("act", "explode")]).await.is(400);
    // Who applied reviews nothing: known by the address of their mail.
    let mut who = applicant(OTHER);
    who.mail = "sato@operator.example".into();
    let own = submitted(&app, &who, "40000").await;
    let path = format!("/ops/subsidy/{own}");
    sato.get(&path)
        .await
        .is(200)
        .has("ご自身の申請は、審査できません");
    sato.post(&path, &[("act", "take"), ("version", "2")])
        .await
        .is(403)
        .has("ご自身の申請は、審査できません");
}
