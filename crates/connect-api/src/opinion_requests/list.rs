//! `GET /v1/opinion-requests`: an institution's requests, or those that an insurer made.

use super::item;
use crate::{
    answer::{Answer, json, query},
    caller::System,
    items,
    opinions::case_problem,
    router::ConnectState,
    wire::OpinionRequestList,
};
use axum::extract::State;
use http::{StatusCode, Uri};
use kiban_access::Caller;
use kiban_domain::opinion_case::CaseState;
use kiban_services::opinions;
use kiban_store::repo::opinions::CaseCursor;
use kiban_web_kit::Problem;
use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ListQuery {
    state: Option<String>,
    cursor: Option<String>,
}

pub(crate) async fn list(system: System, State(state): State<ConnectState>, uri: Uri) -> Answer {
    let asked: ListQuery = query(&uri)?;
    let states = states(asked.state.as_deref().unwrap_or_default())?;
    let after = asked.cursor.as_deref().map(cursor).transpose()?;
    let (platform, context) = (&state.platform, &system.context);
    let listed = match context.caller {
        Caller::Insurer(_) => opinions::asked(platform, context, &states, after).await,
        Caller::Medical { .. } | Caller::Office(_) | Caller::Person(_) | Caller::Operator => {
            opinions::inbox(platform, context, &states, after).await
        }
    };
    let listed = listed.map_err(|error| case_problem(&error))?;
    let counts = listed.counts.iter();
    let list = OpinionRequestList {
        items: listed.cases.iter().map(item).collect(),
        next: listed.next.map(|(day, id)| format!("{day}_{id}")),
        counts: counts
            .map(|(state, count)| (state.code().to_owned(), *count))
            .collect(),
    };
    json(StatusCode::OK, &list)
}

fn states(text: &str) -> Result<Vec<CaseState>, Problem> {
    let codes = text
        .split(',')
        .map(str::trim)
        .filter(|code| !code.is_empty());
    let states: Result<_, _> = codes.map(str::parse).collect();
    states.map_err(|_| {
        let known: Vec<&str> = CaseState::ALL.iter().map(CaseState::code).collect();
        items::invalid(
            "state",
            format!(
                "状態は {} からコンマ区切りで指定してください。",
                known.join("、")
            ),
        )
    })
}

fn cursor(text: &str) -> Result<CaseCursor, Problem> {
    let read = || {
        let (day, id) = text.split_once('_')?;
        Some((day.parse().ok()?, id.parse().ok()?))
    };
    read().ok_or_else(|| {
        items::invalid(
            "cursor",
            "続きの位置には、前の一覧の next の値をそのまま指定してください。",
        )
    })
}
