//! What municipalities declare, as open data (P-3).

use super::{failed, words};
use crate::PortalState;
use axum::{
    Json,
    extract::State,
    response::{IntoResponse as _, Response},
};
use http::{StatusCode, header};
use kiban_domain::{PlatformFunction, ReadinessStep, municipality};
use kiban_services::readiness::{self, Overview};
use kiban_web_kit::csv::File;
use serde::Serialize;

/// GET `/readiness.csv`: UTF-8 with the mark that spreadsheets need.
pub(super) async fn csv(State(state): State<PortalState>) -> Response {
    match state.public.overview.current(&state.platform).await {
        Ok(overview) => file(&overview).answer("readiness.csv"),
        Err(error) => failed(&state, &error),
    }
}

/// GET `/readiness-ms932.csv`: for programs that read nothing else.
pub(super) async fn csv_ms932(State(state): State<PortalState>) -> Response {
    let file = match state.public.overview.current(&state.platform).await {
        Ok(overview) => file(&overview),
        Err(error) => return failed(&state, &error),
    };
    let lost = file.lost();
    if lost.is_empty() {
        return file.answer_ms932("readiness-ms932.csv");
    }
    // Never replaced silently: whoever wants the file is told why there is none.
    let text = format!(
        "MS932では表せない文字があるため、作成できません。UTF-8のファイルをお使いください。\n{}\n",
        lost.join("\n")
    );
    let plain = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
    (StatusCode::CONFLICT, plain, text).into_response()
}

fn file(overview: &Overview) -> File {
    let mut head = vec![
        "全国地方公共団体コード".to_owned(),
        "都道府県".to_owned(),
        "市町村".to_owned(),
        "市町村カナ".to_owned(),
        "種類".to_owned(),
        "保険者番号".to_owned(),
        "機能".to_owned(),
        "状況".to_owned(),
    ];
    for step in ReadinessStep::ALL {
        head.push(format!("{}（はじめの予定）", step.label()));
        head.push(format!("{}（予定）", step.label()));
        head.push(format!("{}（実際）", step.label()));
        head.push(format!("{}（予定の変更・日）", step.label()));
        head.push(format!("{}（はじめの予定との差・日）", step.label()));
    }
    head.push("最初の受信日（実測）".to_owned());
    head.push("最後の受信日（実測）".to_owned());
    head.push("登録日".to_owned());
    let mut file = File::new(&head);
    for standing in &overview.all {
        let it = standing.municipality;
        for function in PlatformFunction::ALL.iter().copied() {
            let steps = standing.steps(function);
            let mut line = vec![
                it.code.as_str().to_owned(),
                it.prefecture.to_owned(),
                it.name.to_owned(),
                it.kana.to_owned(),
                it.kind.label().to_owned(),
                standing.insurer_no.as_str().to_owned(),
                function.label().to_owned(),
                steps.stage(overview.on).label().to_owned(),
            ];
            for step in ReadinessStep::ALL.iter().copied() {
                let dates = steps.of(step);
                let kept = standing.kept(function, step);
                let days = |days: Option<i32>| days.map_or_else(String::new, |it| it.to_string());
                line.push(kept.first.map_or_else(String::new, |it| it.to_string()));
                line.push(dates.planned.map_or_else(String::new, |it| it.to_string()));
                line.push(dates.actual.map_or_else(String::new, |it| it.to_string()));
                line.push(days(kept.moved_days()));
                line.push(days(kept.late_of_first()));
            }
            let traffic = standing.traffic(function);
            line.push(traffic.map_or_else(String::new, |it| it.first_on.to_string()));
            line.push(traffic.map_or_else(String::new, |it| it.last_on.to_string()));
            let declared = standing.declared_at(function);
            line.push(declared.map_or_else(String::new, |at| words::day_of(at).to_string()));
            file.line(&line);
        }
    }
    file
}

#[derive(Serialize)]
struct Everything {
    /// The day the stages are told for.
    on: String,
    municipalities: Vec<Body>,
}

#[derive(Serialize)]
struct Body {
    code: String,
    prefecture: &'static str,
    name: &'static str,
    name_kana: &'static str,
    insurer_no: String,
    by_union: bool,
    opened: bool,
    functions: Vec<FunctionBody>,
}

#[derive(Serialize)]
struct FunctionBody {
    function: &'static str,
    stage: &'static str,
    declared_on: Option<String>,
    steps: Vec<StepBody>,
    measured: Option<TrafficBody>,
}

#[derive(Serialize)]
struct StepBody {
    step: &'static str,
    first_planned: Option<String>,
    planned: Option<String>,
    actual: Option<String>,
    /// By how many days the plan has moved since the first one.
    moved_days: Option<i32>,
    /// How many days after the first plan it was done.
    late_days: Option<i32>,
}

#[derive(Serialize)]
struct TrafficBody {
    first_on: String,
    last_on: String,
    files: i64,
}

/// GET `/readiness.json`.
pub(super) async fn json(State(state): State<PortalState>) -> Response {
    let overview = match state.public.overview.current(&state.platform).await {
        Ok(overview) => overview,
        Err(error) => return failed(&state, &error),
    };
    let caching = [(header::CACHE_CONTROL, "public, max-age=30")];
    (caching, Json(everything(&overview))).into_response()
}

fn everything(overview: &Overview) -> Everything {
    let body = |standing: &readiness::Standing| Body {
        code: standing.municipality.code.as_str().to_owned(),
        prefecture: standing.municipality.prefecture,
        name: standing.municipality.name,
        name_kana: standing.municipality.kana,
        insurer_no: standing.insurer_no.as_str().to_owned(),
        by_union: standing.by_union,
        opened: standing.opened,
        functions: PlatformFunction::ALL
            .iter()
            .map(|function| function_body(overview, standing, *function))
            .collect(),
    };
    Everything {
        on: overview.on.to_string(),
        municipalities: overview.all.iter().map(body).collect(),
    }
}

fn function_body(
    overview: &Overview,
    standing: &readiness::Standing,
    function: PlatformFunction,
) -> FunctionBody {
    let steps = standing.steps(function);
    let step = |step: &ReadinessStep| {
        let dates = steps.of(*step);
        let kept = standing.kept(function, *step);
        let body = StepBody {
            step: step.code(),
            first_planned: kept.first.map(|it| it.to_string()),
            planned: dates.planned.map(|it| it.to_string()),
            actual: dates.actual.map(|it| it.to_string()),
            moved_days: kept.moved_days(),
            late_days: kept.late_of_first(),
        };
        (body.planned.is_some() || body.actual.is_some()).then_some(body)
    };
    FunctionBody {
        function: function.code(),
        stage: steps.stage(overview.on).code(),
        declared_on: standing
            .declared_at(function)
            .map(|at| words::day_of(at).to_string()),
        steps: ReadinessStep::ALL.iter().filter_map(step).collect(),
        measured: standing.traffic(function).map(|it| TrafficBody {
            first_on: it.first_on.to_string(),
            last_on: it.last_on.to_string(),
            files: it.files,
        }),
    }
}

/// GET `/readiness-history.csv`: everything that was ever declared.
pub(super) async fn history(State(state): State<PortalState>) -> Response {
    let rows = match readiness::list_all(&state.platform).await {
        Ok(rows) => rows,
        Err(error) => return failed(&state, &error),
    };
    let mut file = File::new([
        "登録日時",
        "全国地方公共団体コード",
        "都道府県",
        "市町村",
        "機能",
        "段階",
        "予定",
        "実際",
    ]);
    for row in rows {
        let it = municipality(&row.municipality);
        file.line([
            row.recorded_at.to_string(),
            row.municipality.as_str().to_owned(),
            it.map_or_else(String::new, |it| it.prefecture.to_owned()),
            it.map_or_else(String::new, |it| it.name.to_owned()),
            row.function.label().to_owned(),
            row.step.label().to_owned(),
            row.dates
                .planned
                .map_or_else(String::new, |it| it.to_string()),
            row.dates
                .actual
                .map_or_else(String::new, |it| it.to_string()),
        ]);
    }
    file.answer("readiness-history.csv")
}
