//! Notices to bodies (M05), on both engines.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use jiff::SignedDuration;
use kiban_domain::{Body, PortalRole, Roles, Timestamp};
use kiban_services::{
    forms,
    mail::{self, Outgoing, Post, PostError},
    notices::{self, NewNotice, PublishedItem, Source, WriteError},
    portal_users::{Session, Stage},
    surveys::{self, NewRound},
};
use kiban_store::{
    Error,
    repo::portal_users::{self, MembershipRow, PortalUserRow},
};
use std::{future::Future, pin::Pin, sync::Mutex};
use support::{ENGINES, TestPlatform, operator};

const PORTAL: &str = "https://portal.example";

#[derive(Default)]
struct Letters(Mutex<Vec<(String, String)>>);

impl Post for Letters {
    fn send<'a>(
        &'a self,
        letter: &'a Outgoing,
    ) -> Pin<Box<dyn Future<Output = Result<(), PostError>> + Send + 'a>> {
        Box::pin(async move {
            let sent = (letter.to.as_str().to_owned(), letter.subject.clone());
            self.0.lock().unwrap().push(sent);
            Ok(())
        })
    }
}

/// Somebody with an account of a body.
async fn member(test: &TestPlatform, login: &str, kind: &str, number: &str) -> Session {
    let (now, body) = (test.platform.now(), Body::of(kind, number).unwrap());
    let user_id = test.platform.id();
    let user = PortalUserRow {
        user_id,
        login: login.into(),
        name: "見本 担当".into(),
        mail: format!("{login}@mihon.example"),
        phone: String::new(),
        password_hash: String::new(),
        must_replace: false,
        secret_until: None,
        totp_secret: None,
        active: true,
        created_at: now,
        last_sign_in_at: None,
    };
    let membership = MembershipRow {
        user_id,
        body,
        roles: Roles::of([PortalRole::Member]),
        holds: true,
        granted_by: "operator".into(),
        granted_at: now,
    };
    let added = test.platform.store.write::<(), Error, _>(move |work| {
        Box::pin(async move {
            portal_users::add(work, &user).await?;
            portal_users::set_membership(work, &membership).await
        })
    });
    added.await.unwrap();
    Session {
        session_id: test.platform.id(),
        user_id,
        login: login.into(),
        name: "見本 担当".into(),
        body,
        roles: Roles::of([PortalRole::Member]),
        more_bodies: false,
        stage: Stage::Complete,
        expires_at: now + SignedDuration::from_hours(12),
        ends_at: now + SignedDuration::from_hours(1),
    }
}

fn notice(test: &TestPlatform, kind: &str, number: &str, prefecture: &str) -> NewNotice {
    NewNotice {
        notice_id: test.platform.id(),
        kind: kind.into(),
        number: number.into(),
        prefecture: prefecture.into(),
        title: "番号の確認のお願い".into(),
        body: "届け出た電話番号を確かめてください。".into(),
    }
}

async fn titles(test: &TestPlatform, session: &Session) -> Vec<(String, bool)> {
    let items = notices::list(&test.platform, session, &[]).await.unwrap();
    items.into_iter().map(|it| (it.title, it.read)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn p2_a_notice_reaches_its_bodies_alone_and_is_read_by_each_person() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let one = member(&test, "u000000001", "office", "1379900015").await;
        let colleague = member(&test, "u000000002", "office", "1379900015").await;
        let other = member(&test, "u000000003", "office", "1579900011").await;
        let insurer = member(&test, "u000000004", "insurer", "131128").await;
        test.clock.pass(60);
        let platform = &test.platform;
        for (kind, number, prefecture) in [
            ("office", "1379900015", ""),
            ("office", "", "15"),
            ("insurer", "", ""),
        ] {
            let new = notice(&test, kind, number, prefecture);
            // A form that is sent twice is one notice.
            notices::write(platform, &operator(), new.clone())
                .await
                .unwrap();
            notices::write(platform, &operator(), new).await.unwrap();
        }
        let own = [("番号の確認のお願い".to_owned(), false)];
        for session in [&one, &colleague, &other, &insurer] {
            assert_eq!(titles(&test, session).await, own, "{engine:?}");
        }
        let items = notices::list(platform, &one, &[]).await.unwrap();
        let foreign = notices::read(platform, &other, &[], &items[0].name).await;
        assert_eq!(foreign.unwrap(), None, "{engine:?}");
        let read = notices::read(platform, &one, &[], &items[0].name).await;
        assert_eq!(read.unwrap().unwrap().source, Source::Operator);
        let unread = async |session| notices::count_unread(platform, session, &[]).await.unwrap();
        assert_eq!((unread(&one).await, unread(&colleague).await), (0, 1));
        notices::read_all(platform, &colleague).await.unwrap();
        assert_eq!(unread(&colleague).await, 0, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p2_published_notices_count_from_the_day_of_the_account_on() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let one = member(&test, "u000000001", "office", "1379900015").await;
        let published = |slug: &str, at: Timestamp| PublishedItem {
            slug: slug.into(),
            title: slug.into(),
            at,
        };
        let made = test.platform.now();
        test.clock.pass(60);
        let all = [
            published("old", made),
            published("new", test.platform.now()),
        ];
        let platform = &test.platform;
        let items = notices::list(platform, &one, &all).await.unwrap();
        let items: Vec<_> = items.iter().map(|it| (&*it.name, it.read)).collect();
        assert_eq!(
            items,
            [("news/new", false), ("news/old", true)],
            "{engine:?}"
        );
        notices::read(platform, &one, &all, "news/new")
            .await
            .unwrap();
        let unread = notices::count_unread(platform, &one, &all).await;
        assert_eq!(unread.unwrap(), 0, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p2_who_wants_letters_gets_one_of_each_notice() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let one = member(&test, "u000000001", "office", "1379900015").await;
        member(&test, "u000000002", "office", "1379900015").await;
        let other = member(&test, "u000000003", "insurer", "131128").await;
        let platform = &test.platform;
        for session in [&one, &other] {
            assert!(
                !notices::wants_mail(platform, session.user_id)
                    .await
                    .unwrap()
            );
            notices::set_wants_mail(platform, session.user_id, true)
                .await
                .unwrap();
            assert!(
                notices::wants_mail(platform, session.user_id)
                    .await
                    .unwrap()
            );
        }
        notices::write(platform, &operator(), notice(&test, "office", "", "13"))
            .await
            .unwrap();
        for expected in [1, 0] {
            let written = notices::write_letters(platform, PORTAL).await;
            assert_eq!(written.unwrap(), expected, "{engine:?}");
        }
        let post = Letters::default();
        mail::deliver(platform, &post).await.unwrap();
        let sent = post.0.into_inner().unwrap();
        assert_eq!(sent.len(), 1, "{engine:?}");
        assert_eq!(sent[0].0, "u000000001@mihon.example");
        assert!(sent[0].1.contains("番号の確認のお願い"), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p2_a_questionnaire_is_told_to_insurers_when_it_opens() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let one = member(&test, "u000000001", "insurer", "131128").await;
        let round = NewRound {
            title: "令和8年11月の調査".into(),
            record_day: "2026-11-01".parse().unwrap(),
            opens_on: "2026-11-02".parse().unwrap(),
            closes_on: "2026-11-15".parse().unwrap(),
            source: surveys::first_questions().into(),
        };
        let form = forms::FormKey::fresh(&test.platform);
        surveys::open(&test.platform, &operator(), &form, round)
            .await
            .unwrap();
        assert_eq!(titles(&test, &one).await, [], "{engine:?}: not open yet");
        test.clock.pass(86_400);
        let told = [("「令和8年11月の調査」に回答してください".to_owned(), false)];
        assert_eq!(titles(&test, &one).await, told, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p2_a_notice_that_reaches_nobody_is_refused() {
    let test = TestPlatform::new(ENGINES[0]).await;
    let refused = async |kind: &str, number: &str, prefecture: &str| {
        let new = notice(&test, kind, number, prefecture);
        notices::reach(&test.platform, &new).await.unwrap_err()
    };
    assert!(matches!(
        refused("office", "", "").await,
        WriteError::Nobody
    ));
    assert!(matches!(
        refused("operator", "", "").await,
        WriteError::Kind
    ));
    assert!(matches!(
        refused("office", "12", "").await,
        WriteError::Number
    ));
    let prefecture = refused("insurer", "131128", "13").await;
    assert!(matches!(prefecture, WriteError::Prefecture));
}
