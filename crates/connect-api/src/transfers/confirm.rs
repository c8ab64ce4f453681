//! `POST /v1/transfers/{id}/confirm`: goes on with a held file, or gives it up (S-6).

use super::{described, load, transfer_not_found};
use crate::{
    answer::{Answer, json, not_an_insurer, storage},
    caller::System,
    router::ConnectState,
    wire::ConfirmRequest,
};
use axum::extract::{Path, State};
use http::StatusCode;
use kiban_services::intake::{self, ReceiveError};
use kiban_web_kit::{ApiJson, Problem};

pub(crate) async fn confirm(
    system: System,
    State(state): State<ConnectState>,
    Path(id): Path<String>,
    ApiJson(request): ApiJson<ConfirmRequest>,
) -> Answer {
    let row = load(&state, &system, &id).await?;
    let confirmed = intake::confirm(
        &state.platform,
        &system.context,
        row.insurer_no,
        row.transfer_id,
        request.go_on,
    );
    let row = confirmed.await.map_err(|error| match error {
        ReceiveError::NotHeld => not_held(),
        ReceiveError::NotTheInsurer => not_an_insurer(),
        ReceiveError::Storage(error) => storage(&error),
        // None of these is about a file that was accepted before.
        ReceiveError::OtherInsurer
        | ReceiveError::UnknownInsurer
        | ReceiveError::UnsupportedSet
        | ReceiveError::FutureBaseDate
        | ReceiveError::OldBaseDate
        | ReceiveError::Gap { .. }
        | ReceiveError::SerialConflict { .. } => transfer_not_found(),
    })?;
    state.intake_wake.notify_one();
    json(StatusCode::OK, &described(&state, &row).await?)
}

pub(super) fn not_held() -> Problem {
    Problem::conflict(
        "not_held",
        "この送信は確認待ちではありません。状態を確かめてください。",
    )
}
