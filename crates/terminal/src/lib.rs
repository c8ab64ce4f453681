//! The program at the card reader; for now its bridge.

pub mod bridge;
