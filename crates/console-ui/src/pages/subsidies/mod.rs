//! 助成金 (O02–O05, O11): review, payments, budgets and schemes.

mod case;
mod grid;
mod list;
mod masters;
mod payments;

pub use case::{CaseField, CaseFile, CaseForm, CaseLine, SubsidyCasePage};
pub use grid::{Grid, GridCell};
pub use list::SubsidiesPage;
pub use masters::{BudgetForm, BudgetScheme, MasterPage, MastersPage, SubsidyBudgetPage};
pub use payments::{SubsidyLedgerPage, SubsidyPaymentsPage, SubsidyRunPage};
