//! `POST /v1/opinions/{receipt_no}/return`: the insurer gives an opinion back with a reason (D-2).

use super::{case_problem, receipt};
use crate::{
    answer::{Answer, json},
    caller::System,
    router::ConnectState,
    wire::ReturnRequest,
};
use axum::extract::{Path, State};
use http::StatusCode;
use kiban_services::opinions;
use kiban_web_kit::ApiJson;

pub(crate) async fn return_back(
    system: System,
    State(state): State<ConnectState>,
    Path(receipt_no): Path<String>,
    ApiJson(request): ApiJson<ReturnRequest>,
) -> Answer {
    let (platform, context) = (&state.platform, &system.context);
    let done = opinions::return_with_reason(platform, context, &receipt_no, &request.reason)
        .await
        .map_err(|error| case_problem(&error))?;
    json(StatusCode::OK, &receipt(platform, &done))
}
