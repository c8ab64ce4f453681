//! Forms of somebody who is not signed in: bound to a browser by a cookie, and only taken from a page of our own.

use crate::{PortalState, public, start::address};
use axum::{
    extract::{Form, FromRequest as _, Request},
    response::Response,
};
use http::{HeaderMap, StatusCode, header};
use kiban_portal_ui::{Link, MessagePage, Template};
use kiban_services::portal_users::From;
use kiban_web_kit::{
    Fields, PeerAddr, RequestId, agent,
    csrf::{self, Sender},
    entry,
    session::Token,
};

/// Forms below one address, which share a cookie.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    /// The address below which they are.
    pub(crate) path: &'static str,
    /// The page to begin again at, and its name.
    pub(crate) again: (&'static str, &'static str),
}

/// What a page posted, with the browser it came from.
pub(crate) struct Posted {
    pub(crate) entry: Token,
    pub(crate) address: String,
    pub(crate) from: From,
    pub(crate) request_id: RequestId,
    pub(crate) fields: Fields,
}

impl Posted {
    /// A field without white space around it; empty when it was not sent.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.fields.get(name)
    }
}

impl Place {
    /// The browser's token, or a new one.
    pub(crate) fn entry(state: &PortalState, headers: &HeaderMap) -> Token {
        entry::of(headers).unwrap_or_else(|| Token::new(&*state.platform.entropy))
    }

    /// Reads a form and makes sure that one of our own pages in this browser sent it; otherwise what to answer.
    pub(crate) async fn posted(
        self,
        state: &PortalState,
        peer: PeerAddr,
        request: Request,
    ) -> Result<Posted, Response> {
        let address = address(state, peer, request.headers());
        let agent = agent::words(request.headers());
        let request_id = request.extensions().get().copied().unwrap_or_default();
        let sender = csrf::sender(request.headers(), &state.own_origin);
        let entry = entry::of(request.headers());
        let form = Form::<Vec<(String, String)>>::from_request(request, &()).await;
        let Ok(Form(fields)) = form else {
            return Err(self.expired(state));
        };
        let fields = Fields::of(fields);
        match entry.filter(|entry| csrf::is_token(entry, fields.get(csrf::FIELD_NAME))) {
            Some(entry) if sender != Sender::Foreign => Ok(Posted {
                entry,
                from: From {
                    address: address.clone(),
                    agent,
                },
                address,
                request_id,
                fields,
            }),
            _ => Err(self.expired(state)),
        }
    }

    fn expired(self, state: &PortalState) -> Response {
        let (href, name) = self.again;
        let page = MessagePage {
            frame: state.portal_frame(),
            title: "画面の有効時間が切れました".into(),
            advice: format!(
                "{name}の画面を開き直して、もう一度入力してください。送信はされていません。"
            ),
            reference: String::new(),
            next: Link::new(href, format!("{name}の画面を開く")),
        };
        public::answer(StatusCode::FORBIDDEN, "no-store", &page)
    }

    /// A page with a form in it: the cookie that binds it goes along.
    pub(crate) fn respond(
        self,
        state: &PortalState,
        entry: &Token,
        status: StatusCode,
        page: &impl Template,
    ) -> Response {
        let mut response = public::answer(status, "no-store", page);
        let cookie = entry::cookie(entry, self.path, state.transport());
        response.headers_mut().append(header::SET_COOKIE, cookie);
        response
    }
}
