//! `GET /v1/uploads/{file_name}`: which parts are there, so that a sender can go on where it stopped.

use super::{parts, response};
use crate::{
    answer::{Answer, json},
    caller::System,
    router::ConnectState,
    transfers::announced,
    wire::UploadResponse,
};
use axum::extract::{Path, State};
use http::StatusCode;

pub(crate) async fn show(
    system: System,
    State(state): State<ConnectState>,
    Path(file_name): Path<String>,
) -> Answer {
    let file_name = announced(system.insurer()?, &file_name)?.to_string();
    let rows = parts(&state, &system, &file_name).await?;
    json(
        StatusCode::OK,
        &UploadResponse {
            file_name,
            parts: rows.iter().map(response).collect(),
        },
    )
}
