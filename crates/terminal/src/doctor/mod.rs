//! Says what is missing between this computer and a working card: one rung after the other, each with one cause and one who mends
//! it (T-2).
//!
//! Nothing personal is shown: not even the end of the card's certificate, which is the holder's birthday.
//! Source: the My Number card, section 10.

#[cfg(feature = "reader")]
mod card;
#[cfg(feature = "reader")]
mod cause;
mod held;
#[cfg(feature = "reader")]
mod network;
#[cfg(feature = "reader")]
mod usb;

#[cfg(feature = "reader")]
pub use card::{card_ladder, card_ladder_at};
#[cfg(feature = "reader")]
pub use cause::CAUSES;
pub use held::{held_card, source_ladder};
pub use kiban_card::ladder::Cause;
#[cfg(feature = "reader")]
pub use network::{DoorFiles, network_ladder, settings_ladder};

use std::fmt::Write as _;

use kiban_card::Mender;
use serde_json::{Value, json};

/// One rung of the ladder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rung {
    /// A word that stays, for scripts and for the server.
    pub step: &'static str,
    /// What is looked at, in Japanese.
    pub title: &'static str,
    /// How it went.
    pub outcome: Outcome,
    /// Tries left of the PIN, on the rung that counts them.
    pub left: Option<u8>,
}

/// How a rung went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It holds; what was seen.
    Good(String),
    /// It holds, but somebody should do something soon.
    Caution {
        /// [`Cause::code`].
        code: &'static str,
        /// What was seen.
        seen: String,
        /// What to do.
        advice: String,
        /// Who can.
        mender: Mender,
    },
    /// It does not.
    Failed {
        /// [`Cause::code`].
        code: &'static str,
        /// What was seen.
        seen: String,
        /// What to do.
        advice: String,
        /// Who can.
        mender: Mender,
    },
    /// Not tried, because a rung before it failed or it was not asked for.
    NotTried,
}

impl Outcome {
    fn good(seen: impl Into<String>) -> Self {
        Self::Good(seen.into())
    }

    fn failed(cause: &Cause, seen: impl Into<String>) -> Self {
        Self::Failed {
            code: cause.code,
            seen: seen.into(),
            advice: cause.advice.to_owned(),
            mender: cause.mender,
        }
    }

    fn caution(cause: &Cause, seen: impl Into<String>) -> Self {
        Self::Caution {
            code: cause.code,
            seen: seen.into(),
            advice: cause.advice.to_owned(),
            mender: cause.mender,
        }
    }
}

/// Everything that was looked at, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// The rungs.
    pub rungs: Vec<Rung>,
}

impl Report {
    /// The first rung that does not hold.
    pub fn first_failure(&self) -> Option<&Rung> {
        let mut rungs = self.rungs.iter();
        rungs.find(|rung| matches!(rung.outcome, Outcome::Failed { .. }))
    }

    /// For a person: a line a rung, what to do below it.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        for rung in &self.rungs {
            // Writing into a String does not fail.
            let _ = match &rung.outcome {
                Outcome::Good(seen) => writeln!(text, "[良] {}: {seen}", rung.title),
                Outcome::NotTried => writeln!(text, "[－] {}: 確かめていません", rung.title),
                Outcome::Caution {
                    seen,
                    advice,
                    mender,
                    ..
                } => writeln!(
                    text,
                    "[注] {}: {seen}\n     すること: {advice}\n     対応する方: {}",
                    rung.title,
                    mender.label()
                ),
                Outcome::Failed {
                    seen,
                    advice,
                    mender,
                    ..
                } => writeln!(
                    text,
                    "[否] {}: {seen}\n     すること: {advice}\n     対応する方: {}",
                    rung.title,
                    mender.label()
                ),
            };
        }
        text.push_str(match self.first_failure() {
            None => "問題は見つかりませんでした。\n",
            Some(_) => "最初の［否］から順に直してください。\n",
        });
        text
    }

    /// For a script: `{"ok": …, "rungs": [{"step", "outcome", "code", "seen", "advice", "mender"}]}`; outcome is `good`,
    /// `caution`, `failed` or `not_tried`, code one of the causes.
    pub fn to_json(&self) -> Value {
        let rungs: Vec<Value> = self.rungs.iter().map(rung_json).collect();
        json!({"ok": self.first_failure().is_none(), "rungs": rungs})
    }
}

fn rung_json(rung: &Rung) -> Value {
    match &rung.outcome {
        Outcome::Good(seen) => json!({"step": rung.step, "outcome": "good", "seen": seen}),
        Outcome::NotTried => json!({"step": rung.step, "outcome": "not_tried"}),
        Outcome::Caution {
            code,
            seen,
            advice,
            mender,
        } => json!({
            "step": rung.step, "outcome": "caution", "code": code, "seen": seen, "advice": advice, "mender": mender.as_str(),
        }),
        Outcome::Failed {
            code,
            seen,
            advice,
            mender,
        } => json!({
            "step": rung.step, "outcome": "failed", "code": code, "seen": seen, "advice": advice, "mender": mender.as_str(),
        }),
    }
}

/// A ladder being climbed: after the first failure the rest is not tried.
struct Ladder {
    steps: std::slice::Iter<'static, (&'static str, &'static str)>,
    rungs: Vec<Rung>,
    /// For the next rung.
    left: Option<u8>,
}

impl Ladder {
    fn new(steps: &'static [(&'static str, &'static str)]) -> Self {
        Self {
            steps: steps.iter(),
            rungs: Vec::new(),
            left: None,
        }
    }

    /// Records how the next rung went.
    fn note(&mut self, outcome: Outcome) {
        if let Some((step, title)) = self.steps.next() {
            self.rungs.push(Rung {
                step,
                title,
                outcome,
                left: self.left.take(),
            });
        }
    }

    /// Records the next rung and gives the value to go on with.
    fn climb<T>(&mut self, outcome: Result<(T, String), Outcome>) -> Option<T> {
        match outcome {
            Ok((value, seen)) => {
                self.note(Outcome::Good(seen));
                Some(value)
            }
            Err(outcome) => {
                self.note(outcome);
                None
            }
        }
    }

    /// The rungs that were not reached are named too.
    fn end(mut self) -> Vec<Rung> {
        while self.steps.len() > 0 {
            self.note(Outcome::NotTried);
        }
        self.rungs
    }
}
