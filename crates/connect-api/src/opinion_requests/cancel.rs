//! `POST /v1/opinion-requests/{insurer_no}/{request_id}/cancel`: the insurer takes its request back (M-3).

use super::{Place, id_of};
use crate::{
    answer::{Answer, json},
    caller::System,
    opinions::case_problem,
    router::ConnectState,
    wire::CancelResponse,
};
use axum::extract::{Path, State};
use http::StatusCode;
use kiban_services::opinions;

pub(crate) async fn cancel(
    system: System,
    State(state): State<ConnectState>,
    Path(place): Place,
) -> Answer {
    let already = opinions::cancel(&state.platform, &system.context, id_of(&place)?)
        .await
        .map_err(|error| case_problem(&error))?;
    json(StatusCode::OK, &CancelResponse { already })
}
