//! Reads lanes back and compares them with what was signed, a checkpoint at a time.
//!
//! The caller walks every lane that occurs in any of the three tables: the checkpoints in the order of their numbers, each
//! with the leaves of its stretch and their entries; then the leaves behind the last checkpoint and the entries without a
//! leaf. Memory stays within one checkpoint.

use std::collections::{BTreeMap, HashMap};

use jiff::SignedDuration;
use kiban_domain::Timestamp;
use uuid::Uuid;

use crate::merkle::{Hash, root};
use crate::{Checkpoint, CheckpointRow, Code, Entry, Finding, Head, LeafRow, Place, VerifyingKey};

/// Verifies lanes, one after another.
#[derive(Debug)]
pub struct Verifier {
    keys: Vec<VerifyingKey>,
    heads: BTreeMap<String, Head>,
    now: Timestamp,
    tolerance: SignedDuration,
    tally: Tally,
}

/// How much was looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Lanes begun.
    pub lanes: u64,
    /// Checkpoints seen.
    pub checkpoints: u64,
    /// Leaves seen, each with its entry.
    pub leaves: u64,
    /// Entries that wait for their seal.
    pub waiting: u64,
}

impl Verifier {
    /// Trusts `keys` and expects to find `heads`. An entry may wait `tolerance` for its seal.
    pub fn new(
        keys: Vec<VerifyingKey>,
        heads: impl IntoIterator<Item = Head>,
        now: Timestamp,
        tolerance: SignedDuration,
    ) -> Self {
        let mut newest: BTreeMap<String, Head> = BTreeMap::new();
        for head in heads {
            let older = newest
                .get(&head.lane)
                .is_none_or(|known| known.number < head.number);
            if older {
                newest.insert(head.lane.clone(), head);
            }
        }
        Self {
            keys,
            heads: newest,
            now,
            tolerance,
            tally: Tally::default(),
        }
    }

    /// Begins a lane. Its head is taken from the list, so begin each lane once.
    pub fn lane(&mut self, lane: &str) -> LaneVerifier<'_> {
        self.tally.lanes += 1;
        LaneVerifier {
            lane: lane.to_owned(),
            head: self.heads.remove(lane),
            verifier: self,
            last: Last::None,
            next_leaf: 1,
            sealed_until: None,
            waiting: Waiting::default(),
            findings: Vec::new(),
        }
    }

    /// What was looked at so far.
    pub fn tally(&self) -> Tally {
        self.tally
    }

    /// The heads whose lanes never came.
    pub fn finish(self) -> Vec<Finding> {
        self.heads
            .into_values()
            .map(|head| {
                let number = i64::try_from(head.number).unwrap_or(i64::MAX);
                Finding::new(&head.lane, Place::Checkpoint(number), Code::HeadMissing)
            })
            .collect()
    }
}

/// Verifies one lane. Findings are taken at the end with [`Self::finish`].
#[derive(Debug)]
pub struct LaneVerifier<'a> {
    lane: String,
    head: Option<Head>,
    verifier: &'a mut Verifier,
    last: Last,
    next_leaf: u64,
    sealed_until: Option<Timestamp>,
    waiting: Waiting,
    findings: Vec<Finding>,
}

/// The entries behind the last checkpoint: how many, and the time of the oldest.
#[derive(Debug, Default)]
struct Waiting {
    count: u64,
    since: Option<Timestamp>,
}

/// The checkpoint before the one in hand.
#[derive(Debug)]
enum Last {
    None,
    Known {
        number: u64,
        hash: Hash,
    },
    /// It was unreadable, so the chain cannot be followed over it; already reported.
    Unreadable,
}

impl LaneVerifier<'_> {
    /// Takes the next checkpoint with the leaves of its stretch, in the order of their numbers, and the entries those
    /// leaves name, in any order (an entry that is gone is simply left out).
    pub fn checkpoint(&mut self, row: &CheckpointRow, leaves: &[LeafRow], entries: &[Entry]) {
        self.verifier.tally.checkpoints += 1;
        self.verifier.tally.leaves += leaves.len() as u64;
        let place = Place::Checkpoint(row.number);
        match Checkpoint::try_from(row) {
            Ok(checkpoint) => {
                self.check_signature(&checkpoint, place);
                self.check_chain(&checkpoint, place);
                self.check_head(&checkpoint, place);
                self.check_leaves(&checkpoint, leaves, place);
                self.sealed_until = Some(checkpoint.sealed_at);
                self.next_leaf = checkpoint.last_leaf().saturating_add(1);
                self.last = Last::Known {
                    number: checkpoint.number,
                    hash: checkpoint.hash(),
                };
            }
            Err(_) => {
                self.report(place, Code::CheckpointUnreadable);
                self.last = Last::Unreadable;
                self.next_leaf = leaves.last().map_or(self.next_leaf, |leaf| {
                    u64::try_from(leaf.leaf_no).unwrap_or(0).saturating_add(1)
                });
            }
        }
        self.check_entries(leaves, entries);
    }

    /// Takes a leaf that lies behind the last checkpoint. There is none in a sound lane.
    pub fn leaf_beyond(&mut self, leaf: &LeafRow) {
        self.report(Place::Leaf(leaf.leaf_no), Code::LeafBeyond);
    }

    /// Takes an entry that no leaf names: it waits for its seal, or it was put in afterwards. One that was due by the last
    /// seal is [`Code::EntryInserted`]; when the oldest of the others has waited too long by now, [`Self::finish`] reports
    /// [`Code::TailUnsealed`] once for the lane.
    pub fn unsealed(&mut self, entry: &Entry) {
        let place = Place::Entry(entry.id);
        let Some(at) = entry.at() else {
            self.report(place, Code::EntryUnreadable);
            return;
        };
        // Against the last seal: what it must have covered. How long the rest has waited until now is judged at the end.
        let slipped_in = self
            .sealed_until
            .is_some_and(|sealed_until| sealed_until.duration_since(at) > self.verifier.tolerance);
        if entry.lane != self.lane || slipped_in {
            self.report(place, Code::EntryInserted);
        } else {
            self.verifier.tally.waiting += 1;
            self.waiting.count += 1;
            self.waiting.since = Some(self.waiting.since.map_or(at, |since| since.min(at)));
        }
    }

    /// Ends the lane and gives what was found.
    pub fn finish(mut self) -> Vec<Finding> {
        if let Some(head) = self.head.take() {
            let number = i64::try_from(head.number).unwrap_or(i64::MAX);
            self.report(Place::Checkpoint(number), Code::HeadMissing);
        }
        // Nothing was altered, but whatever is not sealed could be: a sealer that died must not go unnoticed.
        if let Some(since) = self.waiting.since {
            let unsealed_for = self.verifier.now.duration_since(since);
            if unsealed_for > self.verifier.tolerance {
                self.findings.push(Finding::tail_unsealed(
                    &self.lane,
                    self.waiting.count,
                    unsealed_for,
                ));
            }
        }
        self.findings
    }

    fn check_signature(&mut self, checkpoint: &Checkpoint, place: Place) {
        let mut keys = self.verifier.keys.iter();
        match keys.find(|key| key.id() == checkpoint.key_id) {
            None => self.report(place, Code::UnknownKey),
            Some(key) if checkpoint.is_signed_by(key) => {}
            Some(_) => self.report(place, Code::BadSignature),
        }
    }

    fn check_chain(&mut self, checkpoint: &Checkpoint, place: Place) {
        let follows = match self.last {
            Last::None => checkpoint.number == 1 && checkpoint.previous == [0; 32],
            Last::Known { number, hash } => {
                checkpoint.number == number + 1 && checkpoint.previous == hash
            }
            Last::Unreadable => true,
        };
        if !follows || checkpoint.lane != self.lane {
            self.report(place, Code::ChainBroken);
        }
    }

    fn check_head(&mut self, checkpoint: &Checkpoint, place: Place) {
        let noted = self
            .head
            .take_if(|head| head.number == checkpoint.number)
            .map(|head| head.hash);
        if noted.is_some_and(|hash| hash != checkpoint.hash()) {
            self.report(place, Code::HeadMissing);
        }
    }

    /// Numbers without gap, as many as signed, and the signed root.
    fn check_leaves(&mut self, checkpoint: &Checkpoint, leaves: &[LeafRow], place: Place) {
        if checkpoint.first_leaf != self.next_leaf || checkpoint.leaf_count != leaves.len() as u64 {
            self.report(place, Code::LeafGap);
        }
        for (leaf, expected) in leaves.iter().zip(checkpoint.first_leaf..) {
            if u64::try_from(leaf.leaf_no) != Ok(expected) || leaf.lane != self.lane {
                self.report(Place::Leaf(leaf.leaf_no), Code::LeafGap);
                break;
            }
        }
        let hashes: Option<Vec<Hash>> = leaves
            .iter()
            .map(|leaf| Hash::try_from(leaf.leaf_hash.as_slice()).ok())
            .collect();
        if hashes.is_none_or(|hashes| root(&hashes) != checkpoint.root) {
            self.report(place, Code::RootMismatch);
        }
    }

    fn check_entries(&mut self, leaves: &[LeafRow], entries: &[Entry]) {
        let by_id: HashMap<Uuid, &Entry> = entries.iter().map(|entry| (entry.id, entry)).collect();
        for leaf in leaves {
            let place = Place::Entry(leaf.entry_id);
            match by_id.get(&leaf.entry_id) {
                None => self.report(place, Code::EntryMissing),
                Some(entry) if entry.lane != self.lane => {
                    self.report(place, Code::EntryMissing);
                }
                Some(entry) if entry.leaf_hash().as_slice() == leaf.leaf_hash => {}
                Some(_) => self.report(place, Code::EntryAltered),
            }
        }
    }

    fn report(&mut self, place: Place, code: Code) {
        self.findings.push(Finding::new(&self.lane, place, code));
    }
}
