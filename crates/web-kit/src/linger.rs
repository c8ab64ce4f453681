//! Reads on, for a while, what a refused request was still sending.
//!
//! A refusal often comes before the body's end. A client that writes everything before it reads would then find its
//! connection, or its HTTP/2 stream, ended and never see why. RFC 9112 section 9.6 and RFC 9113 section 8.1 let a server
//! answer early; neither makes clients look.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use http::header::EXPECT;
use http::{Request, StatusCode};
use http_body_util::BodyExt as _;
use hyper::body::{Body as _, Frame, Incoming, SizeHint};
use tokio::sync::oneshot;

/// So much is read on; who sends more will be cut off.
const BYTES: u64 = 16 * 1024 * 1024;
/// So long it is read on.
const TIME: Duration = Duration::from_secs(2);

/// Comes by what the handler left of the body.
pub(crate) struct Rest(Option<oneshot::Receiver<Incoming>>);

/// The request with a body whose rest comes back when the handler drops it.
pub(crate) fn keep_rest(request: Request<Incoming>) -> (Request<Body>, Rest) {
    // Who waits for leave to send is told no by the answer; reading on would be that leave.
    let waits = request.headers().contains_key(EXPECT);
    if waits || request.body().is_end_stream() {
        return (request.map(Body::new), Rest(None));
    }
    let (sender, receiver) = oneshot::channel();
    let request = request.map(|body| {
        Body::new(Lent {
            body: Some(body),
            owner: Some(sender),
        })
    });
    (request, Rest(Some(receiver)))
}

impl Rest {
    /// Reads the rest away if the request was refused.
    pub(crate) async fn read_away(self, status: StatusCode) {
        let refused = status.is_client_error() || status.is_server_error();
        let left = self.0.filter(|_| refused);
        // Nothing comes where the handler still holds the body, or has read it to its end.
        let Some(Ok(mut body)) = left.map(|mut left| left.try_recv()) else {
            return;
        };
        let read = async {
            let mut bytes = 0;
            while let Some(Ok(frame)) = body.frame().await {
                bytes += frame.data_ref().map_or(0, |data| data.len() as u64);
                if bytes > BYTES {
                    return;
                }
            }
        };
        let _ = tokio::time::timeout(TIME, read).await;
    }
}

struct Lent {
    body: Option<Incoming>,
    owner: Option<oneshot::Sender<Incoming>>,
}

impl hyper::body::Body for Lent {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        match &mut self.body {
            Some(body) => Pin::new(body).poll_frame(context),
            None => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body
            .as_ref()
            .is_none_or(hyper::body::Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body
            .as_ref()
            .map_or_else(SizeHint::default, hyper::body::Body::size_hint)
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let (Some(body), Some(owner)) = (self.body.take(), self.owner.take())
            && !body.is_end_stream()
        {
            // The other side is gone when the answer was no refusal.
            let _ = owner.send(body);
        }
    }
}
