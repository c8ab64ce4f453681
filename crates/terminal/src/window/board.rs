//! What the window shows, and what was typed into it.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use kiban_card::text_ap::CodeB;
use kiban_card::{ErrorCode, Pin, TriesLeft};

use crate::agent::{CallFailure, Greeting};
use crate::card::Asked;

/// Between the agent, which works in threads of its own, and the window. Holds a PIN from the form to the card, at the longest
/// until the question has ended.
#[derive(Debug, Default)]
pub struct Board {
    inner: Mutex<Inner>,
    typed: Condvar,
}

#[derive(Debug, Default)]
struct Inner {
    step: Step,
    /// Counts the steps: what is typed for one does not count for another.
    step_number: u64,
    /// Counts everything that is shown.
    version: u64,
    typed: Option<Typed>,
    greeting: Option<(Greeting, Timestamp)>,
    line: Line,
    renewal: Option<&'static str>,
    reader: bool,
}

/// What happens at the card reader.
#[derive(Debug, Clone, Default)]
pub enum Step {
    /// Nothing is asked.
    #[default]
    Idle,
    /// The card is waited for.
    Card(Asked),
    /// The PIN is asked for.
    Pin(Asked, TriesLeft),
    /// One try is left: is it to be spent?
    LastTry(Asked),
    /// Staff type what is printed on the card.
    Printed(Asked, TriesLeft),
    /// The card works.
    Working(Asked),
    /// How it ended; `None` is done.
    Ended(Option<ErrorCode>),
}

/// Whether the server is reached.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Line {
    #[default]
    Unknown,
    Good,
    Failed(CallFailure),
}

/// What a person gave.
#[derive(Debug)]
pub(super) enum Typed {
    Pin(Pin),
    Code(CodeB),
    GoOn,
    Cancel,
}

/// What is shown at one moment.
#[derive(Debug, Clone)]
pub(super) struct Shown {
    pub(super) step: Step,
    pub(super) step_number: u64,
    pub(super) version: u64,
    pub(super) greeting: Option<(Greeting, Timestamp)>,
    pub(super) line: Line,
    pub(super) renewal: Option<&'static str>,
}

impl Board {
    /// Notes what the server said to a hello, at this computer's time.
    pub fn note_greeting(&self, greeting: Greeting, at: Timestamp) {
        let mut inner = self.lock();
        inner.version += 1;
        inner.greeting = Some((greeting, at));
        inner.line = Line::Good;
    }

    /// When the server last answered a hello, and what.
    pub fn greeting(&self) -> Option<(Greeting, Timestamp)> {
        self.lock().greeting.clone()
    }

    /// Notes whether the server was reached.
    pub fn note_line(&self, failure: Option<CallFailure>) {
        let line = failure.map_or(Line::Good, Line::Failed);
        let mut inner = self.lock();
        if inner.line != line {
            inner.version += 1;
            inner.line = line;
        }
    }

    /// Notes how the last renewal went; `None` when nothing is to be said.
    pub fn note_renewal(&self, sentence: Option<&'static str>) {
        let mut inner = self.lock();
        inner.version += 1;
        inner.renewal = sentence;
    }

    /// Notes whether a reader is connected.
    pub fn note_reader(&self, there: bool) {
        let mut inner = self.lock();
        if inner.reader != there {
            inner.version += 1;
            inner.reader = there;
        }
    }

    /// Whether a reader was connected when it was last looked for.
    pub fn has_reader(&self) -> bool {
        self.lock().reader
    }

    /// What happens at the card reader.
    pub fn step(&self) -> Step {
        self.lock().step.clone()
    }

    pub(super) fn shown(&self) -> Shown {
        let inner = self.lock();
        Shown {
            step: inner.step.clone(),
            step_number: inner.step_number,
            version: inner.version,
            greeting: inner.greeting.clone(),
            line: inner.line,
            renewal: inner.renewal,
        }
    }

    /// Goes on to another step; what was typed for the one before is forgotten, except that somebody stopped.
    pub(super) fn go(&self, step: Step) {
        let mut inner = self.lock();
        inner.step = step;
        inner.step_number += 1;
        inner.version += 1;
        if !matches!(inner.typed, Some(Typed::Cancel)) {
            inner.typed = None;
        }
    }

    /// Begins anew: nothing is typed yet.
    pub(super) fn begin(&self, step: Step) {
        self.lock().typed = None;
        self.go(step);
    }

    /// Gives what a person typed; false when the question has passed meanwhile.
    pub(super) fn give(&self, step_number: u64, typed: Typed) -> bool {
        let mut inner = self.lock();
        let fits = inner.step_number == step_number
            && match (&inner.step, &typed) {
                (Step::Pin(..), Typed::Pin(_))
                | (Step::Printed(..), Typed::Code(_))
                | (Step::LastTry(_), Typed::GoOn) => true,
                (step, Typed::Cancel) => step.can_be_cancelled(),
                (_, Typed::Pin(_) | Typed::Code(_) | Typed::GoOn) => false,
            };
        if fits && inner.typed.is_none() {
            inner.typed = Some(typed);
            self.typed.notify_all();
        }
        fits
    }

    pub(super) fn is_cancelled(&self) -> bool {
        matches!(self.lock().typed, Some(Typed::Cancel))
    }

    /// Waits for what is typed; `None` when nobody does.
    pub(super) fn take(&self, within: Duration) -> Option<Typed> {
        let end = Instant::now() + within;
        let mut inner = self.lock();
        loop {
            if let Some(typed) = inner.typed.take() {
                return Some(typed);
            }
            let left = end.checked_duration_since(Instant::now())?;
            let waited = self.typed.wait_timeout(inner, left);
            inner = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Step {
    fn can_be_cancelled(&self) -> bool {
        match self {
            Self::Card(_) | Self::Pin(..) | Self::LastTry(_) | Self::Printed(..) => true,
            Self::Idle | Self::Working(_) | Self::Ended(_) => false,
        }
    }
}
