//! Forms below `/contact`.

use crate::{PortalState, forms::Place};
use axum::{extract::Request, response::Response};
use http::StatusCode;
use kiban_portal_ui::Template;
use kiban_web_kit::{PeerAddr, session::Token};

pub(super) use crate::forms::Posted;

const CONTACT: Place = Place {
    path: "/contact",
    again: ("/contact", "お問い合わせ"),
};

/// Reads a form and makes sure that one of our own pages in this browser sent it; otherwise what to answer.
pub(super) async fn posted(
    state: &PortalState,
    peer: PeerAddr,
    request: Request,
) -> Result<Posted, Response> {
    CONTACT.posted(state, peer, request).await
}

/// A page with a form in it: the cookie that binds it goes along.
pub(super) fn respond(
    state: &PortalState,
    entry: &Token,
    status: StatusCode,
    page: &impl Template,
) -> Response {
    CONTACT.respond(state, entry, status, page)
}
