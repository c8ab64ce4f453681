//! The operator's own people (O-1), on both engines.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use kiban_domain::{Body, PortalRole, Roles};
use kiban_services::portal_users::{
    NewAccount,
    invitations::{self, NewMember},
    members::{self, MemberError},
};
use support::{ENGINES, TestPlatform, operator};
use uuid::Uuid;

async fn officer(test: &TestPlatform, mail: &str, role: PortalRole) -> Uuid {
    let new = NewMember {
        account: NewAccount {
            name: "見本 運営".into(),
            mail: mail.parse().unwrap(),
            phone: String::new(),
        },
        body: Body::Operator,
        body_name: "運営".into(),
        roles: Roles::of([role]),
    };
    let secret = "KRSXG5CTMVRXEZLUKN2HE2LOM4";
    let context = operator();
    let settled = invitations::settle(&test.platform, &context, new, "a b c d e f", secret);
    settled.await.unwrap().user_id
}

#[tokio::test(flavor = "multi_thread")]
async fn o1_only_a_manager_stops_one_of_the_operators_own() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let manager = officer(&test, "m@unei.example", PortalRole::Manager).await;
        let desk = officer(&test, "d@unei.example", PortalRole::Desk).await;
        let context = operator();
        let reason = "退職".parse().unwrap();
        let stop =
            |by, whom| members::set_active(&test.platform, &context, by, whom, Some(&reason));
        let refused = stop(desk, manager).await;
        assert!(matches!(refused, Err(MemberError::Roles)), "{engine:?}");
        stop(manager, desk).await.unwrap();
    }
}
