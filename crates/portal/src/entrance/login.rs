//! ID or address, and password.

use super::{Asked, LOGIN, enter, go_on, limited, next_query};
use crate::{
    PortalState,
    forms::Place,
    member::{home_of, session_of},
    public::failed,
};
use axum::{
    extract::{Query, Request, State},
    response::{IntoResponse as _, Redirect, Response},
};
use http::{HeaderMap, StatusCode};
use kiban_portal_ui::{LoginPage, Notice, NoticeKind, TextField};
use kiban_services::{
    CallContext,
    portal_users::{
        Stage,
        sign_in::{self, SignInError},
    },
};
use kiban_web_kit::{PeerAddr, csrf, session::Token};

/// GET `/login`.
pub(super) async fn show(
    State(state): State<PortalState>,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Result<Response, Response> {
    if let Some((session, _)) = session_of(&state, &headers).await?
        && session.stage == Stage::Complete
    {
        return Ok(Redirect::to(home_of(&session)).into_response());
    }
    let entry = Place::entry(&state, &headers);
    let mut page = page(&state, &entry, &asked.next);
    page.notice = match asked.state.as_str() {
        "timed-out" => Some(Notice::new(
            NoticeKind::Info,
            "一定の時間、操作がなかったためログアウトしました",
            "もう一度ログインしてください。",
        )),
        "signed-out" => Some(Notice::new(NoticeKind::Success, "ログアウトしました", "")),
        _ => None,
    };
    Ok(LOGIN.respond(&state, &entry, StatusCode::OK, &page))
}

pub(super) fn page(state: &PortalState, entry: &Token, next: &str) -> LoginPage {
    LoginPage {
        frame: state.portal_frame(),
        csrf: csrf::token(entry),
        next: next.to_owned(),
        notice: None,
        user: TextField::default(),
        password: TextField::default(),
        passkeys: state.party().is_some(),
    }
}

/// POST `/login`.
pub(super) async fn submit(
    State(state): State<PortalState>,
    peer: PeerAddr,
    request: Request,
) -> Result<Response, Response> {
    let posted = LOGIN.posted(&state, peer, request).await?;
    let next = posted.get("next");
    let mut page = page(&state, &posted.entry, next);
    page.user = TextField::of(posted.get("user"));
    if page.user.value.is_empty() {
        page.user = page
            .user
            .with_error("ユーザIDまたはメールアドレスを入力してください");
    }
    let password = posted.fields.raw("password");
    if password.is_empty() {
        page.password = page.password.with_error("パスワードを入力してください");
    }
    let refuse = |status, page: &LoginPage| LOGIN.respond(&state, &posted.entry, status, page);
    // Nobody's password is longer, and hashing what somebody sends without end would be work for nothing.
    if !page.errors().is_empty() || page.user.value.len() > 320 || password.len() > 1_024 {
        if page.errors().is_empty() {
            page.notice = Some(wrong());
        }
        return Ok(refuse(StatusCode::UNPROCESSABLE_ENTITY, &page));
    }
    let context = CallContext::portal_visitor(posted.request_id.as_str());
    let user = posted.get("user");
    let password = password.to_owned();
    let begun = sign_in::begin(&state.platform, &context, &posted.from, user, password).await;
    Ok(match begun {
        Ok(started) => match started.stage {
            Stage::SetUp => go_on(&state, &started.token, &address("/login/setup", next)),
            Stage::SecondFactor => go_on(&state, &started.token, &address("/login/2fa", next)),
            Stage::Complete => enter(&state, &started.token, next)
                .await
                .map_err(|error| failed(&state, &error))?,
        },
        Err(SignInError::TooMany(exhausted)) => {
            page.notice = Some(limited(exhausted.retry_after));
            refuse(StatusCode::TOO_MANY_REQUESTS, &page)
        }
        Err(SignInError::SecretEnded) => {
            page.notice = Some(Notice::new(
                NoticeKind::Error,
                "初回パスワードの有効期限が過ぎています",
                "ユーザIDを発行した窓口に、再発行を依頼してください。",
            ));
            refuse(StatusCode::FORBIDDEN, &page)
        }
        Err(SignInError::NoMembership) => {
            page.notice = Some(Notice::new(
                NoticeKind::Error,
                "このユーザIDで利用できる団体がありません",
                "利用していた団体の管理者に、招待を依頼してください。",
            ));
            refuse(StatusCode::FORBIDDEN, &page)
        }
        Err(SignInError::Wrong | SignInError::WrongCode | SignInError::NoSession) => {
            page.notice = Some(wrong());
            refuse(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Err(SignInError::Storage(error)) => failed(&state, &error),
    })
}

fn address(path: &str, next: &str) -> String {
    format!("{path}{}", next_query(next))
}

fn wrong() -> Notice {
    Notice::new(
        NoticeKind::Error,
        "ユーザIDまたはパスワードが正しくありません",
        "入力した内容を確かめて、もう一度入力してください。",
    )
}
