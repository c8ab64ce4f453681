//! What every front needs: TLS doors, the caller, problems, session cookies, request log, security headers.
//!
//! A front is a [`Routes`] list turned into a router and wrapped by a [`Front`]; then [`tls::serve`] or [`plain::serve`] carries it. Who may do what is not decided here.

pub mod admission;
pub mod agent;
pub mod body;
mod caller;
mod connection;
pub mod csrf;
pub mod csv;
pub mod download;
pub mod entry;
mod fields;
mod front;
mod headers;
pub mod kept;
mod linger;
pub mod multipart;
mod observe;
pub mod once;
mod path;
pub mod plain;
mod printing;
pub mod problem;
pub mod query;
mod routes;
mod serve;
pub mod session;
pub mod tls;

pub use admission::{Admission, Verdict};
pub use body::ApiJson;
pub use caller::{Client, PeerAddr};
pub use connection::CloseConnection;
pub use fields::Fields;
pub use front::Front;
pub use headers::{CONTENT_SECURITY_POLICY, Caching, Transport};
pub use observe::{Observation, RequestId};
pub use printing::{PrintDesk, PrintFailed, PrintFault, PrintLimits, PrintTurn};
pub use problem::Problem;
pub use routes::{Routed, Routes};
pub use serve::{Limits, Shutdown};
