//! A signed statement over the next stretch of a lane, chained to the one before.

use kiban_domain::Timestamp;

use crate::merkle::{Hash, digest};
use crate::{SigningKey, VerifyingKey};

/// Keeps the signature apart from every other use of the key.
const CONTEXT: &[u8] = b"kiban-audit-checkpoint/1\0";

/// One checkpoint of a lane. Numbers and leaves count from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Insurer number of the lane.
    pub lane: String,
    /// Place in the lane, from 1, without gaps.
    pub number: u64,
    /// Number of the first leaf covered.
    pub first_leaf: u64,
    /// How many leaves are covered; at least one.
    pub leaf_count: u64,
    /// Merkle root over the covered leaves.
    pub root: Hash,
    /// [`Self::hash`] of the checkpoint before, zeros for the first.
    pub previous: Hash,
    /// When it was sealed, whole microseconds.
    pub sealed_at: Timestamp,
    /// [`VerifyingKey::id`] of the key that signed.
    pub key_id: String,
    /// Ed25519 signature over the canonical bytes.
    pub signature: [u8; 64],
}

impl Checkpoint {
    /// SHA-256 of the signed bytes: what the next checkpoint names as `previous`, and what a [`Head`] holds.
    pub fn hash(&self) -> Hash {
        digest(&[&self.signed_bytes()])
    }

    /// The number of the last leaf covered.
    pub fn last_leaf(&self) -> u64 {
        self.first_leaf.saturating_add(self.leaf_count) - 1
    }

    /// Whether `key` signed exactly this.
    pub fn is_signed_by(&self, key: &VerifyingKey) -> bool {
        self.key_id == key.id() && key.accepts(&self.signed_bytes(), &self.signature)
    }

    pub(crate) fn sign(&mut self, key: &SigningKey) {
        self.signature = key.sign(&self.signed_bytes());
    }

    /// Every field but the signature; texts stand behind their length, so no two checkpoints share their bytes.
    fn signed_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(192);
        bytes.extend_from_slice(CONTEXT);
        push_text(&mut bytes, &self.lane);
        bytes.extend_from_slice(&self.number.to_be_bytes());
        bytes.extend_from_slice(&self.first_leaf.to_be_bytes());
        bytes.extend_from_slice(&self.leaf_count.to_be_bytes());
        bytes.extend_from_slice(&self.root);
        bytes.extend_from_slice(&self.previous);
        bytes.extend_from_slice(&self.sealed_at.as_microsecond().to_be_bytes());
        push_text(&mut bytes, &self.key_id);
        bytes
    }

    /// The columns of the table of checkpoints.
    pub fn to_row(&self) -> CheckpointRow {
        CheckpointRow {
            lane: self.lane.clone(),
            number: signed(self.number),
            first_leaf: signed(self.first_leaf),
            leaf_count: signed(self.leaf_count),
            root: self.root.to_vec(),
            previous: self.previous.to_vec(),
            sealed_at: self.sealed_at.to_string(),
            key_id: self.key_id.clone(),
            signature: self.signature.to_vec(),
        }
    }
}

/// A checkpoint as its table holds it, before anything about it is believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckpointRow {
    /// Insurer number of the lane.
    pub lane: String,
    /// Place in the lane.
    pub number: i64,
    /// Number of the first leaf.
    pub first_leaf: i64,
    /// How many leaves.
    pub leaf_count: i64,
    /// Merkle root, 32 bytes.
    pub root: Vec<u8>,
    /// Hash of the checkpoint before, 32 bytes.
    pub previous: Vec<u8>,
    /// RFC 3339 in UTC with as many decimals as needed, at most six, exactly as [`Checkpoint::to_row`] writes it.
    pub sealed_at: String,
    /// Name of the key.
    pub key_id: String,
    /// Signature, 64 bytes.
    pub signature: Vec<u8>,
}

impl TryFrom<&CheckpointRow> for Checkpoint {
    type Error = BrokenCheckpoint;

    fn try_from(row: &CheckpointRow) -> Result<Self, BrokenCheckpoint> {
        let checkpoint = Self {
            lane: row.lane.clone(),
            number: positive(row.number, "checkpoint_no")?,
            first_leaf: positive(row.first_leaf, "first_leaf")?,
            leaf_count: positive(row.leaf_count, "leaf_count")?,
            root: bytes(&row.root, "root")?,
            previous: bytes(&row.previous, "previous")?,
            sealed_at: time(&row.sealed_at)?,
            key_id: row.key_id.clone(),
            signature: bytes(&row.signature, "signature")?,
        };
        Ok(checkpoint)
    }
}

/// A column of the table of checkpoints holds what was never written there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("column {column} of a checkpoint is not readable")]
pub struct BrokenCheckpoint {
    /// Name of the column.
    pub column: &'static str,
}

/// The newest checkpoint of a lane as somebody outside noted it; proves that the lane's end was not cut off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Insurer number of the lane.
    pub lane: String,
    /// Number of the newest checkpoint.
    pub number: u64,
    /// Its [`Checkpoint::hash`].
    pub hash: Hash,
}

impl From<&Checkpoint> for Head {
    fn from(checkpoint: &Checkpoint) -> Self {
        Self {
            lane: checkpoint.lane.clone(),
            number: checkpoint.number,
            hash: checkpoint.hash(),
        }
    }
}

fn push_text(bytes: &mut Vec<u8>, text: &str) {
    bytes.extend_from_slice(&u32::try_from(text.len()).unwrap_or(u32::MAX).to_be_bytes());
    bytes.extend_from_slice(text.as_bytes());
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn positive(number: i64, column: &'static str) -> Result<u64, BrokenCheckpoint> {
    u64::try_from(number)
        .ok()
        .filter(|number| *number > 0)
        .ok_or(BrokenCheckpoint { column })
}

fn bytes<const N: usize>(bytes: &[u8], column: &'static str) -> Result<[u8; N], BrokenCheckpoint> {
    bytes.try_into().map_err(|_| BrokenCheckpoint { column })
}

/// Only the one spelling that was written is taken: the text is not signed, its instant is.
fn time(text: &str) -> Result<Timestamp, BrokenCheckpoint> {
    text.parse::<Timestamp>()
        .ok()
        .filter(|time| time.to_string() == text && time.subsec_nanosecond() % 1000 == 0)
        .ok_or(BrokenCheckpoint {
            column: "sealed_at",
        })
}
