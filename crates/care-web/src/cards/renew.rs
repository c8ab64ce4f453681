//! The program at the card reader gets a certificate for a new key, with the one it has.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse as _, Response},
};
use http::StatusCode;
use kiban_card::wire::{LONGEST_BODY_BYTES, RenewRequest, RenewResponse, RenewRole};
use kiban_pki::TerminalRole;
use kiban_services::renewal::{self, RenewError, Renewal};
use kiban_web_kit::{ApiJson, Problem};

use super::agent::failed;
use crate::{CareState, visit::Reader};

/// POST `/agent/renew`.
pub(crate) async fn renew(
    Reader(visit): Reader,
    State(state): State<CareState>,
    ApiJson(asked): ApiJson<RenewRequest, LONGEST_BODY_BYTES>,
) -> Result<Response, Problem> {
    let Some(authorities) = &state.authorities else {
        return Err(unavailable());
    };
    let (role, replaces) = match asked.role {
        RenewRole::Reader => (TerminalRole::Reader, Some(visit.serial().to_owned())),
        RenewRole::Browser => (TerminalRole::Browser, asked.replaces),
    };
    let renewal = Renewal {
        terminal: visit.terminal(),
        serial: visit.serial().to_owned(),
        role,
        replaces,
        request_pem: asked.csr,
    };
    let (platform, context) = (visit.platform(), visit.context());
    let renewed = renewal::renew(platform, &context, authorities, &*state.clock, renewal).await;
    let renewed = renewed.map_err(|error| refused(error, visit.request_id.as_str()))?;
    let answer = RenewResponse {
        certificate: renewed.certificate_pem,
        authority: renewed.authority_pem,
        certificate_ends: renewed.not_after.to_string(),
    };
    Ok((StatusCode::CREATED, Json(answer)).into_response())
}

fn refused(error: RenewError, request_id: &str) -> Problem {
    match error {
        RenewError::NothingToRenew => Problem::new(
            StatusCode::CONFLICT,
            "nothing_to_renew",
            "更新する証明書がありません",
            "この端末の有効な証明書ではありません。事業所の管理者に新しいコードを依頼し、登録し直してください。",
        ),
        RenewError::TooMany(exhausted) => {
            let seconds = u32::try_from(exhausted.retry_after.max(1)).unwrap_or(3_600);
            Problem::too_many_requests(seconds)
        }
        RenewError::Request(_) => Problem::unprocessable(
            "csr",
            "証明書の申請書（PKCS#10、PEM）を使えません。鍵はECDSA P-256またはP-384、RSA 2048〜4096ビットにしてください。",
        ),
        RenewError::Storage(error) => failed(&error, request_id),
    }
}

fn unavailable() -> Problem {
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "unavailable",
        "ただいま発行できません",
        "時間をおいて、もう一度お試しください。",
    )
}
