//! `DELETE /v1/care-relations/{insurer_no}/{insured_no}/{relation_id}?reason=…&last_day=…&note=…`.

use crate::{
    answer::{Answer, not_found, nothing, storage},
    caller::System,
    items,
    router::ConnectState,
};
use axum::extract::{Path, Query, State, rejection::QueryRejection};
use kiban_domain::EndReason;
use kiban_services::relations::{self, End, EndError, NOTE_MAX};
use kiban_web_kit::Problem;
use serde::Deserialize;

const WRONG_QUERY: &str =
    "問い合わせの項目を確かめてください。使えるのは reason、last_day、note です。";

/// How it shall end.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    reason: Option<String>,
    last_day: Option<String>,
    note: Option<String>,
}

pub(crate) async fn end(
    system: System,
    State(state): State<ConnectState>,
    Path((insurer_no, insured_no, relation_id)): Path<(String, String, String)>,
    query: Result<Query<Asked>, QueryRejection>,
) -> Answer {
    let Query(query) = query.map_err(|_| Problem::bad_request(WRONG_QUERY))?;
    let person = items::person(&insurer_no, &insured_no)?;
    let relation_id = items::id(&relation_id, relation_not_found)?;
    let reason = query.reason.as_deref().unwrap_or_default();
    let last_day = query.last_day.as_deref();
    let request = End {
        person,
        relation_id,
        last_day: last_day
            .map(|text| items::day("last_day", text))
            .transpose()?,
        reason: reason.parse().map_err(|_| unknown_reason())?,
        note: query.note.unwrap_or_default(),
    };
    relations::end(&state.platform, &system.context, request)
        .await
        .map_err(problem)?;
    Ok(nothing())
}

fn problem(error: EndError) -> Problem {
    match error {
        EndError::NotFound => relation_not_found(),
        EndError::LastDayOutOfRange { from, to } => items::invalid(
            "last_day",
            format!("担当の最後の日は {from} から {to} までで指定してください。"),
        ),
        EndError::Reason => unknown_reason(),
        EndError::Note => items::invalid(
            "note",
            format!(
                "理由が other のときは、理由の内容を1文字以上{NOTE_MAX}文字以内で指定してください。"
            ),
        ),
        EndError::Storage(error) => storage(&error),
    }
}

fn unknown_reason() -> Problem {
    let codes: Vec<&str> = EndReason::ALL
        .iter()
        .filter(|reason| reason.may_be_given())
        .map(EndReason::code)
        .collect();
    items::invalid(
        "reason",
        format!(
            "終了の理由は {} のどれかで指定してください。",
            codes.join("、")
        ),
    )
}

fn relation_not_found() -> Problem {
    not_found(
        "care_relation_not_found",
        "この担当登録は見つからないか、すでに終了しています。",
    )
}
