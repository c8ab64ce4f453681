//! What the desk was asked is kept for 90 days and tells nobody's name (P-6), on both engines.

mod support;

use kiban_services::questions::{self, Asked, Outcome};
use support::{ENGINES, TestPlatform};

fn asked(text: &str, outcome: Outcome) -> Asked {
    Asked {
        text: text.into(),
        outcome,
        shown: vec!["cert-renew".into()],
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p6_questions_without_an_answer_are_ranked_and_forgotten_after_90_days() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let platform = &test.platform;
        for _ in 0..2 {
            questions::note(platform, asked("空き", Outcome::Nothing))
                .await
                .unwrap();
        }
        questions::note(platform, asked("近い", Outcome::Near))
            .await
            .unwrap();
        questions::note(platform, asked("答えた", Outcome::Answered))
            .await
            .unwrap();
        let id = questions::note(platform, asked("役立たず", Outcome::Answered))
            .await
            .unwrap();
        assert!(questions::set_helped(platform, id, false).await.unwrap());
        let ranked = questions::list_unanswered(platform, 10).await.unwrap();
        let texts: Vec<_> = ranked
            .iter()
            .map(|it| (it.text.as_str(), it.times))
            .collect();
        assert_eq!(texts[0], ("空き", 2), "{engine:?}");
        assert_eq!(texts.len(), 3, "{engine:?}: {texts:?}");

        test.clock.pass(90 * 86_400);
        assert_eq!(
            questions::forget(platform).await.unwrap(),
            0,
            "{engine:?}: the 90th day"
        );
        test.clock.pass(86_400);
        assert_eq!(questions::forget(platform).await.unwrap(), 5, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p6_an_address_may_ask_twenty_times_a_minute() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        for _ in 0..20 {
            assert!(
                questions::admit(&test.platform, "192.0.2.1")
                    .await
                    .unwrap()
                    .is_ok()
            );
        }
        assert!(
            questions::admit(&test.platform, "192.0.2.1")
                .await
                .unwrap()
                .is_err()
        );
        assert!(
            questions::admit(&test.platform, "192.0.2.2")
                .await
                .unwrap()
                .is_ok()
        );
        test.clock.pass(60);
        assert!(
            questions::admit(&test.platform, "192.0.2.1")
                .await
                .unwrap()
                .is_ok()
        );
    }
}
