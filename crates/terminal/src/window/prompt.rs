//! Asks in the window.

use std::sync::Arc;
use std::time::Duration;

use kiban_card::text_ap::CodeB;
use kiban_card::{ErrorCode, Pin, TriesLeft};

use super::board::{Board, Step, Typed};
use crate::card::{Asked, Prompt};

/// A challenge lives for 90 seconds, some of which have passed until the PIN is asked for.
const TYPED_WITHIN: Duration = Duration::from_secs(75);

/// Asks in the window of a board.
#[derive(Debug)]
pub struct WindowPrompt {
    board: Arc<Board>,
    asked: Option<Asked>,
}

impl WindowPrompt {
    /// Asks on this board.
    pub fn new(board: Arc<Board>) -> Self {
        Self { board, asked: None }
    }

    fn ask(&self, step: Step) -> Option<Typed> {
        self.board.go(step);
        self.board.take(TYPED_WITHIN)
    }

    fn work(&self, asked: &Asked) {
        self.board.go(Step::Working(asked.clone()));
    }
}

impl Prompt for WindowPrompt {
    fn put_card_on(&mut self, asked: &Asked) {
        self.asked = Some(asked.clone());
        self.board.begin(Step::Card(asked.clone()));
    }

    fn pin(&mut self, asked: &Asked, left: TriesLeft) -> Option<Pin> {
        match self.ask(Step::Pin(asked.clone(), left))? {
            Typed::Pin(pin) => {
                self.work(asked);
                Some(pin)
            }
            Typed::Code(_) | Typed::GoOn | Typed::Cancel => None,
        }
    }

    fn spend_last_try(&mut self) -> bool {
        let Some(asked) = self.asked.clone() else {
            return false;
        };
        matches!(self.ask(Step::LastTry(asked)), Some(Typed::GoOn))
    }

    fn printed_values(&mut self, asked: &Asked, left: TriesLeft) -> Option<CodeB> {
        match self.ask(Step::Printed(asked.clone(), left))? {
            Typed::Code(code) => {
                self.work(asked);
                Some(code)
            }
            Typed::Pin(_) | Typed::GoOn | Typed::Cancel => None,
        }
    }

    fn is_cancelled(&mut self) -> bool {
        self.board.is_cancelled()
    }

    fn ended(&mut self, outcome: Option<ErrorCode>) {
        self.asked = None;
        self.board.begin(Step::Ended(outcome));
    }
}
