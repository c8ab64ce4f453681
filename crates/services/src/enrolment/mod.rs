//! How an office comes in: a one-time code, then a certificate for one terminal (W-1, W-2).
//!
//! The operator sends an office its first code by mail; its administrators make further ones. Who has a code and the
//! office's number gets one certificate over ordinary TLS, with a key made here (PKCS#12) or at the terminal (a request).

mod again;
mod enrol;
mod invite;
mod ticket;

pub use enrol::{
    Certificate, EnrolError, Enrolled, Enrolment, KeyFile, Means, Wish, enrol, take_file,
};
pub use invite::{InviteError, Invited, invite_office};
pub use ticket::{NewTicket, TicketError, make_ticket, make_ticket_at_portal};

use crate::rate::Limit;

/// What an installation may set.
#[derive(Debug, Clone, Copy)]
pub struct EnrolmentSettings {
    /// For so many days the operator's first code counts: it travels by mail and waits for somebody to find the time.
    pub first_code_days: i64,
    /// How often the password of a PKCS#12 file is hashed.
    pub pkcs12_rounds: u32,
}

impl Default for EnrolmentSettings {
    fn default() -> Self {
        Self {
            first_code_days: 7,
            pkcs12_rounds: 600_000,
        }
    }
}

/// Length of a code: 50 bits.
const CODE_LENGTH: usize = 10;
/// For how long a code of an administrator counts.
const TICKET_MINUTES: i64 = 30;
/// So many wrong tries end a code.
const TRIES: i64 = 5;
/// So many codes of an office count at the same time.
const OPEN_TICKETS: i64 = 10;
/// Wrong tries for one office.
const PER_OFFICE: Limit = Limit {
    attempts: 20,
    seconds: 3_600,
};
/// Wrong tries from one address. Several offices may share one.
const PER_ADDRESS: Limit = Limit {
    attempts: 40,
    seconds: 3_600,
};
