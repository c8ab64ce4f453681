//! Takes the window's requests. Host and origin have been looked at by the bridge; here the token, the sender and the form.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, HeaderValue, LOCATION,
    REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use http::{Method, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use jiff::civil::Date;
use kiban_card::text_ap::CodeB;
use kiban_card::{Pin as CardPin, wire::RenewRole};
use kiban_domain::{Clock, Entropy};
use zeroize::{Zeroize as _, Zeroizing};

use super::PREFIX;
use super::board::{Board, Step, Typed};
use super::pages::Page;
use crate::bridge::{OwnPages, Sender};
use crate::doctor::{Report, card_ladder, settings_ladder};
use crate::keeper::Keeper;
use crate::reader::Readers;

/// No form of the window is longer.
const LONGEST_FORM_BYTES: usize = 1_024;

/// How long the doctor waits for a card: nobody is told to put one on.
const DOCTOR_WAITS: Duration = Duration::from_secs(1);

/// A page may load its own style and script and nothing else, send forms to itself only, and be framed by nobody.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; \
                      form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// What the window looks at to show the terminal's state.
#[derive(Debug, Clone)]
pub struct Checks {
    /// The terminal's identity.
    pub keeper: Keeper,
    /// The time of this computer.
    pub clock: Arc<dyn Clock>,
}

/// The window of a running program.
pub struct Window {
    board: Arc<Board>,
    checks: Checks,
    token: String,
    report: Mutex<Option<Report>>,
}

/// Shows no token.
impl std::fmt::Debug for Window {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Window")
    }
}

impl Window {
    /// A window under a new token, 32 bytes of chance.
    pub fn new(board: Arc<Board>, checks: Checks, entropy: &dyn Entropy) -> Self {
        let mut bytes = [0; 32];
        entropy.fill(&mut bytes);
        let mut token = String::new();
        for byte in bytes {
            // Writing into a String does not fail.
            let _ = std::fmt::Write::write_fmt(&mut token, format_args!("{byte:02x}"));
        }
        Self {
            board,
            checks,
            token,
            report: Mutex::new(None),
        }
    }

    /// Path of the page. Who knows it can type into the window: tell it to the person who started the program only.
    pub fn path(&self) -> String {
        format!("{PREFIX}{}/", self.token)
    }

    async fn route(&self, request: Request<Incoming>, sender: Sender) -> Response<Full<Bytes>> {
        let path = request.uri().path();
        let found = path
            .strip_prefix(PREFIX)
            .and_then(|rest| rest.split_once('/'));
        let Some((token, page)) = found else {
            return plain(StatusCode::NOT_FOUND, "");
        };
        // A page of another site may neither look at the window nor send to it, even if it knew the token.
        if !is_equal(token, &self.token) || !sender.may(request.method()) {
            return plain(StatusCode::NOT_FOUND, "");
        }
        let page = page.to_owned();
        match (request.method(), page.as_str()) {
            (&Method::GET, "") => self.page(StatusCode::OK, None).await,
            (&Method::GET, "state") => {
                let shown = self.board.shown();
                let state = format!("{}.{}\n", shown.step_number, shown.version);
                plain(StatusCode::OK, &state)
            }
            (&Method::GET, "window.css") => file("text/css", include_str!("window.css")),
            (&Method::GET, "window.js") => file("text/javascript", include_str!("window.js")),
            (&Method::POST, "doctor") => self.examine().await,
            (&Method::POST, "pin" | "go-on" | "printed" | "cancel") => {
                let Some(form) = Form::read(request).await else {
                    return plain(StatusCode::BAD_REQUEST, "フォームを読み取れません。\n");
                };
                self.typed(&page, &form).await
            }
            _ => plain(StatusCode::NOT_FOUND, ""),
        }
    }

    async fn typed(&self, page: &str, form: &Form) -> Response<Full<Bytes>> {
        let step = form.get("step").and_then(|step| step.parse().ok());
        let Some(step) = step else {
            return plain(StatusCode::BAD_REQUEST, "フォームを読み取れません。\n");
        };
        let typed = match page {
            "cancel" => Ok(Typed::Cancel),
            "go-on" => Ok(Typed::GoOn),
            "pin" => {
                let pin = form.get("pin").unwrap_or_default();
                let pin = CardPin::parse(pin).map(Typed::Pin);
                pin.map_err(|_| "数字4桁で入力してください。カードの回数は減っていません。")
            }
            _ => printed(form).map(Typed::Code).ok_or(
                "三つの値の形を確かめて、もう一度入力してください。カードの回数は減っていません。",
            ),
        };
        match typed {
            Ok(typed) => {
                // A question that has passed meanwhile needs no answer: the page shows what is asked now.
                self.board.give(step, typed);
                self.see_page()
            }
            Err(mistake) => {
                self.page(StatusCode::UNPROCESSABLE_ENTITY, Some(mistake))
                    .await
            }
        }
    }

    async fn examine(&self) -> Response<Full<Bytes>> {
        // While a card is in use the doctor would take it away.
        let is_free = matches!(self.board.step(), Step::Idle | Step::Ended(_));
        let mut report = Report::default();
        if is_free {
            let now = self.checks.clock.now();
            let climbed = tokio::task::spawn_blocking(move || card_ladder(DOCTOR_WAITS, now));
            report.rungs = climbed.await.unwrap_or_default();
        }
        let clock = Arc::clone(&self.checks.clock);
        let settings = self.checks.keeper.current(RenewRole::Reader).ok().flatten();
        let settings = settings.map(|identity| identity.settings(Arc::clone(&clock)));
        report.rungs.extend(settings_ladder(settings, clock).await);
        *self.report.lock().unwrap_or_else(PoisonError::into_inner) = Some(report);
        self.see_page()
    }

    async fn page(
        &self,
        status: StatusCode,
        mistake: Option<&'static str>,
    ) -> Response<Full<Bytes>> {
        let readers = tokio::task::spawn_blocking(reader_names).await;
        let readers = readers.unwrap_or(Err("読み取れません"));
        self.board
            .note_reader(readers.as_ref().is_ok_and(|names| !names.is_empty()));
        let identity = self.checks.keeper.current(RenewRole::Reader).ok().flatten();
        let page = Page {
            shown: self.board.shown(),
            own: identity.as_ref().and_then(|it| it.own().ok()),
            name: identity.map(|it| it.name).unwrap_or_default(),
            now: self.checks.clock.now(),
            readers,
            report: self
                .report
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .clone(),
            mistake,
        };
        let mut response = answer(status, page.html());
        let html = HeaderValue::from_static("text/html; charset=utf-8");
        response.headers_mut().insert(CONTENT_TYPE, html);
        response
    }

    fn see_page(&self) -> Response<Full<Bytes>> {
        let mut response = plain(StatusCode::SEE_OTHER, "");
        if let Ok(path) = HeaderValue::try_from(self.path()) {
            response.headers_mut().insert(LOCATION, path);
        }
        response
    }
}

impl OwnPages for Window {
    fn answer<'a>(
        &'a self,
        request: Request<Incoming>,
        sender: Sender,
    ) -> Pin<Box<dyn Future<Output = Response<Full<Bytes>>> + Send + 'a>> {
        Box::pin(self.route(request, sender))
    }
}

/// Names and values of a form, wiped when dropped.
struct Form(Vec<(String, Zeroizing<String>)>);

impl Form {
    async fn read(request: Request<Incoming>) -> Option<Self> {
        let mut body = request.into_body();
        let mut text = Zeroizing::new(Vec::with_capacity(LONGEST_FORM_BYTES));
        while let Some(frame) = body.frame().await {
            let Ok(data) = frame.ok()?.into_data() else {
                continue;
            };
            if text.len() + data.len() > LONGEST_FORM_BYTES {
                return None;
            }
            text.extend_from_slice(&data);
            // The connection's own buffer is the one copy that cannot be wiped while it is shared.
            if let Ok(mut data) = data.try_into_mut() {
                data.as_mut().zeroize();
            }
        }
        let text = std::str::from_utf8(&text).ok()?;
        let fields = text.split('&').map(|pair| {
            let (name, value) = pair.split_once('=')?;
            Some((name.to_owned(), decode(value)?))
        });
        fields.collect::<Option<_>>().map(Self)
    }

    fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(field, _)| field == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// Decodes `application/x-www-form-urlencoded` text.
fn decode(value: &str) -> Option<Zeroizing<String>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(value.len()));
    let mut rest = value.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digits =
                    [rest.next()?, rest.next()?].map(|digit| char::from(digit).to_digit(16));
                u8::try_from(digits[0]? * 16 + digits[1]?).ok()?
            }
            other => other,
        });
    }
    let text = std::str::from_utf8(&bytes).ok()?;
    Some(Zeroizing::new(text.to_owned()))
}

/// The three printed values; full-width digits count.
fn printed(form: &Form) -> Option<CodeB> {
    let digits = |name| {
        let text = form.get(name)?.chars().filter_map(|letter| match letter {
            '０'..='９' => char::from_digit(u32::from(letter) - u32::from('０'), 10),
            '0'..='9' => Some(letter),
            _ => None,
        });
        Some(Zeroizing::new(text.collect::<String>()))
    };
    let birth = digits("birth").filter(|birth| birth.len() == 8)?;
    let birth = Date::new(
        birth[..4].parse().ok()?,
        birth[4..6].parse().ok()?,
        birth[6..].parse().ok()?,
    );
    CodeB::new(
        birth.ok()?,
        digits("year")?.parse().ok()?,
        &digits("security")?,
    )
    .ok()
}

/// Takes the same time wherever the texts part.
fn is_equal(given: &str, wanted: &str) -> bool {
    let differing = given.bytes().zip(wanted.bytes());
    let differing = differing.fold(0, |all, (one, other)| all | (one ^ other));
    given.len() == wanted.len() && differing == 0
}

fn reader_names() -> Result<Vec<String>, &'static str> {
    let readers = Readers::open().map_err(|_| "スマートカードのサービスが動いていません")?;
    let names = readers.names().map_err(|_| "読み取れません")?;
    Ok(names
        .iter()
        .map(|name| name.to_string_lossy().into_owned())
        .collect())
}

fn file(kind: &'static str, text: &'static str) -> Response<Full<Bytes>> {
    let mut response = answer(StatusCode::OK, text.to_owned());
    let kind = HeaderValue::from_static(kind);
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}

fn plain(status: StatusCode, text: &str) -> Response<Full<Bytes>> {
    let mut response = answer(status, text.to_owned());
    let kind = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}

fn answer(status: StatusCode, text: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(text)));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    let header = HeaderValue::from_static;
    headers.insert(CACHE_CONTROL, header("no-store"));
    headers.insert(CONTENT_SECURITY_POLICY, header(POLICY));
    headers.insert(REFERRER_POLICY, header("no-referrer"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, header("nosniff"));
    let opener = HeaderName::from_static("cross-origin-opener-policy");
    headers.insert(opener, header("same-origin"));
    response
}
