//! The decision: one answer, a few near ones, a place, or nothing.

use crate::{
    index::Index,
    normal::squeeze,
    passage::{Audience, Passage},
    place::Place,
    rank::{Bigrams, Hit, Ranker, sort},
};
use jiff::civil::Date;

/// What somebody asks.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// As typed.
    pub text: &'a str,
    /// Who asks, as far as known; a mild preference, never a filter.
    pub audience: Audience,
    /// The day of asking: what is not true on it is not found.
    pub on: Date,
    /// The id of the passage that the turn before answered with.
    pub previous: Option<&'a str>,
}

/// What is shown.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer<'i> {
    /// One passage answers.
    Found {
        /// It.
        passage: &'i Passage,
        /// Up to two that people ask about next.
        related: Vec<&'i Passage>,
        /// How near it is.
        score: f64,
    },
    /// 「次のうち、近いものはどれですか」: one to three, nearest first.
    Candidates(Vec<&'i Passage>),
    /// Nothing near: form and telephone.
    NotFound,
    /// The answer depends on a municipality: one, or several of the same name to choose from.
    Place {
        /// Never empty.
        places: Vec<&'i Place>,
        /// What is asked about it; `None` when the question was nothing but the name.
        passage: Option<&'i Passage>,
    },
}

/// From this score on one passage may be stated as the answer …
const STATED: f64 = 0.95;
/// … when it is so many times nearer than the next.
const AHEAD: f64 = 1.25;
/// From this score on a passage is offered.
const OFFERED: f64 = 0.35;
/// A passage so near to the one stated stands beside it.
const BESIDE: f64 = 0.5;
/// With a municipality named, a passage about municipalities' states is meant when it is so near to the first.
const NEARLY_FIRST: f64 = 0.75;
/// What a passage counts more that is named as related to the turn before …
const RELATED: f64 = 1.5;
/// … or stands on the same shelf.
const SAME_SHELF: f64 = 1.15;
/// A question of so many letters or fewer may lean on the turn before.
const SHORT: usize = 14;
const MOST_CANDIDATES: usize = 3;
const MOST_RELATED: usize = 2;

/// Answers with the ranker in use.
pub fn ask<'i>(index: &'i Index, question: Question<'_>) -> Answer<'i> {
    ask_with(index, &Bigrams::default(), question)
}

/// Answers with a ranker of the caller's.
pub fn ask_with<'i>(index: &'i Index, ranker: &dyn Ranker, question: Question<'_>) -> Answer<'i> {
    about_place(index, ranker, question)
        .unwrap_or_else(|| decide(index, &near(index, ranker, question), question.on))
}

/// What the scores allow to be said.
fn decide<'i>(index: &'i Index, hits: &[Hit], on: Date) -> Answer<'i> {
    let passage = |hit: &Hit| index.indexed.passage(hit.passage);
    let Some(first) = hits.first().filter(|hit| hit.score >= OFFERED) else {
        return Answer::NotFound;
    };
    let second = hits.get(1);
    let is_ahead = second.is_none_or(|second| first.score >= second.score * AHEAD);
    if first.score >= STATED && is_ahead {
        let runner_up = second.filter(|second| second.score >= first.score * BESIDE);
        return Answer::Found {
            passage: passage(first),
            related: beside(index, passage(first), runner_up.map(passage), on),
            score: first.score,
        };
    }
    Answer::Candidates(
        hits.iter()
            .take(MOST_CANDIDATES)
            .filter(|hit| hit.score >= OFFERED)
            .map(passage)
            .collect(),
    )
}

/// What stands beside an answer: the next nearest, in case the first is not meant, then what its editor named.
fn beside<'i>(
    index: &'i Index,
    passage: &'i Passage,
    runner_up: Option<&'i Passage>,
    on: Date,
) -> Vec<&'i Passage> {
    let named = passage
        .related
        .iter()
        .filter_map(|id| index.passage(id))
        .filter(|one| one.is_valid_on(on) && runner_up.is_none_or(|other| other.id != one.id));
    runner_up
        .into_iter()
        .chain(named)
        .take(MOST_RELATED)
        .collect()
}

/// The passages near the question, with the turn before in mind.
fn near(index: &Index, ranker: &dyn Ranker, question: Question<'_>) -> Vec<Hit> {
    let mut hits = ranker.rank(
        &index.indexed,
        question.text,
        question.audience,
        question.on,
    );
    let before = question
        .previous
        .and_then(|id| index.passage(id))
        .filter(|_| may_lean(question.text));
    if let Some(before) = before {
        for hit in &mut hits {
            let passage = index.indexed.passage(hit.passage);
            if before.related.contains(&passage.id) {
                hit.score *= RELATED;
            } else if passage.category == before.category && passage.id != before.id {
                hit.score *= SAME_SHELF;
            }
        }
        sort(&mut hits);
    }
    hits
}

/// 「それはいつまで」, 「料金は」: short questions and those that begin by pointing back.
fn may_lean(text: &str) -> bool {
    const POINTING: [&str; 7] = ["それ", "その", "これ", "この", "では", "じゃ", "あと"];
    let text = squeeze(text);
    text.chars().count() <= SHORT || POINTING.iter().any(|word| text.starts_with(word))
}

/// The answer when the question names a municipality and asks for what depends on it.
fn about_place<'i>(
    index: &'i Index,
    ranker: &dyn Ranker,
    question: Question<'_>,
) -> Option<Answer<'i>> {
    let named = index.places.find(question.text)?;
    let places = named
        .places
        .iter()
        .map(|at| &index.places.all[*at])
        .collect();
    if named.whole && squeeze(&named.rest).chars().count() <= 1 {
        return Some(Answer::Place {
            places,
            passage: None,
        });
    }
    let hits = ranker.rank(&index.indexed, &named.rest, question.audience, question.on);
    let first = hits.first()?.score;
    hits.iter()
        .take(MOST_CANDIDATES)
        .filter(|hit| hit.score >= first * NEARLY_FIRST)
        .map(|hit| index.indexed.passage(hit.passage))
        .find(|passage| passage.by_place)
        .map(|passage| Answer::Place {
            places,
            passage: Some(passage),
        })
}
