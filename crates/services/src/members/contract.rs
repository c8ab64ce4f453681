//! Until when a contractor comes in.

use crate::{Platform, staff::StaffRole};
use jiff::ToSpan as _;
use kiban_domain::Date;
use kiban_store::repo::{memberships::Standing, staff::Contract};

/// A contractor's last day lies at most so many days ahead; an administrator may put it off again and again.
pub const CONTRACT_DAYS: i64 = 90;

/// Why a contractor cannot be let in like that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ContractError {
    /// There is no last day.
    #[error("no last day")]
    Missing,
    /// The last day is over.
    #[error("the last day is over")]
    Past,
    /// The last day is more than [`CONTRACT_DAYS`] ahead.
    #[error("the last day is too far ahead")]
    TooFar(Date),
}

/// A role with what it needs: a contractor's last day, today included, and whether codes may be issued; nothing for others.
///
/// # Errors
///
/// See [`ContractError`].
pub fn contract_of(
    platform: &Platform,
    role: StaffRole,
    ends_on: Option<Date>,
    may_issue_codes: bool,
) -> Result<Standing, ContractError> {
    let contract = match role {
        StaffRole::Contractor => {
            let ends_on = ends_on.ok_or(ContractError::Missing)?;
            let today = platform.today();
            if ends_on < today {
                return Err(ContractError::Past);
            }
            let last = today.saturating_add(CONTRACT_DAYS.days());
            if ends_on > last {
                return Err(ContractError::TooFar(last));
            }
            Some(Contract {
                ends_on,
                may_issue_codes,
            })
        }
        StaffRole::Administrator | StaffRole::CareManager | StaffRole::Staff | StaffRole::Clerk => {
            None
        }
    };
    Ok(Standing {
        role: role as i16,
        contract,
    })
}
