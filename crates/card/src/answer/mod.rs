//! How a server checks an answer. Pure: trust, time and the state of the certificate come in as values.
//!
//! The order is part of the rule (the My Number card, section 6): the challenge is found open by the caller; then
//! [`inspect`] checks certificate, issuer, dates and profile; the caller asks [`CardCertificateStatus`]; then
//! [`InspectedCertificate::verify`] checks state and signature; then the caller looks up the person by [`CardKey`].
//! [`verify_answer`] does the middle part in one call.

mod card_key;
mod certificate;
mod presence;
mod refusal;
mod revocation;
mod status;
mod trust;

pub use card_key::{CardKey, InvalidCardKey};
pub use certificate::{InspectedCertificate, VerifiedAnswer, inspect, verify_answer};
pub use presence::{PresenceAnchors, PresenceFiles, PresenceRefusal, PresentCard, verify_presence};
pub use refusal::Refusal;
pub use revocation::{InvalidList, RevocationList};
pub use status::{CardCertificateStatus, CertificateState, StatusAnswer, StatusFuture};
pub use trust::{InvalidAnchor, PRODUCTION_POLICY, Trust};
