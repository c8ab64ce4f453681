//! Speaks HTTP on one accepted connection.

use std::convert::Infallible;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use http::header::{CONNECTION, HeaderValue};
use http::{Request, Response};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::Notify;
use tower::Service;

use crate::{Client, Limits, PeerAddr, Shutdown, linger, path};

/// Put into a response's extensions, this ends the connection after the answer: a caller whose certificate was revoked
/// must go through a new handshake.
#[derive(Debug, Clone, Copy)]
pub struct CloseConnection;

/// Which HTTP the two ends agreed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Version {
    Http1,
    Http2,
}

/// What each request of a connection gets to know.
#[derive(Debug, Clone)]
pub(crate) struct Origin {
    pub(crate) peer: PeerAddr,
    pub(crate) client: Option<Client>,
}

/// Serves until the other end leaves, an answer asks to close, or the shutdown has begun and the last answer is out.
///
/// The version is known beforehand, never guessed from the first bytes: guessing has no time limit, so silent
/// connections would stay for ever.
pub(crate) async fn speak<I>(
    io: I,
    version: Version,
    router: Router,
    origin: Origin,
    shutdown: Shutdown,
    limits: Limits,
) where
    I: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let close = Arc::new(Notify::new());
    let service = {
        let close = Arc::clone(&close);
        service_fn(move |request: Request<Incoming>| {
            answer(
                router.clone(),
                origin.clone(),
                Arc::clone(&close),
                version,
                request,
            )
        })
    };
    let end = async {
        tokio::select! {
            () = shutdown.begun() => {}
            () = close.notified() => {}
        }
    };
    let mut end = pin!(end);
    let io = TokioIo::new(io);
    let outcome = match version {
        Version::Http1 => {
            let mut connection = pin!(
                hyper::server::conn::http1::Builder::new()
                    .timer(TokioTimer::new())
                    .header_read_timeout(limits.header)
                    .serve_connection(io, service)
            );
            tokio::select! {
                outcome = connection.as_mut() => outcome,
                () = end.as_mut() => {
                    connection.as_mut().graceful_shutdown();
                    connection.await
                }
            }
        }
        Version::Http2 => {
            let mut connection = pin!(
                hyper::server::conn::http2::Builder::new(TokioExecutor::new())
                    .timer(TokioTimer::new())
                    .keep_alive_interval(Duration::from_secs(30))
                    .max_concurrent_streams(limits.streams)
                    .serve_connection(io, service)
            );
            tokio::select! {
                outcome = connection.as_mut() => outcome,
                () = end.as_mut() => {
                    connection.as_mut().graceful_shutdown();
                    connection.await
                }
            }
        }
    };
    if let Err(error) = outcome {
        tracing::debug!(%error, "connection ended early");
    }
}

async fn answer(
    mut router: Router,
    origin: Origin,
    close: Arc<Notify>,
    version: Version,
    mut request: Request<Incoming>,
) -> Result<Response<Body>, Infallible> {
    request.extensions_mut().insert(origin.peer);
    if let Some(client) = origin.client {
        request.extensions_mut().insert(client);
    }
    if let Some(uri) = path::readable(request.uri()) {
        *request.uri_mut() = uri;
    }
    let (request, rest) = linger::keep_rest(request);
    let mut response = router.call(request).await?;
    rest.read_away(response.status()).await;
    if response.extensions().get::<CloseConnection>().is_some() {
        match version {
            Version::Http1 => {
                let value = HeaderValue::from_static("close");
                response.headers_mut().insert(CONNECTION, value);
            }
            Version::Http2 => close.notify_one(),
        }
    }
    Ok(response)
}
