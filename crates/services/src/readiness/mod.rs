//! How far each municipality is: declared by itself, and measured from its traffic (P-3, M-4, M-7).
//!
//! What is declared here opens nothing: whether a municipality's data are shown is decided by [`crate::insurers::set_stage`].

mod declare;
pub mod follow;
mod overview;
mod own;
pub mod reminders;
mod survey;

pub(crate) use declare::may_declare;
pub use declare::{Declaration, DeclareError, Seen, declare, set_contact, set_insurer};
pub use overview::{
    Overview, OverviewDesk, Slip, Standing, Traffic, YearCounts, list_all, list_history,
};
pub use own::{Declared, find_declared, list_insured};
pub use survey::{Survey, SurveyRow, survey};
