//! `POST /v1/opinion-requests/{insurer_no}/{request_id}/validate`: checks an opinion and keeps nothing (D-4).

use super::{Place, id_of};
use crate::{
    answer::{Answer, json},
    caller::System,
    opinions::{case_problem, finding, json_document, mismatch, send_problem},
    router::ConnectState,
    wire::ValidationResponse,
};
use axum::extract::{Path, Request, State};
use http::StatusCode;
use kiban_services::opinions::{self, SendError};

pub(crate) async fn validate(
    system: System,
    State(state): State<ConnectState>,
    Path(place): Place,
    request: Request,
) -> Answer {
    let id = id_of(&place)?;
    let document = json_document(request).await?;
    let found = opinions::validate(&state.platform, &system.context, id, &document)
        .await
        .map_err(|error| case_problem(&error))?;
    let Some(of_form) = found.findings else {
        return Err(send_problem(&SendError::UnknownEdition));
    };
    let mut findings: Vec<_> = found.mismatches.iter().map(|it| mismatch(*it)).collect();
    findings.extend(of_form.iter().map(finding));
    let answer = ValidationResponse {
        sendable: findings.iter().all(|it| it.level != "error"),
        findings,
        sha256: found.sha256,
    };
    json(StatusCode::OK, &answer)
}
