//! May this caller record that a person agreed, or that they withdrew (S-5)?

use crate::{Caller, Facts, PartSet, Permit, RecordConsent, Refusal, Role, read::role_of};
use std::marker::PhantomData;

/// What shall be recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ConsentAct {
    /// The person agrees.
    Give,
    /// The person takes a consent back.
    Withdraw,
}

impl ConsentAct {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Give, Self::Withdraw];

    /// Stable code.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Give => "give",
            Self::Withdraw => "withdraw",
        }
    }
}

/// Whether callers of this kind record consents at all, whoever the person is.
pub fn records_consents(caller: &Caller) -> bool {
    match caller {
        Caller::Office(_) => true,
        Caller::Medical { gives_care, .. } => *gives_care,
        Caller::Insurer(_) | Caller::Person(_) | Caller::Operator => false,
    }
}

/// Decides about recording a consent: an office may that serves the person today, for whatever service it gives.
///
/// Taking a consent needs an insurer that shares; taking one back does not, because nobody may be kept from it. Insurers
/// send consents in their files and record none here; a medical institution that gives no care only reads.
///
/// # Errors
///
/// The [`Refusal`] that a reading would meet, and [`Refusal::RoleNotEntitled`] for who records none.
pub fn record_consent(
    caller: &Caller,
    facts: &Facts,
    act: ConsentAct,
) -> Result<Permit<RecordConsent>, Refusal> {
    let (role, ground) = role_of(caller, facts)?;
    if !records_consents(caller) {
        return Err(Refusal::RoleNotEntitled);
    }
    if act == ConsentAct::Give && !facts.stage.may_be_seen() {
        return Err(Refusal::InsurerNotSharing);
    }
    // A medical institution that gives care is judged by the service it registered for.
    let makes_plan = |it: &crate::Relation| it.holds_on(facts.today) && it.is_care_management();
    let role = if role == Role::CareManagement || facts.relations.iter().any(makes_plan) {
        Role::CareManagement
    } else {
        Role::OtherOffice
    };
    Ok(Permit {
        caller: caller.clone(),
        person: Some(facts.person.clone()),
        role,
        ground,
        shown: PartSet::EMPTY,
        withheld: Vec::new(),
        member: None,
        insurer: None,
        action: PhantomData,
    })
}
