//! Files to and from the operator's bank: transfers that are ordered, and what became of them (G-4).

mod results;
mod transfers;

pub use results::{Outcome, ResultFault, ResultFinding, Results, TransferResult, read_results};
pub use transfers::{LineEnd, Payer, Transfer, TransferFault, TransferOrder, write_transfers};
