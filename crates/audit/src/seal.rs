//! Makes the next checkpoint of a lane.

use kiban_domain::Timestamp;
use uuid::Uuid;

use crate::merkle::{Hash, root};
use crate::{Checkpoint, Entry, SigningKey};

/// A leaf as its table holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeafRow {
    /// Insurer number of the lane.
    pub lane: String,
    /// Place in the lane, from 1, without gaps.
    pub leaf_no: i64,
    /// The entry it stands for.
    pub entry_id: Uuid,
    /// [`Entry::leaf_hash`], 32 bytes.
    pub leaf_hash: Vec<u8>,
}

/// Seals `entries`, in the order given, behind `previous` (the lane's newest checkpoint, `None` at its beginning).
///
/// The checkpoint and the leaves belong in one transaction; an entry of the lane must not be sealed twice.
///
/// # Errors
///
/// - [`SealError::Nothing`] when there is no entry.
/// - [`SealError::OtherLane`] when the entries, or the previous checkpoint, are not all of one lane.
pub fn seal(
    previous: Option<&Checkpoint>,
    entries: &[Entry],
    key: &SigningKey,
    at: Timestamp,
) -> Result<(Checkpoint, Vec<LeafRow>), SealError> {
    let lane = &entries.first().ok_or(SealError::Nothing)?.lane;
    let strangers = entries.iter().any(|entry| entry.lane != *lane);
    if strangers || previous.is_some_and(|previous| previous.lane != *lane) {
        return Err(SealError::OtherLane);
    }
    let first_leaf = previous.map_or(1, |previous| previous.last_leaf() + 1);
    let hashes: Vec<Hash> = entries.iter().map(Entry::leaf_hash).collect();
    let mut checkpoint = Checkpoint {
        lane: lane.clone(),
        number: previous.map_or(1, |previous| previous.number + 1),
        first_leaf,
        leaf_count: entries.len() as u64,
        root: root(&hashes),
        previous: previous.map_or([0; 32], Checkpoint::hash),
        sealed_at: whole_microseconds(at),
        key_id: key.verifying_key().id().to_owned(),
        signature: [0; 64],
    };
    checkpoint.sign(key);
    let leaves = (first_leaf..)
        .zip(entries.iter().zip(&hashes))
        .map(|(number, (entry, hash))| LeafRow {
            lane: lane.clone(),
            leaf_no: i64::try_from(number).unwrap_or(i64::MAX),
            entry_id: entry.id,
            leaf_hash: hash.to_vec(),
        })
        .collect();
    Ok((checkpoint, leaves))
}

/// Why nothing was sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// There is no entry.
    #[error("there is nothing to seal")]
    Nothing,
    /// Entries or the previous checkpoint are of another lane.
    #[error("entries of several lanes cannot be sealed together")]
    OtherLane,
}

/// Databases keep microseconds; an instant that comes back shorter than it was signed would look forged.
fn whole_microseconds(at: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(at)
}
