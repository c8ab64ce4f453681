//! `DELETE /v1/care-relations/{insurer_no}/{insured_no}/{relation_id}`.

use crate::{
    answer::{Answer, not_found, nothing, storage},
    caller::System,
    items,
    router::ConnectState,
};
use axum::extract::{Path, State};
use kiban_services::relations::{self, EndError};
use kiban_web_kit::Problem;

pub(crate) async fn end(
    system: System,
    State(state): State<ConnectState>,
    Path((insurer_no, insured_no, relation_id)): Path<(String, String, String)>,
) -> Answer {
    let person = items::person(&insurer_no, &insured_no)?;
    let relation_id = items::id(&relation_id, relation_not_found)?;
    relations::end(&state.platform, &system.context, person, relation_id)
        .await
        .map_err(|error| match error {
            EndError::NotFound => relation_not_found(),
            EndError::Storage(error) => storage(&error),
        })?;
    Ok(nothing())
}

fn relation_not_found() -> Problem {
    not_found(
        "care_relation_not_found",
        "この担当登録は見つからないか、すでに終了しています。",
    )
}
