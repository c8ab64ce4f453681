//! The accept loop that both kinds of door share.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;

/// Bounds that keep one caller from holding a door shut for the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Open connections; further ones wait in the system's queue.
    pub connections: usize,
    /// Time for the TLS handshake.
    pub handshake: Duration,
    /// Time from the opening of an HTTP/1.1 connection, or the end of a request, to the end of the next request's head.
    pub header: Duration,
    /// Streams of one HTTP/2 connection at a time.
    pub streams: u32,
    /// Time that requests under way have to end once the shutdown has begun.
    pub drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 10_000,
            handshake: Duration::from_secs(10),
            header: Duration::from_secs(30),
            streams: 100,
            drain: Duration::from_secs(20),
        }
    }
}

/// Tells servers to stop: no new connections, requests under way end. Clones share one state.
#[derive(Debug, Clone)]
pub struct Shutdown {
    sender: Arc<watch::Sender<bool>>,
}

impl Shutdown {
    /// Not begun.
    pub fn new() -> Self {
        Self {
            sender: Arc::new(watch::Sender::new(false)),
        }
    }

    /// Begins it. Beginning again changes nothing.
    pub fn begin(&self) {
        self.sender.send_replace(true);
    }

    /// Whether it has begun.
    pub fn has_begun(&self) -> bool {
        *self.sender.borrow()
    }

    /// Waits until it begins.
    pub async fn begun(&self) {
        // The sender lives as long as `self`, so waiting cannot fail.
        let _ = self.sender.subscribe().wait_for(|begun| *begun).await;
    }
}

impl Default for Shutdown {
    fn default() -> Self {
        Self::new()
    }
}

/// Accepts until the shutdown begins, runs `connection` for each, and gives those open the time to end.
pub(crate) async fn accept_loop<F, C>(
    listener: TcpListener,
    shutdown: &Shutdown,
    limits: Limits,
    connection: C,
) where
    F: Future<Output = ()> + Send + 'static,
    C: Fn(TcpStream, SocketAddr) -> F,
{
    let room = Arc::new(Semaphore::new(limits.connections));
    let mut open = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            biased;
            () = shutdown.begun() => break,
            accepted = next(&listener, &room) => accepted,
        };
        match accepted {
            Ok((place, stream, peer)) => {
                // Small answers must not wait for the acknowledgement of the ones before.
                let _ = stream.set_nodelay(true);
                let running = connection(stream, peer);
                open.spawn(async move {
                    running.await;
                    drop(place);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                // Out of file handles, most likely; trying at once would only burn the processor.
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
        while open.try_join_next().is_some() {}
    }
    drop(listener);
    let ended = async { while open.join_next().await.is_some() {} };
    if tokio::time::timeout(limits.drain, ended).await.is_err() {
        tracing::warn!("connections still open after the time to end were cut");
    }
}

/// Waits for room first and accepts then, so that what does not fit stays in the system's queue.
async fn next(
    listener: &TcpListener,
    room: &Arc<Semaphore>,
) -> io::Result<(OwnedSemaphorePermit, TcpStream, SocketAddr)> {
    let place = Arc::clone(room).acquire_owned().await;
    let place = place.map_err(io::Error::other)?;
    let (stream, peer) = listener.accept().await?;
    Ok((place, stream, peer))
}
