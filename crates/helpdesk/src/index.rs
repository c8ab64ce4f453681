//! The index: passages and places, immutable once built.

use crate::{
    markdown::plain_text,
    normal::letters,
    passage::Passage,
    place::{Place, Places},
    rank::{Gram, grams},
};
use std::collections::{BTreeMap, HashMap};

/// What saying it in the question or an alias counts beside saying it in the answer.
const ASKED: f64 = 2.0;
const ANSWERED: f64 = 1.0;

/// Passages and places, ready to be asked.
///
/// Built in milliseconds, never changed: hold it in an `Arc` and swap it when something is published.
#[derive(Debug)]
pub struct Index {
    pub(crate) indexed: Indexed,
    pub(crate) places: Places,
}

impl Index {
    /// Builds the index. The order of passages and places does not matter; of two passages with one id one is kept, so check
    /// ids before (as [`crate::load`] does).
    pub fn build(mut passages: Vec<Passage>, places: Vec<Place>) -> Self {
        passages.sort_by(|one, other| one.id.cmp(&other.id));
        passages.dedup_by(|one, other| one.id == other.id);
        Self {
            indexed: Indexed::new(passages),
            places: Places::new(places),
        }
    }

    /// The passage with this id, whatever the day.
    pub fn passage(&self, id: &str) -> Option<&Passage> {
        self.indexed.find(id).map(|at| self.indexed.passage(at))
    }

    /// All passages, by id.
    pub fn passages(&self) -> &[Passage] {
        &self.indexed.passages
    }
}

/// What a [`crate::Ranker`] reads.
#[derive(Debug)]
pub struct Indexed {
    passages: Vec<Passage>,
    postings: HashMap<Gram, Vec<Posting>>,
    /// How long each passage is beside the mean, which is 1.
    relative_lengths: Vec<f64>,
}

/// That a passage says something.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Posting {
    pub(crate) passage: usize,
    /// How often, weighted by where.
    pub(crate) weight: f64,
}

impl Indexed {
    fn new(passages: Vec<Passage>) -> Self {
        let mut postings: HashMap<Gram, Vec<Posting>> = HashMap::new();
        let mut lengths = Vec::with_capacity(passages.len());
        for (at, passage) in passages.iter().enumerate() {
            let said = said(passage);
            lengths.push(said.values().sum::<f64>());
            for (gram, weight) in said {
                postings.entry(gram).or_default().push(Posting {
                    passage: at,
                    weight,
                });
            }
        }
        #[expect(clippy::cast_precision_loss, reason = "counts of passages")]
        let mean = lengths.iter().sum::<f64>() / lengths.len().max(1) as f64;
        Self {
            passages,
            postings,
            relative_lengths: lengths.into_iter().map(|length| length / mean).collect(),
        }
    }

    /// How many passages there are.
    pub fn len(&self) -> usize {
        self.passages.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.passages.is_empty()
    }

    /// The passage at a place that a [`crate::Hit`] names.
    pub fn passage(&self, at: usize) -> &Passage {
        &self.passages[at]
    }

    /// Where the passage with this id is.
    pub fn find(&self, id: &str) -> Option<usize> {
        self.passages
            .binary_search_by(|passage| passage.id.as_str().cmp(id))
            .ok()
    }

    /// Who says it.
    pub(crate) fn postings(&self, gram: Gram) -> &[Posting] {
        self.postings.get(&gram).map_or(&[], Vec::as_slice)
    }

    /// How rare it is (BM25's idf, never negative). What nobody says is the rarest: it speaks against every passage.
    pub(crate) fn rarity(&self, gram: Gram) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "counts of passages")]
        let (all, these) = (self.len() as f64, self.postings(gram).len() as f64);
        (1.0 + (all - these + 0.5) / (these + 0.5)).ln()
    }

    pub(crate) fn relative_length(&self, passage: usize) -> f64 {
        self.relative_lengths[passage]
    }
}

/// What a passage says, how often, weighted by where.
fn said(passage: &Passage) -> BTreeMap<Gram, f64> {
    let mut said = BTreeMap::new();
    let mut say = |text: &str, weight: f64| {
        for (gram, _) in grams(&letters(text)) {
            *said.entry(gram).or_insert(0.0) += weight;
        }
    };
    let asked = [&passage.title]
        .into_iter()
        .chain(&passage.aliases)
        .chain(&passage.readings);
    for text in asked {
        say(text, ASKED);
    }
    say(&plain_text(&passage.text), ANSWERED);
    said
}
