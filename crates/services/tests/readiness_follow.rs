//! Letters to those who follow municipalities (P-3), on both engines.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use kiban_domain::{Followed, PlatformFunction, ReadinessStep, StepDates, Steps};
use kiban_services::forms::FormKey;
use kiban_services::{
    mail::Outgoing,
    readiness::{self, Declaration, Seen, follow},
};
use support::{ENGINES, TestPlatform, invited::letters, operator};

const PORTAL: &str = "https://portal.example";
const DAY: i64 = 86_400;

async fn ask(test: &TestPlatform, mail: &str, followed: &str) {
    let mail = mail.parse().unwrap();
    let followed: Followed = followed.parse().unwrap();
    follow::ask(
        &test.platform,
        &FormKey::fresh(&test.platform),
        "192.0.2.1",
        mail,
        followed,
        PORTAL,
    )
    .await
    .unwrap();
}

fn word_after(letter: &Outgoing, before: &str) -> String {
    let rest = letter.body.split(before).nth(1);
    let rest = rest.unwrap_or_else(|| panic!("{before} in {}", letter.body));
    rest.split_whitespace().next().unwrap().to_owned()
}

async fn follow_now(test: &TestPlatform, mail: &str, followed: &str) {
    ask(test, mail, followed).await;
    let letters = letters(&test.platform).await;
    let token = word_after(letters.last().unwrap(), "/readiness/follow/");
    let agreed = follow::confirm(&test.platform, &token).await.unwrap();
    assert_eq!(agreed, Some(followed.parse().unwrap()));
}

async fn declare(test: &TestPlatform, code: &str, planned: &str) {
    let dates = StepDates {
        planned: Some(planned.parse().unwrap()),
        actual: None,
    };
    let declaration = Declaration {
        municipality: code.parse().unwrap(),
        function: PlatformFunction::Certificates,
        steps: Steps::default().with(ReadinessStep::Sharing, dates),
        seen: Seen::Whatever,
        reason: String::new(),
    };
    readiness::declare(&test.platform, &operator(), declaration)
        .await
        .unwrap();
}

async fn write(test: &TestPlatform) -> usize {
    follow::write(&test.platform, follow::HOUR, PORTAL)
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn p3_who_follows_gets_one_letter_a_morning_with_what_changed_and_a_way_out() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        follow_now(&test, "yomu@hikari.example", "p15").await;
        follow_now(&test, "yomu@hikari.example", "131121").await;
        follow_now(&test, "betsu@hikari.example", "p01").await;
        test.clock.pass(60);
        declare(&test, "151009", "2026-12").await;
        test.clock.pass(3_600);
        declare(&test, "151009", "2027-03").await;
        declare(&test, "131121", "FY2027").await;
        test.clock.pass(120);
        assert_eq!(write(&test).await, 0, "{engine:?}: not on the same day");

        test.clock.pass(DAY);
        let (one, other) = tokio::join!(write(&test), write(&test));
        assert_eq!(one + other, 1, "{engine:?}: two processes, one letter");
        assert_eq!(write(&test).await, 0, "{engine:?}: run again");
        let told = letters(&test.platform).await;
        let [letter] = &told[..] else {
            panic!("{} letters", told.len());
        };
        assert_eq!(letter.to.as_str(), "yomu@hikari.example");
        for part in [
            "新潟市（新潟県）\nhttps://portal.example/readiness/151009",
            "証の情報　情報共有の開始：予定 令和8年12月 → 予定 令和9年3月",
            "世田谷区（東京都）",
            "予定 令和9年度",
        ] {
            assert!(letter.body.contains(part), "{engine:?}: {}", letter.body);
        }
        assert!(letter.subject.contains("3件"), "{}", letter.subject);
        let key = word_after(letter, "/readiness/leave/");
        assert_eq!(
            letter.leave_url.as_deref(),
            Some(&*format!("{PORTAL}/readiness/leave/{key}"))
        );

        test.clock.pass(DAY);
        assert_eq!(write(&test).await, 0, "{engine:?}: nothing new");
        let followed = follow::list(&test.platform, &key).await.unwrap();
        assert_eq!(followed.len(), 2);
        let one = Some("131121".parse().unwrap());
        follow::leave(&test.platform, &key, one).await.unwrap();
        declare(&test, "131121", "FY2028").await;
        test.clock.pass(DAY);
        assert_eq!(write(&test).await, 0, "{engine:?}: left that one");
        follow::leave(&test.platform, &key, None).await.unwrap();
        follow::leave(&test.platform, &key, None).await.unwrap();
        declare(&test, "151009", "2027-05").await;
        test.clock.pass(DAY);
        assert_eq!(write(&test).await, 0, "{engine:?}: left all");
        assert!(follow::list(&test.platform, &key).await.unwrap().is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p3_nobody_is_written_to_without_agreeing_and_wishes_are_forgotten_after_a_week() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        ask(&test, "yomu@hikari.example", "all").await;
        let first = letters(&test.platform).await;
        let token = word_after(&first[0], "/readiness/follow/");
        let found = follow::find_link(&test.platform, &token).await.unwrap();
        assert_eq!(found, Some(Followed::Country));
        declare(&test, "151009", "2026-12").await;
        test.clock.pass(2 * DAY);
        assert_eq!(write(&test).await, 0, "{engine:?}: looking is not agreeing");
        assert_eq!(follow::forget(&test.platform).await.unwrap(), 0);
        test.clock.pass(5 * DAY);
        let late = follow::confirm(&test.platform, &token).await.unwrap();
        assert_eq!(late, None, "{engine:?}: after a week");
        assert_eq!(
            follow::forget(&test.platform).await.unwrap(),
            2,
            "{engine:?}: the wish and the address"
        );
        let odd = follow::confirm(&test.platform, "no-such-link").await;
        assert_eq!(odd.unwrap(), None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p3_asking_tells_nothing_of_an_address_and_cannot_flood_it() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        follow_now(&test, "yomu@hikari.example", "all").await;
        ask(&test, "yomu@hikari.example", "all").await;
        let again = letters(&test.platform).await;
        assert!(
            again[0].body.contains("すでに受け取りを始めています"),
            "{engine:?}: only the owner is told"
        );
        for _ in 0..10 {
            ask(&test, "yomu@hikari.example", "p15").await;
        }
        assert_eq!(
            letters(&test.platform).await.len(),
            4,
            "{engine:?}: six a day with the two before"
        );
        let mut refused = 0;
        for at in 0..12 {
            let mail = format!("a{at}@hikari.example").parse().unwrap();
            let form = FormKey::fresh(&test.platform);
            let asked = follow::ask(
                &test.platform,
                &form,
                "192.0.2.1",
                mail,
                Followed::Country,
                PORTAL,
            );
            refused += usize::from(asked.await.is_err());
        }
        assert!(refused >= 4, "{engine:?}: twenty an hour, {refused}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p3_what_was_declared_before_somebody_agreed_is_not_told() {
    let test = TestPlatform::new(ENGINES[0]).await;
    declare(&test, "151009", "2026-12").await;
    test.clock.pass(60);
    follow_now(&test, "yomu@hikari.example", "all").await;
    test.clock.pass(DAY);
    assert_eq!(write(&test).await, 0);
}
