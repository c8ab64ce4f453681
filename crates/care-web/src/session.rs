//! How long a session still lasts, for the page's script, and putting its end off (W-10).

use axum::Json;
use http::HeaderMap;
use kiban_web_kit::Problem;
use serde::Serialize;

use crate::{
    cards::api::Asking,
    visit::{Visit, session_end},
};

/// When a session ends without another use.
#[derive(Debug, Serialize)]
pub(crate) struct SessionResponse {
    /// Until then, in seconds.
    left_seconds: i64,
    /// The time of day in Japan, in words.
    until: String,
    /// Whether using it cannot put the end off any more.
    last: bool,
}

impl From<kiban_ui::SessionEnd> for SessionResponse {
    fn from(end: kiban_ui::SessionEnd) -> Self {
        Self {
            left_seconds: end.left_seconds,
            until: end.until,
            last: end.last,
        }
    }
}

/// GET `/api/session`: asking does not count as use, so that an open page does not keep a session alive.
pub(crate) async fn show(
    visit: Visit,
    headers: HeaderMap,
) -> Result<Json<SessionResponse>, Problem> {
    let session = visit.look(&headers).await.map_err(|error| {
        let error = &error as &dyn std::error::Error;
        tracing::error!(
            error,
            request_id = visit.request_id.as_str(),
            "the database failed"
        );
        Problem::busy(5)
    })?;
    let session = session.filter(|session| session.complete);
    let session = session.ok_or_else(Problem::sign_in_required)?;
    Ok(Json(session_end(visit.platform(), &session).into()))
}

/// POST `/api/session`: use like any other, asked for by a button.
pub(crate) async fn extend(
    asking: Asking,
    headers: HeaderMap,
) -> Result<Json<SessionResponse>, Problem> {
    asking.own_script(&headers)?;
    let Asking(signed_in) = asking;
    Ok(Json(
        session_end(signed_in.platform(), &signed_in.session).into(),
    ))
}
