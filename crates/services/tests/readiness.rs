//! What municipalities declare and what their traffic says (P-3, M-4, M-7), on both engines.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use kiban_domain::{
    InsurerNumber, LocalGovernmentCode, MunicipalityStage, PlatformFunction, ReadinessStep,
    StepDates, StepFault, Steps,
};
use kiban_services::CallContext;
use kiban_services::readiness::{
    self, Declaration, DeclareError, OverviewDesk, Seen,
    reminders::{self, RemindError, Reminder},
};
use kiban_store::repo::readiness::ContactRow;
use support::{
    APPLICATION_HEADER, ENGINES, INSURED_HEADER, TestPlatform, application_row, file_of,
    insured_row, insurer, operator,
};

const CERTIFICATES: PlatformFunction = PlatformFunction::Certificates;

fn town() -> LocalGovernmentCode {
    "131121".parse().unwrap()
}

fn steps(dates: &[(ReadinessStep, Option<&str>, Option<&str>)]) -> Steps {
    dates
        .iter()
        .fold(Steps::default(), |steps, (step, planned, actual)| {
            let planned = planned.map(|it| it.parse().unwrap());
            let actual = actual.map(|it| it.parse().unwrap());
            steps.with(*step, StepDates { planned, actual })
        })
}

async fn declare(test: &TestPlatform, steps: Steps, seen: Seen) -> Result<usize, DeclareError> {
    let declaration = Declaration {
        municipality: town(),
        function: CERTIFICATES,
        steps,
        seen,
        reason: String::new(),
    };
    readiness::declare(&test.platform, &operator(), declaration).await
}

#[tokio::test(flavor = "multi_thread")]
async fn p3_a_declaration_is_shown_at_once_keeps_its_history_and_overwrites_nobody() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let desk = OverviewDesk::default();
        let overview = desk.current(&test.platform).await.unwrap();
        assert_eq!(overview.all.len(), 1741);
        assert_eq!(
            overview.count_stages(CERTIFICATES)[0],
            1741,
            "nobody has said anything"
        );

        let first = steps(&[
            (
                ReadinessStep::Standardised,
                Some("FY2025"),
                Some("2026-03-20"),
            ),
            (ReadinessStep::Able, Some("2026-06"), Some("2026-07-10")),
            (ReadinessStep::Sharing, Some("2027-02"), None),
        ]);
        assert_eq!(
            declare(&test, first.clone(), Seen::Nothing).await.unwrap(),
            3
        );
        assert_eq!(
            declare(&test, first.clone(), Seen::Whatever).await.unwrap(),
            0,
            "again"
        );
        let history = readiness::list_history(&test.platform, &town())
            .await
            .unwrap();
        let seen = history[0].recorded_at;
        test.clock.pass(60);

        let second = first.clone().with(
            ReadinessStep::Sending,
            StepDates {
                planned: None,
                actual: Some("2026-09-01".parse().unwrap()),
            },
        );
        assert_eq!(declare(&test, second, Seen::UpTo(seen)).await.unwrap(), 1);
        let late = declare(&test, Steps::default(), Seen::UpTo(seen)).await;
        assert!(
            matches!(late, Err(DeclareError::Stale)),
            "{engine:?}: {late:?}"
        );
        assert_eq!(
            readiness::list_history(&test.platform, &town())
                .await
                .unwrap()
                .len(),
            4
        );

        let overview = desk.current(&test.platform).await.unwrap();
        let standing = overview.find(&town()).unwrap();
        assert_eq!(
            standing.steps(CERTIFICATES).stage(overview.on),
            MunicipalityStage::Sending
        );
        assert_eq!(
            standing.steps(PlatformFunction::Life).stage(overview.on),
            MunicipalityStage::Unknown
        );
        let counts = overview.count_years(CERTIFICATES);
        assert_eq!(
            counts
                .iter()
                .map(|it| it.1.years.get(&2026).copied().unwrap_or(0))
                .sum::<usize>(),
            1
        );
        let slips = overview.count_slips(CERTIFICATES);
        let of = |step: ReadinessStep| *slips.iter().find(|it| it.step == step).unwrap();
        let able = of(ReadinessStep::Able).late_of_first.unwrap();
        assert_eq!((able.count, able.kept, able.median_days), (1, 0, 10));
        let standardised = of(ReadinessStep::Standardised).late_of_first.unwrap();
        assert_eq!(standardised.kept, 1);
        assert_eq!(of(ReadinessStep::Sharing).late_of_first, None);
        assert_eq!(of(ReadinessStep::Sharing).moved.unwrap().median_days, 0);
        assert!(test.verify().await.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p3_a_plan_that_moves_is_measured_against_the_first_one() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let sharing = |planned, actual| steps(&[(ReadinessStep::Able, Some(planned), actual)]);
        declare(&test, sharing("2026-07", None), Seen::Nothing)
            .await
            .unwrap();
        test.clock.pass(60);
        let typed_wrong = declare(&test, sharing("2026-08", None), Seen::Whatever);
        typed_wrong.await.unwrap();
        test.clock.pass(86_400);
        declare(&test, sharing("2026-09", None), Seen::Whatever)
            .await
            .unwrap();
        test.clock.pass(86_400);
        let done = steps(&[
            (ReadinessStep::Standardised, None, Some("2026-08-01")),
            (ReadinessStep::Able, Some("2026-09"), Some("2026-10-10")),
        ]);
        declare(&test, done, Seen::Whatever).await.unwrap();
        let overview = OverviewDesk::default()
            .current(&test.platform)
            .await
            .unwrap();
        let standing = overview.find(&town()).unwrap();
        let kept = standing.kept(CERTIFICATES, ReadinessStep::Able);
        assert_eq!(kept.first, Some("2026-08".parse().unwrap()), "{engine:?}");
        assert_eq!(
            (kept.moved_days(), kept.late_of_first(), kept.late_of_last()),
            (Some(30), Some(40), Some(10)),
            "{engine:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p3_an_insurer_declares_for_its_own_municipalities_only() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let own = support::municipality();
        let declaration = |code: &str| Declaration {
            municipality: code.parse().unwrap(),
            function: CERTIFICATES,
            steps: steps(&[(ReadinessStep::Sharing, Some("2027-02"), None)]),
            seen: Seen::Nothing,
            reason: String::new(),
        };
        let declare =
            async |code| readiness::declare(&test.platform, &own, declaration(code)).await;
        assert_eq!(declare("131121").await.unwrap(), 1, "{engine:?}");
        let other = declare("131130").await;
        assert!(
            matches!(other, Err(DeclareError::NoSuchMunicipality)),
            "{engine:?}: {other:?}"
        );
        let joins = "131130".parse().unwrap();
        readiness::set_insurer(&test.platform, &operator(), joins, insurer())
            .await
            .unwrap();
        assert_eq!(declare("131130").await.unwrap(), 1, "{engine:?}: a union");
        let visitor = CallContext::portal_visitor("r");
        for other in [support::care_office(), visitor] {
            let refused = readiness::declare(&test.platform, &other, declaration("131121")).await;
            assert!(
                matches!(refused, Err(DeclareError::NoSuchMunicipality)),
                "{engine:?}: {other:?}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p3_an_insurer_is_reminded_once_a_week_at_most() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let reminder = |to: &[&str]| Reminder {
            insurer_no: insurer(),
            to: to.iter().map(|it| it.parse().unwrap()).collect(),
            from: "東京都".into(),
            about: vec!["見本区".into()],
        };
        let send = async |to: &[&str]| {
            let operator = operator();
            reminders::send(&test.platform, &operator, reminder(to), "https://p.example").await
        };
        assert!(matches!(send(&[]).await, Err(RemindError::Nobody)));
        let to = ["kaigo@mihon.example", "buka@mihon.example"];
        let (one, other) = tokio::join!(send(&to), send(&to));
        assert_eq!(
            usize::from(one.is_ok()) + usize::from(other.is_ok()),
            1,
            "{engine:?}"
        );
        let letters = support::invited::letters(&test.platform).await;
        assert_eq!(letters.len(), 2, "{engine:?}: one to each");
        assert!(letters[0].body.contains("東京都") && letters[0].body.contains("見本区"));
        test.clock.pass(6 * 86_400);
        assert!(matches!(send(&to).await, Err(RemindError::ThisWeek)));
        test.clock.pass(86_400);
        assert!(send(&to).await.is_ok(), "{engine:?}: after a week");
        let noted = reminders::list(&test.platform).await.unwrap();
        assert_eq!(noted.len(), 1);
        assert!(!reminders::may_send(noted.first(), test.platform.now()));
        assert!(test.verify().await.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p3_of_two_who_declare_at_the_same_time_one_is_told() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let plan = |text: &'static str| steps(&[(ReadinessStep::Sharing, Some(text), None)]);
        let one = declare(&test, plan("2027-02"), Seen::Nothing);
        let other = declare(&test, plan("2027-03"), Seen::Nothing);
        let (one, other) = tokio::join!(one, other);
        assert_eq!(
            usize::from(one.is_ok()) + usize::from(other.is_ok()),
            1,
            "{engine:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn m4_what_cannot_be_is_refused_whole() {
    let test = TestPlatform::new(ENGINES[0]).await;
    let early = steps(&[(ReadinessStep::Sharing, None, Some("2026-09-01"))]);
    let refused = declare(&test, early, Seen::Whatever).await;
    let Err(DeclareError::Faults(faults)) = refused else {
        panic!("{refused:?}");
    };
    assert!(
        matches!(faults[..], [StepFault::BeforeEarlier { .. }]),
        "{faults:?}"
    );
    assert!(
        readiness::list_history(&test.platform, &town())
            .await
            .unwrap()
            .is_empty()
    );
    let nowhere = Declaration {
        municipality: "131130".parse().unwrap(),
        function: CERTIFICATES,
        steps: Steps::default(),
        seen: Seen::Whatever,
        reason: String::new(),
    };
    assert!(
        readiness::declare(&test.platform, &operator(), nowhere)
            .await
            .is_ok()
    );
    let nowhere = Declaration {
        municipality: "470007".parse().unwrap(),
        function: CERTIFICATES,
        steps: Steps::default(),
        seen: Seen::Whatever,
        reason: String::new(),
    };
    let refused = readiness::declare(&test.platform, &operator(), nowhere).await;
    assert!(
        matches!(refused, Err(DeclareError::NoSuchMunicipality)),
        "a prefecture is none"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn m7_traffic_is_measured_beside_what_is_declared_and_a_union_counts_for_its_members() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let rows = [insured_row(
            "0000000017",
            1,
            "架空 花子",
            "カクウ ハナコ",
            "",
        )];
        test.load(
            "131128_insured_F_20261101_0001.csv",
            &file_of(INSURED_HEADER, &rows),
        )
        .await;
        let rows = [application_row("0000000017", 1, "")];
        let file = file_of(APPLICATION_HEADER, &rows);
        test.load("131128_application_D_20261101_0001.csv", &file)
            .await;
        let other: LocalGovernmentCode = "131130".parse().unwrap();
        readiness::set_insurer(&test.platform, &operator(), other, insurer())
            .await
            .unwrap();
        let contact = ContactRow {
            municipality: town(),
            counter: "介護保険課".into(),
            phone: "03-0000-0000".into(),
            address: String::new(),
            remark: String::new(),
            vendor: String::new(),
            declared_by: String::new(),
            recorded_at: test.platform.now(),
        };
        readiness::set_contact(&test.platform, &operator(), contact.clone(), Seen::Nothing)
            .await
            .unwrap();
        let stale =
            readiness::set_contact(&test.platform, &operator(), contact, Seen::Nothing).await;
        assert!(matches!(stale, Err(DeclareError::Stale)), "{engine:?}");
        let overview = OverviewDesk::default()
            .current(&test.platform)
            .await
            .unwrap();
        let own = overview.find(&town()).unwrap();
        assert_eq!(own.insurer_no, InsurerNumber::of_municipality(&town()));
        assert!(!own.by_union && own.opened, "{engine:?}");
        assert_eq!(own.contact.as_ref().unwrap().counter, "介護保険課");
        let traffic = own.traffic(PlatformFunction::Progress).unwrap();
        assert_eq!((traffic.files, traffic.last_on), (1, test.platform.today()));
        assert_eq!(own.traffic(PlatformFunction::Opinions), None);
        let member = overview.find(&other).unwrap();
        assert!(member.by_union && member.traffic(PlatformFunction::Progress) == Some(traffic));
    }
}
