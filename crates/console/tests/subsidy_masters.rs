//! The pages of budgets and schemes (O05, O11), as a browser without script uses them.

mod subsidising;
mod support;

use kiban_domain::PortalRole;
use kiban_services::subsidies;
use subsidising::{applicant, office, open, submitted};
use support::App;

const SUBSIDY: &[PortalRole] = &[PortalRole::Subsidy];
const OFFICE: &str = "1379900015";
const BUDGET: &str = "/ops/subsidy/budget";
const MASTERS: &str = "/ops/masters";

#[tokio::test(flavor = "multi_thread")]
async fn g1_a_period_and_a_budget_change_when_another_person_approves() {
    let app = App::new().await;
    open(&app).await;
    office(&app, OFFICE, "見本ケアプランセンター").await;
    let receipt = submitted(&app, &applicant(OFFICE), "40000").await;
    let sato = app.officer("sato", SUBSIDY).await;
    let mori = app.officer("mori", SUBSIDY).await;
    sato.get(BUDGET)
        .await
        .is(200)
        .has("（受付中）")
        .has("上限なし")
        .has("東京都")
        .has("60,000円");
    let form = |last: &'static str, care: &'static str, reason: &'static str| {
        [
            ("scheme", "2025"),
            ("first", "2025-10-17"),
            ("last", last),
            ("care", care),
            ("opinion", ""),
            ("reason", reason),
        ]
    };
    for (fields, message) in [
        (form("いつか", "", "x"), "年月日を入力してください"),
        (form("2026-03-31", "多い", "x"), "12桁までの数字"),
        (form("2026-03-31", "-1", "x"), "12桁までの数字"),
        (form("2026-03-31", "", " "), "変更の理由を、400文字以内"),
        (form("2025-10-01", "", "逆"), "applications"),
    ] {
        sato.post(BUDGET, &fields).await.is(422).has(message);
    }
    sato.post(BUDGET, &[("scheme", "1999")]).await.is(400);
    let right = form("令和8年3月31日", "６２，０００円", "締切の延長");
    let place = sato.post(BUDGET, &right).await.is(303).location();
    sato.post(BUDGET, &right)
        .await
        .is(422)
        .has("承認を待っている変更");
    let page = sato.get(&place).await;
    page.is(200)
        .has("締切の延長")
        .has("<ins>last = &#34;2026-03-31&#34;</ins>")
        .has("care_budget_yen = 62000")
        .has("承認と却下は、別の担当者が行います");
    let path = place.split('?').next().unwrap();
    let approve = [("act", "approve"), ("confirmed", "yes")];
    sato.post(path, &approve).await.is(403).has("提案した人は");
    mori.post(path, &approve[..1])
        .await
        .is(200)
        .has("この変更を承認する");
    mori.post(path, &approve).await.is(303);
    mori.post(path, &approve)
        .await
        .is(409)
        .has("先に決めています");
    sato.get(BUDGET)
        .await
        .is(200)
        .has("令和8年3月31日")
        .has("62,000円");

    // Within the budget the warning comes; above it nothing is granted.
    let case = format!("/ops/subsidy/{receipt}");
    sato.post(&case, &[("act", "take"), ("version", "2")])
        .await
        .is(303);
    let all = [
        ("act", "check"),
        ("version", "3"),
        ("line.1.quantity", "2"),
        ("line.1.yen", "16000"),
        ("line.2.yen", "44000"),
        ("confirmed", "yes"),
    ];
    sato.post(&case, &all).await.is(303);
    sato.get("/ops/subsidy")
        .await
        .is(200)
        .has("（96%）を交付決定しました");
    sato.get("/ops").await.is(200).has("助成金の予算");
    let other = "1379900023";
    office(&app, other, "見本デイサービス").await;
    let receipt = submitted(&app, &applicant(other), "40000").await;
    let case = format!("/ops/subsidy/{receipt}");
    sato.get(&case).await.is(200).has("申請額に足りません");
    sato.post(&case, &[("act", "take"), ("version", "2")])
        .await
        .is(303);
    sato.post(&case, &all)
        .await
        .is(409)
        .has("予算が足りません")
        .has("2,000円");
}

#[tokio::test(flavor = "multi_thread")]
async fn g1_a_scheme_is_proposed_as_text_or_file_and_refused() {
    let app = App::new().await;
    open(&app).await;
    let sato = app.officer("sato", SUBSIDY).await;
    let mori = app.officer("mori", SUBSIDY).await;
    let auditor = app.officer("auditor", &[PortalRole::Auditor]).await;
    let desk = app.officer("desk", &[PortalRole::Desk]).await;
    sato.get(MASTERS)
        .await
        .is(200)
        .has("2025（第1版）")
        .has("はじめからの版")
        .has("訪問介護（11）")
        .has("名称から明らか")
        .has("変更を提案する");
    for path in [BUDGET, MASTERS, "/ops/masters/2025/1"] {
        auditor.get(path).await.is(200).lacks("変更を提案する");
        desk.get(path).await.is(403);
    }
    let rows = subsidies::revisions(&app.platform).await.unwrap();
    let now = rows[0].content.clone();
    let fields = |content: &str, reason: &str| {
        [
            ("content", content.to_owned()),
            ("reason", reason.to_owned()),
        ]
    };
    auditor
        .upload(MASTERS, &fields(&now, "x"), &[])
        .await
        .is(403);
    for (content, reason, message) in [
        (&*now, "x", "いま有効な版と同じです"),
        ("code = 1", "x", "code"),
        (&now.replace("\"2025\"", "\"2026\""), " ", "変更の理由を"),
        (&"#".repeat(300_000), "x", "文章が長すぎます"),
    ] {
        sato.upload(MASTERS, &fields(content, reason), &[])
            .await
            .is(422)
            .has(message);
    }
    let broken: &[(&str, &[u8])] = &[("a.toml", b"\xff\xfe")];
    sato.upload(MASTERS, &fields("", "x"), broken)
        .await
        .is(422)
        .has("UTF-8の文章として読めません");
    let next = now.replace("code = \"2025\"", "code = \"2026\"");
    let file: &[(&str, &[u8])] = &[("2026.toml", next.as_bytes())];
    let place = sato.upload(MASTERS, &fields("", "来年度"), file).await;
    let place = place.is(303).location();
    let path = place.split('?').next().unwrap();
    assert_eq!(path, "/ops/masters/2026/1");
    mori.post(path, &[("act", "explode")]).await.is(400);
    mori.post(path, &[("act", "refuse"), ("confirmed", "yes")])
        .await
        .is(303);
    sato.get(path).await.is(200).has("却下");
    sato.get("/ops/masters/2026/9").await.is(404);
}
