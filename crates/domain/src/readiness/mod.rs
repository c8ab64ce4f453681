//! How far a municipality is with each function of the platform, as it declares it (P-3, M-4, M-7).

mod followed;
mod kept;
mod planned;
mod steps;

pub use followed::{Followed, InvalidFollowed};
pub use kept::{PlanKept, Spread};
pub use planned::{InvalidPlannedTime, PlannedTime};
pub use steps::{StepDates, StepFault, Steps};
