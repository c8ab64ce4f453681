//! What the platform holds about one person.

mod read;

pub(crate) use read::read;
