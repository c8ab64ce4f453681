//! The papers of one insured person and the rules that follow from them.

mod application;
mod balances;
mod card;
mod certificates;
mod certification;
mod consent;
mod insured;
mod stage_clock;
mod validity;

pub use application::{Application, Progress, ProgressStage, Track};
pub use balances::{
    ASSISTIVE_PURCHASE_LIMIT, AssistivePurchase, HOME_MODIFICATION_LIMIT, HomeModification,
    home_modification_remaining, purchase_remaining,
};
pub use card::{CareManagerNotice, FacilityStay, InsuredCard, KindLimit};
pub use certificates::{
    BenefitRestriction, BurdenLimit, CostShare, CostSharePeriod, Reduction, RoomLimit,
};
pub use certification::Certification;
pub use consent::Consent;
pub use insured::Insured;
pub use stage_clock::{DueState, StageClock, StageSpan, Turn, WorkStage};
pub use validity::{
    ValidityKind, ValidityWarning, check_validity, months_of_validity, validity_end,
};

use jiff::civil::Date;

/// Whether `day` lies in an interval, both ends inclusive; no end means still open.
fn covers(from: Date, to: Option<Date>, day: Date) -> bool {
    from <= day && to.is_none_or(|to| day <= to)
}
