//! A card in the hand of a test: the seam that a real reader has, without a reader.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use kiban_card::{CardLink, LinkError};

use super::applet::VirtualCard;

/// A reader with a card in it. Clones share it; the power stays on until [`VirtualCard::power_off`].
#[derive(Debug, Clone)]
pub struct Slot(Arc<Mutex<SlotState>>);

/// What a test looks at and sets.
#[derive(Debug)]
pub struct SlotState {
    /// The card.
    pub card: VirtualCard,
    /// How many more commands are answered before the card is pulled out.
    pub pulled_out_after: Option<usize>,
    /// How long each command takes; contactless readers need up to 200 ms.
    pub delay: Duration,
}

impl Slot {
    /// Puts a card in.
    pub fn holding(card: VirtualCard) -> Self {
        Self(Arc::new(Mutex::new(SlotState {
            card,
            pulled_out_after: None,
            delay: Duration::ZERO,
        })))
    }

    /// Looks at it.
    pub fn state(&self) -> MutexGuard<'_, SlotState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl CardLink for Slot {
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, LinkError> {
        let mut state = self.state();
        std::thread::sleep(state.delay);
        match &mut state.pulled_out_after {
            Some(0) => return Err(LinkError::Removed),
            Some(left) => *left -= 1,
            None => {}
        }
        Ok(state.card.transmit(command))
    }
}
