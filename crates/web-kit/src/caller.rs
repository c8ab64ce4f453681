//! Who is on the other end of the connection.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::ops::Deref;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use http::request::Parts;
use kiban_pki::ClientIdentity;

use crate::Problem;

/// The client certificate's identity, read once per connection and put into each request by [`crate::tls::serve`].
///
/// As an extractor it answers 403 where a route is served without client certificates.
#[derive(Debug, Clone)]
pub struct Client(pub Arc<ClientIdentity>);

impl Deref for Client {
    type Target = ClientIdentity;

    fn deref(&self) -> &ClientIdentity {
        &self.0
    }
}

impl<S: Sync> FromRequestParts<S> for Client {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let client = parts.extensions.get::<Self>().cloned();
        client.ok_or_else(Problem::certificate_required)
    }
}

/// The address of the other end of the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PeerAddr(pub SocketAddr);

impl<S: Sync> FromRequestParts<S> for PeerAddr {
    type Rejection = Infallible;

    /// Without a connection (a router called directly by a test) the unspecified address.
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let nowhere = SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0);
        Ok(parts.extensions.get().copied().unwrap_or(Self(nowhere)))
    }
}
