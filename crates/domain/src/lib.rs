//! Identifiers, calendar, code tables and the people and papers of long-term care insurance, as pure values.
//!
//! Nothing here reads a clock, a file, the network or a database: time and randomness come in through
//! [`Clock`] and [`Entropy`].

mod clock;

pub use clock::{Clock, Entropy, tokyo_date};
pub use jiff::Timestamp;
pub use jiff::civil::Date;
