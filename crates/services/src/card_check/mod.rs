//! The check of a person's identity by the My Number card at a terminal (W-3a).
//!
//! A page asks for a challenge ([`open`]); the terminal's program takes it ([`poll`]) and sends an answer ([`answer`]), which is
//! checked in the order of the My Number card, section 6; the page sees the state ([`state`]) and uses the result once
//! ([`confirm`]), which leaves an identity check like that of the five items. A card that stands for nobody yet is linked
//! after the five items have agreed ([`link`]).
//!
//! Every change of a challenge's state is an audit entry of its transaction. The certificate's serial number is in none of
//! them. Source: terminals and mTLS, section 6.

mod answer;
mod desk;
mod link;
mod open;
pub mod reader_test;
mod result;
mod state;
mod status;
mod take;

pub use answer::{AnswerError, answer};
pub use desk::{CardDesk, CardTrust, watch};
pub use link::{LinkError, Linked, link};
pub use open::{NewChallenge, OpenError, Opened, open, withdraw};
pub use result::{ConfirmError, confirm};
pub use state::{ChallengeView, state, sweep};
pub use status::RevocationFolder;
pub use take::{Polled, Taken, poll};

use crate::{CallContext, Platform};
use kiban_audit::{Action, Event, NO_INSURER};
use kiban_card::ChallengeId;
use kiban_domain::OfficeNumber;
use kiban_store::repo::card_challenges::{ChallengeRow, ChallengeState};
use ring::digest::{Context, SHA256};
use uuid::Uuid;

/// How long after the answer its result may be used. As long as the five items' check.
const RESULT_MINUTES: i64 = crate::identity::USABLE_MINUTES;

/// A terminal: where a page and a card reader belong together.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Terminal {
    /// Whose.
    pub office_no: OfficeNumber,
    /// Its identifier, as in its certificates.
    pub terminal_id: String,
}

/// One sign-in of one member of staff: nobody else gets a challenge's result.
#[derive(Clone, PartialEq, Eq)]
pub struct SignIn(Vec<u8>);

impl SignIn {
    /// From the session's token. The digest is another than the one under which the session is kept.
    pub fn of_token(token: &str) -> Self {
        let mut digest = Context::new(&SHA256);
        digest.update(b"kiban-card-check/1\n");
        digest.update(token.as_bytes());
        Self(digest.finish().as_ref().to_vec())
    }
}

impl std::fmt::Debug for SignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SignIn(…)")
    }
}

fn key(id: ChallengeId) -> Uuid {
    Uuid::from_bytes(*id.as_bytes())
}

/// Text of an identifier, as in the signed text.
fn id_text(id: Uuid) -> String {
    id.as_simple().to_string()
}

/// The entry for a challenge's change to `state`. Nobody is known, so no insurer's lane is concerned.
fn event(
    platform: &Platform,
    context: &CallContext,
    challenge_id: Uuid,
    state: ChallengeState,
) -> Event {
    context
        .event(platform, NO_INSURER, Action::CardCheck)
        .purpose(state.as_str())
        .ground(format!("card_challenge:{}", id_text(challenge_id)))
}

/// Whether the time to answer is over.
fn is_late(row: &ChallengeRow, platform: &Platform) -> bool {
    platform.now() > row.expires_at
}
