//! The My Number card at a terminal: commands, the text it signs, the answer, and how a server checks it.
//!
//! Nothing here reads a clock, a file, a network or a card reader: a reader comes in as a [`CardLink`], the time as a value.
//! Only the 利用者証明用 key is used. The 署名用 password is never asked for, and the file with the My Number is never
//! selected: no function here can name it.
//!
//! Source: the My Number card, and terminals and mTLS, section 6.

pub mod answer;
mod apdu;
pub mod challenge;
mod der;
mod error;
pub mod error_code;
pub mod jpki;
pub mod ladder;
mod link;
pub mod pin;
pub mod text_ap;
mod tlv;
pub mod wire;

pub use apdu::{Command, Response, Status};
pub use challenge::{ChallengeId, ChallengeText, Nonce, Purpose};
pub use error::{CardError, Step};
pub use error_code::{ErrorCode, Mender};
pub use link::{CardLink, LinkError, exchange};
pub use pin::{Pin, TriesLeft};
