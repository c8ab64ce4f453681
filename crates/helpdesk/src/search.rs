//! Searching, beside asking: everything near what was typed, without a decision.

use crate::{
    index::Index,
    passage::{Audience, Passage},
    rank::{Bigrams, Ranker as _},
};
use jiff::civil::Date;

/// A passage that has less than this in common with what was typed is not shown: one pair of letters of a long question.
const NEAR: f64 = 0.45;

/// The passages near what was typed that are valid on `on`, the nearest first; for lists of hits, where people choose themselves.
pub fn search<'i>(index: &'i Index, text: &str, on: Date) -> Vec<&'i Passage> {
    Bigrams::default()
        .rank(&index.indexed, text, Audience::All, on)
        .into_iter()
        .filter(|hit| hit.score >= NEAR)
        .map(|hit| index.indexed.passage(hit.passage))
        .collect()
}
