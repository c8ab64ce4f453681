//! What a contractor may open. Whatever is not named here is closed, so that a new page shows a contractor nothing until somebody
//! decides that it may; a test knocks at every route.

use axum::{
    extract::MatchedPath,
    response::{IntoResponse as _, Response},
};
use http::{Method, request::Parts};
use kiban_services::{members, staff::StaffRole};
use kiban_ui::MessageKind;
use kiban_web_kit::Problem;

use crate::{answer::Message, visit::SignedIn};

/// Routes that a contractor's session opens: none of them shows care data. `/care` only leads on to the terminals.
pub const CONTRACTOR_ROUTES: &[(Method, &str)] = &[
    (Method::GET, "/care"),
    (Method::GET, "/care/terminals"),
    (Method::GET, "/care/account"),
    (Method::POST, "/care/account/passkeys"),
    (Method::GET, "/care/account/passkeys/new"),
    (Method::POST, "/care/account/passkeys/new"),
    (Method::GET, "/care/account/passkeys/{id}"),
    (Method::POST, "/care/account/passkeys/{id}"),
    (Method::GET, "/care/account/passkeys/{id}/remove"),
    (Method::POST, "/care/account/passkeys/{id}/remove"),
    (Method::GET, "/care/reader-test"),
    (Method::POST, "/care/reader-test"),
    (Method::GET, "/care/reader-test/{id}"),
    (Method::GET, "/api/reader-test/{id}"),
    (Method::GET, "/care/offices"),
    (Method::POST, "/care/offices"),
    (Method::POST, "/care/sign-out"),
    (Method::GET, "/api/session"),
    (Method::POST, "/api/session"),
];

/// Routes that issue one-time codes for terminals: a contractor's only where the administrator allowed it.
pub const CODE_ROUTES: &[(Method, &str)] = &[
    (Method::POST, "/care/terminals/new"),
    (Method::POST, "/care/terminals/{id}/renew"),
    (Method::POST, "/care/terminals/code.pdf"),
];

const CLOSED: &str = "委託先の方は、端末の一覧、接続の確認、読み取り確認、自分の設定だけを利用できます。ほかの画面が必要なときは、事業所の管理者に相談してください。";

/// Refuses a contractor whatever is not theirs, and records that it was asked for.
pub(crate) async fn only_theirs(signed_in: &SignedIn, parts: &Parts) -> Result<(), Response> {
    if signed_in.session.role != StaffRole::Contractor {
        return Ok(());
    }
    let path = parts.extensions.get::<MatchedPath>();
    let path = path.map_or("", MatchedPath::as_str);
    let named = |list: &[(Method, &str)]| {
        list.iter().any(|(method, route)| {
            // HEAD is GET without its body.
            let asked =
                parts.method == *method || (parts.method == Method::HEAD && *method == Method::GET);
            asked && path == *route
        })
    };
    if named(CONTRACTOR_ROUTES) || (signed_in.may_issue_codes() && named(CODE_ROUTES)) {
        return Ok(());
    }
    // The pattern only: an address may name a person.
    let route = format!("{} {path}", parts.method);
    members::note_closed(signed_in.platform(), &signed_in.context, route)
        .await
        .map_err(|error| signed_in.storage(&error))?;
    if path.starts_with("/api/") {
        return Err(Problem::forbidden(CLOSED).into_response());
    }
    let message = Message::new(MessageKind::Forbidden, CLOSED);
    Err(signed_in.say(message.next("/care/terminals", "端末の一覧へ進む")))
}
