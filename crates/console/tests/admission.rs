//! Admission, users and certificates at the console over HTTP (O06, O14; O-1).

mod officers;

use http::{Method, Request};
use kiban_domain::{Body, PortalRole};
use kiban_services::office_data::{self, Wish};
use kiban_store::repo::certificates::{self, CertificateRow};
use officers::{App, NUMBER};
use uuid::Uuid;

const MAIL: &str = "tantou@hikari.example";

#[tokio::test(flavor = "multi_thread")]
async fn o1_two_operators_admit_an_office_and_one_alone_does_not() {
    let app = App::new().await;
    let receipt = app.application(Uuid::from_u128(9), MAIL).await;
    let path = format!("/ops/registrations/{receipt}");
    let one = app.officer("AAAA0001", PortalRole::Admission).await;
    let two = app.officer("AAAA0002", PortalRole::Admission).await;
    let desk = app.officer("AAAA0003", PortalRole::Desk).await;
    one.get("/ops").await.is(200).has("登録審査").has("1件");
    desk.get("/ops").await.is(200).lacks("/ops/registrations");
    for closed in [
        "/ops/registrations",
        &path,
        "/ops/users",
        "/ops/certificates",
    ] {
        desk.get(closed).await.is(403);
    }
    one.get("/ops/registrations")
        .await
        .is(200)
        .has(&receipt)
        .has("一次確認待ち");
    one.get("/ops/registrations?stage=checked&kind=medical&office_no=%25")
        .await
        .is(200)
        .has("この条件の申請はありません");
    desk.get("/ops/registrations.csv").await.is(403);
    let file = one.get("/ops/registrations.csv?stage=open").await;
    file.is(200)
        .has("\"一次確認待ち\"")
        .has("\"R8.11.1 10:00\"")
        .has(NUMBER);
    let none = one.get("/ops/registrations.csv?stage=checked").await;
    none.is(200).has("受付番号").lacks(NUMBER);
    let page = one.get(&path).await;
    page.is(200)
        .has("事業所の一覧にない番号です")
        .has("一覧にありません");
    page.lacks("<script>alert")
        .lacks("見本デイサービス<b>")
        .lacks("承認の確認へ進む");

    let silent = [("version", "1"), ("decision", "check"), ("note", " ")];
    one.post(&path, &silent)
        .await
        .is(422)
        .has("理由・連絡を入力してください");
    let checked = [
        ("version", "1"),
        ("decision", "check"),
        ("note", "電話で確認<script>alert(2)"),
    ];
    one.post(&path, &checked).await.is(303);
    assert!(app.letters().await.is_empty());
    let own = one.get(&path).await;
    own.is(200)
        .has("別の担当者が行います")
        .has("差し戻す")
        .lacks("承認の確認へ進む")
        .lacks("<script>alert");
    let approve = |confirmed: &'static str| {
        [
            ("version", "2"),
            ("decision", "approve"),
            ("note", "指定を確認"),
            ("confirmed", confirmed),
        ]
    };
    one.post(&path, &approve("yes"))
        .await
        .is(403)
        .has("承認も却下もできません");
    // Asked once more, and only then done.
    two.post(&path, &approve(""))
        .await
        .is(200)
        .has("承認の確認")
        .has("取り消せません");
    assert!(app.letters().await.is_empty());
    two.post(
        &path,
        &[("version", "1"), ("decision", "approve"), ("note", "x")],
    )
    .await
    .is(409);
    two.post(&path, &approve("yes")).await.is(303);
    two.post(&path, &approve("yes"))
        .await
        .is(409)
        .has("ほかの人が先に更新しました");
    assert!(app.letters().await[0].contains("承認されました"));
    two.get(&path)
        .await
        .is(200)
        .has("承認")
        .has("この申請の審査は終わっています");
    two.get("/ops/registrations").await.is(200).lacks(&receipt);
    let admitted = office_data::load(&app.platform, &NUMBER.parse().unwrap()).await;
    assert!(admitted.unwrap().is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn o1_nobody_reviews_an_own_application_not_even_under_another_id() {
    let app = App::new().await;
    let one = app.officer("AAAA0001", PortalRole::Admission).await;
    let receipt = app
        .application(Uuid::from_u128(9), "AAAA0001@operator.example")
        .await;
    let path = format!("/ops/registrations/{receipt}");
    one.get(&path)
        .await
        .is(200)
        .has("ご自身の申請は、審査できません");
    let check = [("version", "1"), ("decision", "check"), ("note", "x")];
    one.post(&path, &check).await.is(403);
    one.post(&path, &[("decision", "nothing")]).await.is(400);
    one.get("/ops/registrations/0000AAAA").await.is(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn o06_a_wish_for_another_name_is_taken_over_or_sent_back_with_a_reason() {
    let app = App::new().await;
    let receipt = app.application(Uuid::from_u128(9), MAIL).await;
    let path = format!("/ops/registrations/{receipt}");
    let one = app.officer("AAAA0001", PortalRole::Admission).await;
    let two = app.officer("AAAA0002", PortalRole::Admission).await;
    one.post(
        &path,
        &[("version", "1"), ("decision", "check"), ("note", "x")],
    )
    .await
    .is(303);
    let approve = [
        ("version", "2"),
        ("decision", "approve"),
        ("note", "x"),
        ("confirmed", "yes"),
    ];
    two.post(&path, &approve).await.is(303);
    let number = NUMBER.parse().unwrap();
    let wish = Wish {
        name: "見本<i>新".into(),
        postal_code: "1540000".into(),
        address: "東京都世田谷区架空9".into(),
        reason: "移転".into(),
    };
    let context = kiban_services::CallContext::portal_visitor("test");
    office_data::ask(&app.platform, &context, number, Uuid::from_u128(9), wish)
        .await
        .unwrap();
    let page = one.get("/ops/changes").await;
    page.is(200).has("架空9").lacks("見本<i>");
    let id = page.text.split("name=\"change\" value=\"").nth(1).unwrap();
    let id = id.split('"').next().unwrap().to_owned();
    let refuse = [("change", id.as_str()), ("go", "refuse"), ("note", "")];
    one.post("/ops/changes", &refuse)
        .await
        .is(422)
        .has("理由を書いてください");
    let accept = [("change", id.as_str()), ("go", "accept"), ("note", "")];
    one.post("/ops/changes", &accept).await.is(303);
    one.post("/ops/changes", &accept).await.is(409);
    let data = office_data::load(&app.platform, &number)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(data.office.name, "見本<i>新");
}

#[tokio::test(flavor = "multi_thread")]
async fn o06_users_are_found_stopped_and_let_in_by_two() {
    let app = App::new().await;
    let one = app.officer("AAAA0001", PortalRole::Manager).await;
    let two = app.officer("AAAA0002", PortalRole::Admission).await;
    let body = Body::Office(NUMBER.parse().unwrap());
    let office = app
        .member("BBBB0001", body, &[PortalRole::Administrator])
        .await;
    office.get("/ops/users").await.is(303);
    let found = one.get(&format!("/ops/users?q={NUMBER}")).await;
    found.is(200).has("BBBB-0001").has("管理者");
    one.get("/ops/users?q=%3Cscript%3Ealert")
        .await
        .is(200)
        .has("当てはまる人はいません")
        .lacks("<script>alert");
    let path = "/ops/users/BBBB0001";
    one.get(path).await.is(200).has("利用を停止する");
    one.get("/ops/users/CCCC0001").await.is(404);
    one.get("/ops/users/AAAA0001")
        .await
        .is(200)
        .has("ここでは変更できません");
    one.post(path, &[("go", "ask"), ("reason", "")])
        .await
        .is(422);
    one.post(path, &[("go", "ask"), ("reason", "電話で確認")])
        .await
        .is(303);
    one.get(path)
        .await
        .is(200)
        .has("別の担当者が承認すると")
        .lacks("承認して、再設定のメールを送る");
    one.post(path, &[("go", "open")]).await.is(403);
    two.get("/ops/users").await.is(200).has("BBBB-0001");
    two.post(path, &[("go", "open")]).await.is(303);
    two.post(path, &[("go", "open")]).await.is(409);
    assert!(app.letters().await[0].contains("/password/"));
    let ask = one.post(path, &[("go", "stop")]).await;
    ask.is(200)
        .has("利用の停止の確認")
        .has("name=\"sure\" value=\"yes\"");
    one.get(path).await.lacks("利用を再開する");
    let sure = |reason| [("go", "stop"), ("sure", "yes"), ("reason", reason)];
    one.post(path, &sure(""))
        .await
        .is(422)
        .has("理由を入力してください")
        .has("もう一度「このユーザの利用を停止する」を押して");
    one.post(path, &sure("退職の連絡")).await.is(303);
    one.post(path, &[("go", "explode")])
        .await
        .is(400)
        .has("この操作はありません");
    one.get(path).await.is(200).has("利用を再開する");
    one.post("/ops/users/AAAA0001", &sure("自分")).await.is(403);
    one.post(path, &[("go", "resume")]).await.is(303);
}

#[tokio::test(flavor = "multi_thread")]
async fn o14_a_certificate_is_found_and_stopped_with_a_reason_after_one_more_question() {
    let app = App::new().await;
    let one = app.officer("AAAA0001", PortalRole::Admission).await;
    let now = app.platform.now();
    let row = CertificateRow {
        serial: "0a1b".into(),
        door: 1,
        organisation: NUMBER.into(),
        holder: "t-1".into(),
        role: "browser".into(),
        issued_at: now,
        not_after: now + jiff::SignedDuration::from_hours(24),
        revoked_at: None,
    };
    app.platform
        .store
        .write::<(), kiban_store::Error, _>(move |work| {
            Box::pin(async move { certificates::add(work, &row).await })
        })
        .await
        .unwrap();
    let list = one
        .get(&format!(
            "/ops/certificates?organisation={NUMBER}&standing=good"
        ))
        .await;
    list.is(200).has("0a1b").has("端末のブラウザ");
    one.get("/ops/certificates?organisation=99&page=x")
        .await
        .is(200)
        .has("この条件の電子証明書はありません");
    let path = "/ops/certificates/0a1b";
    one.post(path, &[("reason", "")]).await.is(422);
    let reason = ("reason", "紛失の届出<script>alert(1)");
    one.post(path, &[reason])
        .await
        .is(200)
        .has("失効の確認")
        .lacks("<script>alert");
    one.get(path).await.is(200).has("有効");
    one.post(path, &[reason, ("confirmed", "yes")])
        .await
        .is(303);
    one.post(path, &[reason, ("confirmed", "yes")])
        .await
        .is(409);
    one.get(path)
        .await
        .is(200)
        .has("失効の理由")
        .lacks("失効の確認へ進む");
    one.get("/ops/certificates/ffff").await.is(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn o1_no_page_or_form_of_the_console_works_without_a_sign_in() {
    let app = App::new().await;
    let routes = kiban_console::routes();
    let mut tried = 0;
    for route in routes.list() {
        if route.path.contains("static") {
            continue;
        }
        let path = route
            .path
            .replace("{receipt}", "A")
            .replace("{login}", "A")
            .replace("{serial}", "A");
        let form = "application/x-www-form-urlencoded";
        let request = Request::builder()
            .method(&route.method)
            .uri(&path)
            .header("content-type", form);
        let answer = app
            .send(request.body(axum::body::Body::from("csrf=x")).unwrap())
            .await;
        answer.is(303);
        let to = answer.headers["location"].to_str().unwrap();
        assert!(to.starts_with("/login"), "{} {path}: {to}", route.method);
        tried += usize::from(route.method == Method::POST);
    }
    assert!(tried >= 4, "{tried}");
}
