//! The number of a request, and one line in the log about it.

use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use axum::extract::{FromRequestParts, MatchedPath, Request};
use axum::response::Response;
use http::Method;
use http::header::{HeaderName, HeaderValue};
use http::request::Parts;
use kiban_domain::Entropy;

use crate::Client;
use crate::problem::{DEFAULT_BASE, complete};

/// The request's number: 16 hexadecimal digits, in the log, in problems and in the header `x-request-id`. A number that
/// the caller sends is ignored, because it could carry anything into the log.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct RequestId([u8; 16]);

impl RequestId {
    fn new(number: u64) -> Self {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut text = [0; 16];
        for (pair, byte) in text.chunks_exact_mut(2).zip(number.to_be_bytes()) {
            pair[0] = DIGITS[usize::from(byte >> 4)];
            pair[1] = DIGITS[usize::from(byte & 15)];
        }
        Self(text)
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// Zeros: of a request that nothing numbered.
impl Default for RequestId {
    fn default() -> Self {
        Self::new(0)
    }
}

impl fmt::Debug for RequestId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl<S: Sync> FromRequestParts<S> for RequestId {
    type Rejection = Infallible;

    /// Zeros where the front is not [`Front::observed`](crate::Front::observed).
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get().copied().unwrap_or_default())
    }
}

/// How a front's requests are numbered and logged.
#[derive(Debug, Clone)]
pub struct Observation {
    door: &'static str,
    problems: Arc<str>,
    seed: u64,
    count: Arc<AtomicU64>,
}

impl Observation {
    /// For the front `door` (`care`, `connect`, `portal`).
    ///
    /// Numbers start at a random place and are then scattered, not drawn: they must be different, not secret, and asking
    /// the system for chance each time costs more than the rest of this module.
    pub fn new(door: &'static str, entropy: &dyn Entropy) -> Self {
        let mut seed = [0; 8];
        entropy.fill(&mut seed);
        Self {
            door,
            problems: DEFAULT_BASE.into(),
            seed: u64::from_be_bytes(seed),
            count: Arc::default(),
        }
    }

    /// Where the types of problems are described; ends before the code.
    #[must_use]
    pub fn problems(mut self, base: &str) -> Self {
        self.problems = base.into();
        self
    }

    /// Every count gives another number: each step of the mixing can be undone (SplitMix64).
    fn next_id(&self) -> RequestId {
        let count = self.count.fetch_add(1, Ordering::Relaxed);
        let mut number = self
            .seed
            .wrapping_add(count.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        RequestId::new(number ^ (number >> 31))
    }
}

/// What is remembered of a request until its answer is there.
pub(crate) struct Observed {
    id: RequestId,
    line: Option<Line>,
}

impl Observation {
    /// Numbers the request.
    pub(crate) fn begin(&self, request: &mut Request) -> Observed {
        let id = self.next_id();
        request.extensions_mut().insert(id);
        let line = tracing::enabled!(target: "kiban::request", tracing::Level::INFO)
            .then(|| Line::of(request));
        Observed { id, line }
    }

    /// Completes a problem with the number and logs the line.
    pub(crate) fn end(&self, observed: Observed, response: Response) -> Response {
        let Observed { id, line } = observed;
        let mut response = complete(response, &self.problems, id.as_str());
        if let Some(line) = line {
            line.write(self.door, id, response.status().as_u16());
        }
        if let Ok(value) = HeaderValue::from_bytes(&id.0) {
            response.headers_mut().insert(REQUEST_ID, value);
        }
        response
    }
}

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What is remembered of a request while it is answered; taken only when the line will be written.
struct Line {
    start: Instant,
    method: Method,
    route: Option<MatchedPath>,
    client: Option<Client>,
}

impl Line {
    fn of(request: &Request) -> Self {
        Self {
            start: Instant::now(),
            method: request.method().clone(),
            route: request.extensions().get().cloned(),
            client: request.extensions().get().cloned(),
        }
    }

    fn write(&self, door: &'static str, request_id: RequestId, status: u16) {
        let duration_us = u64::try_from(self.start.elapsed().as_micros()).unwrap_or(u64::MAX);
        let client = self.client.as_ref();
        tracing::info!(
            target: "kiban::request",
            door,
            caller = client.map_or("-", |client| client.organisation()),
            serial_tail = client.map_or("-", |client| client.serial_tail()),
            method = self.method.as_str(),
            route = self.route.as_ref().map_or("-", MatchedPath::as_str),
            status,
            duration_us,
            request_id = request_id.as_str(),
        );
    }
}
