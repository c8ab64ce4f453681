//! 市町村への調査 (P09): rounds side by side, and one round's two charts from live answers.

use super::super::{failed, home::grouped, missing, page, words};
use super::charts;
use crate::PortalState;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use kiban_domain::{ClassYears, Date, Question, QuestionKind};
use kiban_portal_ui::{
    Chip, ChipColor, FunctionTab, Link, RoundLine, Section, SurveyPage, SurveysPage,
};
use kiban_services::{
    readiness::survey,
    surveys::{Results, RoundState},
};
use kiban_web_kit::csv::File;
use serde::Deserialize;

/// Which question is shown.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in super::super) struct Asked {
    question: String,
}

fn chip(state: RoundState) -> Chip {
    match state {
        RoundState::Coming => Chip::new("開始前", ChipColor::Gray),
        RoundState::Open => Chip::new("受付中", ChipColor::Blue),
        RoundState::Closed => Chip::new("終了", ChipColor::Green),
    }
}

/// GET `/readiness/surveys`.
pub(in super::super) async fn list(State(state): State<PortalState>) -> Response {
    let surveys = match state.public.surveys.current(&state.platform).await {
        Ok(surveys) => surveys,
        Err(error) => return failed(&state, &error),
    };
    let today = state.platform.today();
    let mut rounds: Vec<RoundLine> = surveys
        .all
        .iter()
        .map(|it| {
            let row = &it.round.row;
            let years = it.round.questions.years();
            let whole = years.first().map(|question| it.count(question).whole);
            RoundLine {
                href: Some(format!("/readiness/surveys/{}", row.round_no)),
                title: row.title.clone(),
                state: chip(it.round.state(today)),
                record_day: words::date(row.record_day),
                answered: of_asked(it.answered.len(), kiban_domain::municipalities().len()),
                planned: grouped(whole.as_ref().map_or(0, ClassYears::planned)),
                years: charts::year_shares(&whole.unwrap_or_default()),
            }
        })
        .collect();
    let first = survey();
    rounds.push(RoundLine {
        href: Some("/readiness#survey".into()),
        title: "令和7年2月の調査".into(),
        state: chip(RoundState::Closed),
        record_day: words::date(Date::constant(2025, 2, 1)),
        answered: of_asked(first.answered, first.asked),
        planned: grouped(first.planned),
        years: first.rows.last().map_or_else(Vec::new, |row| {
            row.shares.iter().map(|it| format!("{it}%")).collect()
        }),
    });
    page(&SurveysPage {
        frame: state
            .portal_frame()
            .of(Section::Readiness)
            .below("/readiness", "市町村の対応状況"),
        columns: charts::year_columns(),
        rounds,
    })
}

fn of_asked(answered: usize, asked: usize) -> String {
    let share = answered * 100 / asked.max(1);
    format!("{}（{share}%）", grouped(answered))
}

/// GET `/readiness/surveys/{number}`.
pub(in super::super) async fn show(
    State(state): State<PortalState>,
    Path(number): Path<String>,
    Query(asked): Query<Asked>,
) -> Response {
    let surveys = match state.public.surveys.current(&state.platform).await {
        Ok(surveys) => surveys,
        Err(error) => return failed(&state, &error),
    };
    let found = number.parse().ok().and_then(|it| surveys.find(it));
    let Some(results) = found else {
        return missing(state.portal_frame());
    };
    let years = results.round.questions.years();
    let named = years.iter().find(|it| it.key == asked.question);
    let Some(question) = named.or(years.first()) else {
        return missing(state.portal_frame());
    };
    page(&shown(&state, results, question))
}

fn shown(state: &PortalState, results: &Results, question: &Question) -> SurveyPage {
    let row = &results.round.row;
    let own = format!("/readiness/surveys/{}", row.round_no);
    let counts = results.count(question);
    let (answers, classes) = charts::live(question, &counts);
    let wareki = |day| words::date(day).wareki;
    let newest = results.newest().map(words::day_of);
    let years = results.round.questions.years();
    let tab = |it: &&Question| FunctionTab {
        label: it.label.clone(),
        href: format!("{own}?question={}", it.key),
        current: it.key == question.key,
    };
    SurveyPage {
        frame: state
            .portal_frame()
            .of(Section::Readiness)
            .below("/readiness", "市町村の対応状況")
            .below("/readiness/surveys", "市町村への調査"),
        title: row.title.clone(),
        state: chip(results.round.state(state.platform.today())),
        facts: vec![
            ("回答の基準日".to_owned(), wareki(row.record_day)),
            (
                "回答の期間".to_owned(),
                format!("{}から{}まで", wareki(row.opens_on), wareki(row.closes_on)),
            ),
            (
                "回答した市町村".to_owned(),
                format!(
                    "全国{}団体のうち{}団体{}",
                    grouped(counts.asked),
                    grouped(counts.whole.answered()),
                    newest.map_or_else(String::new, |day| format!(
                        "（最後の回答　{}）",
                        wareki(day)
                    ))
                ),
            ),
        ],
        questions: years.iter().map(tab).collect(),
        question: question.label.clone(),
        note: charts::live_note(&counts),
        answers,
        classes,
        silent: counts
            .kinds
            .iter()
            .filter(|(_, answered, asked)| answered < asked)
            .map(|(kind, answered, asked)| {
                format!(
                    "{}　{}団体中{}団体",
                    kind.label(),
                    grouped(*asked),
                    grouped(asked - answered)
                )
            })
            .collect(),
        choices: choices(results),
        file: Link::new(format!("{own}/answers.csv"), "回答（CSV・UTF-8）"),
    }
}

fn choices(results: &Results) -> Vec<(String, Vec<(String, String)>)> {
    let all = results.round.questions.questions().iter();
    all.filter_map(|question| {
        let QuestionKind::Choice(choices) = &question.kind else {
            return None;
        };
        let answers = results.answered.iter().map(|it| &it.answers);
        let counts = kiban_domain::ChoiceCounts::of(&question.key, choices, answers);
        let mut lines: Vec<_> = choices
            .iter()
            .zip(&counts.choices)
            .map(|((_, words), (_, count))| (words.clone(), grouped(*count)))
            .collect();
        lines.push(("回答なし".to_owned(), grouped(counts.silent)));
        Some((question.label.clone(), lines))
    })
    .collect()
}

/// GET `/readiness/surveys/{number}/answers.csv`: everything but the words, which are written to the operator.
pub(in super::super) async fn file(
    State(state): State<PortalState>,
    Path(number): Path<String>,
) -> Response {
    let surveys = match state.public.surveys.current(&state.platform).await {
        Ok(surveys) => surveys,
        Err(error) => return failed(&state, &error),
    };
    let found = number.parse().ok().and_then(|it| surveys.find(it));
    match found {
        Some(results) => {
            let mut file = File::new(results.head(false));
            for line in results.lines(false) {
                file.line(line);
            }
            file.answer("answers.csv")
        }
        None => missing(state.portal_frame()),
    }
}
