//! `GET /v1/transfers`.

use super::words::response;
use crate::{
    answer::{Answer, json, query, storage},
    caller::System,
    items,
    router::ConnectState,
    wire::TransferList,
};
use axum::extract::State;
use http::{StatusCode, Uri};
use kiban_store::repo::transfers;
use serde::Deserialize;

/// How many transfers one answer holds at most.
const LIMIT_MAX: i64 = 500;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ListQuery {
    /// Read as text: a number beyond every integer is as wrong as one beyond the most.
    limit: Option<String>,
}

pub(crate) async fn list(system: System, State(state): State<ConnectState>, uri: Uri) -> Answer {
    let insurer_no = system.insurer()?;
    let asked = query::<ListQuery>(&uri)?.limit;
    let limit = asked.map_or(Some(50), |text| text.parse().ok());
    let Some(limit) = limit.filter(|limit| (1..=LIMIT_MAX).contains(limit)) else {
        return Err(items::invalid(
            "limit",
            "件数は1から500までで指定してください。",
        ));
    };
    let mut work = state
        .platform
        .store
        .point()
        .await
        .map_err(|error| storage(&error))?;
    let rows = transfers::list(&mut work, &insurer_no, limit)
        .await
        .map_err(|error| storage(&error))?;
    let mut items = Vec::with_capacity(rows.len());
    for row in &rows {
        let item = response(&mut work, row).await;
        items.push(item.map_err(|error| storage(&error))?);
    }
    json(StatusCode::OK, &TransferList { items })
}
