//! Subsidies (助成金): what a scheme allows, what a set of costs comes to, the way of an application, and the account that is paid.
//!
//! Amounts, rates, limits, periods and categories come in as a [`Scheme`], which is made from dated data: nothing here knows this
//! year's figures. Source: mission, G-1 to G-5; service-kinds, section 2.

mod account;
mod care;
mod cost;
mod form;
mod holder;
mod open_data;
mod opinion;
mod period;
mod scheme;
mod stage;

pub use account::{AccountKind, AccountNumber, BankAccount, BankCode, BranchCode, InvalidAccount};
pub use care::{CategoryPart, Worked, WorkedLine};
pub use cost::{CostKind, CostLine, Cut, InvalidCost, Tax};
pub use form::{
    Declaration, FieldChange, FieldFault, FilledAccount, FilledLine, FilledSubsidy, FormFacts,
    InvalidYen, LineField, SUBSIDY_FIELD_MOST, SubsidyFault, SubsidyForm, field_label, read_yen,
};
pub use holder::{HolderKana, InvalidHolder};
pub use open_data::{
    FEWEST_TOLD, Figures, PublicCount, PublicFigures, PublicStage, PublicYen, suppress,
};
pub use opinion::WorkedOpinion;
pub use period::{Opening, Period};
pub use scheme::{
    CareProgramme, Category, CategoryCount, Certainty, InstitutionClass, KindInCategory,
    OpinionProgramme, Programme, Rate, ReviewRules, Rounding, Scheme, SchemeFault, SchemeParts,
};
pub use stage::{Decided, SubsidyStage, SubsidyStageError, SubsidyStep, second_needed};
