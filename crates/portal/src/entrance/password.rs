//! A forgotten password: asking for a link.

use super::limited;
use crate::{PortalState, forms::Place, public::failed};
use axum::{
    extract::{Request, State},
    response::Response,
};
use http::{HeaderMap, StatusCode};
use kiban_portal_ui::{Notice, NoticeKind, PasswordAskPage, TextField};
use kiban_services::{
    CallContext,
    portal_users::recovery::{self, RecoveryError},
};
use kiban_web_kit::{PeerAddr, csrf, session::Token};

pub(super) const PASSWORD: Place = Place {
    path: "/password",
    again: ("/password", "パスワードの再設定"),
};

fn page(state: &PortalState, entry: &Token) -> PasswordAskPage {
    PasswordAskPage {
        frame: state.portal_frame().below("/login", "ログイン"),
        csrf: csrf::token(entry),
        notice: None,
        user: TextField::default(),
        sent: false,
    }
}

/// GET `/password`.
pub(super) async fn show(State(state): State<PortalState>, headers: HeaderMap) -> Response {
    let entry = Place::entry(&state, &headers);
    let page = page(&state, &entry);
    PASSWORD.respond(&state, &entry, StatusCode::OK, &page)
}

/// POST `/password`: the answer is the same whether there is such an account.
pub(super) async fn submit(
    State(state): State<PortalState>,
    peer: PeerAddr,
    request: Request,
) -> Result<Response, Response> {
    let posted = PASSWORD.posted(&state, peer, request).await?;
    let mut page = page(&state, &posted.entry);
    let user = posted.get("user");
    page.user = TextField::of(user);
    let respond =
        |status, page: &PasswordAskPage| PASSWORD.respond(&state, &posted.entry, status, page);
    if user.is_empty() || user.len() > 320 {
        page.user = page
            .user
            .with_error("ユーザIDまたはメールアドレスを入力してください");
        return Ok(respond(StatusCode::UNPROCESSABLE_ENTITY, &page));
    }
    let context = CallContext::portal_visitor(posted.request_id.as_str());
    let url = &state.own_origin;
    match recovery::ask(&state.platform, &context, &posted.from, url, user).await {
        Ok(()) => {
            page.sent = true;
            page.notice = Some(Notice::new(
                NoticeKind::Success,
                "再設定の申込みを受け付けました",
                "登録がある場合は、数分以内にメールが届きます。",
            ));
            Ok(respond(StatusCode::OK, &page))
        }
        Err(RecoveryError::TooMany(exhausted)) => {
            page.notice = Some(limited(exhausted.retry_after));
            Ok(respond(StatusCode::TOO_MANY_REQUESTS, &page))
        }
        Err(RecoveryError::Storage(error)) => Err(failed(&state, &error)),
        Err(RecoveryError::Link(_) | RecoveryError::Stopped) => Ok(respond(StatusCode::OK, &page)),
    }
}
