//! What the program at the card reader calls, with its own certificate.

use std::time::Duration;

use axum::{
    Json,
    extract::{Path, State},
    response::{IntoResponse as _, Response},
};
use http::StatusCode;
use kiban_card::{
    ChallengeId,
    wire::{
        AnswerRequest, LONGEST_BODY_BYTES, Method, POLL_HELD_SECONDS, PollResponse, RefusedResponse,
    },
};
use kiban_services::card_check::{self, AnswerError};
use kiban_web_kit::{ApiJson, Problem};

use crate::{CareState, visit::Reader};

pub(crate) use super::{hello::hello, renew::renew};

/// GET `/agent/poll`: held until there is a challenge, for 25 seconds at the most.
pub(crate) async fn poll(
    Reader(visit): Reader,
    State(state): State<CareState>,
) -> Result<Response, Problem> {
    let held = Duration::from_secs(POLL_HELD_SECONDS);
    let (context, terminal) = (visit.context(), visit.terminal());
    let taken = card_check::poll(visit.platform(), &state.cards, &context, &terminal, held).await;
    let Some(taken) = taken.map_err(|error| failed(&error, visit.request_id.as_str()))? else {
        return Ok(StatusCode::NO_CONTENT.into_response());
    };
    let challenge = PollResponse {
        id: taken.text.id(),
        message: taken.text.as_str().to_owned(),
        purpose: taken.text.purpose(),
        office: taken.office,
        code: taken.code,
        method: if taken.by_sight {
            Method::Sight
        } else {
            Method::Pin
        },
    };
    Ok(Json(challenge).into_response())
}

/// POST `/agent/answer/{id}`.
pub(crate) async fn answer(
    Reader(visit): Reader,
    State(state): State<CareState>,
    Path(id): Path<String>,
    ApiJson(answer): ApiJson<AnswerRequest, LONGEST_BODY_BYTES>,
) -> Result<Response, Problem> {
    let id: ChallengeId = id.parse().map_err(|_| no_such_challenge())?;
    let (context, terminal) = (visit.context(), visit.terminal());
    let platform = visit.platform();
    let taken = card_check::answer(platform, &state.cards, &context, &terminal, id, &answer).await;
    match taken {
        Ok(()) => Ok(StatusCode::NO_CONTENT.into_response()),
        Err(AnswerError::NotFound) => Err(no_such_challenge()),
        Err(AnswerError::NotOpen) => Err(Problem::new(
            StatusCode::CONFLICT,
            "challenge_not_open",
            "この要求は受け付けていません",
            "すでに答えたか、取り消された要求です。画面からもう一度はじめてください。",
        )),
        Err(AnswerError::Late) => Err(Problem::new(
            StatusCode::GONE,
            "challenge_late",
            "時間内に答えがありませんでした",
            "90秒を過ぎました。画面からもう一度はじめてください。",
        )),
        Err(AnswerError::Refused { reason, sentence }) => {
            let refused = RefusedResponse {
                reason: reason.to_owned(),
                message: sentence.to_owned(),
            };
            Ok((StatusCode::UNPROCESSABLE_ENTITY, Json(refused)).into_response())
        }
        Err(AnswerError::Storage(error)) => Err(failed(&error, visit.request_id.as_str())),
    }
}

fn no_such_challenge() -> Problem {
    Problem::not_found().detail("この端末あての要求ではありません。")
}

pub(super) fn failed(error: &kiban_store::Error, request_id: &str) -> Problem {
    let error = error as &dyn std::error::Error;
    tracing::error!(error, request_id, "the database failed");
    Problem::busy(5)
}
