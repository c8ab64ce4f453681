//! Typed client for the machine door, for municipalities and vendors; the command `kiban-client` is made of it.
//!
//! Every file is read once and sent with memory for two parts, so that a stream serves as well as a file. Requests that
//! are safe to repeat are repeated when the line breaks.

mod connection;
mod error;
mod fetching;
mod folder;
mod operations;
mod opinions;
mod receipt;
mod sending;

pub use connection::{Connection, Settings};
pub use error::ClientError;
pub use fetching::{Fetched, Fetching, fetch};
pub use folder::{Dropped, Folder, write_whole};
pub use kiban_connect_api::wire;
pub use operations::Encoding;
pub use opinions::{OpinionFile, OpinionUpload, RequestName, SentOpinions};
pub use receipt::{InvalidReceipt, ReceiptClaims, signed_texts, verify_receipt};
pub use sending::{Sending, order_of};
