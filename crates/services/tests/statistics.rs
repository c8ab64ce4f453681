//! The operator's figures (O17), on both engines.

mod support;

use kiban_domain::{Body, PortalRole, Roles};
use kiban_services::forms::FormKey;
use kiban_services::{
    CallContext,
    portal_users::{
        From, NewAccount,
        invitations::{self, NewMember},
        sign_in,
    },
    statistics::{Count, figures},
};
use support::{ENGINES, TestPlatform, operator};

#[tokio::test(flavor = "multi_thread")]
async fn o17_what_is_there_is_counted_by_kind() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let platform = &test.platform;
        let before = figures(platform).await.unwrap();
        assert!(
            before.accounts.is_empty() && before.sign_ins.is_empty(),
            "{engine:?}"
        );
        for mail in ["a@machi.example", "b@machi.example"] {
            let new = NewMember {
                account: NewAccount {
                    name: "見本".into(),
                    mail: mail.parse().unwrap(),
                    phone: String::new(),
                },
                body: Body::Insurer(support::insurer()),
                body_name: "見本市".into(),
                roles: Roles::of([PortalRole::Administrator]),
            };
            invitations::issue(
                platform,
                &operator(),
                &FormKey::fresh(platform),
                "https://p.example",
                new,
            )
            .await
            .unwrap();
        }
        let from = From {
            address: "192.0.2.1".into(),
            agent: "test".into(),
        };
        let visitor = CallContext::portal_visitor("r");
        let wrong = sign_in::begin(platform, &visitor, &from, "a@machi.example", "no".into());
        wrong.await.unwrap_err();
        let after = figures(platform).await.unwrap();
        let one = |word: &str, count| {
            vec![Count {
                word: word.into(),
                count,
            }]
        };
        assert_eq!(after.accounts, one("insurer", 2), "{engine:?}");
        assert_eq!(after.sign_ins, one("wrong_password", 1), "{engine:?}");
        assert_eq!(after.letters, one("waiting", 2), "{engine:?}");
        assert_eq!(after.municipalities, before.municipalities);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn o1_opinions_are_counted_by_route_and_state_and_nothing_else_is_told() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let id = test.asked().await;
        let one = |word: &str| {
            vec![Count {
                word: word.into(),
                count: 1,
            }]
        };
        test.send_document(id, support::opinions::full())
            .await
            .unwrap();
        let figures = figures(&test.platform).await.unwrap();
        assert_eq!(figures.opinion_routes, one("api"), "{engine:?}");
        assert_eq!(figures.opinion_states, one("sent"), "{engine:?}");
    }
}
