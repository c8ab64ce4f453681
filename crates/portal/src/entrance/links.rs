//! Where mailed links lead. Opening one changes nothing: mail programs open links by themselves.

use super::{go_on, password::PASSWORD};
use crate::{
    PortalState,
    forms::Place,
    member::{home_of, session_of, sign_in_address},
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
    portal_users::{
        Stage,
        invitations::{self, InviteError},
        links::{self, LinkError, LinkKind},
        profile::{self, ProfileError},
        recovery::{self, RecoveryError},
    },
};
use kiban_web_kit::{PeerAddr, csrf, session::Token};

const MAIL: Place = Place {
    path: "/mail",
    again: ("/login", "ログイン"),
};
const INVITATION: Place = Place {
    path: "/invitation",
    again: ("/login", "ログイン"),
};

/// Why a link does nothing, and how to get another one.
pub(crate) fn dead(state: &PortalState, error: &LinkError, another: &str, next: Link) -> Response {
    let (status, title) = match error {
        LinkError::Storage(error) => return failed(state, error),
        LinkError::Unknown => (StatusCode::NOT_FOUND, "このリンクは見つかりません"),
        LinkError::Used => (StatusCode::GONE, "このリンクはすでに使われています"),
        LinkError::Ended => (StatusCode::GONE, "このリンクの有効期限が過ぎています"),
    };
    let page = MessagePage {
        frame: state.portal_frame(),
        title: title.into(),
        advice: another.into(),
        reference: String::new(),
        next,
    };
    answer(status, "no-store", &page)
}

fn link_page(state: &PortalState, entry: &Token, title: &str, lead: &str) -> LinkPage {
    LinkPage {
        frame: state.portal_frame(),
        csrf: csrf::token(entry),
        title: title.into(),
        notice: None,
        lead: lead.into(),
        facts: Vec::new(),
        action: String::new(),
        buttons: Vec::new(),
        other: None,
    }
}

fn dead_password(state: &PortalState, error: &LinkError) -> Response {
    let another =
        "もう一度、再設定を申し込んでください。最後に届いたメールのリンクだけが使えます。";
    let next = Link::new("/password", "パスワードの再設定を申し込む");
    dead(state, error, another, next)
}

/// GET `/password/{secret}`.
pub(super) async fn password(
    State(state): State<PortalState>,
    Path(secret): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Response> {
    let link = links::find(&state.platform, LinkKind::Password, &secret).await;
    link.map_err(|error| dead_password(&state, &error))?;
    let entry = Place::entry(&state, &headers);
    let mut page = link_page(
        &state,
        &entry,
        "パスワードの再設定",
        "新しいパスワードを設定します。設定すると、ほかの端末ではログアウトします。",
    );
    page.action = format!("/password/{secret}");
    page.buttons = vec![("set", "新しいパスワードの設定へ進む")];
    Ok(PASSWORD.respond(&state, &entry, StatusCode::OK, &page))
}

/// POST `/password/{secret}`.
pub(super) async fn use_password(
    State(state): State<PortalState>,
    Path(secret): Path<String>,
    peer: PeerAddr,
    request: Request,
) -> Result<Response, Response> {
    let posted = PASSWORD.posted(&state, peer, request).await?;
    match recovery::begin(&state.platform, &posted.from, &secret).await {
        Ok(token) => Ok(go_on(&state, &token, "/login/setup")),
        Err(RecoveryError::Link(error)) => Err(dead_password(&state, &error)),
        Err(RecoveryError::Storage(error)) => Err(failed(&state, &error)),
        Err(RecoveryError::Stopped | RecoveryError::TooMany(_)) => {
            Err(dead_password(&state, &LinkError::Unknown))
        }
    }
}

fn dead_mail(state: &PortalState, error: &LinkError) -> Response {
    let another = "ログインして、「自分の設定」からもう一度変更を申し込んでください。";
    dead(
        state,
        error,
        another,
        Link::new("/account", "自分の設定へ進む"),
    )
}

/// GET `/mail/{secret}`.
pub(super) async fn mail(
    State(state): State<PortalState>,
    Path(secret): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Response> {
    let link = links::find(&state.platform, LinkKind::Mail, &secret).await;
    let link = link.map_err(|error| dead_mail(&state, &error))?;
    let entry = Place::entry(&state, &headers);
    let lead = "お知らせを受け取るメールアドレスを変更します。";
    let mut page = link_page(&state, &entry, "メールアドレスの変更", lead);
    page.facts = vec![("新しいメールアドレス", link.mail)];
    page.action = format!("/mail/{secret}");
    page.buttons = vec![("set", "このメールアドレスに変更する")];
    Ok(MAIL.respond(&state, &entry, StatusCode::OK, &page))
}

/// POST `/mail/{secret}`.
pub(super) async fn use_mail(
    State(state): State<PortalState>,
    Path(secret): Path<String>,
    peer: PeerAddr,
    request: Request,
) -> Result<Response, Response> {
    let posted = MAIL.posted(&state, peer, request).await?;
    let context = CallContext::portal_visitor(posted.request_id.as_str());
    match profile::set_mail(&state.platform, &context, &secret).await {
        Ok(()) => {
            let page = MessagePage {
                frame: state.portal_frame(),
                title: "メールアドレスを変更しました".into(),
                advice: "これからのお知らせは、新しいアドレスに送ります。".into(),
                reference: String::new(),
                next: Link::new("/account", "自分の設定へ進む"),
            };
            Ok(answer(StatusCode::OK, "no-store", &page))
        }
        Err(ProfileError::Link(error)) => Err(dead_mail(&state, &error)),
        Err(ProfileError::Storage(error)) => Err(failed(&state, &error)),
        Err(_) => Err(dead_mail(&state, &LinkError::Unknown)),
    }
}

fn dead_invitation(state: &PortalState, error: InviteError) -> Response {
    let error = match error {
        InviteError::Link(error) => error,
        InviteError::Storage(error) => LinkError::Storage(error),
        InviteError::Roles
        | InviteError::Hashing
        | InviteError::SentBefore
        | InviteError::AlreadyInvited(_)
        | InviteError::AlreadyIssued(_) => LinkError::Unknown,
    };
    let another = "招待した団体の管理者に、もう一度招待を依頼してください。すでに手続きが済んでいるときは、ログインしてください。";
    dead(state, &error, another, Link::new("/login", "ログインする"))
}

/// GET `/invitation/{secret}`.
pub(super) async fn invitation(
    State(state): State<PortalState>,
    Path(secret): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Response> {
    let invited = invitations::find(&state.platform, &secret).await;
    let invited = invited.map_err(|error| dead_invitation(&state, error))?;
    let entry = Place::entry(&state, &headers);
    let own = session_of(&state, &headers).await?;
    let own = own.filter(|(session, _)| session.stage == Stage::Complete);
    let lead = "次の団体の担当者として招待されています。";
    let mut page = link_page(&state, &entry, "担当者としてのご招待", lead);
    page.facts = vec![
        ("団体", invited.body_name),
        ("役割", invited.roles.label()),
        ("氏名", invited.name),
        ("メールアドレス", invited.mail),
    ];
    page.action = format!("/invitation/{secret}");
    if own.is_some() {
        page.buttons = vec![
            ("join", "今のユーザIDに追加する"),
            ("make", "新しいユーザIDを作る"),
        ];
    } else {
        page.buttons = vec![("make", "新しいユーザIDを作る")];
        page.other = Some(Link::new(
            sign_in_address(&page.action),
            "お持ちのユーザIDに追加する（ログイン）",
        ));
    }
    Ok(INVITATION.respond(&state, &entry, StatusCode::OK, &page))
}

/// POST `/invitation/{secret}`.
pub(super) async fn use_invitation(
    State(state): State<PortalState>,
    Path(secret): Path<String>,
    peer: PeerAddr,
    request: Request,
) -> Result<Response, Response> {
    let own = session_of(&state, request.headers()).await?;
    let own = own.filter(|(session, _)| session.stage == Stage::Complete);
    let posted = INVITATION.posted(&state, peer, request).await?;
    let platform = &state.platform;
    if posted.get("go") == "join"
        && let Some((session, _)) = own
    {
        let context = session.context(posted.request_id.as_str());
        let joined = invitations::join(platform, &context, &secret, session.user_id).await;
        joined.map_err(|error| dead_invitation(&state, error))?;
        let home = home_of(&session);
        return Ok(Redirect::to(if home == "/ops" { home } else { "/switch" }).into_response());
    }
    let context = CallContext::portal_visitor(posted.request_id.as_str());
    let made = invitations::make(platform, &context, &posted.from, &secret).await;
    let token = made.map_err(|error| dead_invitation(&state, error))?;
    Ok(go_on(&state, &token, "/login/setup"))
}
