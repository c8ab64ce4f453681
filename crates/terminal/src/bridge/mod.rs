//! Lets a browser without a certificate use the care door from this computer.
//!
//! It listens on loopback only and forwards every request to the care door over TLS with the terminal's certificate.
//! Every program on the computer can reach it, and so can every page the browser shows; therefore it answers only under a
//! loopback name (a name that an attacker points at 127.0.0.1 is refused) and takes nothing from pages of other origins.
//! The staff member's own sign-in at the care door stays as it is.

mod forward;
mod own;
mod page;

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::Response;
use http_body_util::{Either, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use forward::Forwarder;
pub use forward::Line;
pub use own::{OwnPages, Sender};

pub use crate::door::Settings;
use crate::door::{self, DoorError};

/// What an answer carries: the care door's bytes as they come, or a page of our own.
type Body = Either<Incoming, Full<Bytes>>;
type Answer = Response<Body>;

/// How long open requests may go on after the end was asked for.
const DRAIN: Duration = Duration::from_secs(5);

/// A bridge that listens but does not serve yet.
pub struct Bridge {
    listener: TcpListener,
    address: SocketAddr,
    forwarder: Arc<Forwarder>,
    pages: Option<Arc<dyn OwnPages>>,
}

impl std::fmt::Debug for Bridge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Bridge")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

/// Binds and serves until `shutdown` resolves.
///
/// # Errors
///
/// As for [`Bridge::bind`].
pub async fn run(
    listen: SocketAddr,
    settings: &Settings,
    shutdown: impl Future<Output = ()>,
) -> Result<(), BridgeError> {
    Bridge::bind(listen, settings).await?.serve(shutdown).await;
    Ok(())
}

impl Bridge {
    /// Listens on `listen`; port 0 takes a free one.
    ///
    /// # Errors
    ///
    /// - [`BridgeError::NotLoopback`] when other computers could reach the address.
    /// - [`BridgeError::CareUrl`] when the care door's address is not `https://host[:port]`.
    /// - [`BridgeError::Unreadable`] names the PEM that cannot be used, [`BridgeError::Identity`] means that certificate and
    ///   key do not fit.
    /// - [`BridgeError::Listen`] when the address is taken.
    pub async fn bind(listen: SocketAddr, settings: &Settings) -> Result<Self, BridgeError> {
        if !listen.ip().is_loopback() {
            return Err(BridgeError::NotLoopback(listen));
        }
        let care = door::care_address(&settings.care_url)?;
        let client = door::client(settings)?;
        let listener = TcpListener::bind(listen).await?;
        let address = listener.local_addr()?;
        Ok(Self {
            listener,
            address,
            forwarder: Arc::new(Forwarder::new(care, client, address)),
            pages: None,
        })
    }

    /// Serves these pages under [`crate::window::PREFIX`].
    #[must_use]
    pub fn with_own_pages(mut self, pages: Arc<dyn OwnPages>) -> Self {
        self.pages = Some(pages);
        self
    }

    /// A handle by which a renewed certificate is put in while the bridge runs.
    pub fn line(&self) -> Line {
        self.forwarder.line()
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `shutdown` resolves, then gives open requests five seconds.
    pub async fn serve(self, shutdown: impl Future<Output = ()>) {
        let mut shutdown = std::pin::pin!(shutdown);
        let mut open = JoinSet::new();
        loop {
            tokio::select! {
                () = shutdown.as_mut() => break,
                accepted = self.listener.accept() => match accepted {
                    Ok((stream, _)) => {
                        let pages = self.pages.clone();
                        open.spawn(connection(stream, Arc::clone(&self.forwarder), pages));
                    }
                    Err(error) => {
                        tracing::warn!(%error, "a connection could not be accepted");
                        tokio::time::sleep(Duration::from_millis(100)).await;
                    }
                },
            }
            while open.try_join_next().is_some() {}
        }
        drop(self.listener);
        let ended = async { while open.join_next().await.is_some() {} };
        // What is still open then is cut when the set is dropped.
        let _ = tokio::time::timeout(DRAIN, ended).await;
    }
}

/// Why the bridge does not start.
#[derive(Debug, thiserror::Error)]
pub enum BridgeError {
    /// Other computers could reach the address and would pass as this terminal.
    #[error("{0} is not a loopback address: other computers could use this terminal's certificate")]
    NotLoopback(SocketAddr),
    /// Not `https://host[:port]`.
    #[error("the care door's address must be https://host[:port]")]
    CareUrl,
    /// Not the expected PEM.
    #[error("{0} is not readable PEM")]
    Unreadable(&'static str),
    /// Certificate and key cannot be used together.
    #[error("certificate and key cannot be used")]
    Identity(#[from] rustls::Error),
    /// The address is taken or not allowed.
    #[error("cannot listen there")]
    Listen(#[from] std::io::Error),
}

impl From<DoorError> for BridgeError {
    fn from(error: DoorError) -> Self {
        match error {
            DoorError::CareUrl => Self::CareUrl,
            DoorError::Unreadable(input) => Self::Unreadable(input),
            DoorError::Identity(cause) => Self::Identity(cause),
        }
    }
}

async fn connection(
    stream: TcpStream,
    forwarder: Arc<Forwarder>,
    pages: Option<Arc<dyn OwnPages>>,
) {
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| {
        let (forwarder, pages) = (Arc::clone(&forwarder), pages.clone());
        async move {
            let answer = forwarder.answer(request, pages.as_deref()).await;
            Ok::<_, std::convert::Infallible>(answer)
        }
    });
    let served = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(Duration::from_secs(30))
        .serve_connection(TokioIo::new(stream), service)
        .await;
    if let Err(error) = served {
        tracing::debug!(%error, "connection ended early");
    }
}
