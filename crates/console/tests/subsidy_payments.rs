//! The pages of who pays subsidies (O04), as a browser without script uses them.

mod subsidising;
mod support;

use kiban_domain::PortalRole;
use subsidising::{applicant, office, open, submitted};
use support::{App, Browser};

const SUBSIDY: &[PortalRole] = &[PortalRole::Subsidy];
const OFFICE: &str = "1379900015";
const PLACE: &str = "/ops/subsidy/payments";

/// An application that was granted.
async fn granted(app: &App, browser: &Browser<'_>) -> String {
    office(app, OFFICE, "見本ケアプランセンター").await;
    let receipt = submitted(app, &applicant(OFFICE), "40000").await;
    let path = format!("/ops/subsidy/{receipt}");
    browser
        .post(&path, &[("act", "take"), ("version", "2")])
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
    browser.post(&path, &all).await.is(303);
    receipt
}

#[tokio::test(flavor = "multi_thread")]
async fn g4_one_makes_a_run_another_releases_it_and_the_bank_answers() {
    let app = App::new().await;
    open(&app).await;
    let sato = app.officer("sato", SUBSIDY).await;
    let mori = app.officer("mori", SUBSIDY).await;
    let receipt = granted(&app, &sato).await;
    let page = sato.get(PLACE).await;
    page.is(200).has("見本ケアプランセンター").has("60,000円");
    let once = page.between("name=\"once\" value=\"", "\"");
    for (day, message) in [
        ("", "振込日を入力してください"),
        ("32日", "振込日："),
        ("2025-12-01", "明日から60日先まで"),
        ("2026-01-31", "明日から60日先まで"),
    ] {
        sato.post(PLACE, &[("once", &once), ("day", day)])
            .await
            .is(422)
            .has(message);
    }
    let form = [("once", &*once), ("day", "令和7年12月10日")];
    let run = sato.post(PLACE, &form).await.is(303).location();
    let again = sato.post(PLACE, &form).await.is(303).location();
    assert_eq!(run, again, "one form, one run");
    let run = run.split('?').next().unwrap().to_owned();
    sato.get(&run)
        .await
        .is(200)
        .has("承認は、別の担当者が行います")
        .has("＊＊＊＊567")
        .lacks("1234567")
        .lacks("総合振込のファイル");
    sato.get("/ops").await.is(200).has("二人目の承認を待つ振込");
    let release = [("act", "release"), ("version", "1"), ("confirmed", "yes")];
    sato.post(&run, &release)
        .await
        .is(403)
        .has("作成した人は、承認できません");
    mori.get(&format!("{run}/transfers.txt")).await.is(409);
    mori.post(&run, &release[..2])
        .await
        .is(200)
        .has("振込の承認の確認")
        .has("60,000円");
    mori.post(&run, &[("act", "release"), ("version", "7")])
        .await
        .is(409)
        .has("ほかの人が先に更新しました");
    mori.post(&run, &release).await.is(303);
    mori.post(&run, &release).await.is(409);
    let file = sato.get(&format!("{run}/transfers.txt")).await;
    file.is(200);
    assert_eq!(file.text.matches("\r\n").count(), 4, "four records");
    let disposition = file.headers["content-disposition"].to_str().unwrap();
    assert!(disposition.starts_with("attachment;"), "{disposition}");

    let results = format!("{run}/results");
    let answer = async |text: &str| {
        sato.upload(&results, &[], &[("kekka.csv", text.as_bytes())])
            .await
    };
    answer("")
        .await
        .is(422)
        .has("結果のファイルを選択してください");
    answer("顧客コード,結果,理由\n")
        .await
        .is(422)
        .has("結果の行がありません")
        .lacks("0行目");
    answer("顧客コード,結果,理由\n1,まだ,\n")
        .await
        .is(422)
        .has("2行目：結果は「済」または「不能」");
    answer("顧客コード,結果,理由\n4711,済,\n")
        .await
        .is(422)
        .has("顧客コード4711は、この振込の明細にありません");
    let paid = "顧客コード,結果,理由\n1,済,\n";
    let done = answer(paid).await.is(303).location();
    sato.get(&done).await.is(200).has("振込済み1件").has("完了");
    let known = answer(paid).await.is(303).location();
    assert!(known.ends_with("known=1"), "{known}");
    answer("顧客コード,結果,理由\n1,不能,口座なし\n")
        .await
        .is(409)
        .has("前に取り込んだ結果と違います");
    let foreign = [("csrf", "x".to_owned())];
    let foreign = sato.upload(&results, &foreign, &[("a.csv", b"x")]).await;
    foreign.is(403);
    sato.get(&format!("/ops/subsidy/{receipt}"))
        .await
        .is(200)
        .has("振込済み");
    sato.get("/ops/subsidy/ledger")
        .await
        .is(200)
        .has("−60,000円")
        .has("振込の手続き中");
    sato.get("/ops/subsidy/ledger.csv")
        .await
        .is(200)
        .has("60000");
    sato.get(PLACE)
        .await
        .is(200)
        .has("振り込める申請はありません");
}

#[tokio::test(flavor = "multi_thread")]
async fn g4_a_run_is_dropped_and_auditors_only_look() {
    let app = App::new().await;
    open(&app).await;
    let sato = app.officer("sato", SUBSIDY).await;
    granted(&app, &sato).await;
    let form = [("once", "a"), ("day", "2025-12-10")];
    let auditor = app.officer("auditor", &[PortalRole::Auditor]).await;
    let desk = app.officer("desk", &[PortalRole::Desk]).await;
    auditor.post(PLACE, &form).await.is(403);
    sato.post(PLACE, &form[1..]).await.is(400);
    let run = sato.post(PLACE, &form).await.is(303).location();
    let run = run.split('?').next().unwrap().to_owned();
    for path in [
        PLACE,
        &run,
        "/ops/subsidy/ledger",
        "/ops/subsidy/ledger.csv",
    ] {
        auditor.get(path).await.is(200).lacks("確認へ進む");
        desk.get(path).await.is(403);
    }
    let drop = [("act", "drop"), ("version", "1")];
    auditor.post(&run, &drop).await.is(403);
    auditor.get(&format!("{run}/transfers.txt")).await.is(403);
    let results = format!("{run}/results");
    let upload = auditor.upload(&results, &[], &[("a.csv", b"x")]).await;
    upload.is(403);
    sato.post(&run, &drop).await.is(200).has("取りやめの確認");
    let sure = [("act", "drop"), ("version", "1"), ("confirmed", "yes")];
    sato.post(&run, &sure).await.is(303);
    sato.get(&run).await.is(200).has("取りやめ");
    sato.get(PLACE).await.is(200).has("振込を作成する");
    for missing in ["/ops/subsidy/payments/99", "/ops/subsidy/payments/x"] {
        sato.get(missing).await.is(404);
    }
}
