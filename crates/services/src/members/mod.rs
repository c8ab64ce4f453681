//! One sign-in for the offices of one company, and contractors.
//!
//! An account belongs to one office. An administrator of another office of the same company may let it in there, with a role
//! of that office's own; neither side can do it for the other. A session is always *as one office*: what it may see is decided for
//! that office alone. What an account may do is looked up at every request, so taking it away counts at once.

mod closed;
mod contract;
mod grant;
mod remind;
mod switch;

pub use closed::note_closed;
pub use contract::{CONTRACT_DAYS, ContractError, contract_of};
pub use grant::{Grant, MemberError, change, end, grant, list, load};
pub use remind::remind;
pub use switch::{SwitchError, offices, switch};

/// Administrators are told so many days before a contractor's last day.
pub const REMINDER_DAYS: i64 = 7;
