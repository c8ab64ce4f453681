//! From pages and failures to responses.

use axum::response::{Html, IntoResponse, Response};
use http::{
    HeaderValue, StatusCode,
    header::{LOCATION, RETRY_AFTER},
};
use kiban_access::Refusal;
use kiban_ui::{Frame, Link, MessageKind, MessagePage, Template};

use crate::visit::{SignedIn, Visit};

/// Seconds after which to try again when the database is busy.
const BUSY_SECONDS: u32 = 5;

/// A page that says what it should.
pub(crate) fn page(page: &impl Template) -> Response {
    page_with(StatusCode::OK, page)
}

/// A page with a status of its own, such as a form that comes back.
pub(crate) fn page_with(status: StatusCode, page: &impl Template) -> Response {
    match page.render() {
        Ok(html) => (status, Html(html)).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page could not be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// 303: go on there with GET.
pub(crate) fn see_other(address: &str) -> Response {
    match HeaderValue::try_from(address) {
        Ok(location) => (StatusCode::SEE_OTHER, [(LOCATION, location)]).into_response(),
        Err(_) => StatusCode::BAD_REQUEST.into_response(),
    }
}

/// Asks to come back after so many seconds.
pub(crate) fn retry_after(mut response: Response, seconds: i64) -> Response {
    let seconds = HeaderValue::from(seconds.max(1));
    response.headers_mut().insert(RETRY_AFTER, seconds);
    response
}

/// Whole minutes to wait, at least one.
pub(crate) fn minutes(seconds: i64) -> i64 {
    ((seconds + 59) / 60).max(1)
}

/// A page that says what went wrong.
#[derive(Debug)]
pub(crate) struct Message<'a> {
    pub(crate) kind: MessageKind,
    /// Replaces the advice of the kind unless it is empty.
    pub(crate) detail: &'a str,
    pub(crate) next: Link,
}

impl<'a> Message<'a> {
    pub(crate) fn new(kind: MessageKind, detail: &'a str) -> Self {
        Self {
            kind,
            detail,
            next: Link::new("/care", "業務トップへ戻る"),
        }
    }

    pub(crate) fn next(mut self, href: &str, label: &str) -> Self {
        self.next = Link::new(href, label);
        self
    }

    fn answer(self, frame: Frame, reference: &str) -> Response {
        let status =
            StatusCode::from_u16(self.kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let message = MessagePage {
            frame,
            kind: self.kind,
            detail: self.detail.to_owned(),
            reference: reference.to_owned(),
            next: self.next,
        };
        page_with(status, &message)
    }
}

impl Visit {
    /// Says what went wrong to somebody who is not signed in.
    pub(crate) fn say(&self, message: Message<'_>) -> Response {
        message.answer(self.frame(), self.request_id.as_str())
    }

    /// The database failed: the cause goes to the log, the person gets a number that leads there.
    pub(crate) fn storage(&self, error: &kiban_store::Error) -> Response {
        failed(error, self.request_id.as_str(), |message| self.say(message))
    }
}

impl SignedIn {
    /// Says what went wrong.
    pub(crate) fn say(&self, message: Message<'_>) -> Response {
        message.answer(self.frame(None), self.visit.request_id.as_str())
    }

    /// As [`Visit::storage`].
    pub(crate) fn storage(&self, error: &kiban_store::Error) -> Response {
        failed(error, self.visit.request_id.as_str(), |message| {
            self.say(message)
        })
    }

    /// Nothing may be shown; a person one has nothing to do with looks like nobody.
    pub(crate) fn refused(&self, refusal: Refusal) -> Response {
        let (kind, href, label) = match refusal {
            Refusal::NotFound | Refusal::RelationEnded => (
                MessageKind::NotFound,
                "/care/persons/new",
                "本人確認・担当登録へ進む",
            ),
            Refusal::InsurerNotSharing | Refusal::RoleNotEntitled => {
                (MessageKind::Forbidden, "/care", "業務トップへ戻る")
            }
        };
        self.say(Message::new(kind, refusal.message()).next(href, label))
    }

    /// There is no such thing.
    pub(crate) fn nothing_there(&self) -> Response {
        self.say(Message::new(MessageKind::NotFound, ""))
    }
}

fn failed(
    error: &kiban_store::Error,
    request_id: &str,
    say: impl FnOnce(Message<'_>) -> Response,
) -> Response {
    use kiban_store::Error;
    match error {
        Error::Overloaded | Error::Closed => {
            tracing::warn!(%error, request_id, "the database takes no more work just now");
            let response = say(Message::new(MessageKind::Unavailable, ""));
            retry_after(response, i64::from(BUSY_SECONDS))
        }
        Error::GroupCommit(_)
        | Error::Lite(_)
        | Error::Postgres(_)
        | Error::Pool(_)
        | Error::Corrupt { .. }
        | Error::Schema(_)
        | Error::MigrationsPending(_)
        | Error::File(_) => {
            tracing::error!(
                error = error as &dyn std::error::Error,
                request_id,
                "the database failed"
            );
            say(Message::new(MessageKind::Failure, ""))
        }
    }
}

/// 404 for addresses that are none of ours.
pub(crate) async fn no_such_page(visit: Visit) -> Response {
    visit.say(Message::new(
        MessageKind::NotFound,
        "アドレスを確かめてください。",
    ))
}

/// 405: the address exists, but not for this method.
pub(crate) async fn wrong_method(visit: Visit) -> Response {
    let message = Message::new(
        MessageKind::NotFound,
        "この画面は、前の画面のボタンから開いてください。",
    );
    let mut response = visit.say(message);
    *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    response
}
