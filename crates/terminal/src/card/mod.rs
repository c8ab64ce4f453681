//! What happens with a card once a challenge has come: the person is asked, the card signs, the answer goes back.
//!
//! The PIN lives in [`kiban_card::Pin`] from the prompt to the one command that carries it.

mod answer;
mod prompt;
mod trace;
#[cfg(feature = "reader")]
mod tty;

pub use answer::{Own, answer_challenge};
pub use prompt::{Asked, Prompt};
pub use trace::Traced;
#[cfg(feature = "reader")]
pub use tty::TtyPrompt;

use std::time::Duration;

use jiff::Timestamp;
use kiban_card::{CardLink, ErrorCode};

use crate::doctor::{Rung, source_ladder};

/// Where a card comes from.
pub trait CardSource: Send {
    /// Waits for a card for so long. The link holds the card alone; dropping it takes the power from the card, so that no
    /// presented PIN is left behind.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::NoReader`], [`ErrorCode::NoCard`], [`ErrorCode::ReaderBusy`].
    fn wait(&mut self, limit: Duration) -> Result<Box<dyn CardLink + '_>, ErrorCode>;

    /// Climbs the ladder to a working card and waits so long for one. Nobody is asked anything, and no try is spent.
    fn ladder(&mut self, wait: Duration, now: Timestamp) -> Vec<Rung> {
        source_ladder(self.wait(wait), now)
    }

    /// Waits for a card for so long without taking it.
    ///
    /// # Errors
    ///
    /// As for [`Self::wait`].
    fn is_there(&mut self, limit: Duration) -> Result<(), ErrorCode> {
        self.wait(limit).map(drop)
    }
}
