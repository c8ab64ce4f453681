//! `GET /v1/persons/{insurer_no}/{insured_no}/opinions`: opinions of earlier times, as far as the caller may see them (D-1, W-8).

use super::opinion;
use crate::{
    answer::{Answer, json, refused, storage},
    caller::System,
    items,
    router::ConnectState,
    wire::{PastOpinionItem, PastOpinionsResponse},
};
use axum::extract::{Path, State};
use http::StatusCode;
use kiban_access::OpinionRefusal;
use kiban_services::opinions::{self, PastError};
use kiban_web_kit::Problem;

pub(crate) async fn past(
    system: System,
    State(state): State<ConnectState>,
    Path((insurer_no, insured_no)): Path<(String, String)>,
) -> Answer {
    let person = items::person(&insurer_no, &insured_no)?;
    let found = opinions::past(&state.platform, &system.context, &person).await;
    let (shown, withheld) = found.map_err(problem)?;
    let items: Result<Vec<_>, Problem> = shown
        .iter()
        .map(|it| {
            Ok(PastOpinionItem {
                is_own: it.is_own,
                opinion: opinion(&state.platform, &it.row)?,
            })
        })
        .collect();
    let answer = PastOpinionsResponse {
        items: items?,
        withheld,
    };
    json(StatusCode::OK, &answer)
}

fn problem(error: PastError) -> Problem {
    match error {
        PastError::Refused(OpinionRefusal::Refused(refusal)) => refused(refusal),
        PastError::Refused(refusal @ OpinionRefusal::Withheld(_)) => Problem::new(
            StatusCode::FORBIDDEN,
            refusal.code(),
            "この情報は表示できません",
            refusal.message(),
        ),
        PastError::Storage(error) => storage(&error),
    }
}
