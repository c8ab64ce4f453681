//! Maintenances and incidents (O16), on both engines.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use kiban_domain::{ServiceFunction, Timestamp};
use kiban_services::forms::FormKey;
use kiban_services::operating::{
    self, ChangeError, Closing, Lines, MatterState, NewIncident, OperatingDesk, Plan,
};
use support::{ENGINES, TestPlatform, operator};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn lines(title: &str) -> Lines {
    Lines {
        title: title.into(),
        words: "機器を取り替えます。".into(),
        remains: "お知らせと各種資料は、ご覧いただけます。".into(),
    }
}

/// An hour from two hours after the tests' beginning on, told from one hour before.
fn plan(closing: Closing) -> Plan {
    Plan {
        lines: lines("機器の入替え"),
        starts_at: at("2026-11-01T03:00:00Z"),
        ends_at: at("2026-11-01T04:00:00Z"),
        ahead_hours: 1,
        functions: vec![ServiceFunction::MyPage, ServiceFunction::Care],
        closing,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn o1_a_maintenance_is_told_before_shuts_meanwhile_and_ends_by_itself() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let (platform, desk) = (&test.platform, OperatingDesk::default());
        operating::plan(
            platform,
            &operator(),
            &FormKey::fresh(platform),
            plan(Closing::Sending),
        )
        .await
        .unwrap();
        let seen = async || {
            let (known, now) = (desk.current(platform).await, platform.now());
            let shut = |function, sends| known.shut(function, sends, now).is_some();
            (
                known.matters[0].state(now),
                known.shown(now).len(),
                shut(ServiceFunction::Care, true),
                shut(ServiceFunction::Care, false),
                shut(ServiceFunction::SignUp, true),
            )
        };
        let planned = MatterState::Planned;
        assert_eq!(
            seen().await,
            (planned, 0, false, false, false),
            "{engine:?}"
        );
        test.clock.pass(3_600);
        assert_eq!(
            seen().await,
            (planned, 1, false, false, false),
            "{engine:?}"
        );
        test.clock.pass(3_600);
        let running = MatterState::Running;
        assert_eq!(seen().await, (running, 1, true, false, false), "{engine:?}");
        test.clock.pass(3_600);
        let ended = MatterState::Ended;
        assert_eq!(seen().await, (ended, 0, false, false, false), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn o1_a_change_is_felt_by_another_process_and_what_was_said_is_kept() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let (platform, desk) = (&test.platform, OperatingDesk::default());
        let id = operating::plan(
            platform,
            &operator(),
            &FormKey::fresh(platform),
            plan(Closing::Everything),
        )
        .await
        .unwrap();
        assert_eq!(desk.current(platform).await.matters.len(), 1);
        let later = Plan {
            ends_at: at("2026-11-01T05:00:00Z"),
            ..plan(Closing::Everything)
        };
        let stale = operating::replan(platform, &operator(), id, 2, later.clone()).await;
        assert!(matches!(stale, Err(ChangeError::Stale)), "{engine:?}");
        operating::replan(platform, &operator(), id, 1, later)
            .await
            .unwrap();
        operating::say(platform, &operator(), id, 2, "準備が終わりました。")
            .await
            .unwrap();
        let second = operating::say(platform, &operator(), id, 2, "もう一度。").await;
        assert!(matches!(second, Err(ChangeError::Stale)), "{engine:?}");
        operating::close(platform, &operator(), id, 3, "取りやめます。")
            .await
            .unwrap();
        let over = operating::say(platform, &operator(), id, 4, "まだ何か").await;
        assert!(matches!(over, Err(ChangeError::Over)), "{engine:?}");
        test.clock.pass(1);
        let known = desk.current(platform).await;
        let matter = &known.matters[0];
        assert_eq!(matter.state(platform.now()), MatterState::CalledOff);
        let steps: Vec<_> = matter.notes.iter().map(|it| &*it.step).collect();
        assert_eq!(steps, ["opened", "changed", "note", "ended"], "{engine:?}");
        assert!(matter.notes.iter().all(|it| !it.written_by.is_empty()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn o1_an_incident_is_told_until_it_is_closed_and_shuts_nothing() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let platform = &test.platform;
        let new = NewIncident {
            lines: lines("介護WEBサービスにつながりにくい"),
            since: at("2026-11-01T00:30:00Z"),
            functions: vec![ServiceFunction::Care],
        };
        let future = NewIncident {
            since: at("2026-11-01T02:00:00Z"),
            ..new.clone()
        };
        let refused =
            operating::open(platform, &operator(), &FormKey::fresh(platform), future).await;
        assert!(matches!(refused, Err(ChangeError::Future)), "{engine:?}");
        let (context, form) = (operator(), FormKey::fresh(platform));
        let tell = || operating::open(platform, &context, &form, new.clone());
        let (one, two) = tokio::join!(tell(), tell());
        let id = one.unwrap();
        assert_eq!(two.unwrap(), id, "{engine:?}: one form, one incident");
        let known = operating::list(platform).await.unwrap();
        let now = platform.now();
        assert_eq!(known.shown(now).len(), 1, "{engine:?}");
        assert!(known.shut(ServiceFunction::Care, true, now).is_none());
        operating::close(platform, &operator(), id, 1, "復旧しました。")
            .await
            .unwrap();
        let known = operating::list(platform).await.unwrap();
        assert!(known.shown(now).is_empty(), "{engine:?}");
        assert_eq!(known.matters[0].over_at(now), Some(now), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn o1_what_cannot_be_a_maintenance_is_refused_by_its_reason() {
    let test = TestPlatform::new(ENGINES[0]).await;
    let good = || plan(Closing::Nothing);
    let refused = async |plan: Plan| {
        let refused = operating::plan(
            &test.platform,
            &operator(),
            &FormKey::fresh(&test.platform),
            plan,
        )
        .await;
        refused.unwrap_err().to_string()
    };
    let title = Plan {
        lines: lines(""),
        ..good()
    };
    assert_eq!(refused(title).await, "the title is empty or too long");
    let end = Plan {
        ends_at: good().starts_at,
        ..good()
    };
    assert_eq!(refused(end).await, "the end does not fit the start");
    let past = Plan {
        starts_at: at("2026-10-01T03:00:00Z"),
        ends_at: at("2026-10-01T04:00:00Z"),
        ..good()
    };
    assert_eq!(refused(past).await, "the end has passed");
    let none = Plan {
        functions: Vec::new(),
        ..good()
    };
    assert_eq!(refused(none).await, "no function");
    let ahead = Plan {
        ahead_hours: 721,
        ..good()
    };
    assert_eq!(refused(ahead).await, "too many hours ahead");
    assert!(
        operating::list(&test.platform)
            .await
            .unwrap()
            .matters
            .is_empty()
    );
}
