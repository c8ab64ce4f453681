//! The three tables in memory, read the way a store reads them.
#![allow(dead_code, unreachable_pub, missing_docs)]

use std::collections::BTreeSet;

use jiff::SignedDuration;
use kiban_audit::{
    Action, Actor, Checkpoint, CheckpointRow, Door, Entry, Event, Finding, Head, LeafRow,
    SigningKey, Verifier, seal,
};
use kiban_domain::{Entropy, Timestamp};

#[derive(Debug)]
pub struct Counting(pub u8);

impl Entropy for Counting {
    fn fill(&self, bytes: &mut [u8]) {
        for (index, byte) in bytes.iter_mut().enumerate() {
            *byte = self.0.wrapping_add(u8::try_from(index % 251).unwrap());
        }
    }
}

pub fn key(seed: u8) -> SigningKey {
    SigningKey::from_pkcs8(&SigningKey::generate(&Counting(seed))).unwrap()
}

pub fn noon() -> Timestamp {
    "2026-08-01T03:00:00.123456Z".parse().unwrap()
}

pub fn after(seconds: i64) -> Timestamp {
    noon() + SignedDuration::from_secs(seconds)
}

pub fn event(lane: &str, number: u8) -> Event {
    let id = Counting(number).id(after(i64::from(number)));
    let actor = Actor::new(Door::Care, "1370000001")
        .certificate("0a1b")
        .staff("sato");
    Event::new(
        id,
        after(i64::from(number)),
        lane,
        actor,
        Action::ReadPerson,
    )
    .about(&format!("{number:010}"))
    .shown(["certification", "plan"], &[number])
}

#[derive(Debug, Clone, Default)]
pub struct Tables {
    pub entries: Vec<Entry>,
    pub leaves: Vec<LeafRow>,
    pub checkpoints: Vec<CheckpointRow>,
    pub heads: Vec<Head>,
}

impl Tables {
    /// Two lanes, each sealed in stretches of 1, 2, 5 and 3 entries.
    pub fn sound() -> Self {
        let mut tables = Self::default();
        for (lane, base) in [("131234", 0_u8), ("271004", 100)] {
            let mut previous: Option<Checkpoint> = None;
            let mut number = base;
            for size in [1_u8, 2, 5, 3] {
                let entries: Vec<Entry> = (0..size)
                    .map(|step| event(lane, number + step).to_entry())
                    .collect();
                number += size;
                let at = after(i64::from(number));
                let (checkpoint, leaves) = seal(previous.as_ref(), &entries, &key(7), at).unwrap();
                tables.entries.extend(entries);
                tables.leaves.extend(leaves);
                tables.checkpoints.push(checkpoint.to_row());
                previous = Some(checkpoint);
            }
            tables.heads.push(Head::from(&previous.unwrap()));
        }
        tables
    }

    /// As of an hour later, when nothing should wait for its seal any more.
    pub fn verify(&self) -> Vec<Finding> {
        self.verify_at(after(3_600))
    }

    pub fn verify_at(&self, now: Timestamp) -> Vec<Finding> {
        let keys = vec![key(7).verifying_key().clone()];
        let tolerance = SignedDuration::from_secs(30);
        let mut verifier = Verifier::new(keys, self.heads.clone(), now, tolerance);
        let lanes: BTreeSet<&str> = (self.entries.iter().map(|row| row.lane.as_str()))
            .chain(self.leaves.iter().map(|row| row.lane.as_str()))
            .chain(self.checkpoints.iter().map(|row| row.lane.as_str()))
            .collect();
        let mut findings = Vec::new();
        for name in lanes {
            let mut lane = verifier.lane(name);
            let mut checkpoints: Vec<_> = self
                .checkpoints
                .iter()
                .filter(|row| row.lane == name)
                .collect();
            checkpoints.sort_by_key(|row| row.number);
            let mut leaves: Vec<_> = self
                .leaves
                .iter()
                .filter(|row| row.lane == name)
                .cloned()
                .collect();
            leaves.sort_by_key(|row| row.leaf_no);
            let entries: Vec<_> = self
                .entries
                .iter()
                .filter(|row| row.lane == name)
                .cloned()
                .collect();
            let mut rest = leaves.clone();
            for checkpoint in checkpoints {
                let end = checkpoint.first_leaf.saturating_add(checkpoint.leaf_count);
                let stretch = |leaf: &LeafRow| (checkpoint.first_leaf..end).contains(&leaf.leaf_no);
                let covered: Vec<_> = leaves
                    .iter()
                    .filter(|leaf| stretch(leaf))
                    .cloned()
                    .collect();
                rest.retain(|leaf| !stretch(leaf));
                let named: Vec<_> = (entries.iter())
                    .filter(|entry| covered.iter().any(|leaf| leaf.entry_id == entry.id))
                    .cloned()
                    .collect();
                lane.checkpoint(checkpoint, &covered, &named);
            }
            for leaf in &rest {
                lane.leaf_beyond(leaf);
            }
            for entry in &entries {
                if !leaves.iter().any(|leaf| leaf.entry_id == entry.id) {
                    lane.unsealed(entry);
                }
            }
            findings.extend(lane.finish());
        }
        findings.extend(verifier.finish());
        findings
    }

    pub fn codes(&self) -> Vec<&'static str> {
        self.verify()
            .iter()
            .map(|finding| finding.code.as_str())
            .collect()
    }
}
