//! The six digits, or a recovery code.

use super::{Asked, enter, limited};
use crate::{
    PortalState,
    member::{home_of, session_of},
    public::{answer, failed},
};
use axum::{
    extract::{Form, FromRequest as _, Query, Request, State},
    response::{IntoResponse as _, Redirect, Response},
};
use http::{HeaderMap, StatusCode};
use kiban_portal_ui::{FactorPage, TextField};
use kiban_services::{
    CallContext,
    portal_users::{
        Session, Stage, passkeys, profile,
        sign_in::{self, SignInError},
    },
};
use kiban_web_kit::{
    Fields, PeerAddr,
    csrf::{self, Sender},
    session::Token,
};

/// Where a session that is not at this step goes.
const AGAIN: &str = "/login?state=timed-out";

/// GET `/login/2fa`.
pub(super) async fn show(
    State(state): State<PortalState>,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Result<Response, Response> {
    match session_of(&state, &headers).await? {
        Some((session, token)) if session.stage == Stage::SecondFactor => {
            let page = page(&state, &session, &token, &asked.next).await?;
            Ok(answer(StatusCode::OK, "no-store", &page))
        }
        Some((session, _)) if session.stage == Stage::Complete => {
            Ok(Redirect::to(home_of(&session)).into_response())
        }
        Some(_) => Ok(Redirect::to("/login/setup").into_response()),
        None => Ok(Redirect::to(AGAIN).into_response()),
    }
}

pub(super) async fn page(
    state: &PortalState,
    session: &Session,
    token: &Token,
    next: &str,
) -> Result<FactorPage, Response> {
    let platform = &state.platform;
    let passkeys = passkeys::list(platform, session.user_id).await;
    let passkeys = passkeys.map_err(|error| failed(state, &error))?;
    let profile = profile::show(platform, session).await.ok();
    let party = state.party();
    let here = |it: &&kiban_store::repo::passkeys::PasskeyRow| {
        let works = party.as_ref().is_some_and(|party| it.rp_id == party.id());
        works && it.stopped_at.is_none()
    };
    Ok(FactorPage {
        frame: state.portal_frame(),
        csrf: csrf::token(token),
        next: next.to_owned(),
        notice: None,
        code: TextField::default(),
        application: profile.is_some_and(|it| it.row.totp_secret.is_some()),
        passkey: passkeys.iter().any(|it| here(&it)),
    })
}

/// The session at this step and the form that it sent; otherwise where to go.
pub(super) async fn checked(
    state: &PortalState,
    request: Request,
    stage: Stage,
) -> Result<(Session, Token, Fields), Response> {
    let found = session_of(state, request.headers()).await?;
    let found = found.filter(|(session, _)| session.stage == stage);
    let Some((session, token)) = found else {
        return Err(Redirect::to(AGAIN).into_response());
    };
    let sender = csrf::sender(request.headers(), &state.own_origin);
    let form = Form::<Vec<(String, String)>>::from_request(request, &()).await;
    let fields = Fields::of(form.map_or_else(|_| Vec::new(), |Form(fields)| fields));
    let own = csrf::is_token(&token, fields.get(csrf::FIELD_NAME));
    if sender == Sender::Foreign || !own {
        return Err(Redirect::to(AGAIN).into_response());
    }
    Ok((session, token, fields))
}

/// POST `/login/2fa`. A right code gives the session a new token.
pub(super) async fn submit(
    State(state): State<PortalState>,
    peer: PeerAddr,
    request: Request,
) -> Result<Response, Response> {
    let from = super::from(&state, peer, request.headers());
    let request_id: kiban_web_kit::RequestId =
        request.extensions().get().copied().unwrap_or_default();
    let (session, token, fields) = checked(&state, request, Stage::SecondFactor).await?;
    let next = fields.get("next");
    let mut page = page(&state, &session, &token, next).await?;
    let code = fields.get("code");
    if code.is_empty() {
        page.code = page.code.with_error(if page.application {
            "認証コードを入力してください"
        } else {
            "予備のコードを入力してください"
        });
        return Ok(answer(StatusCode::UNPROCESSABLE_ENTITY, "no-store", &page));
    }
    let context = CallContext::portal_visitor(request_id.as_str());
    let text = token.to_text();
    Ok(
        match sign_in::complete(&state.platform, &context, &from, &text, code).await {
            Ok(token) => enter(&state, &token, next)
                .await
                .map_err(|error| failed(&state, &error))?,
            Err(SignInError::TooMany(exhausted)) => {
                page.notice = Some(limited(exhausted.retry_after));
                answer(StatusCode::TOO_MANY_REQUESTS, "no-store", &page)
            }
            Err(SignInError::WrongCode | SignInError::Wrong) => {
                page.code = page.code.with_error(if page.application {
                    "認証コードが正しくありません。アプリに表示されている新しいコードを入力してください"
                } else {
                    "予備のコードが正しくありません。まだ使っていないコードを入力してください"
                });
                answer(StatusCode::UNPROCESSABLE_ENTITY, "no-store", &page)
            }
            Err(SignInError::NoSession | SignInError::SecretEnded | SignInError::NoMembership) => {
                Redirect::to(AGAIN).into_response()
            }
            Err(SignInError::Storage(error)) => failed(&state, &error),
        },
    )
}
