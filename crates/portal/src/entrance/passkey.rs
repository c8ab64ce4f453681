//! Signing in by passkey: after the password, or without it.

use super::{LOGIN, enter, factor::checked, place_of};
use crate::{
    PortalState, passkey_words,
    public::{answer, failed},
};
use axum::{
    extract::{Request, State},
    response::{IntoResponse as _, Redirect, Response},
};
use http::StatusCode;
use kiban_portal_ui::{Link, Notice, PasskeyPage};
use kiban_services::{
    CallContext,
    passkeys::{Ceremony, PasskeyError, Place},
    portal_users::{Stage, passkeys},
};
use kiban_web_kit::{PeerAddr, csrf, session::Token};

struct Asking<'a> {
    csrf: &'a Token,
    next: &'a str,
    action: &'static str,
    back: Link,
    notice: Option<Notice>,
}

impl Asking<'_> {
    fn page(&self, state: &PortalState, asked: Ceremony) -> PasskeyPage {
        PasskeyPage {
            frame: state.portal_frame(),
            csrf: csrf::token(self.csrf),
            title: "パスキーで確認".into(),
            notice: self.notice.clone(),
            action: self.action.into(),
            fields: vec![("next", self.next.to_owned())],
            challenge: asked.id,
            options: asked.options,
            create: false,
            button: "パスキーで確認する",
            back: self.back.clone(),
        }
    }

    fn status(&self) -> StatusCode {
        if self.notice.is_some() {
            StatusCode::UNPROCESSABLE_ENTITY
        } else {
            StatusCode::OK
        }
    }
}

/// POST `/login/passkey`: asks, or takes the answer.
pub(super) async fn sign_in(
    State(state): State<PortalState>,
    peer: PeerAddr,
    request: Request,
) -> Result<Response, Response> {
    let posted = LOGIN.posted(&state, peer, request).await?;
    let Some(party) = state.party() else {
        return Ok(Redirect::to("/login").into_response());
    };
    let context = CallContext::portal_visitor(posted.request_id.as_str());
    let (serial, secret) = (place_of(&posted.from), posted.entry.to_text());
    let place = Place {
        party: &party,
        serial: &serial,
        secret: &secret,
    };
    let next = posted.get("next");
    let mut asking = Asking {
        csrf: &posted.entry,
        next,
        action: "/login/passkey",
        back: Link::new("/login", "ユーザIDとパスワードでログインする"),
        notice: None,
    };
    if posted.get("go") == "answer" {
        let (challenge, given) = (posted.get("challenge"), posted.get("answer"));
        let entered = passkeys::sign_in(
            &state.platform,
            &context,
            &posted.from,
            place,
            challenge,
            given,
        );
        match entered.await {
            Ok(token) => {
                let entered = enter(&state, &token, next).await;
                return entered.map_err(|error| failed(&state, &error));
            }
            Err(PasskeyError::Storage(error)) => return Err(failed(&state, &error)),
            Err(error) => asking.notice = Some(passkey_words::notice(&error)),
        }
    }
    match passkeys::ask_sign_in(&state.platform, place).await {
        Ok(asked) => {
            let page = asking.page(&state, asked);
            Ok(LOGIN.respond(&state, &posted.entry, asking.status(), &page))
        }
        Err(error) => Err(refused(&state, &error)),
    }
}

/// POST `/login/2fa/passkey`: asks, or takes the answer.
pub(super) async fn second_factor(
    State(state): State<PortalState>,
    peer: PeerAddr,
    request: Request,
) -> Result<Response, Response> {
    let from = super::from(&state, peer, request.headers());
    let request_id: kiban_web_kit::RequestId =
        request.extensions().get().copied().unwrap_or_default();
    let (_, token, fields) = checked(&state, request, Stage::SecondFactor).await?;
    let Some(party) = state.party() else {
        return Ok(Redirect::to("/login/2fa").into_response());
    };
    let context = CallContext::portal_visitor(request_id.as_str());
    let (serial, secret) = (place_of(&from), token.to_text());
    let place = Place {
        party: &party,
        serial: &serial,
        secret: &secret,
    };
    let next = fields.get("next");
    let mut asking = Asking {
        csrf: &token,
        next,
        action: "/login/2fa/passkey",
        back: Link::new("/login/2fa", "ほかの方法で確認する"),
        notice: None,
    };
    if fields.get("go") == "answer" {
        let (challenge, given) = (fields.get("challenge"), fields.get("answer"));
        let entered = passkeys::complete(&state.platform, &context, &from, place, challenge, given);
        match entered.await {
            Ok(token) => {
                let entered = enter(&state, &token, next).await;
                return entered.map_err(|error| failed(&state, &error));
            }
            Err(PasskeyError::Storage(error)) => return Err(failed(&state, &error)),
            Err(error) => asking.notice = Some(passkey_words::notice(&error)),
        }
    }
    match passkeys::ask_second_factor(&state.platform, place).await {
        Ok(asked) => {
            let page = asking.page(&state, asked);
            Ok(answer(asking.status(), "no-store", &page))
        }
        Err(error) => Err(refused(&state, &error)),
    }
}

fn refused(state: &PortalState, error: &PasskeyError) -> Response {
    match error {
        PasskeyError::Storage(error) => failed(state, error),
        _ => Redirect::to("/login?state=timed-out").into_response(),
    }
}
