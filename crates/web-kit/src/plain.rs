//! Serves without TLS: on loopback, or behind something that ends TLS for a door without client certificates.

use axum::Router;
use tokio::net::TcpListener;

use crate::connection::{Origin, Version, speak};
use crate::serve::accept_loop;
use crate::{Limits, PeerAddr, Shutdown};

/// Serves `router` as HTTP/1.1 until `shutdown` begins and the open requests have ended.
pub async fn serve(listener: TcpListener, router: Router, shutdown: Shutdown, limits: Limits) {
    let connection = |stream, peer| {
        let origin = Origin {
            peer: PeerAddr(peer),
            client: None,
        };
        let (router, shutdown) = (router.clone(), shutdown.clone());
        speak(stream, Version::Http1, router, origin, shutdown, limits)
    };
    accept_loop(listener, &shutdown, limits, connection).await;
}
