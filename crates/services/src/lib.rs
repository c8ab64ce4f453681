//! Use cases, one module each. They read like their rule: load, decide, save, record. No HTTP, SQL or HTML.
//!
//! Whatever shows or changes personal data takes a [`Caller`](context::CallContext) and leaves an audit entry: a reading's
//! entry is durable before the function returns, a change's entry is part of the change's transaction (S-3).

pub mod access_log;
pub mod accounts;
pub mod articles;
pub mod audit_search;
pub mod audit_trail;
pub mod card_check;
pub mod certificates;
pub mod checklists;
mod code;
pub mod companies;
pub mod consents;
pub mod context;
mod days;
pub mod documents;
pub mod eligibility;
pub mod emergency;
pub mod enrolment;
pub mod forms;
pub mod handovers;
pub mod housekeeping;
pub mod identity;
pub mod inquiries;
pub mod insurer_accounts;
pub mod insurers;
pub mod intake;
pub mod kept_input;
pub mod mail;
pub mod maintenance;
pub mod members;
pub mod notices;
pub mod office_data;
pub mod office_register;
pub mod operating;
pub mod opinions;
mod outlet;
pub mod passkeys;
pub mod person_notices;
pub mod persons;
pub mod platform;
pub mod portal_users;
pub mod progress;
pub mod questions;
pub mod rate;
pub mod readiness;
mod receiving;
pub mod registrations;
pub mod relations;
pub mod renewal;
pub mod setup;
pub mod sign_in;
pub mod staff;
pub mod statistics;
pub mod subsidies;
pub mod surveys;
pub mod terminals;
pub mod user_care;
pub mod watched;

pub use context::CallContext;
pub use outlet::Outlet;
pub use platform::Platform;
