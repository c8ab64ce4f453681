//! Where the letter leads. Opening the page changes nothing: mail programs open links by themselves.

use super::{SIGN_UP, steps::taken};
use crate::{
    PortalState,
    entrance::{dead, go_on},
    forms::Place,
    member::session_of,
    public::{answer, failed},
};
use axum::{
    extract::{Path, Request, State},
    response::{IntoResponse as _, Redirect, Response},
};
use http::{HeaderMap, StatusCode};
use kiban_portal_ui::{Link, LinkPage, MessagePage};
use kiban_services::{
    CallContext,
    portal_users::{Session, Stage, links::LinkError},
    registrations::{self, ConfirmError, LookUpError, SignedUp},
};
use kiban_web_kit::{PeerAddr, csrf, session::Token};

fn dead_link(state: &PortalState, error: &LinkError) -> Response {
    let another = "すでに登録を続けたときは、ログインしてください。パスワードを設定していないときは、ログイン画面の「パスワードをお忘れの方」から続けられます。期限が過ぎたときは、もう一度ユーザ登録をお申し込みください。新しいメールをお送りします。";
    let next = Link::new("/signup", "ユーザ登録をお申し込みになる画面へ進む");
    dead(state, error, another, next)
}

/// `own`: whether somebody is signed in for an office in this browser, so that the office can be added to their account.
fn page(
    state: &PortalState,
    entry: &Token,
    token: &str,
    signed_up: SignedUp,
    own: bool,
) -> LinkPage {
    let office = signed_up.office;
    LinkPage {
        frame: state.portal_frame(),
        csrf: csrf::token(entry),
        title: "ユーザ登録の確認".into(),
        notice: None,
        lead: if own {
            "まだ登録は終わっていません。内容をお確かめのうえ、登録のしかたを選んでください。"
        } else {
            "まだ登録は終わっていません。内容をお確かめのうえ、「登録を続ける」を押してください。続けて、パスワードと2つ目の認証方法を設定します。"
        }
        .into(),
        facts: vec![
            ("区分", office.kind.label().to_owned()),
            ("番号", office.office_no.as_str().to_owned()),
            ("名称", office.name),
            ("担当者の氏名", signed_up.applicant.name),
            ("メールアドレス", signed_up.applicant.mail),
        ],
        action: format!("/signup/confirm/{token}"),
        buttons: if own {
            vec![
                ("join", "今のユーザIDに追加する"),
                ("go", "新しいユーザIDを作る"),
            ]
        } else {
            vec![("go", "登録を続ける")]
        },
        other: Some(Link::new("/signup", "内容が違うため、はじめからやり直す")),
    }
}

/// GET `/signup/confirm/{token}`.
pub(super) async fn show(
    State(state): State<PortalState>,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Response> {
    let opened = registrations::open(&state.platform, &token).await;
    let signed_up = opened.map_err(|error| dead_link(&state, &error))?;
    let entry = Place::entry(&state, &headers);
    let own = own(&state, &headers).await?.is_some();
    let page = page(&state, &entry, &token, signed_up, own);
    Ok(SIGN_UP.respond(&state, &entry, StatusCode::OK, &page))
}

/// POST `/signup/confirm/{token}`: the account and the application come into being.
pub(super) async fn submit(
    State(state): State<PortalState>,
    Path(token): Path<String>,
    peer: PeerAddr,
    request: Request,
) -> Result<Response, Response> {
    let own = own(&state, request.headers()).await?;
    let posted = SIGN_UP.posted(&state, peer, request).await?;
    if posted.get("go") == "join"
        && let Some(session) = own
    {
        let context = session.context(posted.request_id.as_str());
        let (portal, user_id) = (&state.own_origin, session.user_id);
        let joined = registrations::join(&state.platform, &context, portal, &token, user_id);
        joined.await.map_err(|error| refused(&state, error))?;
        return Ok(Redirect::to("/switch").into_response());
    }
    let context = CallContext::portal_visitor(posted.request_id.as_str());
    let (platform, portal) = (&state.platform, &state.own_origin);
    let confirmed = registrations::confirm(platform, &context, &posted.from, portal, &token);
    match confirmed.await {
        Ok(session) => Ok(go_on(&state, &session, "/login/setup")),
        Err(error) => Err(refused(&state, error)),
    }
}

/// Who is signed in for an office in this browser.
async fn own(state: &PortalState, headers: &HeaderMap) -> Result<Option<Session>, Response> {
    let found = session_of(state, headers).await?;
    let complete = |it: &Session| {
        it.stage == Stage::Complete && matches!(it.body, kiban_domain::Body::Office(_))
    };
    Ok(found.map(|(session, _)| session).filter(complete))
}

fn refused(state: &PortalState, error: ConfirmError) -> Response {
    match error {
        ConfirmError::Link(error) => dead_link(state, &error),
        ConfirmError::Storage(error) | ConfirmError::Office(LookUpError::Storage(error)) => {
            failed(state, &error)
        }
        ConfirmError::Office(error) => not_any_more(state, &error),
    }
}

/// Between the letter and now the office was registered, or has closed.
fn not_any_more(state: &PortalState, error: &LookUpError) -> Response {
    let (title, advice) = match error {
        LookUpError::Taken => {
            let notice = taken();
            (notice.title, notice.body)
        }
        _ => (
            "この番号では、登録を続けられません".to_owned(),
            "お申し込みのあとに、事業所の一覧の内容が変わりました。もう一度ユーザ登録をお申し込みください。".to_owned(),
        ),
    };
    let page = MessagePage {
        frame: state.portal_frame(),
        title,
        advice,
        reference: String::new(),
        next: Link::new("/contact/form", "お問い合わせフォームへ進む"),
    };
    answer(StatusCode::CONFLICT, "no-store", &page)
}
