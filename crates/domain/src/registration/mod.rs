//! Offices and institutions on their way to becoming users of the platform (P-2): what the operator's register says of one, as
//! what it registers, the steps of its application, and what it has to do until its first day.

mod change;
mod checklist;
mod entry;
mod kind;
mod stage;

pub use change::ChangeState;
pub use checklist::ChecklistItem;
pub use entry::RegisterEntry;
pub use kind::{RegistrationKind, UnfitNumber};
pub use stage::{RegistrationError, RegistrationStage, RegistrationStep, Reviewer};
