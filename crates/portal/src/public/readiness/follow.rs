//! お知らせメール (P09, P10): asked for with an address, agreed to and left by links in letters.

use super::super::{answer, failed};
use crate::{
    PortalState,
    forms::{Place, Posted},
};
use axum::{
    body::{Body, to_bytes},
    extract::{Path, Query, Request, State},
    response::Response,
};
use http::{HeaderMap, StatusCode};
use kiban_domain::{Followed, LocalGovernmentCode, MailAddress, normalize};
use kiban_portal_ui::{
    Choice, ChoiceField, FollowLinkPage, FollowPage, LeavePage, Link, MessagePage, Notice,
    NoticeKind, PortalFrame, Section, TextField,
};
use kiban_services::{
    forms::FormKey,
    readiness::follow::{self, FollowError},
};
use kiban_web_kit::{PeerAddr, csrf, once, session::Token};
use serde::Deserialize;

const FOLLOW: Place = Place {
    path: "/readiness",
    again: ("/readiness/follow", "お知らせメールの受け取り"),
};

/// From which page one comes.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in super::super) struct From {
    place: String,
}

fn frame(state: &PortalState) -> PortalFrame {
    state
        .portal_frame()
        .of(Section::Readiness)
        .below("/readiness", "市町村の対応状況")
}

/// GET `/readiness/follow`.
pub(in super::super) async fn form(
    State(state): State<PortalState>,
    Query(from): Query<From>,
    headers: HeaderMap,
) -> Response {
    let entry = Place::entry(&state, &headers);
    let page = shown(&state, &entry, &from.place);
    FOLLOW.respond(&state, &entry, StatusCode::OK, &page)
}

fn shown(state: &PortalState, entry: &Token, chosen: &str) -> FollowPage {
    let chosen = chosen.parse::<Followed>().unwrap_or(Followed::Country);
    FollowPage {
        frame: frame(state),
        once: once::value(&*state.platform.entropy),
        csrf: csrf::token(entry),
        notice: None,
        followed: choices(chosen),
        mail: TextField::default(),
        back: match chosen {
            Followed::Municipality(code) => {
                Link::new(format!("/readiness/{}", code.as_str()), "前の画面へ戻る")
            }
            Followed::Country | Followed::Prefecture(_) => {
                Link::new("/readiness", "前の画面へ戻る")
            }
        },
    }
}

/// The place one comes from, and what it lies in.
fn choices(chosen: Followed) -> ChoiceField {
    let around = match chosen {
        Followed::Municipality(code) => vec![
            chosen,
            Followed::Prefecture(LocalGovernmentCode::prefecture(&code)),
            Followed::Country,
        ],
        Followed::Prefecture(_) => vec![chosen, Followed::Country],
        Followed::Country => {
            let all = (1..=47).map(Followed::Prefecture);
            [Followed::Country].into_iter().chain(all).collect()
        }
    };
    let choice = |it: Followed| Choice {
        chosen: it == chosen,
        ..Choice::new(it.to_string(), it.label(), "")
    };
    ChoiceField::of(around.into_iter().map(choice).collect())
}

/// POST `/readiness/follow`: the answer is the same whether the address is known or not.
pub(in super::super) async fn submit(
    State(state): State<PortalState>,
    peer: PeerAddr,
    request: Request,
) -> Response {
    let posted = match FOLLOW.posted(&state, peer, request).await {
        Ok(posted) => posted,
        Err(response) => return response,
    };
    let mut page = shown(&state, &posted.entry, posted.get("followed"));
    let Some((mail, followed)) = read(&mut page, &posted) else {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return FOLLOW.respond(&state, &posted.entry, status, &page);
    };
    let shown = mail.as_str().to_owned();
    let secret = once::secret(&posted.entry, "follow", &posted.fields);
    let form = secret.map_or_else(
        || FormKey::fresh(&state.platform),
        |secret| FormKey::of(&secret),
    );
    let asked = follow::ask(
        &state.platform,
        &form,
        &posted.address,
        mail,
        followed,
        &state.own_origin,
    );
    match asked.await {
        Ok(()) => {
            let done = MessagePage {
                frame: frame(&state),
                title: "確認のメールをお送りしました".into(),
                advice: format!(
                    "{shown} に届いたメールの画面を開き、7日以内に「受け取りを始める」を押してください。届かないときは、アドレスと迷惑メールの設定を確かめてください。"
                ),
                reference: String::new(),
                next: page.back,
            };
            answer(StatusCode::OK, "no-store", &done)
        }
        Err(FollowError::TooMany(exhausted)) => {
            let minutes = ((exhausted.retry_after + 59) / 60).max(1);
            page.notice = Some(Notice::new(
                NoticeKind::Warning,
                "続けて多くの送信があったため、しばらく受け付けません",
                format!("{minutes}分ほど待ってから、もう一度お試しください。"),
            ));
            let status = StatusCode::TOO_MANY_REQUESTS;
            FOLLOW.respond(&state, &posted.entry, status, &page)
        }
        Err(FollowError::Storage(error)) => failed(&state, &error),
    }
}

fn read(page: &mut FollowPage, posted: &Posted) -> Option<(MailAddress, Followed)> {
    let typed = posted.get("mail");
    page.mail = TextField::of(typed);
    // Letters keep their size, so that only widths are made equal.
    let narrow: String = typed
        .chars()
        .map(|it| match it {
            '！'..='～' => char::from_u32(u32::from(it) - 0xfee0).unwrap_or(it),
            it => it,
        })
        .collect();
    let mail = narrow.parse::<MailAddress>();
    match &mail {
        Ok(mail) => page.mail = TextField::of(mail.as_str()),
        Err(_) if typed.is_empty() => {
            page.mail = TextField::default().with_error("メールアドレスを入力してください");
        }
        Err(_) => {
            page.mail = TextField::of(typed).with_error(
                "メールアドレスは、@の前後を半角の英数字で入力してください（例：tantou@example.jp）",
            );
        }
    }
    let followed = normalize(posted.get("followed")).to_ascii_lowercase();
    let followed = followed.parse::<Followed>();
    if followed.is_err() {
        page.followed = page
            .followed
            .clone()
            .with_error("お知らせを受け取る市町村を選択してください");
    }
    Some((mail.ok()?, followed.ok()?))
}

/// GET `/readiness/follow/{token}`: looking is not agreeing, since mail programs open links by themselves.
pub(in super::super) async fn link(
    State(state): State<PortalState>,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> Response {
    match follow::find_link(&state.platform, &token).await {
        Ok(Some(followed)) => {
            let entry = Place::entry(&state, &headers);
            let page = FollowLinkPage {
                frame: frame(&state),
                csrf: csrf::token(&entry),
                action: format!("/readiness/follow/{token}"),
                followed: followed.label(),
            };
            FOLLOW.respond(&state, &entry, StatusCode::OK, &page)
        }
        Ok(None) => ended(&state),
        Err(error) => failed(&state, &error),
    }
}

/// POST `/readiness/follow/{token}`: agreed.
pub(in super::super) async fn confirm(
    State(state): State<PortalState>,
    Path(token): Path<String>,
    peer: PeerAddr,
    request: Request,
) -> Response {
    if let Err(response) = FOLLOW.posted(&state, peer, request).await {
        return response;
    }
    match follow::confirm(&state.platform, &token).await {
        Ok(Some(followed)) => {
            let page = MessagePage {
                frame: frame(&state),
                title: "お知らせメールの受け取りを始めました".into(),
                advice: format!(
                    "「{}」の対応状況が登録されたときに、翌朝までにお知らせします。",
                    followed.label()
                ),
                reference: String::new(),
                next: Link::new("/readiness", "市町村の対応状況を見る"),
            };
            answer(StatusCode::OK, "no-store", &page)
        }
        Ok(None) => ended(&state),
        Err(error) => failed(&state, &error),
    }
}

fn ended(state: &PortalState) -> Response {
    let page = MessagePage {
        frame: frame(state),
        title: "この案内は使えません".into(),
        advice: "7日が過ぎたか、アドレスの一部が欠けています。お知らせメールの受け取りを、もう一度お申し込みください。".into(),
        reference: String::new(),
        next: Link::new("/readiness/follow", "お知らせメールの受け取りへ進む"),
    };
    answer(StatusCode::NOT_FOUND, "no-store", &page)
}

/// GET `/readiness/leave/{key}`.
pub(in super::super) async fn leaving(
    State(state): State<PortalState>,
    Path(key): Path<String>,
    headers: HeaderMap,
) -> Response {
    let entry = Place::entry(&state, &headers);
    left(&state, &entry, &key, None).await
}

async fn left(state: &PortalState, entry: &Token, key: &str, notice: Option<Notice>) -> Response {
    match follow::list(&state.platform, key).await {
        Ok(follows) => {
            let followed = follows.iter().map(|it| it.followed);
            let page = LeavePage {
                frame: frame(state),
                csrf: csrf::token(entry),
                action: format!("/readiness/leave/{key}"),
                notice,
                followed: followed.map(|it| (it.to_string(), it.label())).collect(),
            };
            FOLLOW.respond(state, entry, StatusCode::OK, &page)
        }
        Err(error) => failed(state, &error),
    }
}

/// What a mail program sends to leave a list with one request. Source: RFC 8058, section 3.1.
const ONE_CLICK: &[u8] = b"List-Unsubscribe=One-Click";
/// No form of these pages is longer.
const FORM_BYTES: usize = 4_096;

/// POST `/readiness/leave/{key}`: one thing or everything. A mail program leaves without cookies and without having seen the page: the
/// key in the address is its right to it.
pub(in super::super) async fn leave(
    State(state): State<PortalState>,
    Path(key): Path<String>,
    peer: PeerAddr,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, FORM_BYTES).await.unwrap_or_default();
    if body.as_ref() == ONE_CLICK {
        let entry = Token::new(&*state.platform.entropy);
        return end(&state, &entry, &key, None).await;
    }
    let request = Request::from_parts(parts, Body::from(body));
    let posted = match FOLLOW.posted(&state, peer, request).await {
        Ok(posted) => posted,
        Err(response) => return response,
    };
    match posted.get("followed") {
        "" => end(&state, &posted.entry, &key, None).await,
        text => match text.parse::<Followed>() {
            Ok(followed) => end(&state, &posted.entry, &key, Some(followed)).await,
            // What is not understood ends nothing.
            Err(_) => left(&state, &posted.entry, &key, None).await,
        },
    }
}

async fn end(state: &PortalState, entry: &Token, key: &str, one: Option<Followed>) -> Response {
    if let Err(error) = follow::leave(&state.platform, key, one).await {
        return failed(state, &error);
    }
    let title = one.map_or_else(
        || "すべての受け取りをやめました".to_owned(),
        |it| format!("{}の受け取りをやめました", it.label()),
    );
    let notice = Notice::new(NoticeKind::Success, title, "");
    left(state, entry, key, Some(notice)).await
}
