//! Audit entries, Merkle tree, signed checkpoints and their verification, as values
