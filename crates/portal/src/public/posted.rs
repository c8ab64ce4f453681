//! Forms of public pages: bound to a browser by a cookie, and only taken from a page of our own.

use super::answer;
use crate::{PortalState, start::address};
use axum::{
    extract::{Form, FromRequest as _, Request},
    response::Response,
};
use http::{StatusCode, header};
use kiban_portal_ui::{Link, MessagePage, Section, Template};
use kiban_web_kit::{
    PeerAddr,
    csrf::{self, Sender},
    entry,
    session::Token,
};

/// Where forms stand: the cookie that binds them is sent below its path only.
pub(super) struct Place {
    path: &'static str,
    section: Section,
    /// The page to open again: address and name.
    page: (&'static str, &'static str),
}

/// お問い合わせ.
const CONTACT: Place = Place {
    path: "/contact",
    section: Section::Contact,
    page: ("/contact", "お問い合わせ"),
};

/// お知らせメールの受け取り.
pub(super) const FOLLOW: Place = Place {
    path: "/readiness",
    section: Section::Readiness,
    page: ("/readiness/follow", "お知らせメールの受け取り"),
};

/// What a page posted, with the browser it came from.
pub(super) struct Posted {
    pub(super) entry: Token,
    pub(super) address: String,
    fields: Vec<(String, String)>,
}

impl Posted {
    /// A field without white space around it; empty when it was not sent.
    pub(super) fn get(&self, name: &str) -> &str {
        let found = self.fields.iter().find(|(field, _)| field == name);
        found.map_or("", |(_, value)| value.trim())
    }
}

/// Reads a form and makes sure that one of our own pages in this browser sent it; otherwise what to answer.
pub(super) async fn posted(
    state: &PortalState,
    peer: PeerAddr,
    request: Request,
) -> Result<Posted, Response> {
    posted_at(&CONTACT, state, peer, request).await
}

/// The same for the forms of another place.
pub(super) async fn posted_at(
    place: &Place,
    state: &PortalState,
    peer: PeerAddr,
    request: Request,
) -> Result<Posted, Response> {
    let address = address(state, peer, request.headers());
    let sender = csrf::sender(request.headers(), &state.own_origin);
    let entry = entry::of(request.headers());
    let form = Form::<Vec<(String, String)>>::from_request(request, &()).await;
    let Ok(Form(fields)) = form else {
        return Err(expired(place, state));
    };
    let sent = fields.iter().find(|(name, _)| name == csrf::FIELD_NAME);
    let sent = sent.map_or("", |(_, value)| value);
    match entry.filter(|entry| csrf::is_token(entry, sent)) {
        Some(entry) if sender != Sender::Foreign => Ok(Posted {
            entry,
            address,
            fields,
        }),
        _ => Err(expired(place, state)),
    }
}

fn expired(place: &Place, state: &PortalState) -> Response {
    let (href, name) = place.page;
    let page = MessagePage {
        frame: state.portal_frame().of(place.section),
        title: "画面の有効時間が切れました".into(),
        advice: format!(
            "{name}の画面を開き直して、もう一度入力してください。送信はされていません。"
        ),
        reference: String::new(),
        next: Link::new(href, format!("{name}の画面を開く")),
    };
    answer(StatusCode::FORBIDDEN, "no-store", &page)
}

/// A page with a form in it: the cookie that binds it goes along.
pub(super) fn respond(
    state: &PortalState,
    entry: &Token,
    status: StatusCode,
    page: &impl Template,
) -> Response {
    respond_at(&CONTACT, state, entry, status, page)
}

/// The same for the forms of another place.
pub(super) fn respond_at(
    place: &Place,
    state: &PortalState,
    entry: &Token,
    status: StatusCode,
    page: &impl Template,
) -> Response {
    let mut response = answer(status, "no-store", page);
    let cookie = entry::cookie(entry, place.path, state.transport());
    response.headers_mut().append(header::SET_COOKIE, cookie);
    response
}
