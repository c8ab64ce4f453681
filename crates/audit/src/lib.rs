//! Audit entries, Merkle tree, signed checkpoints and their verification, as values.
//!
//! What happened is an [`Event`]; its stored form is an [`Entry`] (three columns: lane, identifier, body). A sealer puts the
//! new entries of a lane in order and makes a [`Checkpoint`] of them with [`seal`]: a Merkle root over the entries' hashes,
//! chained to the checkpoint before it and signed. [`Verifier`] reads it all back and reports every difference as a
//! [`Finding`]; a [`Receipt`] proves a single entry to somebody who has only the public key.
//!
//! Nothing here reads a database, a clock or a file. What cannot be proved: an entry that was never written, an entry that
//! was altered before the sealer saw it, and a tail cut off while nobody kept the [`Head`] of the lane elsewhere.

mod checkpoint;
mod entry;
mod event;
mod finding;
mod json;
mod key;
mod merkle;
mod receipt;
mod seal;
mod verify;

pub use checkpoint::{BrokenCheckpoint, Checkpoint, CheckpointRow, Head};
pub use entry::{Entry, InvalidEntry};
pub use event::{Action, Actor, Door, Event, NO_INSURER, Outcome};
pub use finding::{Code, Finding, Place};
pub use key::{InvalidKey, SigningKey, VerifyingKey};
pub use merkle::{Hash, inclusion_proof, leaf_hash, root, root_of_proof};
pub use receipt::{Receipt, ReceiptError};
pub use seal::{LeafRow, SealError, seal};
pub use verify::{LaneVerifier, Tally, Verifier};
