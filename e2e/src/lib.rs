//! Runs the platform's own programs, and a browser with a client certificate, for whole-platform tests.
//!
//! The tests are in `tests/`. Everything here has a time limit and ends what it started when it is dropped.

mod authenticator;
mod browser;
mod mailbox;
mod programs;
mod server;
mod terminal;

pub use authenticator::Authenticator;
pub use browser::{Browser, Identity};
pub use mailbox::letter;
pub use programs::{Output, Program, today, totp};
pub use server::{
    Account, Certificate, Certificates, Demo, DemoFile, Engine, Person, Serve, connection,
    connection_without,
};
pub use terminal::Terminal;
