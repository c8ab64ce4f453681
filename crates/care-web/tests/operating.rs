//! A maintenance at the care door: told before, shut meanwhile, open afterwards (O16).

mod support;

use kiban_access::Caller;
use kiban_audit::{Actor, Door};
use kiban_domain::{Clock as _, ServiceFunction};
use kiban_services::{
    CallContext,
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
    operating::plan(&app.platform, &operator, plan)
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
