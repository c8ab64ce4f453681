//! 送られたメール: only in a sandbox.

use crate::{PortalState, member::time_of_day, public};
use axum::{
    extract::{Path, State},
    response::Response,
};
use http::StatusCode;
use kiban_domain::{Timestamp, Wareki, tokyo_date};
use kiban_portal_ui::{LetterLine, LetterPage, LetterText, Link, MailboxPage, PortalFrame};

fn moment(at: Timestamp) -> String {
    let day = tokyo_date(at);
    let day = Wareki::try_from(day).map_or_else(|_| day.to_string(), Wareki::long);
    format!("{day} {}", time_of_day(at))
}

fn frame(state: &PortalState) -> PortalFrame {
    state
        .portal_frame()
        .below("/sandbox", "検証環境のはじめかた")
}

/// GET `/sandbox/mail`.
pub(crate) async fn list(State(state): State<PortalState>) -> Response {
    let Some(mailbox) = &state.public.mailbox else {
        return public::missing(state.portal_frame());
    };
    let line = |it: kiban_services::mail::Sent| LetterLine {
        href: format!("/sandbox/mail/{}", it.mail_id),
        subject: it.subject,
        to: it.to,
        at: moment(it.at),
    };
    let page = MailboxPage {
        frame: frame(&state),
        letters: mailbox.list().into_iter().map(line).collect(),
    };
    public::answer(StatusCode::OK, "no-store", &page)
}

/// GET `/sandbox/mail/{id}`.
pub(crate) async fn show(State(state): State<PortalState>, Path(id): Path<String>) -> Response {
    let letters = state.public.mailbox.as_ref().map(|it| it.list());
    let mut letters = letters.unwrap_or_default().into_iter();
    let Some(letter) = letters.find(|it| it.mail_id.to_string() == id) else {
        return public::missing(state.portal_frame());
    };
    let text = |line: &str| match line.strip_prefix(&*state.own_origin) {
        Some(path) if path.starts_with('/') => LetterText::Address(Link::new(path, line)),
        _ => LetterText::Words(line.to_owned()),
    };
    let page = LetterPage {
        frame: frame(&state).below("/sandbox/mail", "送られたメール"),
        subject: letter.subject,
        to: letter.to,
        at: moment(letter.at),
        lines: letter.body.lines().map(text).collect(),
    };
    public::answer(StatusCode::OK, "no-store", &page)
}
