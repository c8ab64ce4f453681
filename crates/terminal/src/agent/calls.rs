//! The calls to the server: poll, answer.

use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use http::uri::{Authority, Scheme};
use http::{Method, Request, Response, StatusCode, Uri};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Incoming;
use kiban_card::wire::{
    AnswerRequest, HelloResponse, LONGEST_BODY_BYTES, POLL_HELD_SECONDS, PollAnswer, PollResponse,
    ReaderTestAsked, ReaderTestRequest, RenewRequest, RenewResponse,
};
use serde::Deserialize;

use crate::door::{self, CareClient, DoorError, Failure, Settings};

/// The server holds a poll for 25 s.
const POLL_WITHIN: Duration = Duration::from_secs(POLL_HELD_SECONDS + 10);
/// This program knows both questions.
const POLL: &str = "/agent/poll?reader_test=1";
const ANSWER_WITHIN: Duration = Duration::from_secs(20);

#[derive(Debug)]
pub(crate) struct Calls {
    care: Authority,
    client: CareClient<Full<Bytes>>,
}

/// What a poll brought.
#[derive(Debug)]
pub(super) enum Polled {
    Idle,
    Challenge(Box<PollResponse>),
    ReaderTest(ReaderTestAsked),
}

/// What became of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sent {
    Taken,
    /// The challenge was over, withdrawn or another's.
    NotOpen,
    Late,
    Refused,
    Lost,
}

impl Sent {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Taken => "taken",
            Self::NotOpen => "not_open",
            Self::Late => "late",
            Self::Refused => "refused",
            Self::Lost => "lost",
        }
    }
}

/// Why a call came to nothing. No text of the server is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CallFailure {
    /// No connection, or none that can be trusted.
    #[error("the way to the server failed: {0:?}")]
    Way(Failure),
    /// No answer in time.
    #[error("the server took too long")]
    TooSlow,
    /// A status that the call does not know.
    #[error("the server answered {0}")]
    Status(StatusCode),
    /// Not what the protocol says.
    #[error("the server's answer cannot be read")]
    Unreadable,
}

/// What the server says to a hello.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Greeting {
    /// Its answer.
    pub told: HelloResponse,
    /// Whether it serves a program of this version.
    pub is_served: bool,
}

impl Calls {
    pub(crate) fn new(settings: &Settings) -> Result<Self, DoorError> {
        Ok(Self {
            care: door::care_address(&settings.care_url)?,
            client: door::client(settings)?,
        })
    }

    /// The origin that texts must name: without the port when it is the usual one.
    pub(crate) fn origin(&self) -> String {
        let host = self.care.host().to_ascii_lowercase();
        match self.care.port_u16() {
            None | Some(443) => format!("https://{host}"),
            Some(port) => format!("https://{host}:{port}"),
        }
    }

    pub(super) async fn poll(&self) -> Result<Polled, CallFailure> {
        let request = self.request(Method::GET, POLL, Bytes::new())?;
        let response = self.call(request, POLL_WITHIN).await?;
        match response.status() {
            StatusCode::NO_CONTENT => Ok(Polled::Idle),
            StatusCode::OK => {
                let polled = read(response).await?;
                Ok(match polled {
                    PollAnswer::Challenge(challenge) => Polled::Challenge(Box::new(challenge)),
                    PollAnswer::ReaderTest(asked) => Polled::ReaderTest(asked),
                })
            }
            status => Err(CallFailure::Status(status)),
        }
    }

    pub(super) async fn answer(
        &self,
        id: &str,
        answer: &AnswerRequest,
    ) -> Result<Sent, CallFailure> {
        let body = serde_json::to_vec(answer).map_err(|_| CallFailure::Unreadable)?;
        let path = format!("/agent/answer/{id}");
        let request = self.request(Method::POST, &path, body.into())?;
        match self.call(request, ANSWER_WITHIN).await?.status() {
            StatusCode::NO_CONTENT | StatusCode::OK => Ok(Sent::Taken),
            StatusCode::NOT_FOUND | StatusCode::CONFLICT => Ok(Sent::NotOpen),
            StatusCode::GONE => Ok(Sent::Late),
            StatusCode::UNPROCESSABLE_ENTITY => Ok(Sent::Refused),
            status => Err(CallFailure::Status(status)),
        }
    }

    /// Sends what a reader test found. It is worth no second sending: the staff press the button again.
    pub(super) async fn reader_tested(
        &self,
        id: &str,
        found: &ReaderTestRequest,
    ) -> Result<StatusCode, CallFailure> {
        let body = serde_json::to_vec(found).map_err(|_| CallFailure::Unreadable)?;
        let path = format!("/agent/reader-test/{id}");
        let request = self.request(Method::POST, &path, body.into())?;
        Ok(self.call(request, ANSWER_WITHIN).await?.status())
    }

    /// Says that the program is there; `reader` is whether a card reader is connected.
    pub(crate) async fn hello(&self, reader: bool) -> Result<Greeting, CallFailure> {
        let path = hello_path(reader);
        let request = self.request(Method::GET, &path, Bytes::new())?;
        let response = self.call(request, ANSWER_WITHIN).await?;
        let is_served = match response.status() {
            StatusCode::OK => true,
            StatusCode::UPGRADE_REQUIRED => false,
            status => return Err(CallFailure::Status(status)),
        };
        let told = read(response).await?;
        Ok(Greeting { told, is_served })
    }

    /// Asks for a certificate for a new key.
    pub(crate) async fn renew(&self, asked: &RenewRequest) -> Result<RenewResponse, CallFailure> {
        let body = serde_json::to_vec(asked).map_err(|_| CallFailure::Unreadable)?;
        let request = self.request(Method::POST, "/agent/renew", body.into())?;
        let response = self.call(request, ANSWER_WITHIN).await?;
        match response.status() {
            StatusCode::CREATED => read(response).await,
            status => Err(CallFailure::Status(status)),
        }
    }

    /// Whether the door takes this terminal's certificate, whatever else it answers.
    pub(crate) async fn is_let_in(&self) -> Result<bool, CallFailure> {
        let request = self.request(Method::GET, &hello_path(false), Bytes::new())?;
        let response = match self.call(request, ANSWER_WITHIN).await {
            Err(CallFailure::Way(Failure::Refused)) => return Ok(false),
            other => other?,
        };
        match response.status() {
            StatusCode::FORBIDDEN => {
                let problem: serde_json::Value = read(response).await?;
                let code = problem["code"].as_str().unwrap_or_default();
                Ok(!code.starts_with("certificate_"))
            }
            status if status.is_server_error() => Err(CallFailure::Status(status)),
            _ => Ok(true),
        }
    }

    fn request(
        &self,
        method: Method,
        path: &str,
        body: Bytes,
    ) -> Result<Request<Full<Bytes>>, CallFailure> {
        let uri = Uri::builder()
            .scheme(Scheme::HTTPS)
            .authority(self.care.clone())
            .path_and_query(path)
            .build()
            .map_err(|_| CallFailure::Unreadable)?;
        let json = HeaderValue::from_static("application/json");
        Request::builder()
            .method(method)
            .uri(uri)
            .header(ACCEPT, json.clone())
            .header(CONTENT_TYPE, json)
            .body(Full::new(body))
            .map_err(|_| CallFailure::Unreadable)
    }

    async fn call(
        &self,
        request: Request<Full<Bytes>>,
        within: Duration,
    ) -> Result<Response<Incoming>, CallFailure> {
        let sent = tokio::time::timeout(within, self.client.request(request)).await;
        let response = sent.map_err(|_| CallFailure::TooSlow)?;
        response.map_err(|error| CallFailure::Way(Failure::of(&error)))
    }
}

fn hello_path(reader: bool) -> String {
    let version = env!("CARGO_PKG_VERSION");
    format!("/agent/hello?version={version}&reader={reader}&doctor=unknown")
}

async fn read<T: for<'de> Deserialize<'de>>(
    response: Response<Incoming>,
) -> Result<T, CallFailure> {
    let body = Limited::new(response.into_body(), LONGEST_BODY_BYTES);
    let body = tokio::time::timeout(ANSWER_WITHIN, body.collect()).await;
    let body = body.map_err(|_| CallFailure::TooSlow)?;
    let body = body.map_err(|_| CallFailure::Unreadable)?.to_bytes();
    serde_json::from_slice(&body).map_err(|_| CallFailure::Unreadable)
}
