//! Accounts that the operator issues to insurers and prefectures (P-2, O06), on both engines.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use kiban_domain::{Body, PortalRole};
use kiban_services::forms::FormKey;
use kiban_services::{
    insurer_accounts::{self, IssueError},
    portal_users::{NewAccount, members, shown_login},
    readiness,
};
use support::{ENGINES, TestPlatform, invited::letters, operator};

const URL: &str = "https://portal.example";

fn account(mail: &str) -> NewAccount {
    NewAccount {
        name: "見本 担当".into(),
        mail: mail.parse().unwrap(),
        phone: String::new(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p2_an_insurer_gets_its_id_by_letter_and_unknown_numbers_get_none() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let platform = &test.platform;
        let context = operator();
        let issue = async |kind: &str, number: &str| {
            let body = Body::of(kind, number).unwrap();
            let new = account("kaigo@machi.example");
            insurer_accounts::issue(
                platform,
                &context,
                &FormKey::fresh(platform),
                URL,
                body,
                new,
            )
            .await
        };
        let (row, first) = issue("insurer", "131128").await.unwrap();
        let letter = letters(platform).await.pop().unwrap();
        assert!(letter.subject.contains("見本区"), "{engine:?}");
        assert!(letter.body.contains(&shown_login(&row.login)) && letter.body.contains(&first));
        let body = Body::of("insurer", "131128").unwrap();
        let held = members::list(platform, &body).await.unwrap();
        assert!(
            held[0].1.roles.has(PortalRole::Administrator),
            "keeps the others"
        );

        assert!(matches!(
            issue("insurer", "131127").await,
            Err(IssueError::CheckDigit)
        ));
        let union = "150011";
        let number: kiban_domain::InsurerNumber = union.parse().unwrap();
        assert!(number.check_digit_agrees());
        assert!(matches!(
            issue("insurer", union).await,
            Err(IssueError::NoSuchInsurer)
        ));
        for code in ["152021", "152048"] {
            let code = code.parse().unwrap();
            readiness::set_insurer(platform, &context, code, number)
                .await
                .unwrap();
        }
        issue("insurer", union).await.unwrap();
        let insured = readiness::list_insured(platform, &number).await.unwrap();
        assert_eq!(insured.len(), 2, "{engine:?}: one account for several");
        issue("prefecture", "15").await.unwrap();
        assert!(matches!(issue("operator", "").await, Err(IssueError::Kind)));
        let listed = insurer_accounts::list(platform, "insurer").await.unwrap();
        let shown: Vec<_> = listed
            .iter()
            .map(|(body, _, row)| (body.number(), row.holders, row.came_in))
            .collect();
        assert_eq!(shown, [("131128", 1, 0), (union, 1, 0)], "{engine:?}");
        assert_eq!(listed[0].1, "見本区");
        assert!(test.verify().await.is_empty());
    }
}
