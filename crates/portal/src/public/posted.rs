//! Forms below `/contact`: bound to a browser by a cookie, and only taken from a page of our own.

use super::answer;
use crate::{PortalState, start::address};
use axum::{
    extract::{Form, FromRequest as _, Request},
    response::Response,
};
use http::{StatusCode, header};
use kiban_portal_ui::{Link, MessagePage, Section, Template};
use kiban_services::inquiries::FormKey;
use kiban_web_kit::{
    PeerAddr,
    csrf::{self, Sender},
    entry,
    session::Token,
};

/// What a page posted, with the browser it came from.
pub(super) struct Posted {
    pub(super) entry: Token,
    pub(super) address: String,
    pub(super) fields: Vec<(String, String)>,
}

impl Posted {
    /// A field without white space around it; empty when it was not sent.
    pub(super) fn get(&self, name: &str) -> &str {
        let found = self.fields.iter().find(|(field, _)| field == name);
        found.map_or("", |(_, value)| value.trim())
    }

    /// All values of a field.
    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        let found = self.fields.iter().filter(move |(field, _)| field == name);
        found.map(|(_, value)| value.trim())
    }

    /// Which form of this browser it is: nobody else's can be hit upon.
    pub(super) fn form(&self) -> FormKey {
        form_key(&self.entry, self.get("once"))
    }
}

pub(super) fn form_key(entry: &Token, once: &str) -> FormKey {
    FormKey::of(format!("{}:{once}", csrf::token(entry)).as_bytes())
}

/// Reads a form and makes sure that one of our own pages in this browser sent it; otherwise what to answer.
pub(super) async fn posted(
    state: &PortalState,
    peer: PeerAddr,
    request: Request,
) -> Result<Posted, Response> {
    let address = address(state, peer, request.headers());
    let sender = csrf::sender(request.headers(), &state.own_origin);
    let entry = entry::of(request.headers());
    let form = Form::<Vec<(String, String)>>::from_request(request, &()).await;
    let Ok(Form(fields)) = form else {
        return Err(expired(state));
    };
    let sent = fields.iter().find(|(name, _)| name == csrf::FIELD_NAME);
    let sent = sent.map_or("", |(_, value)| value);
    match entry.filter(|entry| csrf::is_token(entry, sent)) {
        Some(entry) if sender != Sender::Foreign => Ok(Posted {
            entry,
            address,
            fields,
        }),
        _ => Err(expired(state)),
    }
}

pub(super) fn expired(state: &PortalState) -> Response {
    let page = MessagePage {
        frame: state.portal_frame().of(Section::Contact),
        title: "画面の有効時間が切れました".into(),
        advice: "お問い合わせの画面を開き直して、もう一度入力してください。送信はされていません。"
            .into(),
        reference: String::new(),
        next: Link::new("/contact", "お問い合わせの画面を開く"),
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
    let mut response = answer(status, "no-store", page);
    let cookie = entry::cookie(entry, "/contact", state.transport());
    response.headers_mut().append(header::SET_COOKIE, cookie);
    response
}
