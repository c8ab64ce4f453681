//! The database: SQLite (embedded) or PostgreSQL, with every statement written once.
//!
//! [`Store`] opens either engine. Reading goes through [`Store::point`] (one statement) or [`Store::read`] (one
//! snapshot), writing through [`Store::write`] (one unit of work, grouped with others into one durable commit on
//! SQLite). [`AuditLog`] has its own writer, so that a bulk delivery never stands before an access record (S-3).
//! Repositories in [`repo`] hold the statements; whatever differs between the engines lives in [`engine`].

pub mod engine;
mod error;
mod migrate;
mod objects;
pub mod repo;
mod store;

pub use error::{Error, Result};
pub use objects::{Objects, Scratch, Sha256Digest, StagedObject};
pub use store::{AuditLog, Conn, Settings, Store, Work};
