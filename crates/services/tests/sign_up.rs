//! From a confirmed mail address to an account, and letting in whoever is locked out (P-2, O-1), on both engines.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use kiban_domain::{Body, PortalRole, Roles};
use kiban_services::forms::FormKey;
use kiban_services::{
    CallContext,
    portal_users::{
        self, From, NewAccount, Session,
        invitations::{self, NewMember},
        links::LinkError,
        members,
    },
    registrations::{self, ConfirmError, Decision, LookUpError, SignUpError},
    sign_in::Token,
    user_care::{self, CareError},
};
use support::{
    ENGINES, TestPlatform,
    invited::letters,
    operator,
    registering::{PORTAL, import, number, review, reviewer, sign_up, token},
};
use uuid::Uuid;

fn visitor() -> CallContext {
    CallContext::portal_visitor("request")
}

fn from() -> From {
    From {
        address: "192.0.2.1".into(),
        agent: "Windows・Edge".into(),
    }
}

async fn confirm(test: &TestPlatform, token: &str) -> Result<Token, ConfirmError> {
    registrations::confirm(&test.platform, &visitor(), &from(), PORTAL, token).await
}

async fn session(test: &TestPlatform, token: &Token) -> Option<Session> {
    portal_users::find(&test.platform, &token.0).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn p2_a_confirmed_address_makes_one_account_and_one_application() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        import(&test, "").await;
        sign_up(&test, "form", "tantou@hikari.example")
            .await
            .unwrap();
        let link = token(&test).await;
        let (one, two) = tokio::join!(confirm(&test, &link), confirm(&test, &link));
        let ((Ok(begun), Err(late)) | (Err(late), Ok(begun))) = (one, two) else {
            panic!("{engine:?}: one of them, and only one")
        };
        let used = matches!(late, ConfirmError::Link(LinkError::Used));
        let taken = matches!(late, ConfirmError::Office(LookUpError::Taken));
        assert!(used || taken, "{engine:?}: {late:?}");
        let again = confirm(&test, &link).await;
        assert!(
            matches!(again, Err(ConfirmError::Link(LinkError::Used))),
            "{engine:?}"
        );

        let half = session(&test, &begun).await.unwrap();
        assert!(
            !half.keeps_members(),
            "{engine:?}: not before the office is admitted"
        );
        let own = registrations::latest_of_office(&test.platform, &number())
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            (own.row.applicant_id, &*own.row.office.name),
            (half.user_id, "見本デイサービス光")
        );
        let told = letters(&test.platform).await;
        assert_eq!(
            told.len(),
            2,
            "{engine:?}: the ID, and that the application has come"
        );

        let receipt = own.row.receipt;
        review(&test, &receipt, 1, Decision::Check, reviewer(1))
            .await
            .unwrap();
        review(&test, &receipt, 2, Decision::Approve, reviewer(2))
            .await
            .unwrap();
        assert!(
            session(&test, &begun).await.unwrap().keeps_members(),
            "{engine:?}"
        );
        assert!(test.verify().await.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p2_whoever_is_second_keeps_the_link_and_gets_no_account() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        import(&test, "").await;
        sign_up(&test, "form 1", "tantou@hikari.example")
            .await
            .unwrap();
        let first = token(&test).await;
        sign_up(&test, "form 2", "other@hikari.example")
            .await
            .unwrap();
        let second = token(&test).await;
        let begun = confirm(&test, &first).await.unwrap();
        letters(&test.platform).await;
        let late = confirm(&test, &second).await;
        assert!(
            matches!(late, Err(ConfirmError::Office(LookUpError::Taken))),
            "{engine:?}"
        );
        assert!(
            letters(&test.platform).await.is_empty(),
            "{engine:?}: nobody got an ID"
        );

        let half = session(&test, &begun).await.unwrap();
        let own = registrations::latest_of_office(&test.platform, &number())
            .await
            .unwrap()
            .unwrap();
        let receipt = (own.row.receipt.as_str(), 1);
        registrations::withdraw(&test.platform, &visitor(), half.user_id, receipt)
            .await
            .unwrap();
        assert!(
            session(&test, &begun).await.is_none(),
            "{engine:?}: acts for it no more"
        );
        confirm(&test, &second).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p2_an_office_with_an_administrator_is_taken_whoever_let_them_in() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        import(&test, "").await;
        let new = NewMember {
            account: NewAccount {
                name: "見本 管理".into(),
                mail: "kanri@hikari.example".parse().unwrap(),
                phone: String::new(),
            },
            body: Body::Office(number()),
            body_name: "見本".into(),
            roles: Roles::of([PortalRole::Administrator]),
        };
        let context = operator();
        invitations::issue(
            &test.platform,
            &context,
            &FormKey::fresh(&test.platform),
            PORTAL,
            new,
        )
        .await
        .unwrap();
        letters(&test.platform).await;
        let taken = sign_up(&test, "form", "tantou@hikari.example").await;
        let expected = matches!(taken, Err(SignUpError::Office(LookUpError::Taken)));
        assert!(expected, "{engine:?}");
        assert!(letters(&test.platform).await.is_empty(), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p2_a_refused_applicant_acts_for_the_office_no_more() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        import(&test, "").await;
        sign_up(&test, "form", "tantou@hikari.example")
            .await
            .unwrap();
        let begun = confirm(&test, &token(&test).await).await.unwrap();
        letters(&test.platform).await;
        let own = registrations::latest_of_office(&test.platform, &number())
            .await
            .unwrap()
            .unwrap();
        let receipt = own.row.receipt;
        review(&test, &receipt, 1, Decision::Check, reviewer(1))
            .await
            .unwrap();
        review(&test, &receipt, 2, Decision::Refuse, reviewer(2))
            .await
            .unwrap();
        assert!(session(&test, &begun).await.is_none(), "{engine:?}");
        let told = letters(&test.platform).await;
        assert!(told[0].body.contains("確認しました"), "{engine:?}: why");
        let all = members::bodies_of(&test.platform, own.row.applicant_id)
            .await
            .unwrap();
        assert!(all.is_empty(), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn o1_it_takes_two_persons_to_let_in_whoever_is_locked_out() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        import(&test, "").await;
        sign_up(&test, "form", "tantou@hikari.example")
            .await
            .unwrap();
        let begun = confirm(&test, &token(&test).await).await.unwrap();
        let who = session(&test, &begun).await.unwrap();
        letters(&test.platform).await;
        let (platform, context) = (&test.platform, operator());
        let (one, two) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let ask = |by: Uuid, reason| {
            user_care::ask_unlock(
                platform,
                &context,
                (by, "運営 一".into()),
                who.user_id,
                reason,
            )
        };
        assert!(matches!(ask(one, " ").await, Err(CareError::Reason)));
        let own = ask(who.user_id, "x").await;
        assert!(matches!(own, Err(CareError::SamePerson)), "{engine:?}");
        ask(one, "電話で確認しました").await.unwrap();
        assert!(
            matches!(ask(two, "x").await, Err(CareError::Stale)),
            "{engine:?}"
        );
        let waiting = user_care::list_waiting(platform, &context).await.unwrap();
        assert_eq!(waiting.len(), 1, "{engine:?}");
        let open = |by| user_care::decide_unlock(platform, &context, PORTAL, by, who.user_id, true);
        assert!(
            matches!(open(one).await, Err(CareError::SamePerson)),
            "{engine:?}"
        );
        assert!(letters(platform).await.is_empty());
        let (a, b) = tokio::join!(open(two), open(Uuid::from_u128(3)));
        assert!(a.is_ok() != b.is_ok(), "{engine:?}: opened once");
        assert!(
            letters(platform).await[0].body.contains("/password/"),
            "{engine:?}"
        );

        for (text, expected) in [
            ("１３７９９−０００２８", 1),
            ("TANTOU@hikari.example", 1),
            ("見本", 1),
            ("本", 0),
            ("%", 0),
            ("", 0),
        ] {
            let found = user_care::search(platform, &context, text).await.unwrap();
            assert_eq!(found.len(), expected, "{engine:?} {text}");
        }
        let found = user_care::read(platform, &context, &who.login)
            .await
            .unwrap();
        assert_eq!(found.memberships.len(), 1);
        let reason = "退職".parse().unwrap();
        let stop = user_care::set_active(platform, &context, one, who.user_id, Some(&reason));
        stop.await.unwrap();
        assert!(session(&test, &begun).await.is_none(), "{engine:?}");
        assert!(test.verify().await.is_empty());
    }
}
