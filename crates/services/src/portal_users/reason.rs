//! Why somebody does what cannot easily be undone.

use std::{fmt, str::FromStr};

/// Longest reason, in characters.
const LONGEST: usize = 200;

/// Why an account is stopped or gets another first secret: a line of 1 to 200 characters, kept in the trail.
#[derive(Clone, PartialEq, Eq)]
pub struct Reason(String);

/// What a reason is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidReason {
    /// Nothing is written.
    #[error("nothing is written")]
    Empty,
    /// More than 200 characters.
    #[error("longer than 200 characters")]
    Long,
    /// A line break or another control character.
    #[error("not one line")]
    Control,
}

impl FromStr for Reason {
    type Err = InvalidReason;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        if text.is_empty() {
            return Err(InvalidReason::Empty);
        }
        if text.contains(char::is_control) {
            return Err(InvalidReason::Control);
        }
        if text.chars().count() > LONGEST {
            return Err(InvalidReason::Long);
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Shows nothing: people write names into reasons.
impl fmt::Debug for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reason(…)")
    }
}
