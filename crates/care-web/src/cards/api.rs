//! What the page calls: to ask for a challenge, and to see where it stands.

use axum::{
    Json,
    extract::{FromRequestParts, Path},
    response::{IntoResponse as _, Response},
};
use http::{HeaderMap, StatusCode, request::Parts};
use kiban_card::{
    ChallengeId, ErrorCode,
    wire::{
        ChallengeRequest, ChallengeResponse, ChallengeStateResponse, LONGEST_BODY_BYTES,
        TerminalError,
    },
};
use kiban_services::card_check::{self, NewChallenge, OpenError};
use kiban_store::repo::card_challenges::ChallengeState;
use kiban_web_kit::{
    ApiJson, Problem,
    csrf::{self, Sender},
};

use crate::{CareState, form::parted, visit::SignedIn};

/// The header in which our own script sends the page's token.
const TOKEN: &str = "x-csrf-token";

/// Somebody who is signed in, asked through a script: without a sign-in the answer is 401 and no page.
#[derive(Debug)]
pub(crate) struct Asking(pub(crate) SignedIn);

impl Asking {
    /// Makes sure that a script of our own page asks, which knows the page's token.
    pub(crate) fn own_script(&self, headers: &HeaderMap) -> Result<(), Problem> {
        let token = headers.get(TOKEN).and_then(|it| it.to_str().ok());
        let own = token.map(parted).is_some_and(|(token, mark)| {
            mark == self.0.mark() && csrf::is_token(&self.0.token, token)
        });
        let sender = csrf::sender(headers, &self.0.visit.state.own_origin);
        if own && sender != Sender::Foreign {
            return Ok(());
        }
        let detail = "画面の有効時間が切れました。画面を読み込み直してください。";
        Err(Problem::forbidden(detail))
    }
}

impl FromRequestParts<CareState> for Asking {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &CareState) -> Result<Self, Response> {
        let found =
            <SignedIn as FromRequestParts<CareState>>::from_request_parts(parts, state).await;
        found.map(Self).map_err(|refusal| {
            if refusal.status() == StatusCode::SEE_OTHER {
                Problem::sign_in_required().into_response()
            } else {
                refusal
            }
        })
    }
}

/// POST `/api/challenge`.
pub(crate) async fn open(
    asking: Asking,
    headers: HeaderMap,
    ApiJson(asked): ApiJson<ChallengeRequest, LONGEST_BODY_BYTES>,
) -> Result<Response, Problem> {
    asking.own_script(&headers)?;
    let Asking(signed_in) = asking;
    let new = NewChallenge {
        terminal: signed_in.visit.terminal(),
        sign_in: signed_in.sign_in(),
        purpose: asked.purpose,
        case: asked.case,
        method: asked.method,
    };
    let cards = &signed_in.visit.state.cards;
    let opened = card_check::open(signed_in.platform(), cards, &signed_in.context, new).await;
    let opened = opened.map_err(|error| refused(&error, &signed_in))?;
    let response = ChallengeResponse {
        id: opened.id,
        code: opened.code,
    };
    Ok((StatusCode::CREATED, Json(response)).into_response())
}

/// GET `/api/challenge/{id}`.
pub(crate) async fn state(
    Asking(signed_in): Asking,
    Path(id): Path<String>,
) -> Result<Json<ChallengeStateResponse>, Problem> {
    let none = || Problem::not_found().detail("この画面の要求ではありません。");
    let id: ChallengeId = id.parse().map_err(|_| none())?;
    let (platform, context) = (signed_in.platform(), &signed_in.context);
    let view = card_check::state(platform, context, &signed_in.sign_in(), id).await;
    let view = view.map_err(|error| storage(&error, &signed_in))?;
    let view = view.ok_or_else(none)?;
    Ok(Json(match view.state {
        ChallengeState::Pending => ChallengeStateResponse::Pending,
        ChallengeState::Taken => ChallengeStateResponse::Taken,
        ChallengeState::Done => ChallengeStateResponse::Done {
            link: view.link.map(|link| link.as_simple().to_string()),
        },
        ChallengeState::Failed => ChallengeStateResponse::Failed {
            // A refusal of the answer is no error of the terminal; its sentence says what it was.
            error: TerminalError(view.error.unwrap_or(ErrorCode::Internal)),
            message: view.sentence,
        },
        ChallengeState::Expired => ChallengeStateResponse::Expired,
        ChallengeState::Withdrawn => ChallengeStateResponse::Withdrawn,
    }))
}

fn refused(error: &OpenError, signed_in: &SignedIn) -> Problem {
    match error {
        OpenError::NotOffered => Problem::unprocessable(
            "cards_not_read",
            "この基盤では、この方法でのカードの確認はできません。",
        ),
        OpenError::Case => {
            Problem::unprocessable("case", "目的または用件の名前が正しくありません。")
        }
        OpenError::Text => Problem::unprocessable(
            "terminal",
            "この端末の番号ではカードの確認ができません。運営者に連絡してください。",
        ),
        OpenError::TooMany(exhausted) => {
            let seconds = u32::try_from(exhausted.retry_after).unwrap_or(60);
            Problem::too_many_requests(seconds)
        }
        OpenError::Storage(error) => storage(error, signed_in),
    }
}

fn storage(error: &kiban_store::Error, signed_in: &SignedIn) -> Problem {
    let request_id = signed_in.visit.request_id.as_str();
    let error = error as &dyn std::error::Error;
    tracing::error!(error, request_id, "the database failed");
    Problem::busy(5)
}
