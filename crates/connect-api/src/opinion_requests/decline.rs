//! `POST /v1/opinion-requests/{insurer_no}/{request_id}/decline`: no opinion is written (D-5).

use super::{Place, described, id_of};
use crate::{
    answer::{Answer, json},
    caller::System,
    items,
    opinions::case_problem,
    router::ConnectState,
    wire::DeclineRequest,
};
use axum::extract::{Path, State};
use http::StatusCode;
use kiban_domain::opinion_case::DeclineReason;
use kiban_services::opinions::{self, CaseError};
use kiban_web_kit::{ApiJson, Problem};

pub(crate) async fn decline(
    system: System,
    State(state): State<ConnectState>,
    Path(place): Place,
    ApiJson(request): ApiJson<DeclineRequest>,
) -> Answer {
    let id = id_of(&place)?;
    let reason = request.reason.parse().map_err(|_| unknown_reason())?;
    let (platform, context) = (&state.platform, &system.context);
    opinions::decline(platform, context, id, reason, &request.note)
        .await
        .map_err(|error| match &error {
            CaseError::Note => case_problem(&error).with("item", "note"),
            _ => case_problem(&error),
        })?;
    json(StatusCode::OK, &described(&state, &system, id).await?)
}

fn unknown_reason() -> Problem {
    let codes: Vec<&str> = DeclineReason::ALL.iter().map(DeclineReason::code).collect();
    items::invalid(
        "reason",
        format!("理由は {} のどれかで指定してください。", codes.join("、")),
    )
}
