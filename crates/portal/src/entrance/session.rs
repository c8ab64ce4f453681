//! Ending a session, and how long it still lasts.

use crate::{
    PortalState,
    member::{PostedIn, session_end, session_of},
    public::failed,
};
use axum::{
    Json,
    extract::State,
    response::{IntoResponse as _, Redirect, Response},
};
use http::{HeaderMap, StatusCode, header::SET_COOKIE};
use kiban_portal_ui::SessionEnd;
use kiban_services::portal_users::{self, Stage};
use kiban_web_kit::{csrf, session};
use serde::Serialize;

/// POST `/logout`.
pub(super) async fn sign_out(posted: PostedIn) -> Response {
    let signed_in = posted.signed_in;
    let (platform, token) = (signed_in.platform(), signed_in.token.to_text());
    let ended = portal_users::sign_out(platform, &signed_in.context(), &token).await;
    if let Err(error) = ended {
        return signed_in.failed(&error);
    }
    let mut response = Redirect::to("/login?state=signed-out").into_response();
    let gone = session::removal(signed_in.state.transport());
    response.headers_mut().append(SET_COOKIE, gone);
    response
}

/// When a session ends without another use.
#[derive(Debug, Serialize)]
pub(super) struct SessionResponse {
    /// Until then, in seconds.
    left_seconds: i64,
    /// The time of day in Japan, in words.
    until: String,
    /// Whether using it cannot put the end off any more.
    last: bool,
}

fn shown(end: SessionEnd) -> Response {
    let body = SessionResponse {
        left_seconds: end.left_seconds,
        until: end.until,
        last: end.last,
    };
    ([("cache-control", "no-store")], Json(body)).into_response()
}

/// GET `/api/session`: asking does not count as use, so that an open page does not keep a session alive.
pub(super) async fn look(State(state): State<PortalState>, headers: HeaderMap) -> Response {
    let Some(token) = session::Token::of(&headers) else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    match portal_users::look(&state.platform, &token.to_text()).await {
        Ok(Some(session)) if session.stage == Stage::Complete => {
            shown(session_end(&state.platform, &session))
        }
        Ok(_) => StatusCode::UNAUTHORIZED.into_response(),
        Err(error) => failed(&state, &error),
    }
}

/// POST `/api/session`: use like any other, asked for by a button.
pub(super) async fn extend(
    State(state): State<PortalState>,
    headers: HeaderMap,
) -> Result<Response, Response> {
    let found = session_of(&state, &headers).await?;
    let found = found.filter(|(session, _)| session.stage == Stage::Complete);
    let Some((session, token)) = found else {
        return Ok(StatusCode::UNAUTHORIZED.into_response());
    };
    let sent = headers.get("x-csrf-token").and_then(|it| it.to_str().ok());
    if !csrf::is_token(&token, sent.unwrap_or_default()) {
        return Ok(StatusCode::FORBIDDEN.into_response());
    }
    Ok(shown(session_end(&state.platform, &session)))
}
