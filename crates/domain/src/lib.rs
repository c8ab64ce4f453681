//! Identifiers, calendar, code tables and the people and papers of long-term care insurance, as pure values.
//!
//! Nothing here reads a clock, a file, the network or a database: time and randomness come in through
//! [`Clock`] and [`Entropy`].

mod calendar;
mod clock;
mod codes;
mod dataset;
mod emergency;
mod file_kind;
mod identifiers;
mod identity;
mod mail_address;
mod municipalities;
mod operating;
pub mod opinion;
pub mod opinion_case;
mod person;
mod portal;
mod readiness;
mod registration;
mod subsidy;
mod survey;
mod text;

pub use calendar::*;
pub use clock::{Clock, Entropy, tokyo_date};
pub use codes::*;
pub use dataset::{DataSet, UnknownDataSet};
pub use emergency::{EmergencyArea, InvalidArea};
pub use file_kind::{FileKind, FileName, Inspected, Inspector, UnfitFile};
pub use identifiers::*;
pub use identity::{FiveItems, IdentityOutcome, Item, RegisteredIdentity, compare};
pub use jiff::Timestamp;
pub use jiff::civil::Date;
pub use mail_address::{InvalidMailAddress, MailAddress};
pub use municipalities::{
    Municipality, MunicipalityKind, municipalities, municipality, prefectures,
};
pub use operating::{ServiceFunction, UnknownFunction};
pub use person::*;
pub use portal::{Body, PortalRole, PrefectureCode, Roles, UnknownBody};
pub use readiness::*;
pub use registration::*;
pub use subsidy::*;
pub use survey::*;
pub use text::*;
