//! How the person and the staff are asked.

use kiban_card::wire::PairingCode;
use kiban_card::{ErrorCode, Pin, Purpose, TriesLeft, text_ap::CodeB};

/// What stands in the window while a card is asked for.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Name of the office.
    pub office: String,
    /// What is confirmed.
    pub purpose: Purpose,
    /// The four digits that the page shows too.
    pub code: PairingCode,
}

/// A window, or a terminal line. The calls wait for a person; `None` and `false` mean that they stopped.
pub trait Prompt: Send {
    /// Asks to put the card on.
    fn put_card_on(&mut self, asked: &Asked);

    /// Asks for the PIN of 利用者証明用, four digits, without showing them. What is not four digits is asked for again here: the
    /// card is not touched for it.
    fn pin(&mut self, asked: &Asked, left: TriesLeft) -> Option<Pin>;

    /// Says that one try is left and what a mistake costs, and asks whether to go on.
    fn spend_last_try(&mut self) -> bool;

    /// Asks staff, who have compared face and photograph, for the three printed values.
    fn printed_values(&mut self, asked: &Asked, left: TriesLeft) -> Option<CodeB>;

    /// Whether the person has stopped while a card is waited for.
    fn is_cancelled(&mut self) -> bool {
        false
    }

    /// Says something about this terminal that belongs to no challenge.
    fn notice(&mut self, _sentence: &str) {}

    /// Says how it ended: `None` is done.
    fn ended(&mut self, outcome: Option<ErrorCode>);
}
