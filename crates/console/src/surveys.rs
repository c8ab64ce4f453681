//! Rounds of the questionnaire (O12): opened, closed, their results with what was written in words.

use crate::{
    insurers::day,
    officer::{Officer, PostedBy},
    words,
};
use axum::{
    extract::{Path, Query},
    response::{IntoResponse as _, Redirect, Response},
};
use http::StatusCode;
use kiban_console_ui::{
    Chip, ChipColor, Notice, NoticeKind, OpsRoundLine, OpsSurveyPage, OpsSurveysPage, TextField,
};
use kiban_domain::{Date, PortalRole, Wareki, municipalities, read_date};
use kiban_services::surveys::{self, NewRound, OpenError, Results, RoundState, SurveyDesk};
use serde::Deserialize;

/// Who opens and closes.
const MAY: [PortalRole; 1] = [PortalRole::Manager];
/// Longest title, in characters.
const TITLE: usize = 80;
/// So many of those who did not answer are named.
const NAMED: usize = 100;

/// What was done before.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Before {
    done: String,
}

fn chip(state: RoundState) -> Chip {
    match state {
        RoundState::Coming => Chip::new("開始前", ChipColor::Gray),
        RoundState::Open => Chip::new("受付中", ChipColor::Blue),
        RoundState::Closed => Chip::new("終了", ChipColor::Green),
    }
}

fn wareki(day: Date) -> String {
    Wareki::try_from(day).map_or_else(|_| day.to_string(), Wareki::long)
}

fn period(results: &Results) -> String {
    let row = &results.round.row;
    format!("{}から{}まで", wareki(row.opens_on), wareki(row.closes_on))
}

/// GET `/ops/surveys`.
pub(crate) async fn list(officer: Officer, Query(before): Query<Before>) -> Response {
    if let Err(response) = officer.may(&MAY) {
        return response;
    }
    let notice = (before.done == "opened").then(|| {
        Notice::new(
            NoticeKind::Success,
            "調査を始めました",
            "市町村の業務トップに表示されます。",
        )
    });
    let today = wareki(officer.platform().today());
    let mut fields = [(); 5].map(|()| TextField::default());
    fields[1] = TextField::of(today.clone());
    fields[2] = TextField::of(today);
    fields[4] = TextField::of(surveys::first_questions());
    listed(&officer, StatusCode::OK, notice, fields).await
}

async fn listed(
    officer: &Officer,
    status: StatusCode,
    notice: Option<Notice>,
    [title, record_day, opens_on, closes_on, source]: [TextField; 5],
) -> Response {
    let today = officer.platform().today();
    let line = |it: &Results| OpsRoundLine {
        href: format!("/ops/surveys/{}", it.round.row.round_no),
        title: it.round.row.title.clone(),
        state: chip(it.round.state(today)),
        period: period(it),
        answered: it.answered.len().to_string(),
    };
    match SurveyDesk::default().current(officer.platform()).await {
        Ok(surveys) => {
            let page = OpsSurveysPage {
                frame: officer.frame("/ops/surveys"),
                notice,
                rounds: surveys.all.iter().map(line).collect(),
                title,
                record_day,
                opens_on,
                closes_on,
                source,
            };
            officer.page(status, &page)
        }
        Err(error) => officer.failed(&error),
    }
}

/// POST `/ops/surveys`: opens a round.
pub(crate) async fn open(posted: PostedBy) -> Response {
    let PostedBy { officer, fields } = posted;
    if let Err(response) = officer.may(&MAY) {
        return response;
    }
    let mut typed = ["title", "record_day", "opens_on", "closes_on", "source"]
        .map(|it| TextField::of(fields.get(it).replace("\r\n", "\n")));
    let mut days = [None; 3];
    let labels = [
        "回答の基準日",
        "回答を受け付けるはじめの日",
        "回答を受け付ける終わりの日",
    ];
    for ((field, label), day) in typed[1..4].iter_mut().zip(labels).zip(&mut days) {
        match read_date(&field.value) {
            Ok(read) => *day = Some(read.date),
            Err(_) => {
                *field = field.clone().with_error(format!(
                    "{label}は、実在する日付を入力してください（例：令和8年11月1日）"
                ));
            }
        }
    }
    if let Some(error) = words::line_error("調査の名前", &typed[0].value, TITLE, true) {
        typed[0] = typed[0].clone().with_error(error);
    }
    let refuse = StatusCode::UNPROCESSABLE_ENTITY;
    if typed[0].error.is_some() {
        return listed(&officer, refuse, None, typed).await;
    }
    let [Some(record_day), Some(opens_on), Some(closes_on)] = days else {
        return listed(&officer, refuse, None, typed).await;
    };
    let new = NewRound {
        title: typed[0].value.clone(),
        record_day,
        opens_on,
        closes_on,
        source: typed[4].value.clone(),
    };
    let (platform, context) = (officer.platform(), officer.context());
    let form = officer.form("survey", &fields);
    let (at, message) = match surveys::open(platform, &context, &form, new).await {
        Ok(_) => return Redirect::to("/ops/surveys?done=opened").into_response(),
        Err(OpenError::Storage(error)) => return officer.failed(&error),
        Err(OpenError::Title) => (0, "調査の名前は、80文字以内で入力してください".to_owned()),
        Err(OpenError::Days) => (
            3,
            "回答を受け付ける終わりの日は、はじめの日から1年以内の日付を入力してください"
                .to_owned(),
        ),
        Err(OpenError::Past) => (
            3,
            "回答を受け付ける終わりの日は、今日以後の日付を入力してください".to_owned(),
        ),
        Err(OpenError::Questions(faults)) => {
            let sentences: Vec<_> = faults.iter().take(10).map(ToString::to_string).collect();
            (4, sentences.join("、"))
        }
    };
    typed[at] = typed[at].clone().with_error(message);
    listed(&officer, refuse, None, typed).await
}

async fn with_results(
    officer: &Officer,
    number: &str,
    answer: impl FnOnce(&Results) -> Response,
) -> Response {
    if let Err(response) = officer.may(&MAY) {
        return response;
    }
    match SurveyDesk::default().current(officer.platform()).await {
        Ok(surveys) => {
            let found = number.parse().ok().and_then(|it| surveys.find(it));
            found.map_or_else(|| nowhere(officer), answer)
        }
        Err(error) => officer.failed(&error),
    }
}

fn nowhere(officer: &Officer) -> Response {
    officer.say(
        StatusCode::NOT_FOUND,
        "ページが見つかりません",
        "調査の番号を確かめてください。",
    )
}

/// GET `/ops/surveys/{number}`.
pub(crate) async fn show(
    officer: Officer,
    Path(number): Path<String>,
    Query(before): Query<Before>,
) -> Response {
    let notice = (before.done == "closed")
        .then(|| Notice::new(NoticeKind::Success, "回答の受付を終えました", ""));
    with_results(&officer, &number, |results| {
        let state = results.round.state(officer.platform().today());
        let silent = results.silent();
        let row = &results.round.row;
        let own = format!("/ops/surveys/{}", row.round_no);
        let page = OpsSurveyPage {
            frame: officer
                .frame("/ops/surveys")
                .below("/ops/surveys", "市町村への調査"),
            action: own.clone(),
            notice,
            title: row.title.clone(),
            state: chip(state),
            facts: vec![
                ("回答の基準日".to_owned(), wareki(row.record_day)),
                ("回答の期間".to_owned(), period(results)),
                (
                    "回答した市町村".to_owned(),
                    format!(
                        "{}団体のうち{}団体{}",
                        municipalities().len(),
                        results.answered.len(),
                        results
                            .newest()
                            .map_or_else(String::new, |at| format!("（最後 {}）", day(at)))
                    ),
                ),
            ],
            silent: silent
                .iter()
                .take(NAMED)
                .map(|it| format!("{}（{}）", it.name, it.prefecture))
                .collect(),
            more: silent.len().saturating_sub(NAMED),
            public: format!("/readiness/surveys/{}", row.round_no),
            file: format!("{own}/answers.csv"),
            open: state != RoundState::Closed,
        };
        officer.page(StatusCode::OK, &page)
    })
    .await
}

/// GET `/ops/surveys/{number}/answers.csv`: every answer, words included.
pub(crate) async fn file(officer: Officer, Path(number): Path<String>) -> Response {
    with_results(&officer, &number, |results| {
        let mut file = kiban_web_kit::csv::File::new(results.head(true));
        for line in results.lines(true) {
            file.line(line);
        }
        file.answer("answers.csv")
    })
    .await
}

/// POST `/ops/surveys/{number}`: closes it.
pub(crate) async fn close(Path(number): Path<String>, posted: PostedBy) -> Response {
    let PostedBy { officer, fields } = posted;
    if let Err(response) = officer.may(&MAY) {
        return response;
    }
    if fields.get("go") != "close" {
        return officer.unknown_act();
    }
    let Ok(number) = number.parse() else {
        return nowhere(&officer);
    };
    match surveys::close(officer.platform(), &officer.context(), number).await {
        // A second click finds it closed, as it was meant.
        Ok(_) => Redirect::to(&format!("/ops/surveys/{number}?done=closed")).into_response(),
        Err(error) => officer.failed(&error),
    }
}
