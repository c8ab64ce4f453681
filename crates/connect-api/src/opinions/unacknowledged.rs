//! `GET /v1/opinions/unacknowledged`: receipts of what waits, without what is in it (D-2).

use super::{case_problem, receipt};
use crate::{
    answer::{Answer, json, query},
    caller::System,
    items,
    router::ConnectState,
    wire::ReceiptList,
};
use axum::extract::State;
use http::{StatusCode, Uri};
use kiban_services::opinions;
use serde::Deserialize;

/// The most receipts of one answer.
const MOST: i64 = 1_000;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ListQuery {
    limit: Option<String>,
}

pub(crate) async fn unacknowledged(
    system: System,
    State(state): State<ConnectState>,
    uri: Uri,
) -> Answer {
    let asked = query::<ListQuery>(&uri)?.limit;
    let limit = asked.map_or(Some(MOST), |text| text.parse().ok());
    let Some(limit) = limit.filter(|limit| (1..=MOST).contains(limit)) else {
        return Err(items::invalid(
            "limit",
            "件数は1から1000までで指定してください。",
        ));
    };
    let waiting = opinions::unacknowledged(&state.platform, &system.context, limit)
        .await
        .map_err(|error| case_problem(&error))?;
    let items = waiting.iter().map(|it| receipt(&state.platform, it));
    let list = ReceiptList {
        items: items.collect(),
    };
    json(StatusCode::OK, &list)
}
