//! Certificate profiles, requests, issuing, revocation lists and PKCS#12.
//!
//! Three authorities, one per door: [`AuthorityKind::Server`] for the servers' own certificates, [`AuthorityKind::Terminals`]
//! for the care door and [`AuthorityKind::Systems`] for the connect door. They share nothing, so that a certificate for one
//! door opens no other. A door reads the peer's certificate with [`ClientIdentity::from_der`].
//!
//! Chain and revocation are checked by the TLS library at the handshake and by the door for every request; this crate only
//! makes and reads certificates.
//!
//! Source: terminals and mTLS, section 3.

mod authority;
mod identity;
mod name;
mod pkcs12;
mod profile;
mod request;
mod revocation;
mod time;

pub use authority::{
    Authority, AuthorityError, AuthorityKind, IssueError, Issued, IssuedWithKey, Order,
};
pub use identity::{ClientIdentity, IdentityError, Subject};
pub use name::InvalidName;
pub use pkcs12::{Pkcs12Error, Pkcs12Format, pkcs12};
pub use profile::{Profile, SystemKind, TerminalRole, UnknownWord};
pub use request::{KeyAndRequest, RequestError, new_request, requested_key};
pub use revocation::{RevocationError, RevocationList, RevocationReason, Revoked};
