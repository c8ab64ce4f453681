//! 市町村への調査: the rounds of the questionnaire and their results (P09).

use super::{sample_date, sample_frame};
use crate::{
    Chip, ChipColor, DateText, FunctionTab, Link, PortalFrame, Section,
    charts::{Bar, Series, StackedBars, Tone},
};
use askama::Template;

/// A round beside the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoundLine {
    /// Its page; `None` before it opens.
    pub href: Option<String>,
    /// What it is called.
    pub title: String,
    /// Whether it can be answered.
    pub state: Chip,
    /// The day the answers tell of.
    pub record_day: DateText,
    /// How many answered, with their share: 「1,733（99％）」.
    pub answered: String,
    /// How many of those named a time.
    pub planned: String,
    /// Per cent of those with a time, by fiscal year of the table's columns.
    pub years: Vec<String>,
}

/// The rounds side by side.
#[derive(Debug, Clone, Template)]
#[template(path = "surveys.html")]
pub struct SurveysPage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// The fiscal years of the columns: 「令和8年度まで」.
    pub columns: Vec<String>,
    /// The newest first; the survey of February 2025 last.
    pub rounds: Vec<RoundLine>,
}

/// The results of one round.
#[derive(Debug, Clone, Template)]
#[template(path = "survey.html")]
pub struct SurveyPage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// What it is called.
    pub title: String,
    /// Whether it can be answered.
    pub state: Chip,
    /// Term and text: day of record, period, denominators.
    pub facts: Vec<(String, String)>,
    /// The questions that want a year, to choose from.
    pub questions: Vec<FunctionTab>,
    /// The one that is shown.
    pub question: String,
    /// Who answered it with a time.
    pub answers: StackedBars,
    /// When, by class.
    pub classes: StackedBars,
    /// What the denominators are.
    pub note: String,
    /// By kind: how many did not answer, 「村　183団体中12団体」.
    pub silent: Vec<String>,
    /// Questions with choices: the question, and each choice with its count.
    pub choices: Vec<(String, Vec<(String, String)>)>,
    /// The answers as a file.
    pub file: Link,
}

impl SurveysPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let line = |href: Option<&str>, title: &str| RoundLine {
            href: href.map(str::to_owned),
            title: title.into(),
            state: Chip::new("受付中", ChipColor::Blue),
            record_day: sample_date(1),
            answered: "1,733（99%）".into(),
            planned: "1,599".into(),
            years: vec!["66%".into(), "31%".into(), "3%".into()],
        };
        let page = Self {
            frame: sample_frame()
                .of(Section::Readiness)
                .below("/readiness", "市町村の対応状況"),
            columns: vec![
                "令和8年度まで".into(),
                "令和9年度".into(),
                "令和10年度以降".into(),
            ],
            rounds: vec![
                line(Some("/readiness/surveys/1"), "第1回の調査"),
                line(None, "令和7年2月の調査"),
            ],
        };
        vec![("two", page)]
    }
}

impl SurveyPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let chart = |id: &'static str| StackedBars {
            id,
            title: "データ移行を終える年度".into(),
            message: "回答した12団体のうち9団体が予定の時期を答えました。".into(),
            series: vec![
                Series {
                    label: "予定の時期あり".into(),
                    tone: Tone::Dark,
                },
                Series {
                    label: "未定".into(),
                    tone: Tone::Plain,
                },
            ],
            bars: vec![Bar {
                label: "回答した市町村".into(),
                whole: "12".into(),
                values: vec![9, 3],
            }],
            per_cent: false,
        };
        let some = Self {
            frame: sample_frame()
                .of(Section::Readiness)
                .below("/readiness", "市町村の対応状況")
                .below("/readiness/surveys", "市町村への調査"),
            title: "第1回の調査".into(),
            state: Chip::new("受付中", ChipColor::Blue),
            facts: vec![("回答の基準日".into(), "令和8年11月1日".into())],
            questions: vec![
                FunctionTab {
                    label: "データ移行を終える年度".into(),
                    href: "/readiness/surveys/1".into(),
                    current: true,
                },
                FunctionTab {
                    label: "情報共有を始める年度".into(),
                    href: "/readiness/surveys/1?question=sharing".into(),
                    current: false,
                },
            ],
            question: "データ移行を終える年度".into(),
            answers: chart("answers"),
            classes: chart("classes"),
            note: "全国1,741団体のうち、12団体が回答しました。".into(),
            silent: vec!["村　183団体中182団体".into()],
            choices: vec![(
                "標準化の状況".into(),
                vec![
                    ("終えた".into(), "5".into()),
                    ("回答なし".into(), "0".into()),
                ],
            )],
            file: Link::new("/readiness/surveys/1/answers.csv", "回答（CSV・UTF-8）"),
        };
        vec![("some", some)]
    }
}
