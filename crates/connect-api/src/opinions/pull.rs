//! `GET /v1/opinions`: what waits to be received by the calling insurer, in order (D-2).

use super::{case_problem, opinion};
use crate::{
    answer::{Answer, json, query},
    caller::System,
    items,
    router::ConnectState,
    wire::PulledResponse,
};
use axum::extract::State;
use http::{StatusCode, Uri};
use kiban_services::opinions::{self, PULL_MOST};
use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct PullQuery {
    after: Option<String>,
    limit: Option<String>,
}

pub(crate) async fn pull(system: System, State(state): State<ConnectState>, uri: Uri) -> Answer {
    let asked: PullQuery = query(&uri)?;
    let after = asked.after.map_or(Some(0), |text| text.parse::<i64>().ok());
    let Some(after) = after.filter(|it| *it >= 0) else {
        return Err(items::invalid(
            "after",
            "続きの位置には、前の取得の next の値を指定してください。",
        ));
    };
    let limit = asked
        .limit
        .map_or(Some(PULL_MOST), |text| text.parse::<i64>().ok());
    let Some(limit) = limit.filter(|it| (1..=PULL_MOST).contains(it)) else {
        return Err(items::invalid(
            "limit",
            "件数は1から100までで指定してください。",
        ));
    };
    let pulled = opinions::pull(&state.platform, &system.context, after, limit)
        .await
        .map_err(|error| case_problem(&error))?;
    let rows = pulled.opinions.iter();
    let items: Result<_, _> = rows.map(|it| opinion(&state.platform, &it.row)).collect();
    let answer = PulledResponse {
        items: items?,
        next: pulled.next,
    };
    json(StatusCode::OK, &answer)
}
