//! A maintenance at the care door: told before, shut meanwhile, open afterwards (O16).

mod support;

use kiban_access::Caller;
use kiban_audit::{Actor, Door};
use kiban_domain::{Clock as _, ServiceFunction};
use kiban_services::{
    CallContext,
    forms::FormKey,
    operating::{self, Closing, Lines, Plan},
};
use support::App;

#[tokio::test(flavor = "multi_thread")]
async fn o1_a_maintenance_is_told_shuts_the_care_door_and_ends() {
    let app = App::new().await;
    app.load().await;
    let mut browser = app.signed_in().await;
    let starts_at = app.clock.now() + jiff::SignedDuration::from_secs(60);
    let plan = Plan {
        lines: Lines {
            title: "機器の入替え".into(),
            words: "機器を取り替えます。".into(),
            remains: "紙の被保険者証を確かめてください。".into(),
        },
        starts_at,
        ends_at: starts_at + jiff::SignedDuration::from_secs(300),
        ahead_hours: 1,
        functions: vec![ServiceFunction::Care],
        closing: Closing::Everything,
    };
    let operator = CallContext {
        caller: Caller::Operator,
        actor: Actor::new(Door::Operator, "operator"),
        request_id: "r".into(),
    };
    operating::plan(
        &app.platform,
        &operator,
        &FormKey::fresh(&app.platform),
        plan,
    )
    .await
    .expect("planned");
    app.clock.pass(2);
    let told = browser.get("/care").await;
    told.is(200)
        .has("メンテナンスを行います：機器の入替え")
        .has("https://portal.example/status");
    app.clock.pass(60);
    let shut = browser.get("/care").await;
    shut.is(503)
        .has("メンテナンス中です")
        .has("紙の被保険者証を確かめてください。");
    app.clock.pass(300);
    browser.get("/care").await.is(200).lacks("メンテナンス");
}

#[tokio::test(flavor = "multi_thread")]
async fn o1_whoever_may_look_during_a_maintenance_may_sign_in() {
    let app = App::new().await;
    app.load().await;
    let starts_at = app.clock.now() + jiff::SignedDuration::from_secs(1);
    let plan = Plan {
        lines: Lines {
            title: "記録の移し替え".into(),
            words: "閲覧だけできます。".into(),
            remains: String::new(),
        },
        starts_at,
        ends_at: starts_at + jiff::SignedDuration::from_secs(3_600),
        ahead_hours: 1,
        functions: vec![ServiceFunction::Care],
        closing: Closing::Sending,
    };
    let operator = CallContext {
        caller: Caller::Operator,
        actor: Actor::new(Door::Operator, "operator"),
        request_id: "r".into(),
    };
    let form = FormKey::fresh(&app.platform);
    operating::plan(&app.platform, &operator, &form, plan)
        .await
        .expect("planned");
    app.clock.pass(5);
    let mut browser = app.signed_in().await;
    browser.get("/care").await.is(200).has("記録の移し替え");
}
