//! `POST /v1/opinion-requests/{insurer_no}/{request_id}/withdraw`: takes the opinion back that is under way (D-1).

use super::{Place, described, id_of};
use crate::{
    answer::{Answer, json},
    caller::System,
    opinions::case_problem,
    router::ConnectState,
};
use axum::extract::{Path, State};
use http::StatusCode;
use kiban_services::opinions;

pub(crate) async fn withdraw(
    system: System,
    State(state): State<ConnectState>,
    Path(place): Place,
) -> Answer {
    let id = id_of(&place)?;
    opinions::withdraw(&state.platform, &system.context, id)
        .await
        .map_err(|error| case_problem(&error))?;
    json(StatusCode::OK, &described(&state, &system, id).await?)
}
