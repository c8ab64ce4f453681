//! The program at the card reader: bridge for a browser, agent for cards, and the doctor that says what is missing.

pub mod agent;
pub mod bridge;
pub mod card;
#[cfg(feature = "reader")]
pub mod doctor;
pub mod door;
mod identity;
#[cfg(feature = "reader")]
pub mod reader;

pub use identity::{OwnCertificate, UnreadableCertificate};
