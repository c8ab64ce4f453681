//! The program at the card reader: bridge for a browser, agent for cards, and the doctor that says what is missing.

pub mod agent;
pub mod bridge;
pub mod card;
pub mod doctor;
pub mod door;
#[cfg(feature = "reader")]
pub mod enrol;
mod identity;
pub mod keeper;
#[cfg(feature = "reader")]
pub mod reader;
pub mod window;

pub use identity::{OwnCertificate, UnreadableCertificate};
