//! What My Page says of applications for subsidies (G-4).

mod subsidising;
mod support;

use kiban_services::subsidies::ReviewAct;
use subsidising::{begun, came_back, granted, member, open, review, submitted};
use support::{App, OFFICE};

const MAIL: &str = "tantou@hikari.example";

#[tokio::test(flavor = "multi_thread")]
async fn g4_my_page_says_how_long_a_draft_can_be_submitted() {
    let app = App::new().await;
    open(&app).await;
    let receipt = begun(&app).await;
    let words = |day: &'static str, mail: &'static str| {
        app.clock.set(day);
        let app = &app;
        async move { member(app, OFFICE, mail).await.get("/mypage").await.text() }
    };
    let text = words("2025-12-01T10:00:00+09:00", MAIL).await;
    assert!(
        text.contains("あと102日です（令和8年3月13日（金）まで）"),
        "{text}"
    );
    assert!(text.contains(&format!("/apply/subsidy/care/{receipt}/kinds")));
    let text = words("2026-03-13T23:59:00+09:00", "b@hikari.example").await;
    assert!(text.contains("申請の受付は、今日までです"), "{text}");
    let text = words("2026-03-14T00:00:00+09:00", "c@hikari.example").await;
    assert!(!text.contains("まだ提出していません"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn g4_my_page_says_what_was_returned_decided_and_could_not_be_paid() {
    let app = App::new().await;
    open(&app).await;
    let receipt = submitted(&app).await;
    let browser = member(&app, OFFICE, MAIL).await;
    let home = async || browser.get("/mypage").await.text();
    assert!(
        !home().await.contains("助成金の申請（介護事業所等）"),
        "the operator's turn"
    );
    review(&app, &receipt, 2, ReviewAct::Take, 1).await;
    let back = ReviewAct::Return {
        remarks: Vec::new(),
        note: "番号を直してください。".into(),
    };
    review(&app, &receipt, 3, back, 1).await;
    let text = home().await;
    assert!(
        text.contains("直していただきたいところがあります"),
        "{text}"
    );
    assert!(text.contains("運営からの連絡を読む") && text.contains("差戻し"));
}

#[tokio::test(flavor = "multi_thread")]
async fn g4_my_page_tells_a_decision_for_thirty_days() {
    let app = App::new().await;
    open(&app).await;
    granted(&app).await;
    let browser = member(&app, OFFICE, MAIL).await;
    assert!(
        browser
            .get("/mypage")
            .await
            .text()
            .contains("交付を決定しました")
    );
    app.clock.set("2025-12-31T10:00:00+09:00");
    let browser = member(&app, OFFICE, "b@hikari.example").await;
    assert!(
        !browser
            .get("/mypage")
            .await
            .text()
            .contains("交付を決定しました")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn g4_my_page_asks_for_the_account_while_money_came_back() {
    let app = App::new().await;
    open(&app).await;
    let receipt = came_back(&app).await;
    app.clock.set("2026-02-01T10:00:00+09:00");
    let browser = member(&app, OFFICE, MAIL).await;
    let text = browser.get("/mypage").await.text();
    assert!(text.contains("助成金を振り込めませんでした"), "{text}");
    assert!(text.contains(&format!("/mypage/applications/{receipt}/account")));
}
