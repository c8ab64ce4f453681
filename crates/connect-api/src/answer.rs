//! Answers in JSON, and the refusals that several operations share.

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use http::{
    HeaderValue, StatusCode, Uri,
    header::{CONTENT_TYPE, LOCATION},
};
use kiban_access::Refusal;
use kiban_store::Error;
use kiban_web_kit::Problem;
use serde::{Serialize, de::DeserializeOwned};
use std::error::Error as _;

/// What an operation answers.
pub(crate) type Answer = Result<Response, Problem>;

/// A value as JSON.
pub(crate) fn json(status: StatusCode, value: &impl Serialize) -> Answer {
    let text = serde_json::to_string(value).map_err(|error| {
        tracing::error!(%error, "an answer could not be written as JSON");
        Problem::internal()
    })?;
    Ok(written(status, text))
}

/// JSON that is written already.
pub(crate) fn written(status: StatusCode, text: impl Into<Body>) -> Response {
    let mut response = Response::new(text.into());
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// Adds where the thing that was made is found.
pub(crate) fn located(mut response: Response, path: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(path) {
        response.headers_mut().insert(LOCATION, value);
    }
    response
}

/// 204.
pub(crate) fn nothing() -> Response {
    StatusCode::NO_CONTENT.into_response()
}

/// The query, whose unknown names are refused.
pub(crate) fn query<T: DeserializeOwned + Default>(uri: &Uri) -> Result<T, Problem> {
    if uri.query().is_none_or(str::is_empty) {
        return Ok(T::default());
    }
    axum::extract::Query::try_from_uri(uri)
        .map(|query| query.0)
        .map_err(|_| {
            Problem::bad_request(
                "アドレスの「?」から後ろを読み取れません。名前の綴りと値を確かめてください。",
            )
        })
}

/// The database failed: the cause is logged here and nowhere else.
pub(crate) fn storage(error: &Error) -> Problem {
    match error {
        Error::Overloaded => Problem::busy(1),
        error => {
            // Only the first line: PostgreSQL puts values of the row into the lines after it.
            let cause = error.source().map(ToString::to_string).unwrap_or_default();
            let cause = cause.lines().next().unwrap_or_default();
            tracing::error!(%error, cause, "storage failed");
            Problem::internal()
        }
    }
}

/// A refusal of the question as a whole.
pub(crate) fn refused(refusal: Refusal) -> Problem {
    let (status, title) = match refusal {
        Refusal::NotFound => (StatusCode::NOT_FOUND, "見つかりません"),
        Refusal::RelationEnded => (StatusCode::NOT_FOUND, "担当登録が終了しています"),
        Refusal::InsurerNotSharing => (StatusCode::FORBIDDEN, "情報共有の開始前です"),
        Refusal::RoleNotEntitled => (StatusCode::FORBIDDEN, "この利用区分ではできません"),
    };
    Problem::new(status, refusal.code(), title, refusal.message())
}

/// 403: only municipalities send files.
pub(crate) fn not_an_insurer() -> Problem {
    Problem::new(
        StatusCode::FORBIDDEN,
        "not_an_insurer",
        "この操作は許可されていません",
        "ファイルの送信は、市町村（保険者）のシステムの証明書でだけ行えます。",
    )
}

/// 404 of a thing with a name of its own.
pub(crate) fn not_found(code: &'static str, detail: &'static str) -> Problem {
    Problem::new(StatusCode::NOT_FOUND, code, "見つかりません", detail)
}
