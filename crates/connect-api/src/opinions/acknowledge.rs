//! `POST /v1/opinions/{receipt_no}/acknowledge` and `POST /v1/opinions/acknowledge`: the insurer has received them (D-2).

use super::{case_problem, receipt};
use crate::{
    answer::{Answer, json},
    caller::System,
    items,
    router::ConnectState,
    wire::{AcknowledgeRequest, AcknowledgeResponse, AcknowledgedItem},
};
use axum::extract::{Path, State};
use http::StatusCode;
use kiban_services::opinions::{self, CaseError};
use kiban_web_kit::ApiJson;

/// The most receipts of one call.
const MOST: usize = 100;

pub(crate) async fn acknowledge(
    system: System,
    State(state): State<ConnectState>,
    Path(receipt_no): Path<String>,
) -> Answer {
    let done = opinions::acknowledge(&state.platform, &system.context, &receipt_no)
        .await
        .map_err(|error| case_problem(&error))?;
    json(StatusCode::OK, &receipt(&state.platform, &done))
}

/// Each by itself: one that cannot be received does not keep the others from it.
pub(crate) async fn acknowledge_many(
    system: System,
    State(state): State<ConnectState>,
    ApiJson(request): ApiJson<AcknowledgeRequest>,
) -> Answer {
    if !(1..=MOST).contains(&request.receipt_nos.len()) {
        return Err(items::invalid(
            "receipt_nos",
            "受付番号は1件以上100件以内で送ってください。",
        ));
    }
    let mut items = Vec::with_capacity(request.receipt_nos.len());
    for receipt_no in request.receipt_nos {
        let done = opinions::acknowledge(&state.platform, &system.context, &receipt_no).await;
        items.push(match done {
            Ok(done) => AcknowledgedItem {
                receipt_no,
                receipt: Some(receipt(&state.platform, &done)),
                code: None,
                detail: None,
            },
            Err(error @ (CaseError::Refused(_) | CaseError::Storage(_))) => {
                return Err(case_problem(&error));
            }
            Err(error @ (CaseError::NotFound | CaseError::NotNow(_) | CaseError::Note)) => {
                AcknowledgedItem {
                    receipt_no,
                    receipt: None,
                    code: error.code().map(str::to_owned),
                    detail: Some(error.message()),
                }
            }
        });
    }
    json(StatusCode::OK, &AcknowledgeResponse { items })
}
