//! People of the portal on their way from an invitation or a first secret to a session.

use super::{TestPlatform, invited::letters, operator};
use kiban_domain::{Body, PortalRole, Roles};
use kiban_services::{
    CallContext,
    forms::FormKey,
    portal_users::{
        self, From, NewAccount, Session, Stage,
        invitations::{self, NewMember},
        set_up, sign_in,
    },
};

pub const URL: &str = "https://portal.example";
pub const PASSWORD: &str = "青空 hikari 2026 mado";

pub fn from() -> From {
    From {
        address: "192.0.2.1".into(),
        agent: "Windows・Edge".into(),
    }
}

pub fn visitor() -> CallContext {
    CallContext::portal_visitor("request")
}

pub fn member(body: Body, mail: &str, role: PortalRole) -> NewMember {
    NewMember {
        account: NewAccount {
            name: "見本 担当".into(),
            mail: mail.parse().unwrap(),
            phone: String::new(),
        },
        body,
        body_name: "見本の団体".into(),
        roles: Roles::of([role]),
    }
}

pub fn code(test: &TestPlatform, secret: &str) -> String {
    let secret = totp_rs::Secret::try_from_base32(secret).unwrap();
    let totp = totp_rs::Builder::new().with_secret(secret).build().unwrap();
    let now = u64::try_from(test.platform.now().as_second()).unwrap();
    totp.generate(now).to_string()
}

/// The last letter's text behind a word, up to the end of the line.
pub async fn behind(test: &TestPlatform, word: &str) -> String {
    let letters = letters(&test.platform).await;
    let bodies = letters.iter().rev().map(|it| it.body.clone());
    let found = bodies.filter_map(|body| {
        let (_, rest) = body.split_once(word)?;
        Some(rest.lines().next().unwrap_or_default().to_owned())
    });
    found.into_iter().next().unwrap()
}

/// Sets password and authenticator in a session that began with a link or a first secret; the authenticator's secret.
pub async fn settle(test: &TestPlatform, token: &str) -> (String, set_up::Done) {
    let platform = &test.platform;
    let next = set_up::set_password(platform, &visitor(), &from(), token, PASSWORD.into()).await;
    assert!(next.unwrap().is_none());
    let secret = set_up::secret(platform, token).await.unwrap();
    assert_eq!(secret, set_up::secret(platform, token).await.unwrap());
    let code = code(test, &secret);
    let done = set_up::finish(platform, &visitor(), &from(), token, &code).await;
    (secret, done.unwrap())
}

pub async fn issued(
    test: &TestPlatform,
    body: Body,
    mail: &str,
    role: PortalRole,
) -> (String, Session, String) {
    let platform = &test.platform;
    let (row, first) = invitations::issue(
        platform,
        &operator(),
        &FormKey::fresh(platform),
        URL,
        member(body, mail, role),
    )
    .await
    .unwrap();
    let started = sign_in::begin(platform, &visitor(), &from(), &row.login, first)
        .await
        .unwrap();
    assert_eq!(started.stage, Stage::SetUp);
    let (secret, done) = settle(test, &started.token.0).await;
    let found = portal_users::find(platform, &done.token.0)
        .await
        .unwrap()
        .unwrap();
    (done.token.0, found, secret)
}
