//! ログイン (P20): from ID and password to a session, and what has to be set on the way.

mod factor;
mod links;
mod login;
mod passkey;
mod password;
mod session;
mod set_up;

pub(crate) use set_up::password_words;

use crate::{
    PortalState,
    forms::Place,
    member::{home_of, within},
    start::address,
};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::{HeaderMap, header::SET_COOKIE};
use kiban_portal_ui::{Notice, NoticeKind};
use kiban_services::{
    passkeys::RelyingParty,
    portal_users::{self, From, Stage},
    sign_in::Token as NewToken,
};
use kiban_web_kit::{PeerAddr, Routes, agent, session::Token};
use serde::Deserialize;

const LOGIN: Place = Place {
    path: "/login",
    again: ("/login", "ログイン"),
};

/// The pages before and around a session.
pub(crate) fn routes() -> Routes<PortalState> {
    Routes::new()
        .get("/login", login::show)
        .post("/login", login::submit)
        .post("/login/passkey", passkey::sign_in)
        .get("/login/2fa", factor::show)
        .post("/login/2fa", factor::submit)
        .post("/login/2fa/passkey", passkey::second_factor)
        .get("/login/setup", set_up::show)
        .post("/login/setup", set_up::submit)
        .post("/logout", session::sign_out)
        .get("/api/session", session::look)
        .post("/api/session", session::extend)
        .get("/password", password::show)
        .post("/password", password::submit)
        .get("/password/{secret}", links::password)
        .post("/password/{secret}", links::use_password)
        .get("/mail/{secret}", links::mail)
        .post("/mail/{secret}", links::use_mail)
        .get("/invitation/{secret}", links::invitation)
        .post("/invitation/{secret}", links::use_invitation)
}

/// What the address of an entrance page may carry.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    next: String,
    #[serde(default)]
    state: String,
}

impl PortalState {
    /// The site for passkeys, where browsers know any.
    pub(crate) fn party(&self) -> Option<RelyingParty> {
        RelyingParty::of_origin(&self.own_origin)
    }
}

/// From where a request comes.
pub(crate) fn from(state: &PortalState, peer: PeerAddr, headers: &HeaderMap) -> From {
    From {
        address: address(state, peer, headers),
        agent: agent::words(headers),
    }
}

/// What a passkey's challenge is bound to beside the browser's secret.
pub(crate) fn place_of(from: &From) -> String {
    format!("portal:{}", from.address)
}

/// Goes on with a new session's cookie.
pub(crate) fn go_on(state: &PortalState, token: &NewToken, target: &str) -> Response {
    with_cookie(state, token, Redirect::to(target).into_response())
}

fn with_cookie(state: &PortalState, token: &NewToken, mut response: Response) -> Response {
    if let Some(token) = Token::parse(&token.0) {
        let cookie = token.cookie(state.transport());
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

/// Goes on with a session that is complete, to where its holder wanted to go.
async fn enter(
    state: &PortalState,
    token: &NewToken,
    next: &str,
) -> Result<Response, kiban_store::Error> {
    let target = target(state, token, next).await?;
    Ok(go_on(state, token, &target))
}

async fn target(
    state: &PortalState,
    token: &NewToken,
    next: &str,
) -> Result<String, kiban_store::Error> {
    let session = portal_users::look(&state.platform, &token.0).await?;
    Ok(match (session, within(next)) {
        (Some(session), _) if session.stage == Stage::SetUp => "/login/setup".to_owned(),
        (Some(_), Some(next)) => next.to_owned(),
        (Some(session), None) => home_of(&session).to_owned(),
        (None, _) => "/login".to_owned(),
    })
}

/// The query that carries `next` on; empty without one.
fn next_query(next: &str) -> String {
    match within(next) {
        Some(next) => {
            let next =
                percent_encoding::utf8_percent_encode(next, percent_encoding::NON_ALPHANUMERIC);
            format!("?next={next}")
        }
        None => String::new(),
    }
}

/// Too many attempts: in how many minutes to try again.
pub(crate) fn limited(seconds: i64) -> Notice {
    let minutes = (seconds + 59) / 60;
    Notice::new(
        NoticeKind::Error,
        "続けて何度も確認できなかったため、しばらく受け付けません",
        format!("{minutes}分ほど待ってから、もう一度お試しください。"),
    )
}
