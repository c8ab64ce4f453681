//! Which passages are near a question.
//!
//! Letters, not words: no dictionary has the words of a scheme that is new, and pairs of letters forgive a typing error beside
//! them. What was tried and measured stands in decision 0015.

use crate::{
    index::Indexed,
    normal::{Letter, Script, letters},
    passage::Audience,
};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// A passage found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit {
    /// Its place in the index.
    pub passage: usize,
    /// How near: 0 is nothing in common; about 2 when every rare pair of the question is said again and again.
    pub score: f64,
}

/// A way of ranking. One by meaning may be mixed in later; it has to win on a held-out set first.
pub trait Ranker: Send + Sync {
    /// The passages valid on `on` that have anything in common with the question, nearest first; ties by place in the index.
    fn rank(&self, index: &Indexed, text: &str, audience: Audience, on: Date) -> Vec<Hit>;
}

/// Pairs of letters and single kanji, weighted by how rare they are (BM25), as a mean over the question.
///
/// The mean makes scores of long and short questions comparable, so that one bound serves both.
#[derive(Debug, Clone, Copy)]
pub struct Bigrams {
    /// What a pair written in hiragana weighs in a question that also has other letters: it is mostly grammar. A question all
    /// in hiragana has nothing else to go by, so there it weighs 1.
    hiragana: f64,
    /// How soon saying it again adds nothing (BM25's k1).
    saturation: f64,
    /// How much a long passage has to say more (BM25's b).
    length: f64,
    /// What a passage written for the one who asks counts more.
    audience: f64,
}

impl Default for Bigrams {
    fn default() -> Self {
        Self {
            hiragana: 0.5,
            saturation: 1.2,
            length: 0.6,
            audience: 1.03,
        }
    }
}

impl Ranker for Bigrams {
    fn rank(&self, index: &Indexed, text: &str, audience: Audience, on: Date) -> Vec<Hit> {
        let weights = self.weights(text);
        let mut scores = vec![0.0; index.len()];
        let mut whole = 0.0;
        for (gram, weight) in weights {
            let weight = weight * index.rarity(gram);
            whole += weight;
            for posting in index.postings(gram) {
                let long = 1.0 - self.length + self.length * index.relative_length(posting.passage);
                let times = posting.weight;
                scores[posting.passage] +=
                    weight * times * (self.saturation + 1.0) / (times + self.saturation * long);
            }
        }
        let mut hits: Vec<Hit> = scores
            .into_iter()
            .enumerate()
            .filter(|(at, score)| *score > 0.0 && index.passage(*at).is_valid_on(on))
            .map(|(passage, score)| Hit {
                passage,
                score: score / whole * self.preference(index, passage, audience),
            })
            .collect();
        sort(&mut hits);
        hits
    }
}

impl Bigrams {
    /// The pairs of a question, each once, and what they weigh.
    fn weights(&self, text: &str) -> BTreeMap<Gram, f64> {
        let letters = letters(text);
        let only_hiragana = letters
            .iter()
            .all(|letter| letter.script == Script::Hiragana);
        let mut weights = BTreeMap::new();
        for (gram, is_hiragana) in grams(&letters) {
            let weight: f64 = if is_hiragana && !only_hiragana {
                self.hiragana
            } else {
                1.0
            };
            let known = weights.entry(gram).or_insert(weight);
            *known = weight.max(*known);
        }
        weights
    }

    fn preference(&self, index: &Indexed, passage: usize, audience: Audience) -> f64 {
        let written_for = &index.passage(passage).audience;
        let fits = audience != Audience::All
            && (written_for.contains(&audience) || written_for.contains(&Audience::All));
        if fits { self.audience } else { 1.0 }
    }
}

/// Nearest first; a fixed order among equals.
pub(crate) fn sort(hits: &mut [Hit]) {
    hits.sort_by(|one, other| {
        other
            .score
            .total_cmp(&one.score)
            .then(one.passage.cmp(&other.passage))
    });
}

/// Two letters that follow each other, or one kanji and nothing.
pub(crate) type Gram = (char, Option<char>);

/// The pairs and single kanji of a text, and whether they were written in hiragana.
pub(crate) fn grams(letters: &[Letter]) -> impl Iterator<Item = (Gram, bool)> + '_ {
    let is_hiragana = |letter: &Letter| letter.script == Script::Hiragana;
    let pairs = letters.windows(2).map(move |pair| {
        (
            (pair[0].value, Some(pair[1].value)),
            is_hiragana(&pair[0]) && is_hiragana(&pair[1]),
        )
    });
    // 鍵が and 鍵を share no pair.
    let singles = letters
        .iter()
        .filter(|letter| letter.script == Script::Other && !letter.value.is_ascii())
        .map(|letter| ((letter.value, None), false));
    pairs.chain(singles)
}
