//! Offices and institutions on their way to becoming users of the platform (P-2): what the operator's register says of one, as
//! what it registers, and the steps of its application.

mod entry;
mod kind;
mod stage;

pub use entry::RegisterEntry;
pub use kind::{RegistrationKind, UnfitNumber};
pub use stage::{RegistrationError, RegistrationStage, RegistrationStep, Reviewer};
