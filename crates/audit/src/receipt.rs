//! Proof of a single entry for somebody who has neither the database nor the other entries, only the public key.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::merkle::{Hash, inclusion_proof, root_of_proof};
use crate::{Checkpoint, CheckpointRow, Entry, VerifyingKey};

/// An entry with the way from its leaf to a signed root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The entry, exactly as it is stored.
    pub entry: Entry,
    /// Its place in the lane, from 1.
    pub leaf_no: u64,
    /// The siblings on the way to the root, from the leaf upwards.
    pub proof: Vec<Hash>,
    /// The checkpoint that covers it.
    pub checkpoint: Checkpoint,
}

impl Receipt {
    /// Builds the proof of `entry`, leaf `leaf_no`, from `leaves`, all leaf hashes of `checkpoint` in order.
    ///
    /// # Errors
    ///
    /// [`ReceiptError::NotCovered`] when the leaf is outside the checkpoint or its hash is not this entry's.
    pub fn prove(
        entry: Entry,
        leaf_no: u64,
        leaves: &[Hash],
        checkpoint: Checkpoint,
    ) -> Result<Self, ReceiptError> {
        let index = index_of(leaf_no, &checkpoint)?;
        let index = usize::try_from(index).map_err(|_| ReceiptError::NotCovered)?;
        if leaves.get(index) != Some(&entry.leaf_hash()) {
            return Err(ReceiptError::NotCovered);
        }
        let proof = inclusion_proof(leaves, index).ok_or(ReceiptError::NotCovered)?;
        Ok(Self {
            entry,
            leaf_no,
            proof,
            checkpoint,
        })
    }

    /// Checks the whole: entry to leaf, leaf to root, root to signature.
    ///
    /// # Errors
    ///
    /// - [`ReceiptError::BadSignature`] when `key` did not sign the checkpoint.
    /// - [`ReceiptError::NotCovered`] when the entry is not at that place below that root.
    pub fn verify(&self, key: &VerifyingKey) -> Result<(), ReceiptError> {
        if !self.checkpoint.is_signed_by(key) {
            return Err(ReceiptError::BadSignature);
        }
        let index = index_of(self.leaf_no, &self.checkpoint)?;
        let count = self.checkpoint.leaf_count;
        let root = root_of_proof(self.entry.leaf_hash(), index, count, &self.proof);
        let proved = root == Some(self.checkpoint.root) && self.entry.lane == self.checkpoint.lane;
        proved.then_some(()).ok_or(ReceiptError::NotCovered)
    }

    /// The receipt as one JSON document for people to keep.
    pub fn to_json(&self) -> String {
        let row = self.checkpoint.to_row();
        let document = Document {
            format: FORMAT.to_owned(),
            lane: self.entry.lane.clone(),
            entry_id: self.entry.id.to_string(),
            body: self.entry.body.clone(),
            leaf_no: self.leaf_no,
            proof: self.proof.iter().map(hex::encode).collect(),
            checkpoint: CheckpointDocument {
                number: row.number,
                first_leaf: row.first_leaf,
                leaf_count: row.leaf_count,
                root: hex::encode(row.root),
                previous: hex::encode(row.previous),
                sealed_at: row.sealed_at,
                key_id: row.key_id,
                signature: hex::encode(row.signature),
            },
        };
        // Plain strings and numbers always serialise.
        serde_json::to_string_pretty(&document).unwrap_or_default()
    }

    /// Reads what [`Self::to_json`] wrote. Nothing is believed before [`Self::verify`].
    ///
    /// # Errors
    ///
    /// [`ReceiptError::Unreadable`] when it is not such a document.
    pub fn from_json(text: &str) -> Result<Self, ReceiptError> {
        let document: Document =
            serde_json::from_str(text).map_err(|_| ReceiptError::Unreadable)?;
        if document.format != FORMAT {
            return Err(ReceiptError::Unreadable);
        }
        let row = CheckpointRow {
            lane: document.lane.clone(),
            number: document.checkpoint.number,
            first_leaf: document.checkpoint.first_leaf,
            leaf_count: document.checkpoint.leaf_count,
            root: unhex(&document.checkpoint.root)?,
            previous: unhex(&document.checkpoint.previous)?,
            sealed_at: document.checkpoint.sealed_at,
            key_id: document.checkpoint.key_id,
            signature: unhex(&document.checkpoint.signature)?,
        };
        let proof: Result<Vec<Hash>, ReceiptError> = document
            .proof
            .iter()
            .map(|text| {
                unhex(text)?
                    .try_into()
                    .map_err(|_| ReceiptError::Unreadable)
            })
            .collect();
        Ok(Self {
            entry: Entry {
                lane: document.lane,
                id: Uuid::parse_str(&document.entry_id).map_err(|_| ReceiptError::Unreadable)?,
                body: document.body,
            },
            leaf_no: document.leaf_no,
            proof: proof?,
            checkpoint: Checkpoint::try_from(&row).map_err(|_| ReceiptError::Unreadable)?,
        })
    }
}

/// Why a receipt was not made or not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    /// Not a receipt document.
    #[error("not a receipt")]
    Unreadable,
    /// The checkpoint is not signed by the given key.
    #[error("checkpoint is not signed by this key")]
    BadSignature,
    /// The entry is not below the checkpoint's root at that place.
    #[error("entry is not covered by the checkpoint")]
    NotCovered,
}

const FORMAT: &str = "kiban-audit-receipt/1";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    format: String,
    lane: String,
    entry_id: String,
    body: String,
    leaf_no: u64,
    proof: Vec<String>,
    checkpoint: CheckpointDocument,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CheckpointDocument {
    number: i64,
    first_leaf: i64,
    leaf_count: i64,
    root: String,
    previous: String,
    sealed_at: String,
    key_id: String,
    signature: String,
}

fn index_of(leaf_no: u64, checkpoint: &Checkpoint) -> Result<u64, ReceiptError> {
    leaf_no
        .checked_sub(checkpoint.first_leaf)
        .filter(|index| *index < checkpoint.leaf_count)
        .ok_or(ReceiptError::NotCovered)
}

fn unhex(text: &str) -> Result<Vec<u8>, ReceiptError> {
    hex::decode(text).map_err(|_| ReceiptError::Unreadable)
}
