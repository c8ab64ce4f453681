//! Pages for the staff of care offices and medical institutions: the care door's front (W-2 to W-7).
//!
//! Every handler does four things: parse, know who asks, call one use case, answer. Who asks is an extractor:
//! [`visit::Visit`] for a terminal, [`visit::SignedIn`] for a person at it, and [`form::Posted`] for a form that person
//! sent from one of our own pages, so a forgotten check does not compile.

mod access_log;
mod account;
mod answer;
mod assets;
mod cards;
mod contractor;
mod dates;
mod emergency;
mod form;
mod home;
mod kept;
mod medical;
mod medical_file;
mod office;
mod operating;
mod opinion_text;
mod own_account;
mod paper;
mod passkeys;
mod person;
mod persons;
mod qr;
mod reader_test;
mod registrations;
mod routes;
mod search_batch;
mod session;
mod setup;
mod sign_in;
mod state;
mod upload;
mod visit;
mod words;

// Shared with the other fronts; named here so that they read like this crate's own.
use kiban_ui::paging;
use kiban_web_kit::csv;

pub use contractor::{CODE_ROUTES, CONTRACTOR_ROUTES};
pub use routes::{OPEN_ROUTES, router, routes};
pub use state::CareState;
