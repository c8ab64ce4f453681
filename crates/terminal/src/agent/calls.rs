//! The calls to the server: poll, answer.

use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use http::uri::{Authority, Scheme};
use http::{Method, Request, Response, StatusCode, Uri};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Incoming;
use kiban_card::wire::{AnswerRequest, LONGEST_BODY_BYTES, POLL_HELD_SECONDS, PollResponse};

use crate::door::{self, CareClient, DoorError, Failure, Settings};

/// The server holds a poll for 25 s.
const POLL_WITHIN: Duration = Duration::from_secs(POLL_HELD_SECONDS + 10);
const ANSWER_WITHIN: Duration = Duration::from_secs(20);

#[derive(Debug)]
pub(super) struct Calls {
    care: Authority,
    client: CareClient<Full<Bytes>>,
}

/// What a poll brought.
#[derive(Debug)]
pub(super) enum Polled {
    Idle,
    Challenge(Box<PollResponse>),
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
pub(super) enum CallFailure {
    #[error("the way to the server failed: {0:?}")]
    Way(Failure),
    #[error("the server took too long")]
    TooSlow,
    #[error("the server answered {0}")]
    Status(StatusCode),
    #[error("the server's answer cannot be read")]
    Unreadable,
}

impl Calls {
    pub(super) fn new(settings: &Settings) -> Result<Self, DoorError> {
        Ok(Self {
            care: door::care_address(&settings.care_url)?,
            client: door::client(settings)?,
        })
    }

    /// The origin that texts must name: without the port when it is the usual one.
    pub(super) fn origin(&self) -> String {
        let host = self.care.host().to_ascii_lowercase();
        match self.care.port_u16() {
            None | Some(443) => format!("https://{host}"),
            Some(port) => format!("https://{host}:{port}"),
        }
    }

    pub(super) async fn poll(&self) -> Result<Polled, CallFailure> {
        let request = self.request(Method::GET, "/agent/poll", Bytes::new())?;
        let response = self.call(request, POLL_WITHIN).await?;
        match response.status() {
            StatusCode::NO_CONTENT => Ok(Polled::Idle),
            StatusCode::OK => {
                let body = Limited::new(response.into_body(), LONGEST_BODY_BYTES);
                let body = tokio::time::timeout(ANSWER_WITHIN, body.collect()).await;
                let body = body.map_err(|_| CallFailure::TooSlow)?;
                let body = body.map_err(|_| CallFailure::Unreadable)?.to_bytes();
                let challenge = serde_json::from_slice(&body);
                let challenge = challenge.map_err(|_| CallFailure::Unreadable)?;
                Ok(Polled::Challenge(Box::new(challenge)))
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
