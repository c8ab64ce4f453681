//! What everybody sees of the questionnaire among municipalities (P-3).
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use kiban_domain::SurveyAnswers;
use kiban_services::forms::FormKey;
use kiban_services::surveys::{self, NewRound, Saving};
use support::{App, operator};

async fn open(app: &App, title: &str) -> i64 {
    let new = NewRound {
        title: title.into(),
        record_day: "2026-11-01".parse().unwrap(),
        opens_on: "2026-11-01".parse().unwrap(),
        closes_on: "2026-11-15".parse().unwrap(),
        source: surveys::first_questions().into(),
    };
    surveys::open(
        &app.platform,
        &operator(),
        &FormKey::fresh(&app.platform),
        new,
    )
    .await
    .unwrap()
}

async fn answer(app: &App, round_no: i64, code: &str, class: &str, migrated: &str) {
    let pairs = [
        ("class", class),
        ("standardised", "working"),
        ("able", "FY2026"),
        ("migrated", migrated),
        ("sharing", "undecided"),
        ("remark", "=cmd|' /C calc'!A0"),
    ];
    let saving = Saving {
        round_no,
        municipality: code.parse().unwrap(),
        answers: SurveyAnswers::of(pairs.map(|(key, it)| (key.into(), it.into()))),
        submit: true,
        seen: 0,
    };
    surveys::save(&app.platform, &operator(), saving)
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn p3_live_answers_give_the_same_two_charts_with_their_denominators() {
    let app = App::new().await;
    let before = app.get("/readiness").await.text();
    assert!(
        !before.contains("/readiness/surveys"),
        "nothing is promised"
    );
    let round = open(&app, "<script>第1回</script>").await;
    answer(&app, round, "151009", "", "FY2026").await;
    answer(&app, round, "152021", "over_50k", "FY2027").await;
    answer(&app, round, "131121", "", "undecided").await;
    answer(&app, round, "013030", "under_50k", "FY2029").await;
    app.clock.pass(3);
    assert!(
        app.get("/readiness")
            .await
            .text()
            .contains("/readiness/surveys"),
        "linked as soon as there is a round"
    );
    let page = app.get("/readiness/surveys/1").await.text();
    for shown in [
        "&#60;script&#62;第1回",
        "回答した4団体のうち3団体が予定の時期を答えました",
        "全国1,741団体のうち、回答のあった4団体から、予定の時期を答えた3団体を分母とした割合です。回答のない1,737団体は含みません",
        "指定都市・特別区",
        "人口5万人未満",
        "1（33%）",
        "村　183団体中183団体",
        "指定都市　20団体中19団体",
        "令和8年11月1日",
    ] {
        assert!(page.contains(shown), "{shown} in {page}");
    }
    assert!(!page.contains("<script>第1回") && !page.contains("calc"));
    let sharing = app
        .get("/readiness/surveys/1?question=sharing")
        .await
        .text();
    assert!(sharing.contains("回答した4団体のうち0団体"));
    let file = app.get("/readiness/surveys/1/answers.csv").await.text();
    assert_eq!(file.lines().count(), 5);
    assert!(file.contains("\"152021\",\"新潟県\",\"長岡市\",\"2026-11-01\",\"人口5万人以上\",\"進めている\",\"令和8年度\",\"令和9年度\",\"未定\""));
    assert!(!file.contains("calc"), "words are the operator's");

    let second = open(&app, "第2回").await;
    answer(&app, second, "151009", "", "FY2027").await;
    app.clock.pass(3);
    let list = app.get("/readiness/surveys").await.text();
    let places: Vec<_> = ["第2回", "第1回", "令和7年2月の調査", "1,733（99%）"]
        .map(|it| list.find(it).unwrap_or_else(|| panic!("{it}")))
        .into();
    assert!(places.is_sorted(), "the newest first, side by side");
    for path in [
        "/readiness/surveys/3",
        "/readiness/surveys/x",
        "/readiness/surveys/3/answers.csv",
    ] {
        assert_eq!(app.get(path).await.status, 404, "{path}");
    }
}
