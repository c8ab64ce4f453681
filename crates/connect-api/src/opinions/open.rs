//! `GET /v1/opinions/{receipt_no}`: one opinion as JSON, as the columns of the certification software, or its PDF (D-2).

use super::{case_problem, opinion, problems::with_findings};
use crate::{
    answer::{Answer, json, written},
    caller::System,
    router::ConnectState,
    wire::OpinionFinding,
};
use axum::{
    extract::{Path, State},
    response::Response,
};
use http::{
    HeaderMap, HeaderValue, StatusCode,
    header::{ACCEPT, CONTENT_TYPE},
};
use jiff::tz;
use kiban_domain::opinion::Opinion;
use kiban_exchange::opinion::{Unwritten, editions, read_json, write_csv};
use kiban_services::opinions;
use kiban_web_kit::Problem;

/// What stands in column 2 of the CSV.
const SOFTWARE: &str = "kiban";

/// The way in which an opinion is wanted.
enum Wanted {
    Json,
    /// The bytes that were hashed.
    Canonical,
    Csv,
    Pdf,
}

pub(crate) async fn open(
    system: System,
    State(state): State<ConnectState>,
    Path(receipt_no): Path<String>,
    headers: HeaderMap,
) -> Answer {
    let wanted = wanted(&headers);
    let found = opinions::find_opinion(&state.platform, &system.context, &receipt_no).await;
    let (pulled, pdf) = found.map_err(|error| case_problem(&error))?;
    match wanted {
        Wanted::Json => json(StatusCode::OK, &opinion(&state.platform, &pulled.row)?),
        Wanted::Canonical => Ok(of_kind(
            "application/vnd.kiban.opinion+json",
            pulled.row.document.into_bytes(),
        )),
        Wanted::Csv => csv(&state, &pulled.row.document),
        Wanted::Pdf => pdf
            .map(|bytes| of_kind("application/pdf", bytes))
            .ok_or_else(no_pdf),
    }
}

fn wanted(headers: &HeaderMap) -> Wanted {
    let accept = headers.get(ACCEPT).and_then(|it| it.to_str().ok());
    let first = accept.unwrap_or_default().split([',', ';']).next();
    match first.unwrap_or_default().trim() {
        "application/pdf" => Wanted::Pdf,
        "text/csv" => Wanted::Csv,
        "application/vnd.kiban.opinion+json" => Wanted::Canonical,
        _ => Wanted::Json,
    }
}

fn csv(state: &ConnectState, document: &str) -> Answer {
    let read = read_json(document.as_bytes(), editions()).map_err(|error| {
        tracing::error!(code = error.code(), "a kept opinion cannot be read");
        Problem::internal()
    })?;
    let now = state.platform.now();
    let at = now.to_zoned(tz::TimeZone::fixed(tz::offset(9))).datetime();
    let bytes = write_csv(&[read] as &[Opinion], SOFTWARE, at).map_err(|all| unwritable(&all))?;
    Ok(of_kind("text/csv; charset=windows-31j", bytes))
}

/// 422: the layout cannot carry it whole, and nothing is left out.
fn unwritable(all: &[Unwritten]) -> Problem {
    let findings: Vec<_> = all
        .iter()
        .map(|it| OpinionFinding {
            item: Some(it.item.code().to_owned()),
            level: "error".to_owned(),
            code: it.kind.code().to_owned(),
            reason: format!("{}。", it.reason),
        })
        .collect();
    let problem = Problem::unprocessable(
        "csv_unwritable",
        "医見書のCSV（1.2）で表せない項目があります。findings を確認し、JSONで受け取ってください。",
    );
    with_findings(problem, &findings)
}

fn no_pdf() -> Problem {
    crate::answer::not_found(
        "opinion_pdf_not_found",
        "この意見書にはPDFが添えられていません。JSONで受け取ってください。",
    )
}

fn of_kind(kind: &'static str, bytes: Vec<u8>) -> Response {
    let mut response = written(StatusCode::OK, bytes);
    let kind = HeaderValue::from_static(kind);
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}
