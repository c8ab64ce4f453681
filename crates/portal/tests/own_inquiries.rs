//! お問い合わせ履歴 (M11): an account sees, writes and adds to its own, as the body it acts for.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use axum::body::Body;
use http::{Request, header};
use kiban_access::Caller;
use kiban_audit::{Actor, Door};
use kiban_domain::{Body as For, PortalRole, Roles};
use kiban_services::{
    CallContext,
    inquiries::{self, Answer as Text, FormKey, Handling},
    portal_users::Stage,
};
use kiban_store::{
    Error,
    repo::{
        portal_sessions::{self, PortalSessionRow},
        portal_users::{self, MembershipRow, PortalUserRow},
    },
};
use kiban_web_kit::{csrf, session::Token};
use ring::digest::{SHA256, digest};
use std::fmt::Write as _;
use support::{Answer, App};

struct Member<'a> {
    app: &'a App,
    token: Token,
}

impl<'a> Member<'a> {
    async fn new(app: &'a App, login: &str, office: &str, role: PortalRole) -> Self {
        let platform = &app.platform;
        let (now, token) = (platform.now(), Token::new(&*platform.entropy));
        let (user_id, body) = (platform.id(), For::Office(office.parse().unwrap()));
        let user = PortalUserRow {
            user_id,
            login: login.into(),
            name: format!("見本 {login}"),
            mail: format!("{login}@hikari.example"),
            phone: String::new(),
            password_hash: String::new(),
            must_replace: false,
            secret_until: None,
            totp_secret: Some("A".into()),
            active: true,
            created_at: now,
            last_sign_in_at: None,
        };
        let membership = MembershipRow {
            user_id,
            body,
            roles: Roles::of([role]),
            holds: true,
            granted_by: "operator".into(),
            granted_at: now,
        };
        let session = PortalSessionRow {
            token_hash: digest(&SHA256, token.to_text().as_bytes())
                .as_ref()
                .to_vec(),
            session_id: platform.id(),
            user_id,
            body,
            stage: Stage::Complete,
            may_set_password: false,
            draft_secret: None,
            agent: "test".into(),
            created_at: now,
            last_seen_at: now,
            expires_at: now + jiff::SignedDuration::from_hours(12),
        };
        let added = platform.store.write::<(), Error, _>(move |work| {
            Box::pin(async move {
                portal_users::add(work, &user).await?;
                portal_users::set_membership(work, &membership).await?;
                portal_sessions::add(work, &session).await
            })
        });
        added.await.unwrap();
        Self { app, token }
    }

    fn cookie(&self) -> String {
        format!("kiban_session={}", self.token.to_text())
    }

    async fn get(&self, path: &str) -> Answer {
        let request = Request::get(path).header(header::COOKIE, self.cookie());
        self.app.send(request.body(Body::empty()).unwrap()).await
    }

    /// Sends a form with a file, as a browser does.
    async fn post(&self, path: &str, fields: &[(&str, &str)], file: (&str, &str)) -> Answer {
        let token = csrf::token(&self.token);
        let mut body = String::new();
        for (name, value) in [("csrf", token.as_str())].iter().chain(fields) {
            let _ = write!(
                body,
                "--kiban\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            );
        }
        let (name, content) = file;
        let _ = write!(
            body,
            "--kiban\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n{content}\r\n--kiban--\r\n"
        );
        let request = Request::post(path)
            .header(header::COOKIE, self.cookie())
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=kiban");
        self.app.send(request.body(Body::from(body)).unwrap()).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p5_an_account_asks_reads_and_adds_and_nobody_else_sees_it() {
    let app = App::new().await;
    let sato = Member::new(&app, "sato", "1379900015", PortalRole::Member).await;
    let mori = Member::new(&app, "mori", "1379900015", PortalRole::Member).await;
    let chief = Member::new(&app, "chief", "1379900015", PortalRole::Administrator).await;
    let other = Member::new(&app, "other", "1379900023", PortalRole::Administrator).await;
    let home = "/mypage/inquiries";
    let outside = app.get(home).await;
    assert_eq!(outside.status, 303);
    let page = sato.get(&format!("{home}/new")).await;
    assert!(
        page.text().contains("sato@hikari.example"),
        "{}",
        page.text()
    );
    let once = page.between("name=\"once\" value=\"", "\"");
    let new = format!("{home}/new");
    let refused = sato
        .post(
            &new,
            &[("once", &once), ("body", "")],
            ("画面.pdf", "MZ program"),
        )
        .await;
    assert_eq!(refused.status, 422);
    let text = refused.text();
    for told in [
        "区分を選択してください",
        "内容を入力してください",
        "画面.pdfは添付できません",
    ] {
        assert!(text.contains(told), "{told}: {text}");
    }
    let fields = [
        ("once", once.as_str()),
        ("category", "terminal"),
        ("body", "<script>alert(1)</script>"),
    ];
    let sent = sato.post(&new, &fields, ("メモ.txt", "memo")).await;
    assert_eq!(sent.status, 303, "{}", sent.text());
    let path = sent.headers[header::LOCATION].to_str().unwrap().to_owned();
    let again = sato.post(&new, &fields, ("", "")).await;
    assert_eq!(again.headers[header::LOCATION], path, "sent twice is one");

    let seen = sato.get(&path).await;
    assert!(seen.status == 200 && seen.text().contains("メモ.txt"));
    assert!(!seen.text().contains("<script>alert"));
    let file = seen.between("name=\"file\" value=\"", "\"");
    let got = sato
        .post(
            &path,
            &[("step", "file"), ("once", "x"), ("file", &file)],
            ("", ""),
        )
        .await;
    assert_eq!(got.text(), "memo");
    for (who, sees) in [(&mori, false), (&chief, true), (&other, false)] {
        assert_eq!(who.get(&path).await.status == 200, sees);
        let listed = who.get(home).await;
        assert_eq!(listed.text().contains(&path), sees);
        let got = who
            .post(
                &path,
                &[("step", "file"), ("once", "x"), ("file", &file)],
                ("", ""),
            )
            .await;
        assert_eq!(got.status == 200, sees);
    }

    let desk = CallContext {
        caller: Caller::Operator,
        actor: Actor::new(Door::Operator, "operator").staff("desk"),
        request_id: "r".into(),
    };
    let ticket = path.rsplit('/').next().unwrap();
    let answer = Handling::Answer(Text {
        body: "更新してください".into(),
        form: FormKey::of(b"answer"),
        seen: Some(1),
    });
    inquiries::handle(&app.platform, &desk, ticket, answer)
        .await
        .unwrap();
    inquiries::add_note(
        &app.platform,
        &desk,
        &FormKey::of(b"note"),
        ticket,
        "秘密のメモ",
    )
    .await
    .unwrap();
    let letters = app.letters().await;
    assert!(letters.iter().any(|it| it.contains("お問い合わせ履歴")));
    let seen = sato.get(&path).await;
    assert!(seen.text().contains("更新してください") && !seen.text().contains("秘密"));
    let once = seen.between("name=\"once\" value=\"", "\"");
    let reply = [("step", "reply"), ("once", &once), ("body", "できました")];
    for _ in 0..2 {
        let answer = sato.post(&path, &reply, ("", "")).await;
        assert!(answer.status == 200 && answer.text().contains("送信しました"));
    }
    let thread = sato.get(&path).await.text();
    assert_eq!(
        thread.matches("できました").count(),
        1,
        "one form, one message"
    );
}
