//! The Merkle tree of RFC 6962: a root over many leaves, and a short proof that one leaf is below a root.
//!
//! Leaves and inner nodes are hashed with different first bytes (0 and 1), so that an inner node cannot pass for a leaf.
//!
//! Source: RFC 9162 (successor of RFC 6962), section 2.1.

use ring::digest::{Context, SHA256};
use uuid::Uuid;

/// A SHA-256 value.
pub type Hash = [u8; 32];

/// The leaf of one entry: SHA-256 of 0x00, the lane behind its length (four bytes, big-endian), the identifier (16 bytes)
/// and the body.
pub fn leaf_hash(lane: &str, id: Uuid, body: &str) -> Hash {
    // A lane that does not fit four bytes of length cannot have been stored; a saturated length only makes another hash.
    let length = u32::try_from(lane.len()).unwrap_or(u32::MAX);
    digest(&[
        &[0],
        &length.to_be_bytes(),
        lane.as_bytes(),
        id.as_bytes(),
        body.as_bytes(),
    ])
}

/// The root over `leaves` in their order; of none, the hash of nothing.
pub fn root(leaves: &[Hash]) -> Hash {
    if leaves.is_empty() {
        return digest(&[]);
    }
    let mut level = leaves.to_vec();
    while level.len() > 1 {
        level = parents(&level);
    }
    level[0]
}

/// The siblings from leaf `index` (from 0) up to the root, or `None` when there is no such leaf.
pub fn inclusion_proof(leaves: &[Hash], index: usize) -> Option<Vec<Hash>> {
    if index >= leaves.len() {
        return None;
    }
    let mut proof = Vec::new();
    let mut level = leaves.to_vec();
    let mut position = index;
    while level.len() > 1 {
        if let Some(sibling) = level.get(position ^ 1) {
            proof.push(*sibling);
        }
        level = parents(&level);
        position /= 2;
    }
    Some(proof)
}

/// The root that `proof` leads to from `leaf` at `index` in a tree of `count` leaves, or `None` when the proof's length
/// does not fit that place. The leaf is below a root exactly when this gives that root.
pub fn root_of_proof(leaf: Hash, index: u64, count: u64, proof: &[Hash]) -> Option<Hash> {
    if index >= count {
        return None;
    }
    let (mut position, mut last) = (index, count - 1);
    let mut hash = leaf;
    let mut siblings = proof.iter();
    while last > 0 {
        if position % 2 == 1 {
            hash = node(siblings.next()?, &hash);
        } else if position < last {
            hash = node(&hash, siblings.next()?);
        }
        position /= 2;
        last /= 2;
    }
    siblings.next().is_none().then_some(hash)
}

pub(crate) fn digest(pieces: &[&[u8]]) -> Hash {
    let mut context = Context::new(&SHA256);
    for piece in pieces {
        context.update(piece);
    }
    let mut hash = [0; 32];
    hash.copy_from_slice(context.finish().as_ref());
    hash
}

/// One level up: neighbours are joined, an odd last one rises as it is.
fn parents(level: &[Hash]) -> Vec<Hash> {
    level
        .chunks(2)
        .map(|pair| match pair {
            [left, right] => node(left, right),
            _ => pair[0],
        })
        .collect()
}

fn node(left: &Hash, right: &Hash) -> Hash {
    digest(&[&[1], left, right])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The definition of RFC 9162, section 2.1.1, word for word, as the judge of the loop above.
    fn defined(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => digest(&[]),
            [only] => *only,
            many => {
                let split = many.len().next_power_of_two() / 2;
                node(&defined(&many[..split]), &defined(&many[split..]))
            }
        }
    }

    fn leaves(count: u8) -> Vec<Hash> {
        (0..count).map(|number| digest(&[&[number]])).collect()
    }

    #[test]
    fn the_root_is_that_of_the_rfc_for_every_size() {
        for count in 0..130 {
            assert_eq!(root(&leaves(count)), defined(&leaves(count)), "{count}");
        }
    }

    #[test]
    fn every_proof_leads_to_the_root_and_to_no_other_place() {
        for count in 1..40_u8 {
            let leaves = leaves(count);
            let root = root(&leaves);
            for (index, leaf) in leaves.iter().enumerate() {
                let proof = inclusion_proof(&leaves, index).unwrap();
                let found = |at| root_of_proof(*leaf, at, u64::from(count), &proof);
                for place in 0..u64::from(count) {
                    assert_eq!(found(place) == Some(root), place == index as u64);
                }
                assert_eq!(found(u64::from(count)), None);
            }
        }
    }

    #[test]
    fn a_proof_of_another_length_leads_nowhere() {
        let leaves = leaves(5);
        let mut proof = inclusion_proof(&leaves, 2).unwrap();
        proof.push([0; 32]);
        assert_eq!(root_of_proof(leaves[2], 2, 5, &proof), None);
        proof.truncate(1);
        assert_eq!(root_of_proof(leaves[2], 2, 5, &proof), None);
    }
}
