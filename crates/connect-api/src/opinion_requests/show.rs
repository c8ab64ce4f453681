//! `GET /v1/opinion-requests/{insurer_no}/{request_id}`: a request, its receipts and its steps.

use super::{Place, id_of, item};
use crate::{
    answer::{Answer, json},
    caller::System,
    opinions::{case_problem, receipt},
    router::ConnectState,
    wire::{OpinionRequestResponse, RequestEvent},
};
use axum::extract::{Path, State};
use http::StatusCode;
use kiban_access::Caller;
use kiban_services::opinions::{self, CaseId, Receipt};
use kiban_store::repo::opinions::CaseEventRow;
use kiban_web_kit::Problem;

pub(crate) async fn show(
    system: System,
    State(state): State<ConnectState>,
    Path(place): Place,
) -> Answer {
    let described = described(&state, &system, id_of(&place)?).await?;
    json(StatusCode::OK, &described)
}

/// What the door says about a request, to either side.
pub(crate) async fn described(
    state: &ConnectState,
    system: &System,
    id: CaseId,
) -> Result<OpinionRequestResponse, Problem> {
    let (platform, context) = (&state.platform, &system.context);
    let view = match context.caller {
        Caller::Insurer(_) => opinions::open_asked(platform, context, id).await,
        Caller::Medical { .. } | Caller::Office(_) | Caller::Person(_) | Caller::Operator => {
            opinions::open_case(platform, context, id).await
        }
    };
    let view = view.map_err(|error| case_problem(&error))?;
    let rows = view.submissions.iter();
    Ok(OpinionRequestResponse {
        request: item(&view.case),
        receipts: rows
            .map(|row| receipt(platform, &Receipt::of(row, true)))
            .collect(),
        events: view.events.iter().map(event).collect(),
    })
}

fn event(row: &CaseEventRow) -> RequestEvent {
    RequestEvent {
        number: row.number,
        act: row.act.code().to_owned(),
        label: row.act.label().to_owned(),
        submission: Some(row.submission).filter(|it| *it > 0),
        note: Some(row.note.clone()).filter(|it| !it.is_empty()),
        at: row.acted_at.to_string(),
    }
}
