//! Forms act once, also when both come at the same moment, and open invitations are looked after (P-2, O-1), on both engines.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use kiban_domain::{Body, Followed, PortalRole, Roles};
use kiban_services::{
    CallContext,
    enrolment::{self, Means, TicketError},
    forms::{self, FormKey},
    inquiries,
    insurer_accounts::{self, IssueError},
    portal_users::{
        From, InvalidReason, NewAccount, Reason,
        invitations::{self, InviteError, NewMember},
        links::LinkError,
        members, open_invitations,
        sign_in::{self, SignInError},
    },
    readiness::follow,
    surveys::{self, NewRound},
};
use support::{
    ENGINES, TestPlatform,
    invited::{Invited, letters, new_office},
    office, operator,
};

const URL: &str = "https://portal.example";

fn account(mail: &str) -> NewAccount {
    NewAccount {
        name: "見本 担当".into(),
        mail: mail.parse().unwrap(),
        phone: String::new(),
    }
}

fn member(mail: &str) -> NewMember {
    NewMember {
        account: account(mail),
        body: Body::Office(office()),
        body_name: "見本の団体".into(),
        roles: Roles::of([PortalRole::Member]),
    }
}

fn form(text: &str) -> FormKey {
    FormKey::of(text.as_bytes())
}

async fn invite(test: &TestPlatform, form: &FormKey, mail: &str) -> Result<(), InviteError> {
    invitations::invite(&test.platform, &operator(), form, URL, member(mail)).await
}

/// The secrets of the invitations that were mailed since the last time.
async fn secrets(test: &TestPlatform) -> Vec<String> {
    let letters = letters(&test.platform).await;
    let secret = |body: &str| {
        let rest = body.split("/invitation/").nth(1).unwrap();
        rest.split_whitespace().next().unwrap().to_owned()
    };
    letters.iter().map(|letter| secret(&letter.body)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn o1_an_account_is_issued_once_however_often_its_form_comes() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let platform = &test.platform;
        let body = Body::of("insurer", "131128").unwrap();
        let issue = async |key: &FormKey, mail: &str| {
            insurer_accounts::issue(platform, &operator(), key, URL, body, account(mail)).await
        };
        let one = form("one");
        let (first, second) = tokio::join!(
            issue(&one, "kaigo@machi.example"),
            issue(&one, "kaigo@machi.example")
        );
        let done = [&first, &second].into_iter().filter(|it| it.is_ok());
        assert_eq!(done.count(), 1, "{engine:?}");
        let repeat = [first, second].into_iter().find_map(Result::err).unwrap();
        assert!(matches!(
            repeat,
            IssueError::Invite(InviteError::SentBefore)
        ));
        assert_eq!(letters(platform).await.len(), 1);

        // Another page with the same address: two at the same moment, then one more.
        let (two, three) = (form("two"), form("three"));
        let (second, third) = tokio::join!(
            issue(&two, "buka@machi.example"),
            issue(&three, "buka@machi.example")
        );
        let refused = [second, third].into_iter().find_map(Result::err).unwrap();
        assert!(
            matches!(refused, IssueError::Invite(InviteError::AlreadyIssued(_))),
            "{engine:?} {refused:?}"
        );
        let late = issue(&form("four"), "kaigo@machi.example").await;
        let Err(IssueError::Invite(InviteError::AlreadyIssued(user))) = late else {
            panic!("{engine:?} {late:?}");
        };
        assert_eq!(user.mail, "kaigo@machi.example");
        assert_eq!(members::list(platform, &body).await.unwrap().len(), 2);
        let waiting = insurer_accounts::list_waiting(platform, &operator()).await;
        assert_eq!(waiting.unwrap().len(), 2);

        assert!(test.verify().await.is_empty());
        // A first secret that has ended waits for nobody.
        test.clock.pass(15 * 86_400);
        issue(&form("five"), "kaigo@machi.example").await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn o1_an_address_has_one_open_invitation_to_a_body() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let one = form("one");
        let (first, second) = tokio::join!(
            invite(&test, &one, "a@hikari.example"),
            invite(&test, &one, "a@hikari.example")
        );
        first.unwrap();
        second.unwrap();
        assert_eq!(secrets(&test).await.len(), 1, "{engine:?}");

        let (two, three) = (form("two"), form("three"));
        let (first, second) = tokio::join!(
            invite(&test, &two, "b@hikari.example"),
            invite(&test, &three, "b@hikari.example")
        );
        let refused = [first, second].into_iter().find_map(Result::err);
        let Some(InviteError::AlreadyInvited(open)) = refused else {
            panic!("{engine:?} {refused:?}");
        };
        assert_eq!(
            (open.name.as_str(), open.mail.as_str()),
            ("見本 担当", "b@hikari.example")
        );
        assert_eq!(secrets(&test).await.len(), 1);
        // To another body the same address is invited all the same.
        let elsewhere = NewMember {
            body: Body::Office(new_office()),
            ..member("a@hikari.example")
        };
        let form = form("four");
        invitations::invite(&test.platform, &operator(), &form, URL, elsewhere)
            .await
            .unwrap();
        // One that has ended makes room.
        test.clock.pass(8 * 86_400);
        let again = FormKey::fresh(&test.platform);
        invite(&test, &again, "a@hikari.example").await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p2_an_open_invitation_is_taken_back_or_sent_again_and_the_old_link_is_dead() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let platform = &test.platform;
        let own = Body::Office(office());
        invite(&test, &form("a"), "a@hikari.example").await.unwrap();
        let old = secrets(&test).await.remove(0);
        let open = open_invitations::list_of(platform, &own).await.unwrap();
        let [it] = &open[..] else {
            panic!("{engine:?} {open:?}")
        };
        assert_eq!((it.by.as_str(), it.body), ("operator", own));
        assert_eq!(it.until.duration_since(it.at).as_hours(), 168);

        let foreign = Some(Body::Office(new_office()));
        let refused = open_invitations::take_back(platform, &operator(), foreign, it.id).await;
        assert!(matches!(
            refused,
            Err(InviteError::Link(LinkError::Unknown))
        ));
        let again = form("again");
        for _ in 0..2 {
            let (of, id) = (Some(own), it.id);
            open_invitations::send_again(platform, &operator(), &again, URL, of, id)
                .await
                .unwrap();
        }
        let new = secrets(&test).await;
        assert_eq!(new.len(), 1, "one letter {engine:?}");
        let dead = invitations::find(platform, &old).await;
        assert!(matches!(dead, Err(InviteError::Link(LinkError::Used))));
        invitations::find(platform, &new[0]).await.unwrap();

        let all = open_invitations::list(platform, &operator()).await.unwrap();
        assert_eq!(all.len(), 1);
        let back = || open_invitations::take_back(platform, &OPERATOR, None, all[0].id);
        let (one, other) = tokio::join!(back(), back());
        assert_eq!(usize::from(one.is_ok()) + usize::from(other.is_ok()), 1);
        let dead = invitations::find(platform, &new[0]).await;
        assert!(matches!(dead, Err(InviteError::Link(LinkError::Used))));
        assert!(
            open_invitations::list_of(platform, &own)
                .await
                .unwrap()
                .is_empty()
        );
        // And the address can be invited anew.
        invite(&test, &form("b"), "a@hikari.example").await.unwrap();
        assert!(test.verify().await.is_empty());
    }
}

static OPERATOR: std::sync::LazyLock<CallContext> = std::sync::LazyLock::new(operator);

#[tokio::test(flavor = "multi_thread")]
async fn p2_a_second_secret_kills_the_first_and_its_letter_says_so() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let platform = &test.platform;
        let new = member("a@hikari.example");
        let issued = invitations::issue(platform, &operator(), &form("a"), URL, new).await;
        let (row, first) = issued.unwrap();
        letters(platform).await;
        let (again, reason) = (form("again"), "届いていない".parse::<Reason>().unwrap());
        for _ in 0..2 {
            let whom = (row.user_id, "見本の団体");
            invitations::issue_again(platform, &operator(), &again, URL, whom, &reason)
                .await
                .unwrap();
        }
        let letters = letters(platform).await;
        assert_eq!(letters.len(), 1, "{engine:?}");
        assert!(letters[0].subject.contains("再発行"));
        assert!(letters[0].body.contains("使えなくなりました"));
        let second = letters[0].body.split("初回パスワード　").nth(1).unwrap();
        let second = second.lines().next().unwrap().to_owned();
        let from = From {
            address: "192.0.2.1".into(),
            agent: "Windows・Edge".into(),
        };
        let visitor = CallContext::portal_visitor("r");
        let dead = sign_in::begin(platform, &visitor, &from, &row.login, first).await;
        assert!(matches!(dead, Err(SignInError::Wrong)), "{engine:?}");
        sign_in::begin(platform, &visitor, &from, &row.login, second)
            .await
            .unwrap();
        let held = members::list(platform, &Body::Office(office())).await;
        assert!(
            held.unwrap()[0].0.must_replace,
            "the secret opens one page only"
        );
        assert!(test.verify().await.is_empty());
    }
}

#[test]
fn o1_a_reason_is_one_line_that_says_something() {
    let wrong = |text: &str| text.parse::<Reason>().unwrap_err();
    assert_eq!(wrong("　 "), InvalidReason::Empty);
    assert_eq!(wrong("退職\u{0}した"), InvalidReason::Control);
    assert_eq!(wrong(&"長".repeat(201)), InvalidReason::Long);
    let right = "長".repeat(200);
    assert_eq!(right.parse::<Reason>().unwrap().to_string(), right);
}

#[tokio::test(flavor = "multi_thread")]
async fn w1_a_form_sent_twice_shows_the_same_code_until_it_is_used() {
    for engine in ENGINES {
        let desk = Invited::new(engine).await;
        let platform = &desk.test.platform;
        let ticket = async |key: &FormKey| {
            let context = support::invited::portal();
            let office = new_office();
            enrolment::make_ticket_at_portal(platform, &context, key, office, "7K3F9QW1", None)
                .await
        };
        let one = form("one");
        let (first, second) = tokio::join!(ticket(&one), ticket(&one));
        let (first, second) = (first.unwrap(), second.unwrap());
        assert_eq!(first.code, second.code, "{engine:?}");
        assert_eq!(first.expires_at, second.expires_at);
        assert_ne!(ticket(&form("two")).await.unwrap().code, first.code);
        desk.enrol(&first.code, Means::File).await.unwrap();
        assert!(matches!(ticket(&one).await, Err(TicketError::Ended)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn o1_rounds_templates_and_wishes_are_made_once() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let platform = &test.platform;
        let one = form("one");
        let open = async || {
            let round = NewRound {
                title: "第1回".into(),
                record_day: "2026-11-01".parse().unwrap(),
                opens_on: "2026-11-02".parse().unwrap(),
                closes_on: "2026-11-15".parse().unwrap(),
                source: surveys::first_questions().into(),
            };
            surveys::open(platform, &operator(), &one, round).await
        };
        let (first, second) = tokio::join!(open(), open());
        assert_eq!(first.unwrap(), second.unwrap(), "{engine:?}");
        assert_eq!(surveys::list(platform).await.unwrap().len(), 1);

        let key = form("template");
        for _ in 0..2 {
            inquiries::save_template(platform, &operator(), &key, None, "題名", None, "文章")
                .await
                .unwrap();
        }
        assert_eq!(inquiries::list_templates(platform).await.unwrap().len(), 1);

        let key = form("follow");
        for _ in 0..2 {
            let mail = "a@hikari.example".parse().unwrap();
            follow::ask(platform, &key, "192.0.2.1", mail, Followed::Country, URL)
                .await
                .unwrap();
        }
        assert_eq!(letters(platform).await.len(), 1);

        assert_eq!(forms::forget(platform).await.unwrap(), 0);
        test.clock.pass(8 * 86_400);
        assert_eq!(forms::forget(platform).await.unwrap(), 3);
    }
}
