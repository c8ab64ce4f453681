//! Takes one request over to the care door and its answer back.

use std::net::SocketAddr;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use bytes::Bytes;
use http::header::{
    ACCEPT, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderMap, HeaderName, HeaderValue,
    LOCATION, ORIGIN, REFERER, SET_COOKIE, STRICT_TRANSPORT_SECURITY, TE, TRAILER,
    TRANSFER_ENCODING, UPGRADE,
};
use http::uri::{Authority, Scheme};
use http::{Request, Response, StatusCode, Uri};
use http_body_util::{BodyExt, Either, Full, Limited};
use hyper::body::Incoming;

use super::Answer;
use super::own::{OwnPages, Sender};
use super::page::Page;
use crate::door::{self, CareClient, DoorError, Failure, Settings};
use crate::window::PREFIX;

/// Longer than any answer of the care door takes, including those it holds back on purpose (25 s).
const ANSWER_WITHIN: Duration = Duration::from_mins(2);

/// Headers that concern one connection only. Source: RFC 9110, section 7.6.1.
const HOP_BY_HOP: [HeaderName; 8] = [
    CONNECTION,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    HeaderName::from_static("proxy-authorization"),
    TE,
    TRAILER,
    TRANSFER_ENCODING,
    UPGRADE,
];

/// Tells the care door under which name and port of this computer the browser sees its pages: passkeys are bound to it.
const BRIDGE: HeaderName = HeaderName::from_static("x-kiban-bridge");

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

#[derive(Debug)]
pub(super) struct Forwarder {
    care: Authority,
    care_origin: String,
    line: Line,
    port: u16,
}

/// The bridge's way to the care door, in which a renewed certificate takes the place of the old one. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Line(Arc<RwLock<CareClient<Incoming>>>);

impl Line {
    fn client(&self) -> CareClient<Incoming> {
        let client = self.0.read().unwrap_or_else(PoisonError::into_inner);
        client.clone()
    }

    /// Puts a renewed certificate in.
    ///
    /// # Errors
    ///
    /// [`DoorError`]; the old one stays.
    pub fn replace(&self, settings: &Settings) -> Result<(), DoorError> {
        let client = door::client(settings)?;
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = client;
        Ok(())
    }
}

impl Forwarder {
    pub(super) fn new(care: Authority, client: CareClient<Incoming>, address: SocketAddr) -> Self {
        Self {
            care_origin: format!("https://{care}"),
            care,
            line: Line(Arc::new(RwLock::new(client))),
            port: address.port(),
        }
    }

    pub(super) fn line(&self) -> Line {
        self.line.clone()
    }

    pub(super) async fn answer(
        &self,
        mut request: Request<Incoming>,
        pages: Option<&dyn OwnPages>,
    ) -> Answer {
        if request.uri().path().starts_with(PREFIX) {
            let host = request.headers().get(HOST);
            if !host.is_some_and(|host| self.is_own_host(host.as_bytes())) {
                return Page::ForeignName.answer();
            }
            let sender = self.sender(request.headers());
            return match pages {
                Some(pages) => pages.answer(request, sender).await.map(Either::Right),
                None => Page::NoWindow.answer(),
            };
        }
        if let Err(page) = self.turn(&mut request) {
            return page.answer();
        }
        let wants_page = accepts_html(request.headers());
        let sent = tokio::time::timeout(ANSWER_WITHIN, self.line.client().request(request));
        match sent.await {
            Ok(Ok(response)) if wants_page && is_refusal(&response) => explain(response).await,
            Ok(Ok(response)) => self.turn_back(response).map(Either::Left),
            Ok(Err(error)) => {
                let failure = Failure::of(&error);
                tracing::warn!(?failure, error = %chain(&error), "the care door gave no answer");
                Page::Failed(failure).answer()
            }
            Err(_) => Page::TooSlow.answer(),
        }
    }

    /// Makes a request to the bridge one to the care door, or says why not.
    fn turn(&self, request: &mut Request<Incoming>) -> Result<(), Page> {
        if !request
            .headers()
            .get(HOST)
            .is_some_and(|host| self.is_own_host(host.as_bytes()))
        {
            return Err(Page::ForeignName);
        }
        if self.is_foreign(request) {
            return Err(Page::ForeignSender);
        }
        let path = request.uri().path_and_query().cloned();
        let path = path
            .filter(|_| request.uri().scheme().is_none())
            .ok_or(Page::Unreadable)?;
        let uri = Uri::builder()
            .scheme(Scheme::HTTPS)
            .authority(self.care.clone())
            .path_and_query(path);
        *request.uri_mut() = uri.build().map_err(|_| Page::Unreadable)?;
        let headers = request.headers_mut();
        remove_hop_by_hop(headers);
        // The client writes the host of the new address. What a page wrote here itself does not count.
        headers.remove(BRIDGE);
        if let Some(host) = headers.remove(HOST) {
            headers.insert(BRIDGE, host);
        }
        if headers.get(ORIGIN).is_some_and(|origin| origin != "null") {
            replace(headers, ORIGIN, Some(self.care_origin.clone()));
        }
        if let Some(referer) = headers.get(REFERER) {
            let path = referer.to_str().ok().and_then(|text| self.own_path(text));
            // The window's address is a secret; its pages send none, and nothing else is to.
            let path = path.filter(|path| !path.starts_with(PREFIX));
            let referer = path.map(|path| format!("{}{path}", self.care_origin));
            replace(headers, REFERER, referer);
        }
        Ok(())
    }

    /// Makes an answer of the care door one of the bridge.
    fn turn_back<B>(&self, mut response: Response<B>) -> Response<B> {
        let headers = response.headers_mut();
        remove_hop_by_hop(headers);
        headers.remove(STRICT_TRANSPORT_SECURITY);
        let location = headers.get(LOCATION).and_then(|value| value.to_str().ok());
        if let Some(path) = location.and_then(|text| text.strip_prefix(&self.care_origin))
            && (path.is_empty() || path.starts_with(['/', '?', '#']))
        {
            let path = if path.starts_with('/') {
                path.to_owned()
            } else {
                format!("/{path}")
            };
            replace(headers, LOCATION, Some(path));
        }
        let cookies: Vec<HeaderValue> = headers
            .get_all(SET_COOKIE)
            .iter()
            .map(without_secure)
            .collect();
        headers.remove(SET_COOKIE);
        for cookie in cookies {
            headers.append(SET_COOKIE, cookie);
        }
        response
    }

    /// Only names of this computer, with the port the bridge listens on.
    fn is_own_host(&self, host: &[u8]) -> bool {
        let Some((name, port)) = std::str::from_utf8(host).ok().and_then(split_port) else {
            return false;
        };
        let loopback = name
            .parse()
            .is_ok_and(|ip: std::net::Ipv4Addr| ip.is_loopback());
        let own = loopback || name == "[::1]" || name.eq_ignore_ascii_case("localhost");
        own && port.unwrap_or(80) == self.port
    }

    /// The part of `url` after the bridge's own origin.
    fn own_path<'a>(&self, url: &'a str) -> Option<&'a str> {
        let rest = url.strip_prefix("http://")?;
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        self.is_own_host(&rest.as_bytes()[..end])
            .then(|| &rest[end..])
    }

    /// Where a request to a page of our own comes from.
    fn sender(&self, headers: &HeaderMap) -> Sender {
        let origin = headers.get(ORIGIN).map(|it| it.to_str().unwrap_or(""));
        let site = headers.get(SEC_FETCH_SITE).map(HeaderValue::as_bytes);
        match (origin, site) {
            (_, Some(site)) if !matches!(site, b"same-origin" | b"none") => Sender::Foreign,
            (Some(origin), _) if origin != "null" => {
                if self.own_path(origin) == Some("") {
                    Sender::Own
                } else {
                    Sender::Foreign
                }
            }
            // Our pages send no referrer, so their forms have the origin `null`; the browser itself says whose they are.
            (_, Some(b"same-origin")) => Sender::Own,
            _ => Sender::Unsaid,
        }
    }

    /// Pages of other sites may link here but not send anything. `null` says nothing: pages that send no referrer say it
    /// even to themselves; the care door's own check of the form decides then.
    fn is_foreign(&self, request: &Request<Incoming>) -> bool {
        let headers = request.headers();
        let origin = headers
            .get(ORIGIN)
            .map(|origin| origin.to_str().unwrap_or(""));
        if origin.is_some_and(|origin| origin != "null" && self.own_path(origin) != Some("")) {
            return true;
        }
        let site = headers.get(SEC_FETCH_SITE).map(HeaderValue::as_bytes);
        !request.method().is_safe() && !matches!(site, None | Some(b"same-origin" | b"none"))
    }
}

fn split_port(host: &str) -> Option<(&str, Option<u16>)> {
    match host.rsplit_once(':') {
        Some((name, port)) if !port.ends_with(']') => Some((name, Some(port.parse().ok()?))),
        _ => Some((host, None)),
    }
}

fn remove_hop_by_hop(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    for name in named.into_iter().chain(HOP_BY_HOP) {
        headers.remove(name);
    }
}

/// Sets a header to text that may come from outside, or takes it away.
fn replace(headers: &mut HeaderMap, name: HeaderName, text: Option<String>) {
    match text.and_then(|text| HeaderValue::try_from(text).ok()) {
        Some(value) => headers.insert(name, value),
        None => headers.remove(name),
    };
}

/// Browsers keep no `Secure` cookie that came over plain HTTP, even from loopback in some of them.
fn without_secure(cookie: &HeaderValue) -> HeaderValue {
    let Ok(text) = cookie.to_str() else {
        return cookie.clone();
    };
    let parts = text.split(';').enumerate();
    let kept: Vec<&str> = parts
        .filter(|(index, part)| *index == 0 || !part.trim().eq_ignore_ascii_case("secure"))
        .map(|(_, part)| part)
        .collect();
    HeaderValue::try_from(kept.join(";")).unwrap_or_else(|_| cookie.clone())
}

fn accepts_html(headers: &HeaderMap) -> bool {
    let accept = headers.get(ACCEPT).and_then(|value| value.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/html"))
}

fn is_refusal(response: &Response<Incoming>) -> bool {
    let kind = response
        .headers()
        .get(CONTENT_TYPE)
        .map(HeaderValue::as_bytes);
    response.status() == StatusCode::FORBIDDEN && kind == Some(b"application/problem+json")
}

/// A certificate refused on an open connection comes as JSON for programs; a person gets the page instead.
async fn explain(response: Response<Incoming>) -> Answer {
    let (parts, body) = response.into_parts();
    let collected = Limited::new(body, 16_384).collect().await;
    let bytes = collected
        .map(http_body_util::Collected::to_bytes)
        .unwrap_or_default();
    if is_about_the_certificate(&bytes) {
        return Page::NotAdmitted.answer();
    }
    let mut headers = parts.headers;
    remove_hop_by_hop(&mut headers);
    headers.remove(CONTENT_LENGTH);
    let mut answer = Response::new(Either::Right(Full::new(bytes)));
    *answer.status_mut() = parts.status;
    *answer.headers_mut() = headers;
    answer
}

fn is_about_the_certificate(problem: &Bytes) -> bool {
    let value: serde_json::Value = serde_json::from_slice(problem).unwrap_or_default();
    let code = value.get("code").and_then(serde_json::Value::as_str);
    code.is_some_and(|code| code.starts_with("certificate_"))
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
