//! The staff ask from a page how reader and card are: the doctor's ladder, without a word of what was seen (T-2).

use std::time::Duration;

use jiff::Timestamp;
use kiban_card::wire::{ReaderTestRequest, RungOutcome, RungResult};

use crate::card::CardSource;
use crate::doctor::{Outcome, Rung};

/// No server keeps a terminal busy for longer; its next challenge waits meanwhile.
const LONGEST_WAIT: Duration = Duration::from_secs(20);

/// Climbs the ladder and keeps words, codes and the number of tries.
pub(super) fn climb(
    cards: &mut dyn CardSource,
    wait: Duration,
    now: Timestamp,
) -> ReaderTestRequest {
    let rungs = cards.ladder(wait.min(LONGEST_WAIT), now);
    ReaderTestRequest {
        rungs: rungs.iter().map(result).collect(),
    }
}

fn result(rung: &Rung) -> RungResult {
    let (outcome, code) = match &rung.outcome {
        Outcome::Good(_) => (RungOutcome::Good, None),
        Outcome::Caution { code, .. } => (RungOutcome::Caution, Some(*code)),
        Outcome::Failed { code, .. } => (RungOutcome::Failed, Some(*code)),
        Outcome::NotTried => (RungOutcome::NotTried, None),
    };
    RungResult {
        step: rung.step.to_owned(),
        outcome,
        code: code.map(str::to_owned),
        left: rung.left,
    }
}
