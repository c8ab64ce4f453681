//! Searching the audit trail (O15), on both engines.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use kiban_audit::Action;
use kiban_services::{
    audit_search::{Question, SearchError, search},
    audit_trail,
};
use support::{ENGINES, TestPlatform, care_office, insurer, operator};

fn question(test: &TestPlatform) -> Question {
    Question {
        insurer: None,
        from: test.platform.today(),
        to: test.platform.today(),
        organisation: String::new(),
        staff: String::new(),
        action: String::new(),
        refused: false,
        after: None,
        reason: "定期の点検".into(),
    }
}

async fn record(test: &TestPlatform, count: usize, insured_no: Option<&str>) {
    for _ in 0..count {
        let lane = insurer();
        let mut event = care_office().event(&test.platform, lane.as_str(), Action::ReadPerson);
        if let Some(insured_no) = insured_no {
            event = event.about(insured_no).ground("relation");
        }
        let entry = event.to_entry();
        test.platform
            .store
            .write::<(), kiban_store::Error, _>(move |work| {
                Box::pin(async move { work.record(&entry).await })
            })
            .await
            .unwrap();
    }
    audit_trail::move_outbox(&test.platform).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn o15_the_trail_is_searched_page_by_page_whom_it_is_about_is_masked_and_the_search_is_in_it()
{
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let platform = &test.platform;
        record(&test, 201, Some("0000123456")).await;
        let of_insurer = Question {
            insurer: Some(insurer()),
            action: "read_person".into(),
            ..question(&test)
        };
        let first = search(platform, &operator(), &of_insurer).await.unwrap();
        assert_eq!(first.found.len(), 200, "{engine:?}");
        assert_eq!(first.found[0].person.as_deref(), Some("＊＊＊＊456"));
        assert_eq!(
            first.found[0].ground, None,
            "a ground could lead to the person"
        );
        let rest = Question {
            after: first.next,
            ..of_insurer.clone()
        };
        let rest = search(platform, &operator(), &rest).await.unwrap();
        assert_eq!((rest.found.len(), rest.next), (1, None), "{engine:?}");
        let others = Question {
            organisation: "1399900015".into(),
            ..of_insurer
        };
        let none = search(platform, &operator(), &others).await.unwrap();
        assert!(none.found.is_empty());

        audit_trail::move_outbox(platform).await.unwrap();
        let own = Question {
            action: "audit_read".into(),
            ..question(&test)
        };
        let found = search(platform, &operator(), &own).await.unwrap().found;
        assert_eq!(found.len(), 3, "{engine:?}");
        assert!(found[0].ground.as_deref().unwrap().ends_with(":定期の点検"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn o15_without_a_reason_or_with_days_the_wrong_way_round_nothing_is_searched() {
    let test = TestPlatform::new(ENGINES[0]).await;
    let today = test.platform.today();
    let asked = |reason: &str, from| Question {
        reason: reason.into(),
        from,
        ..question(&test)
    };
    let refused = search(&test.platform, &operator(), &asked("  ", today)).await;
    assert!(matches!(refused, Err(SearchError::Reason)));
    let later = today.tomorrow().unwrap();
    let refused = search(&test.platform, &operator(), &asked("点検", later)).await;
    assert!(matches!(refused, Err(SearchError::Days)));
    assert!(test.verify().await.is_empty());
}
