//! The machine door: wire shapes, routes and their description (design, section 7).
//!
//! [`wire`] holds what travels, so that clients need nothing else; the feature `server` adds the routes. A handler does
//! four things: parse, know the caller, call one use case, answer. Every refusal is a problem (RFC 9457) with a stable
//! `code`; [`openapi_json`] describes all of it, and a test holds the description to the routes.
//!
//! **Invariant:** no rule about who may see what stands here; `kiban_access` decides inside the use cases.

pub mod wire;

#[cfg(feature = "server")]
mod answer;
#[cfg(feature = "server")]
mod caller;
#[cfg(feature = "server")]
mod care_relations;
#[cfg(feature = "server")]
mod hello;
#[cfg(feature = "server")]
mod identity_checks;
#[cfg(feature = "server")]
mod items;
#[cfg(feature = "server")]
mod openapi;
#[cfg(feature = "server")]
mod opinion_requests;
#[cfg(feature = "server")]
mod opinions;
#[cfg(feature = "server")]
mod part_shapes;
#[cfg(feature = "server")]
mod persons;
#[cfg(feature = "server")]
mod receiving;
#[cfg(feature = "server")]
mod router;
#[cfg(feature = "server")]
mod transfers;
#[cfg(feature = "server")]
mod uploads;

#[cfg(feature = "server")]
pub use openapi::openapi_json;
#[cfg(feature = "server")]
pub use router::{ConnectState, routes};
