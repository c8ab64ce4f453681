//! A desk of an office with accounts whose passkeys are added and used.
#![allow(
    dead_code,
    unreachable_pub,
    missing_docs,
    clippy::unwrap_used,
    reason = "support of tests"
)]

use super::authenticator::Key;
use super::support::{Engine, OFFICE, TestPlatform, office, operator};
use kiban_access::Caller;
use kiban_audit::{Actor, Door};
use kiban_services::{
    CallContext, Platform,
    mail::{self, Outgoing, Post, PostError},
    passkeys::{self, PasskeyError, Place, RelyingParty},
    sign_in,
    staff::{self, NewStaff, StaffRole},
};
use kiban_store::repo::{audit, staff as accounts_of};
use std::{future::Future, pin::Pin, sync::Mutex};
use uuid::Uuid;

pub const ORIGIN: &str = "https://care.example:8443";
pub const SERIAL: &str = "0a";
pub const BROWSER: &str = "the cookie of one browser";
pub const PASSWORD: &str = "correct horse battery";
pub const SECRET: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

pub struct Desk {
    pub test: TestPlatform,
    pub party: RelyingParty,
    /// The account that most tests are about.
    pub sato: Uuid,
}

pub fn visitor() -> CallContext {
    CallContext {
        caller: Caller::Office(office()),
        actor: Actor::new(Door::Care, OFFICE).certificate(SERIAL),
        request_id: "r".into(),
    }
}

impl Desk {
    pub async fn new(engine: Engine) -> Self {
        let test = TestPlatform::new(engine).await;
        let mut desk = Self {
            test,
            party: RelyingParty::of_origin(ORIGIN).unwrap(),
            sato: Uuid::nil(),
        };
        desk.sato = desk.account("sato", StaffRole::CareManager).await;
        desk
    }

    pub fn platform(&self) -> &Platform {
        &self.test.platform
    }

    pub async fn account(&self, login: &str, role: StaffRole) -> Uuid {
        let account = NewStaff {
            office_no: office(),
            login: login.into(),
            name: "佐藤 花子".into(),
            role,
            password: PASSWORD.into(),
            totp_secret: Some(SECRET.into()),
        };
        staff::add(self.platform(), &operator(), account)
            .await
            .unwrap();
        let mut work = self.platform().store.point().await.unwrap();
        let row = accounts_of::find_by_login(&mut work, &office(), login).await;
        let id = row.unwrap().unwrap().staff_id;
        drop(work);
        let mail = format!("{login}@hikari.example");
        self.platform()
            .store
            .write::<(), kiban_store::Error, _>(move |work| {
                Box::pin(async move { accounts_of::set_mail(work, id, &mail).await })
            })
            .await
            .unwrap();
        id
    }

    pub fn place<'a>(&'a self, secret: &'a str) -> Place<'a> {
        Place {
            party: &self.party,
            serial: SERIAL,
            secret,
        }
    }

    pub async fn add(&self, who: Uuid, key: &mut Key) -> Result<(), PasskeyError> {
        let (platform, place) = (self.platform(), self.place(BROWSER));
        let asked =
            passkeys::ask_for_new(platform, place, who, PASSWORD.into(), "職場の鍵").await?;
        let answer = key.create(ORIGIN, &asked.options).await;
        passkeys::add(
            platform,
            &visitor(),
            place,
            who,
            &asked.id,
            &answer,
            "職場の鍵",
        )
        .await
    }

    pub async fn key(&self, who: Uuid) -> Key {
        let mut key = Key::default();
        self.add(who, &mut key).await.unwrap();
        key
    }

    /// The half session after the password.
    pub async fn half(&self, login: &str) -> String {
        let (context, office_no) = (visitor(), office());
        let password = PASSWORD.to_owned();
        let begun = sign_in::begin(
            self.platform(),
            &context,
            &office_no,
            SERIAL,
            login,
            password,
        );
        begun.await.unwrap().0
    }

    pub async fn second_factor(
        &self,
        half: &str,
        key: &mut Key,
    ) -> Result<sign_in::Token, PasskeyError> {
        let place = self.place(half);
        let asked = passkeys::ask_second_factor(self.platform(), place).await?;
        let answer = key.get(ORIGIN, &asked.options).await;
        passkeys::complete(self.platform(), &visitor(), place, &asked.id, &answer).await
    }

    pub async fn ask(&self) -> passkeys::Ceremony {
        let asked = passkeys::ask_sign_in(self.platform(), self.place(BROWSER));
        asked.await.unwrap()
    }

    pub async fn answer(&self, id: &str, answer: &str) -> Result<sign_in::Token, PasskeyError> {
        let (context, place) = (visitor(), self.place(BROWSER));
        passkeys::sign_in(self.platform(), &context, &office(), place, id, answer).await
    }

    pub async fn sign_in(&self, key: &mut Key) -> Result<sign_in::Token, PasskeyError> {
        let asked = self.ask().await;
        let answer = key.get(ORIGIN, &asked.options).await;
        self.answer(&asked.id, &answer).await
    }

    pub async fn who(&self, token: &sign_in::Token) -> (Uuid, bool) {
        let found = sign_in::find(self.platform(), SERIAL, &token.0).await;
        let session = found.unwrap().unwrap();
        (session.staff_id, session.complete)
    }

    /// Every letter since the last look, as recipient and subject.
    pub async fn letters(&self) -> Vec<(String, String)> {
        let post = Letters::default();
        mail::deliver(self.platform(), &post).await.unwrap();
        let letters = post.0.into_inner().unwrap();
        assert!(
            letters
                .iter()
                .all(|(_, _, body)| !body.contains("花子") && !body.contains("職場の鍵"))
        );
        letters
            .into_iter()
            .map(|(to, subject, _)| (to, subject))
            .collect()
    }

    /// The code in the letter of the one invitation.
    pub async fn invitation(&self) -> String {
        let post = Letters::default();
        mail::deliver(self.platform(), &post).await.unwrap();
        let letters = post.0.into_inner().unwrap();
        let (_, rest) = letters[0].2.split_once("?code=").unwrap();
        rest.lines().next().unwrap().to_owned()
    }

    /// What was recorded, oldest first, as text.
    pub async fn trail(&self) -> String {
        let mut work = self.platform().store.point().await.unwrap();
        let entries = audit::list_outbox(&mut work, 10_000).await.unwrap();
        let bodies: Vec<_> = entries.into_iter().map(|entry| entry.body).collect();
        bodies.join("\n")
    }
}

#[derive(Default)]
pub struct Letters(Mutex<Vec<(String, String, String)>>);

impl Post for Letters {
    fn send<'a>(
        &'a self,
        letter: &'a Outgoing,
    ) -> Pin<Box<dyn Future<Output = Result<(), PostError>> + Send + 'a>> {
        Box::pin(async move {
            let seen = (
                letter.to.as_str().to_owned(),
                letter.subject.clone(),
                letter.body.clone(),
            );
            self.0.lock().unwrap().push(seen);
            Ok(())
        })
    }
}

pub fn code<T>(outcome: Result<T, PasskeyError>) -> &'static str {
    outcome.err().map_or("accepted", |error| error.code())
}
