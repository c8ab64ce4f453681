//! Record layouts and findings of the files that parties exchange.
//!
//! A family of files is a module. Parsers never fail on a file full of mistakes: they give the good rows and every
//! finding, so that one upload is answered with one complete report.

pub mod bank;
pub mod delivery_report;
pub mod municipal;
pub mod narrow;
pub mod office_register;
pub mod opinion;
pub mod person_list;
mod text;
