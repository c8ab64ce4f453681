//! Rounds of the questionnaire among municipalities (P-3), on both engines.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use kiban_domain::{AnswerFault, PopulationClass, SurveyAnswers};
use kiban_services::forms::FormKey;
use kiban_services::{
    readiness,
    surveys::{self, NewRound, OpenError, RoundState, SaveError, Saving, SurveyDesk},
};
use support::{ENGINES, TestPlatform, insurer, municipality, operator};

/// Two weeks from the day of the tests on, 1 November 2026.
fn round(title: &str) -> NewRound {
    NewRound {
        title: title.into(),
        record_day: "2026-11-01".parse().unwrap(),
        opens_on: "2026-11-02".parse().unwrap(),
        closes_on: "2026-11-15".parse().unwrap(),
        source: surveys::first_questions().into(),
    }
}

fn answers(pairs: &[(&str, &str)]) -> SurveyAnswers {
    SurveyAnswers::of(pairs.iter().map(|(key, it)| ((*key).into(), (*it).into())))
}

fn whole(migrated: &str) -> SurveyAnswers {
    answers(&[
        ("standardised", "done"),
        ("able", "FY2026"),
        ("migrated", migrated),
        ("sharing", "undecided"),
        ("remark", "=1+1 <script>"),
    ])
}

async fn save(
    test: &TestPlatform,
    code: &str,
    given: SurveyAnswers,
    submit: bool,
    seen: i64,
) -> Result<(), SaveError> {
    let saving = Saving {
        round_no: 1,
        municipality: code.parse().unwrap(),
        answers: given,
        submit,
        seen,
    };
    surveys::save(&test.platform, &municipality(), saving).await
}

#[tokio::test(flavor = "multi_thread")]
async fn p3_a_round_is_drafted_submitted_changed_and_counted() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let platform = &test.platform;
        let number = surveys::open(
            platform,
            &operator(),
            &FormKey::fresh(platform),
            round("第1回"),
        )
        .await
        .unwrap();
        assert_eq!(number, 1);
        let early = save(&test, "131121", whole("FY2026"), true, 0).await;
        assert!(
            matches!(early, Err(SaveError::NotOpen(RoundState::Coming))),
            "{engine:?}: {early:?}"
        );
        test.clock.pass(86_400);
        let part = answers(&[("migrated", "FY2026")]);
        save(&test, "131121", part.clone(), false, 0).await.unwrap();
        let Err(SaveError::Faults(faults)) = save(&test, "131121", part, true, 1).await else {
            panic!("{engine:?}");
        };
        let missing: Vec<_> = faults.iter().map(|it| (&*it.0, it.1)).collect();
        assert_eq!(
            missing,
            [
                ("standardised", AnswerFault::Missing),
                ("able", AnswerFault::Missing),
                ("sharing", AnswerFault::Missing)
            ]
        );
        let desk = SurveyDesk::default();
        let surveys = desk.current(platform).await.unwrap();
        assert!(surveys.all[0].answered.is_empty(), "a draft does not count");

        save(&test, "131121", whole("FY2026"), true, 1)
            .await
            .unwrap();
        let stale = save(&test, "131121", whole("FY2028"), true, 1).await;
        assert!(matches!(stale, Err(SaveError::Stale)), "{engine:?}");
        // A draft made afterwards leaves what was submitted in force.
        save(&test, "131121", whole("FY2027"), false, 2)
            .await
            .unwrap();
        let code = "131121".parse().unwrap();
        let given = surveys::find_answer(platform, 1, &code).await.unwrap();
        assert!(given.draft && given.version == 3 && given.newest == whole("FY2027"));
        assert_eq!(given.submitted.unwrap().0, whole("FY2026"));
        test.clock.pass(2);
        let surveys = desk.current(platform).await.unwrap();
        let results = surveys.find(1).unwrap();
        let migrated = results.round.questions.find("migrated").unwrap();
        let counts = results.count(migrated);
        assert_eq!((counts.asked, counts.whole.answered()), (1741, 1));
        assert_eq!(counts.whole.years.get(&2026), Some(&1), "{engine:?}");
        let (class, years) = &counts.classes[0];
        assert_eq!(
            (*class, years.planned()),
            (PopulationClass::DesignatedOrWard, 1)
        );
        let sharing = results.round.questions.find("sharing").unwrap();
        assert_eq!(results.count(sharing).whole.undecided, 1);
        assert_eq!(results.silent().len(), 1740);

        test.clock.pass(14 * 86_400);
        let late = save(&test, "131121", whole("FY2028"), true, 3).await;
        assert!(
            matches!(late, Err(SaveError::NotOpen(RoundState::Closed))),
            "{engine:?}"
        );
        assert!(test.verify().await.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p3_nobody_answers_for_another_and_of_two_at_the_same_time_one_is_told() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let mut now = round("第1回");
        now.opens_on = test.platform.today();
        surveys::open(
            &test.platform,
            &operator(),
            &FormKey::fresh(&test.platform),
            now,
        )
        .await
        .unwrap();
        let other = save(&test, "131130", whole("FY2026"), true, 0).await;
        assert!(matches!(other, Err(SaveError::NotFound)), "{engine:?}");
        let joins = "131130".parse().unwrap();
        readiness::set_insurer(&test.platform, &operator(), joins, insurer())
            .await
            .unwrap();
        let one = save(&test, "131130", whole("FY2026"), true, 0);
        let other = save(&test, "131130", whole("FY2027"), true, 0);
        let (one, other) = tokio::join!(one, other);
        assert_eq!(
            usize::from(one.is_ok()) + usize::from(other.is_ok()),
            1,
            "{engine:?}: a union answers for its members, each once"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p3_rounds_follow_each_other_close_early_and_are_refused_when_they_cannot_be() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let platform = &test.platform;
        let context = operator();
        let open =
            async |new| surveys::open(platform, &context, &FormKey::fresh(platform), new).await;
        assert_eq!(open(round("第1回")).await.unwrap(), 1);
        assert_eq!(open(round("第2回")).await.unwrap(), 2, "{engine:?}");
        let listed = surveys::list(platform).await.unwrap();
        let titles: Vec<_> = listed.iter().map(|it| &*it.row.title).collect();
        assert_eq!(titles, ["第2回", "第1回"]);
        assert!(surveys::close(platform, &context, 2).await.unwrap());
        assert!(
            !surveys::close(platform, &context, 2).await.unwrap(),
            "again"
        );
        assert!(!surveys::close(platform, &context, 9).await.unwrap());
        let closed = surveys::find(platform, 2).await.unwrap().unwrap();
        assert_eq!(closed.state(platform.today()), RoundState::Closed);

        let with = |change: fn(&mut NewRound)| {
            let mut new = round("第3回");
            change(&mut new);
            new
        };
        let refused = open(with(|it| it.title = " ".into())).await;
        assert!(matches!(refused, Err(OpenError::Title)));
        let refused = open(with(|it| it.closes_on = "2026-11-01".parse().unwrap())).await;
        assert!(matches!(refused, Err(OpenError::Days)));
        let refused = open(with(|it| {
            it.opens_on = "2026-10-01".parse().unwrap();
            it.closes_on = "2026-10-02".parse().unwrap();
        }));
        assert!(matches!(refused.await, Err(OpenError::Past)));
        let refused = open(with(|it| it.source = "a|b".into())).await;
        let Err(OpenError::Questions(faults)) = refused else {
            panic!("{engine:?}");
        };
        assert_eq!(faults[0].line, 1);
    }
}
