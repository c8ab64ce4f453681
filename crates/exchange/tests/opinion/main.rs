//! The attending physician's opinion: every rule of the validator, the one JSON, the 医見書 CSV, forms and differences (D-4).
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod beside;
mod check;
mod csv;
mod form;
mod invented;
mod json;
mod kept;
mod reference;
