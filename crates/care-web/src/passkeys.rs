//! What all pages with passkeys share: where they work, and what is said when one is not taken.

use axum::response::Response;
use http::StatusCode;
use kiban_services::passkeys::{PasskeyError, RelyingParty};
use kiban_ui::{MessageKind, Notice, NoticeKind, PasskeyPlace};

use crate::{
    answer::{Message, retry_after},
    visit::Visit,
};

impl Visit {
    /// The site as the browser sees it, if passkeys work there: the care door's own name, or `localhost` at the terminal's bridge.
    ///
    /// The bridge says in a header under which name it was reached. Whoever writes that header instead gains nothing: an answer
    /// must have been signed for that name and come from that origin.
    pub(crate) fn party(&self) -> Option<RelyingParty> {
        match &self.bridge {
            Some(host) => RelyingParty::of_origin(&format!("http://{host}"))
                .filter(|it| it.id() == "localhost"),
            None => RelyingParty::of_origin(&self.state.own_origin),
        }
    }

    /// Whether passkeys work here, and if not, at which address of the bridge `path` would have them.
    pub(crate) fn passkeys(&self, path: &str) -> PasskeyPlace {
        if self.party().is_some() {
            return PasskeyPlace::Here;
        }
        // `localhost` leads to these two addresses only.
        let bridge = self
            .bridge
            .as_deref()
            .and_then(|host| host.rsplit_once(':'));
        match bridge {
            Some(("127.0.0.1" | "[::1]", port)) if port.parse::<u16>().is_ok() => {
                PasskeyPlace::There(format!("http://localhost:{port}{path}"))
            }
            _ => PasskeyPlace::Nowhere,
        }
    }
}

/// The status of a page that asks again.
pub(crate) fn status(error: Option<&PasskeyError>) -> StatusCode {
    match error {
        None => StatusCode::OK,
        Some(PasskeyError::TooMany(_)) => StatusCode::TOO_MANY_REQUESTS,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

/// What happened and what to do, with the word that never changes for those who help.
pub(crate) fn notice(error: &PasskeyError) -> Notice {
    let (title, body) = error.words();
    let code = error.code();
    Notice::new(
        NoticeKind::Error,
        title,
        format!("{body}（お問い合わせのときは「{code}」とお伝えください）"),
    )
}

/// A page of its own, where asking again makes no sense.
pub(crate) fn failed(visit: &Visit, error: &PasskeyError) -> Response {
    failed_at(visit, error, |message| {
        visit.say(message.next("/care/sign-in", "ログイン画面へ進む"))
    })
}

/// As [`failed`], said by `say`.
pub(crate) fn failed_at(
    visit: &Visit,
    error: &PasskeyError,
    say: impl FnOnce(Message<'_>) -> Response,
) -> Response {
    let kind = match error {
        PasskeyError::Storage(error) => return visit.storage(error),
        PasskeyError::TooMany(_) => MessageKind::TooMany,
        PasskeyError::NoneThere => MessageKind::NotFound,
        _ => MessageKind::Closed,
    };
    let notice = notice(error);
    let response = say(Message::new(
        kind,
        &format!("{}。{}", notice.title, notice.body),
    ));
    match error {
        PasskeyError::TooMany(exhausted) => retry_after(response, exhausted.retry_after),
        _ => response,
    }
}
