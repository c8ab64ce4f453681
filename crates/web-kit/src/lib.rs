//! What every front needs: TLS doors, the caller, problems, session cookies, request log, security headers.
//!
//! A front is a [`Routes`] list turned into a router and wrapped, from the inside out, by [`secured`], [`guarded`] and
//! [`observed`]; then [`tls::serve`] or [`plain::serve`] carries it. Who may do what is not decided here.

pub mod admission;
pub mod body;
mod caller;
mod connection;
pub mod csrf;
mod headers;
mod observe;
pub mod plain;
pub mod problem;
mod routes;
mod serve;
pub mod session;
pub mod tls;

pub use admission::{Admission, Verdict, guarded};
pub use body::ApiJson;
pub use caller::{Client, PeerAddr};
pub use connection::CloseConnection;
pub use headers::{CONTENT_SECURITY_POLICY, Caching, Transport, secured};
pub use observe::{Observation, RequestId, observed};
pub use problem::Problem;
pub use routes::{Routed, Routes};
pub use serve::{Limits, Shutdown};
