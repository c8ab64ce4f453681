//! What the program at the card reader calls, with its own certificate.

use std::time::Duration;

use axum::{
    Json,
    extract::{Path, Query, State, rejection::QueryRejection},
    response::{IntoResponse as _, Response},
};
use http::StatusCode;
use kiban_card::{
    ChallengeId,
    wire::{
        AnswerRequest, HelloRequest, HelloResponse, LONGEST_BODY_BYTES, Method, POLL_HELD_SECONDS,
        PollResponse, RefusedResponse,
    },
};
use kiban_services::card_check::{self, AnswerError};
use kiban_web_kit::{ApiJson, Problem};

use crate::{CareState, visit::Reader};

/// The oldest program whose answers are understood: (major, minor).
const OLDEST_PROGRAM: (u32, u32) = (0, 1);

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

/// GET `/agent/hello`: the program says that it is there, and hears for whom it works.
pub(crate) async fn hello(
    Reader(visit): Reader,
    State(state): State<CareState>,
    hello: Result<Query<HelloRequest>, QueryRejection>,
) -> Result<Json<HelloResponse>, Problem> {
    let Ok(Query(hello)) = hello else {
        let detail = "version、reader、doctor を付けて送ってください。";
        return Err(Problem::bad_request(detail));
    };
    if version(&hello.version).is_none_or(|version| version < OLDEST_PROGRAM) {
        return Err(Problem::new(
            StatusCode::UPGRADE_REQUIRED,
            "program_too_old",
            "端末プログラムが古くなっています",
            "新しい端末プログラムを入れてから、もう一度つないでください。",
        ));
    }
    Ok(Json(HelloResponse {
        origin: state.cards.origin().to_owned(),
        terminal: visit.terminal_id.clone(),
        certificate_ends: visit.client.not_after.to_string(),
    }))
}

/// The first two numbers of `1.2.3`.
fn version(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.split('.').map(|part| part.parse().ok());
    Some((numbers.next()??, numbers.next()??))
}

fn no_such_challenge() -> Problem {
    Problem::not_found().detail("この端末あての要求ではありません。")
}

fn failed(error: &kiban_store::Error, request_id: &str) -> Problem {
    let error = error as &dyn std::error::Error;
    tracing::error!(error, request_id, "the database failed");
    Problem::busy(5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_read_by_its_first_two_numbers() {
        assert_eq!(version("0.1.0"), Some((0, 1)));
        assert_eq!(version("2.10"), Some((2, 10)));
        for bad in ["", "1", "a.b", "1.", "-1.0"] {
            assert_eq!(version(bad), None, "{bad}");
        }
        assert!(version("0.0.9").unwrap() < OLDEST_PROGRAM);
    }
}
