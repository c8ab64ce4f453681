//! The same for the terminal application, which makes its key itself.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse as _, Response},
};
use http::{HeaderMap, StatusCode, header};
use kiban_domain::OfficeNumber;
use kiban_services::enrolment::{EnrolError, Enrolment, Means, Wish};
use kiban_web_kit::{ApiJson, PeerAddr, Problem, RequestId};
use serde::{Deserialize, Serialize};

use super::{address, name_field};
use crate::PortalState;

/// What the terminal application sends.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EnrolRequest {
    /// 事業所番号.
    office_no: String,
    /// The one-time code.
    code: String,
    /// A certificate request (PKCS#10, PEM). Only its public key is used.
    csr: String,
    /// What the terminal is to be called; a code for a terminal that is known keeps its name.
    name: String,
    /// Whether it is a tablet.
    #[serde(default)]
    tablet: bool,
}

/// What it gets.
#[derive(Debug, Serialize)]
struct EnrolResponse {
    /// The terminal.
    terminal_id: String,
    /// Its name.
    name: String,
    /// Its certificate, PEM.
    certificate: String,
    /// The authority that issued it, PEM.
    authority: String,
    /// The authority of the doors' own certificates, to be trusted, PEM.
    server_authority: String,
    /// The care door.
    care_url: String,
    /// When the certificate ends, RFC 3339.
    not_after: String,
    /// Whether it replaces one that the terminal has.
    renewed: bool,
}

/// POST `/api/enrol`.
pub(crate) async fn enrol(
    State(state): State<PortalState>,
    peer: PeerAddr,
    request_id: RequestId,
    headers: HeaderMap,
    ApiJson(asked): ApiJson<EnrolRequest>,
) -> Result<Response, Problem> {
    let office_no: OfficeNumber = asked
        .office_no
        .parse()
        .map_err(|_| Problem::unprocessable("office_no", "事業所番号は10桁で指定してください。"))?;
    let name = asked.name.trim();
    if let Some(error) = name_field(name).error {
        return Err(Problem::unprocessable("name", format!("{error}。")));
    }
    let asked = Enrolment {
        office_no,
        code: asked.code,
        address: address(&state, peer, &headers),
        wish: Wish {
            name: name.to_owned(),
            tablet: asked.tablet,
        },
        means: Means::Request(asked.csr),
    };
    let enrolled = super::enrol(&state, request_id, asked)
        .await
        .map_err(|error| problem(request_id, &error))?;
    let answer = EnrolResponse {
        terminal_id: enrolled.terminal.terminal_id,
        name: enrolled.terminal.name,
        certificate: enrolled.certificate.certificate_pem,
        authority: enrolled.certificate.authority_pem,
        server_authority: state.authorities.server_certificate_pem().to_owned(),
        care_url: state.care_url.to_string(),
        not_after: enrolled.certificate.not_after.to_string(),
        renewed: enrolled.renewed,
    };
    Ok((
        StatusCode::CREATED,
        [(header::CACHE_CONTROL, "no-store")],
        Json(answer),
    )
        .into_response())
}

fn problem(request_id: RequestId, error: &EnrolError) -> Problem {
    match error {
        EnrolError::Wrong => Problem::new(
            StatusCode::FORBIDDEN,
            "code_wrong",
            "事業所番号とコードを確認できません",
            "事業所番号とコードを確かめてください。期限が過ぎたとき、続けて5回間違えたときは、新しいコードが必要です。",
        ),
        EnrolError::Used => Problem::new(
            StatusCode::CONFLICT,
            "code_used",
            "このコードはすでに使われています",
            "コードは1回だけ使えます。事業所の管理者に新しいコードを依頼してください。",
        ),
        EnrolError::TooMany(exhausted) => {
            let mut problem = Problem::new(
                StatusCode::TOO_MANY_REQUESTS,
                "too_many_attempts",
                "しばらく受け付けません",
                "続けて何度も確認できませんでした。時間をおいて、もう一度お試しください。",
            );
            problem.retry_after = u32::try_from(exhausted.retry_after.max(1)).ok();
            problem
        }
        EnrolError::Request(_) => Problem::unprocessable(
            "csr",
            "証明書の申請書（PKCS#10、PEM）を使えません。鍵はECDSA P-256またはP-384、RSA 2048〜4096ビットにしてください。コードはまだ使えます。",
        ),
        EnrolError::Making(_) | EnrolError::Storage(_) => {
            tracing::error!(
                error = error as &dyn std::error::Error,
                request_id = request_id.as_str(),
                "no certificate was made"
            );
            Problem::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "unavailable",
                "ただいま発行できません",
                "時間をおいて、もう一度お試しください。",
            )
        }
    }
}
