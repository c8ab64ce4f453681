//! `GET /v1/transfers/{id}/result`: counts and findings, as JSON or CSV by `Accept`.

use super::{described, load, words::counts};
use crate::{
    answer::{Answer, json, query},
    caller::System,
    items,
    receiving::blocking,
    router::ConnectState,
    wire::{FindingItem, TransferResult},
};
use axum::{
    body::Body,
    extract::{Path, State},
    response::Response,
};
use http::{
    HeaderMap, HeaderValue, StatusCode, Uri,
    header::{ACCEPT, CONTENT_DISPOSITION, CONTENT_TYPE},
};
use kiban_services::intake::{FindingLine, read_findings};
use kiban_store::repo::transfers::{TransferRow, TransferState};
use kiban_web_kit::Problem;
use serde::Deserialize;
use std::fmt::Write as _;

/// Findings in one answer at most: about 30 MB of memory.
const LIMIT_MAX: usize = 100_000;
/// Findings in JSON unless more are asked for.
const LIMIT: usize = 1_000;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ResultQuery {
    limit: Option<usize>,
}

pub(crate) async fn result(
    system: System,
    State(state): State<ConnectState>,
    Path(id): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Answer {
    let csv = wants_csv(&headers);
    let limit = query::<ResultQuery>(&uri)?
        .limit
        .unwrap_or(if csv { LIMIT_MAX } else { LIMIT });
    if !(1..=LIMIT_MAX).contains(&limit) {
        return Err(items::invalid(
            "limit",
            "件数は1から100000までで指定してください。",
        ));
    }
    let row = load(&state, &system, &id).await?;
    if !row.state.is_final() && row.state != TransferState::Held {
        return Err(Problem::conflict(
            "not_finished",
            "まだ結果がありません。状態を見て、処理が終わってから取得してください。",
        )
        .retry_after(2));
    }
    let (platform, transfer) = (state.platform.clone(), row.clone());
    // One more than asked tells whether there are more.
    let mut findings = blocking(move || read_findings(&platform, &transfer, limit + 1)).await?;
    let truncated = findings.len() > limit;
    findings.truncate(limit);
    if csv {
        return Ok(as_csv(&row, &findings));
    }
    let answer = TransferResult {
        transfer: described(&state, &row).await?,
        counts: counts(&row),
        findings: findings.into_iter().map(item).collect(),
        truncated,
        waiting_lines: row.counts.waiting,
    };
    json(StatusCode::OK, &answer)
}

fn wants_csv(headers: &HeaderMap) -> bool {
    let accept = headers
        .get(ACCEPT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("");
    let mut kinds = accept
        .split(',')
        .map(|kind| kind.split(';').next().unwrap_or("").trim());
    kinds.find(|kind| matches!(*kind, "text/csv" | "application/json" | "*/*")) == Some("text/csv")
}

fn item(finding: FindingLine) -> FindingItem {
    FindingItem {
        line: finding.line,
        column: finding.column,
        item: finding.item.map(std::borrow::Cow::into_owned),
        code: finding.code.into_owned(),
        severity: finding.severity.into_owned(),
        message: finding.message,
    }
}

/// UTF-8 with BOM and CRLF, as spreadsheets of municipalities open it.
fn as_csv(row: &TransferRow, findings: &[FindingLine]) -> Response {
    let mut text = String::with_capacity(64 + findings.len() * 200);
    text.push_str("\u{feff}行,列,項目,コード,区分,内容\r\n");
    for finding in findings {
        let _ = write!(text, "{},", finding.line);
        if let Some(column) = finding.column {
            let _ = write!(text, "{column}");
        }
        let severity = if finding.severity == "error" {
            "誤り"
        } else {
            "注意"
        };
        for cell in [
            finding.item.as_deref().unwrap_or(""),
            &finding.code,
            severity,
            &finding.message,
        ] {
            text.push(',');
            push_cell(&mut text, cell);
        }
        text.push_str("\r\n");
    }
    let mut response = Response::new(Body::from(text));
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/csv; charset=utf-8"),
    );
    let name = format!("attachment; filename=\"result_{}.csv\"", row.transfer_id);
    if let Ok(name) = HeaderValue::from_str(&name) {
        headers.insert(CONTENT_DISPOSITION, name);
    }
    response
}

/// A cell that begins like a formula would be run by a spreadsheet, so it gets an apostrophe in front.
fn push_cell(out: &mut String, cell: &str) {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let quoted = formula || cell.contains([',', '"', '\n', '\r']);
    if quoted {
        out.push('"');
    }
    if formula {
        out.push('\'');
    }
    out.push_str(&cell.replace('"', "\"\""));
    if quoted {
        out.push('"');
    }
}
