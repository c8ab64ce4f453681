//! 届かないメール: whom letters do not reach, and trying again (O-1).
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use kiban_domain::PortalRole;
use kiban_services::mail::{self, Letter, Outgoing, Post, PostError, Refused};
use kiban_store::Error;
use std::{future::Future, pin::Pin};
use support::App;

struct Refusing;

impl Post for Refusing {
    fn send<'a>(
        &'a self,
        _: &'a Outgoing,
    ) -> Pin<Box<dyn Future<Output = Result<(), PostError>> + Send + 'a>> {
        let refused = Refused {
            code: 550,
            status: None,
            of_receiver: true,
        };
        Box::pin(async move { Err(PostError::Refused(refused)) })
    }
}

async fn refuse(app: &App) {
    let letter = Letter {
        to: "nobody@hikari.example".parse().unwrap(),
        subject: "お知らせ".into(),
        body: "本文".into(),
    };
    let (mail_id, inside) = (app.platform.id(), app.platform.clone());
    let queued = app.platform.store.write::<(), Error, _>(move |work| {
        Box::pin(async move { mail::queue(work, mail_id, &inside, &letter).await })
    });
    queued.await.unwrap();
    mail::deliver(&app.platform, &Refusing).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn o1_whom_letters_do_not_reach_is_listed_and_tried_again_once() {
    let app = App::new().await;
    let manager = app.officer("sato", &[PortalRole::Manager]).await;
    manager
        .get("/ops")
        .await
        .is(200)
        .lacks("メールが届かないアドレス");
    let page = manager.get("/ops/mail").await;
    page.is(200).has("届かないアドレスはありません");
    refuse(&app).await;
    let desk = app.officer("mori", &[PortalRole::Desk]).await;
    desk.get("/ops/mail").await.is(403).lacks("nobody@");
    desk.get("/ops")
        .await
        .is(200)
        .lacks("メールが届かないアドレス");

    let home = manager.get("/ops").await;
    home.is(200).has("メールが届かないアドレス").has("1件");
    let page = manager.get("/ops/mail").await;
    page.is(200)
        .has("nobody@hikari.example")
        .has("アドレスがない")
        .has("相手のサーバーの応答 550")
        .has("令和8年11月2日 10時00分");
    let letter = page.between("name=\"letter\" value=\"", "\"");
    let fields = [("letter", letter.as_str())];
    desk.post("/ops/mail", &fields).await.is(403);
    let sent = manager.post("/ops/mail", &fields).await;
    assert_eq!(sent.is(303).location(), "/ops/mail?done=sent");
    let page = manager.get("/ops/mail?done=sent").await;
    page.has("確認のメールを送りました").lacks("nobody@");
    let again = manager.post("/ops/mail", &fields).await;
    again.is(409).has("このアドレスは一覧にありません");
    let letters = app.letters().await;
    assert!(letters.len() == 1 && letters[0].contains("届くことを確かめる"));
}
