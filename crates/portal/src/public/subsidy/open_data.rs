//! How many applications there are, as open data (G-4): what would tell of single offices is hidden.

use crate::{PortalState, public::failed};
use axum::{
    Json,
    extract::State,
    response::{IntoResponse as _, Response},
};
use http::{HeaderValue, header};
use jiff::SignedDuration;
use kiban_domain::{FEWEST_TOLD, PublicCount, PublicYen, prefectures};
use kiban_services::{
    subsidies::{self, OpenData, OpenLine},
    watched::Watched,
};
use kiban_store::Error;
use kiban_web_kit::csv::File;
use serde::Serialize;
use std::sync::Arc;

/// Counted anew after an hour at the earliest: who asks every minute does not see single applications move on.
const EVERY: SignedDuration = SignedDuration::from_hours(1);
const CACHING: &str = "public, max-age=3600";

/// Keeps the figures for every visitor.
#[derive(Debug)]
pub(crate) struct SubsidyFigures(Watched<OpenData, i64>);

impl Default for SubsidyFigures {
    fn default() -> Self {
        Self(Watched::new(EVERY))
    }
}

async fn current(state: &PortalState) -> Result<Arc<OpenData>, Error> {
    let (platform, now) = (&state.platform, state.platform.now());
    let read = async || subsidies::open_data(platform).await;
    let figures = &state.public.subsidy_figures.0;
    figures
        .current(now, async || Ok(now.as_second()), read)
        .await
}

/// GET `/subsidy/open-data.csv`: UTF-8 with the mark that spreadsheets need.
pub(in crate::public) async fn csv(State(state): State<PortalState>) -> Response {
    let data = match current(&state).await {
        Ok(data) => data,
        Err(error) => return failed(&state, &error),
    };
    let mut file = File::new([
        "集計日",
        "制度",
        "制度の名称",
        "助成の種類",
        "段階",
        "都道府県コード",
        "都道府県",
        "件数",
        "交付決定額（円）",
    ]);
    for it in &data.lines {
        let (code, name) = place(it);
        let count = match it.figures.count {
            PublicCount::Known(count) => count.to_string(),
            PublicCount::Few => format!("{FEWEST_TOLD}未満"),
            PublicCount::Withheld => "非公表".to_owned(),
        };
        let granted = match it.figures.granted {
            PublicYen::None => String::new(),
            PublicYen::Known(amount) => amount.get().to_string(),
            PublicYen::Withheld => "非公表".to_owned(),
        };
        file.line([
            &*data.on.to_string(),
            &it.scheme,
            &it.title,
            it.programme.label(),
            it.stage.label(),
            &code,
            name,
            &count,
            &granted,
        ]);
    }
    let mut answer = file.answer("subsidy-open-data.csv");
    let caching = HeaderValue::from_static(CACHING);
    answer.headers_mut().insert(header::CACHE_CONTROL, caching);
    answer
}

/// The two digits and the name of a line's prefecture; of the country none and 「全国」.
fn place(line: &OpenLine) -> (String, &'static str) {
    match line.prefecture {
        None => (String::new(), "全国"),
        Some(number) => match number.checked_sub(1).and_then(|at| prefectures().get(at)) {
            Some(name) => (format!("{number:02}"), name),
            None => (String::new(), "その他"),
        },
    }
}

#[derive(Serialize)]
struct Body<'a> {
    /// The day on which it was counted.
    on: String,
    /// Counts from 1 to below this one are hidden.
    fewest_told: u64,
    figures: Vec<FigureBody<'a>>,
}

#[derive(Serialize)]
struct FigureBody<'a> {
    scheme: &'a str,
    title: &'a str,
    programme: &'static str,
    stage: &'static str,
    /// Null: of the country.
    prefecture: Option<PrefectureBody>,
    /// Null when it is hidden.
    count: Option<u64>,
    /// `known`, `few` (1 to 4) or `withheld`.
    count_state: &'static str,
    /// Null when it is hidden or nothing is granted at this stage.
    granted_yen: Option<u64>,
    /// `known`, `none` or `withheld`.
    granted_state: &'static str,
}

#[derive(Serialize)]
struct PrefectureBody {
    code: String,
    name: &'static str,
}

/// GET `/subsidy/open-data.json`.
pub(in crate::public) async fn json(State(state): State<PortalState>) -> Response {
    let data = match current(&state).await {
        Ok(data) => data,
        Err(error) => return failed(&state, &error),
    };
    let body = Body {
        on: data.on.to_string(),
        fewest_told: FEWEST_TOLD,
        figures: data.lines.iter().map(figure).collect(),
    };
    ([(header::CACHE_CONTROL, CACHING)], Json(body)).into_response()
}

fn figure(line: &OpenLine) -> FigureBody<'_> {
    let (count, count_state) = match line.figures.count {
        PublicCount::Known(count) => (Some(count), "known"),
        PublicCount::Few => (None, "few"),
        PublicCount::Withheld => (None, "withheld"),
    };
    let (granted_yen, granted_state) = match line.figures.granted {
        PublicYen::None => (None, "none"),
        PublicYen::Known(amount) => (Some(amount.get()), "known"),
        PublicYen::Withheld => (None, "withheld"),
    };
    let (code, name) = place(line);
    FigureBody {
        scheme: &line.scheme,
        title: &line.title,
        programme: line.programme.code(),
        stage: line.stage.code(),
        prefecture: line.prefecture.map(|_| PrefectureBody { code, name }),
        count,
        count_state,
        granted_yen,
        granted_state,
    }
}
