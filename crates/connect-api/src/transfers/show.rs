//! `GET /v1/transfers/{id}`.

use super::{described, load};
use crate::{
    answer::{Answer, json},
    caller::System,
    router::ConnectState,
};
use axum::extract::{Path, State};
use http::StatusCode;

pub(crate) async fn show(
    system: System,
    State(state): State<ConnectState>,
    Path(id): Path<String>,
) -> Answer {
    let row = load(&state, &system, &id).await?;
    json(StatusCode::OK, &described(&state, &row).await?)
}
