//! `POST /v1/identity-checks`.

use crate::{
    answer::{Answer, json, located, refused, storage},
    caller::System,
    items,
    router::ConnectState,
    wire::{IdentityCheckRequest, IdentityCheckResponse},
};
use axum::extract::State;
use http::StatusCode;
use kiban_domain::FiveItems;
use kiban_services::identity::{IdentityError, check};
use kiban_web_kit::{ApiJson, Problem};

pub(crate) async fn create(
    system: System,
    State(state): State<ConnectState>,
    ApiJson(request): ApiJson<IdentityCheckRequest>,
) -> Answer {
    let items = parse(&request)?;
    let agreed = check(&state.platform, &system.context, items)
        .await
        .map_err(problem)?;
    let answer = IdentityCheckResponse {
        id: agreed.id.to_string(),
        expires_at: agreed.expires_at.to_string(),
    };
    let path = format!("/v1/identity-checks/{}", answer.id);
    Ok(located(json(StatusCode::CREATED, &answer)?, &path))
}

fn parse(request: &IdentityCheckRequest) -> Result<FiveItems, Problem> {
    Ok(FiveItems {
        insurer_no: items::typed_insurer_no(&request.insurer_no)?,
        insured_no: items::insured_no(&request.insured_no)?,
        name_kana: items::kana(&request.name_kana)?,
        birth_date: items::day("birth_date", &request.birth_date)?,
        sex: items::sex(&request.sex)?,
    })
}

fn problem(error: IdentityError) -> Problem {
    match error {
        IdentityError::ReadAgain(item) => {
            let detail = format!(
                "被保険者証と一致しません。まず「{}」を読み直してください。",
                item.label()
            );
            Problem::unprocessable("identity_mismatch", detail).with("item", item.code())
        }
        IdentityError::Refused(refusal) => refused(refusal),
        IdentityError::TooMany(exhausted) => {
            Problem::too_many_requests(u32::try_from(exhausted.retry_after).unwrap_or(u32::MAX))
        }
        IdentityError::Storage(error) => storage(&error),
    }
}
