//! `POST /v1/care-relations`.

use crate::{
    answer::{Answer, json, not_found, refused, storage},
    caller::System,
    items,
    router::ConnectState,
    wire::{CareRelationRequest, CareRelationResponse},
};
use axum::extract::State;
use http::StatusCode;
use kiban_services::relations::{PURPOSE_MAX, RegisterError, Registration, register};
use kiban_web_kit::{ApiJson, Problem};

pub(crate) async fn create(
    system: System,
    State(state): State<ConnectState>,
    ApiJson(request): ApiJson<CareRelationRequest>,
) -> Answer {
    let registration = parse(request)?;
    let row = register(&state.platform, &system.context, registration)
        .await
        .map_err(problem)?;
    let answer = CareRelationResponse {
        id: row.relation_id.to_string(),
        insurer_no: row.person.insurer_no.to_string(),
        insured_no: row.person.insured_no.to_string(),
        service_kind: row.service_kind.to_string(),
        purpose: row.purpose,
        valid_from: row.valid_from.to_string(),
    };
    json(StatusCode::CREATED, &answer)
}

fn parse(request: CareRelationRequest) -> Result<Registration, Problem> {
    let service_kind = request.service_kind.parse();
    Ok(Registration {
        check: request
            .identity_check_id
            .parse()
            .map_err(|_| check_not_found())?,
        service_kind: service_kind.map_err(|_| {
            items::invalid(
                "service_kind",
                "サービス種類は2桁のコードで指定してください。",
            )
        })?,
        purpose: request.purpose,
        accepts_handover: false,
        from: request
            .from
            .as_deref()
            .map(|text| items::day("from", text))
            .transpose()?,
    })
}

fn check_not_found() -> Problem {
    not_found(
        "identity_check_not_found",
        "この本人確認は見つかりません。本人確認をしてから、その番号で登録してください。",
    )
}

fn problem(error: RegisterError) -> Problem {
    match error {
        RegisterError::CheckNotFound => check_not_found(),
        RegisterError::CheckSpent => Problem::conflict(
            "identity_check_spent",
            "この本人確認は使用済みか、期限が切れています。本人確認からやり直してください。",
        ),
        RegisterError::ServiceNotOffered => Problem::unprocessable(
            "service_not_offered",
            "貴事業所は、このサービス種類の指定を受けていません。サービス種類を確かめてください。",
        )
        .with("item", "service_kind"),
        RegisterError::Purpose => items::invalid(
            "purpose",
            format!("利用目的は1文字以上{PURPOSE_MAX}文字以内で指定してください。"),
        ),
        RegisterError::FromOutOfRange => {
            items::invalid("from", "開始日は今日の前後1年以内で指定してください。")
        }
        RegisterError::AlreadyRegistered(relation_id) => Problem::conflict(
            "already_registered",
            "このサービス種類の担当登録はすでにあります。あらためて登録する必要はありません。",
        )
        .with("relation_id", relation_id.to_string()),
        RegisterError::Refused(refusal) => refused(refusal),
        RegisterError::Storage(error) => storage(&error),
    }
}
