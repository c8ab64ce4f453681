//! Sets of questions with known answers, and how many of them are answered rightly.
//!
//! The same counting serves the gate in the tests, `cargo xtask bench helpdesk`, and an editor who wants to know what a change
//! does before it is published.

use crate::{
    ask::{Answer, Question, ask},
    index::Index,
    passage::{Audience, PassageKind},
};
use jiff::civil::Date;
use std::fmt;

/// One line of a set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The entry that the turn before answered with.
    pub previous: Option<String>,
    /// The question.
    pub question: String,
    /// What answers it, any of them; empty when nothing does.
    pub expected: Vec<Expected>,
}

/// What a question is to be answered with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// The passage with this id.
    Passage(String),
    /// The state of one of these municipalities, by code, in ascending order.
    Places(Vec<String>),
}

/// Reads lines `question TAB expected`; with `follow_up`, lines `previous TAB question TAB expected`. Lines that begin with
/// `#` and empty ones are left out. `expected` is ids with commas between, `place:CODE/CODE`, or `-`.
///
/// # Errors
///
/// The number of the first line that has another shape, counted from 1.
pub fn read_items(text: &str, follow_up: bool) -> Result<Vec<Item>, usize> {
    text.lines()
        .enumerate()
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
        .map(|(number, line)| {
            let mut fields = line.split('\t').map(str::trim);
            let previous = follow_up
                .then(|| fields.next())
                .flatten()
                .map(str::to_owned);
            let (Some(question), Some(expected), None) =
                (fields.next(), fields.next(), fields.next())
            else {
                return Err(number + 1);
            };
            if question.is_empty() || expected.is_empty() || (follow_up && previous.is_none()) {
                return Err(number + 1);
            }
            Ok(Item {
                previous,
                question: question.to_owned(),
                expected: expected_of(expected),
            })
        })
        .collect()
}

fn expected_of(text: &str) -> Vec<Expected> {
    if text == "-" {
        return Vec::new();
    }
    text.split(',')
        .map(|one| match one.strip_prefix("place:") {
            Some(codes) => Expected::Places(codes.split('/').map(str::to_owned).collect()),
            None => Expected::Passage(one.to_owned()),
        })
        .collect()
}

/// The development set that is kept with the program: its questions may be looked at, so editors measure with it.
pub fn dev_items() -> Vec<Item> {
    read_items(include_str!("../../../data/helpdesk/dev.tsv"), false).unwrap_or_default()
}

/// What became of one question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Stated, and right.
    StatedRight,
    /// Stated, and wrong; whether the right one stood beside it.
    StatedWrong {
        /// Among the two shown beside it.
        beside: bool,
    },
    /// Offered among up to three; the place of the right one from 0, or `None`.
    Offered(Option<usize>),
    /// Nothing shown although there is an answer.
    Refused,
    /// Out of scope, and answered all the same.
    ScopeStated,
    /// Out of scope, and sent to another window by a 案内.
    ScopeGuided,
    /// Out of scope, and candidates offered.
    ScopeOffered,
    /// Out of scope, and nothing shown.
    ScopeRefused,
}

/// Asks one question and judges the answer.
pub fn judge(index: &Index, item: &Item, on: Date) -> Outcome {
    let answer = ask(
        index,
        Question {
            text: &item.question,
            audience: Audience::All,
            on,
            previous: item.previous.as_deref(),
        },
    );
    if item.expected.is_empty() {
        return match answer {
            Answer::Found { passage, .. } if passage.kind == PassageKind::Guide => {
                Outcome::ScopeGuided
            }
            Answer::Found { .. } | Answer::Place { .. } => Outcome::ScopeStated,
            Answer::Candidates(_) => Outcome::ScopeOffered,
            Answer::NotFound => Outcome::ScopeRefused,
        };
    }
    let is_right = |id: &str| {
        item.expected
            .iter()
            .any(|one| matches!(one, Expected::Passage(right) if right == id))
    };
    match answer {
        Answer::Found { passage, .. } if is_right(&passage.id) => Outcome::StatedRight,
        Answer::Found { related, .. } => Outcome::StatedWrong {
            beside: related.iter().any(|passage| is_right(&passage.id)),
        },
        Answer::Place { places, .. } => {
            let codes: Vec<String> = places.iter().map(|place| place.code.clone()).collect();
            if item.expected.contains(&Expected::Places(codes)) {
                Outcome::StatedRight
            } else {
                Outcome::StatedWrong { beside: false }
            }
        }
        Answer::Candidates(passages) => {
            Outcome::Offered(passages.iter().position(|passage| is_right(&passage.id)))
        }
        Answer::NotFound => Outcome::Refused,
    }
}

/// Counts over a set.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Questions that have an answer.
    pub in_scope: usize,
    /// The right one stated, or the first of those offered.
    pub first: usize,
    /// The right one among those shown, three at the most.
    pub among_three: usize,
    /// The right one stated alone.
    pub stated: usize,
    /// A wrong one stated as the answer.
    pub wrong_stated: usize,
    /// Nothing shown although there is an answer.
    pub refused: usize,
    /// Questions without an answer.
    pub out_of_scope: usize,
    /// Of these: an answer stated.
    pub scope_stated: usize,
    /// Of these: sent to another window.
    pub scope_guided: usize,
    /// Of these: nothing shown.
    pub scope_refused: usize,
}

impl Tally {
    /// Counts all items.
    pub fn of(index: &Index, items: &[Item], on: Date) -> Self {
        let mut tally = Self::default();
        for item in items {
            tally.add(judge(index, item, on));
        }
        tally
    }

    /// Counts one more.
    pub fn add(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::ScopeStated
            | Outcome::ScopeGuided
            | Outcome::ScopeOffered
            | Outcome::ScopeRefused => self.out_of_scope += 1,
            _ => self.in_scope += 1,
        }
        match outcome {
            Outcome::StatedRight => {
                self.stated += 1;
                self.first += 1;
                self.among_three += 1;
            }
            Outcome::StatedWrong { beside } => {
                self.wrong_stated += 1;
                self.among_three += usize::from(beside);
            }
            Outcome::Offered(place) => {
                self.first += usize::from(place == Some(0));
                self.among_three += usize::from(place.is_some());
            }
            Outcome::Refused => self.refused += 1,
            Outcome::ScopeStated => self.scope_stated += 1,
            Outcome::ScopeGuided => self.scope_guided += 1,
            Outcome::ScopeRefused => self.scope_refused += 1,
            Outcome::ScopeOffered => {}
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = |name: &str, count: usize, of: usize| {
            #[expect(clippy::cast_precision_loss, reason = "counts of questions")]
            let percent = if of == 0 {
                0.0
            } else {
                100.0 * count as f64 / of as f64
            };
            writeln!(f, "  {name:<34} {count:>5} of {of:<5} {percent:>5.1} %")
        };
        line("right one first", self.first, self.in_scope)?;
        line("right one among three", self.among_three, self.in_scope)?;
        line("right one stated alone", self.stated, self.in_scope)?;
        line("wrong one stated", self.wrong_stated, self.in_scope)?;
        line("refused", self.refused, self.in_scope)?;
        line(
            "out of scope: answer stated",
            self.scope_stated,
            self.out_of_scope,
        )?;
        line(
            "out of scope: sent to a window",
            self.scope_guided,
            self.out_of_scope,
        )?;
        line(
            "out of scope: refused",
            self.scope_refused,
            self.out_of_scope,
        )
    }
}
