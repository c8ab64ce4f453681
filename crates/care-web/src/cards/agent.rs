//! What the program at the card reader calls, with its own certificate.

use std::time::Duration;

use axum::{
    Json,
    extract::{Path, Query, State},
    response::{IntoResponse as _, Response},
};
use http::StatusCode;
use kiban_card::{
    ChallengeId,
    wire::{
        AnswerRequest, LONGEST_BODY_BYTES, Method, POLL_HELD_SECONDS, PollAnswer, PollResponse,
        ReaderTestAsked, ReaderTestRequest, RefusedResponse,
    },
};
use kiban_services::card_check::{
    self, AnswerError, Polled,
    reader_test::{self, TestedError},
};
use kiban_web_kit::{ApiJson, Problem};
use serde::Deserialize;
use uuid::Uuid;

use crate::{CareState, visit::Reader};

pub(crate) use super::{hello::hello, renew::renew};

/// What a program knows beside challenges.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Knows {
    reader_test: String,
}

/// GET `/agent/poll`: held until there is a challenge or a reader test, for 25 seconds at the most.
pub(crate) async fn poll(
    Reader(visit): Reader,
    State(state): State<CareState>,
    Query(knows): Query<Knows>,
) -> Result<Response, Problem> {
    let held = Duration::from_secs(POLL_HELD_SECONDS);
    let (context, terminal) = (visit.context(), visit.terminal());
    let (platform, knows) = (visit.platform(), knows.reader_test == "1");
    let polled = card_check::poll(platform, &state.cards, &context, &terminal, knows, held).await;
    let taken = match polled.map_err(|error| failed(&error, visit.request_id.as_str()))? {
        Some(Polled::Challenge(taken)) => taken,
        Some(Polled::ReaderTest(id)) => {
            let asked = ReaderTestAsked {
                reader_test: id.as_simple().to_string(),
                wait_seconds: reader_test::WAIT_SECONDS,
            };
            return Ok(Json(PollAnswer::ReaderTest(asked)).into_response());
        }
        None => return Ok(StatusCode::NO_CONTENT.into_response()),
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
    Ok(Json(PollAnswer::Challenge(challenge)).into_response())
}

/// POST `/agent/reader-test/{id}`.
pub(crate) async fn reader_tested(
    Reader(visit): Reader,
    Path(id): Path<String>,
    ApiJson(found): ApiJson<ReaderTestRequest, LONGEST_BODY_BYTES>,
) -> Result<StatusCode, Problem> {
    let none = || Problem::not_found().detail("この端末あての読み取り確認ではありません。");
    let id = Uuid::try_parse(&id).map_err(|_| none())?;
    match reader_test::tested(visit.platform(), &visit.terminal(), id, &found).await {
        Ok(()) => Ok(StatusCode::NO_CONTENT),
        Err(TestedError::NotFound) => Err(none()),
        Err(TestedError::NotOpen) => Err(Problem::new(
            StatusCode::CONFLICT,
            "reader_test_not_open",
            "この読み取り確認は受け付けていません",
            "すでに答えたか、受け取っていない読み取り確認です。",
        )),
        Err(TestedError::Late) => Err(Problem::new(
            StatusCode::GONE,
            "reader_test_late",
            "時間内に答えがありませんでした",
            "画面からもう一度はじめてください。",
        )),
        Err(TestedError::Form) => Err(Problem::unprocessable(
            "rungs",
            "段の名前とコードは、英小文字・数字・下線の32文字まで、段は32までで送ってください。",
        )),
        Err(TestedError::Storage(error)) => Err(failed(&error, visit.request_id.as_str())),
    }
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

pub(crate) fn failed(error: &kiban_store::Error, request_id: &str) -> Problem {
    let error = error as &dyn std::error::Error;
    tracing::error!(error, request_id, "the database failed");
    Problem::busy(5)
}
