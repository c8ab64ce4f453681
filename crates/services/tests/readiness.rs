//! What municipalities declare and what their traffic says (P-3, M-4, M-7), on both engines.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use kiban_domain::{
    InsurerNumber, LocalGovernmentCode, MunicipalityStage, PlatformFunction, ReadinessStep,
    StepDates, StepFault, Steps,
};
use kiban_services::readiness::{self, Declaration, DeclareError, OverviewDesk, Seen};
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
        let of = |step: ReadinessStep| slips.iter().find(|it| it.0 == step).unwrap().1.clone();
        let able = of(ReadinessStep::Able).unwrap();
        assert_eq!((able.steps, able.in_time, able.median_days), (1, 0, 10));
        assert_eq!(of(ReadinessStep::Standardised).unwrap().in_time, 1);
        assert_eq!(of(ReadinessStep::Sharing), None);
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
            declared_by: String::new(),
            recorded_at: test.platform.now(),
        };
        readiness::set_contact(&test.platform, &operator(), contact)
            .await
            .unwrap();
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
