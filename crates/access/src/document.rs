//! May this office keep files about a person, and share them with other offices (S-2, S-4, S-5)?
//!
//! Two questions, because they rest on different things. An office's own files are its own acts: a registration that stands is
//! enough to list, open and remove them. Passing them between offices needs the insurer's stage and the person's consent, both
//! on the side that gives and, at every look, on the side that receives.

use crate::{
    Caller, Cell, Consents, Facts, KeepDocuments, Matrix, PartSet, Permit, PersonKey, Refusal,
    Role, ShareDocuments, Withheld, read::role_of,
};
use kiban_domain::{ConsentScope, OfficeNumber};
use std::marker::PhantomData;

/// What an office wants to do with its own files about a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DocumentAct {
    /// Add one.
    Add,
    /// List, open and remove them, and end their sharing.
    Keep,
}

impl DocumentAct {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Add, Self::Keep];

    /// Stable code.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Keep => "keep",
        }
    }
}

/// Why files are not passed between offices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DocumentRefusal {
    /// As for every question about the person.
    #[error("refused")]
    Refused(#[source] Refusal),
    /// The person may be read, but not this.
    #[error("withheld")]
    Withheld(Withheld),
}

impl DocumentRefusal {
    /// The stable code that programs see.
    pub fn code(self) -> &'static str {
        match self {
            Self::Refused(refusal) => refusal.code(),
            Self::Withheld(withheld) => withheld.code(),
        }
    }
}

/// Decides about an office's own files. Adding one needs an insurer that shares; what is there is never locked away from
/// its owner, nor is the way to end what was shared.
///
/// # Errors
///
/// The [`Refusal`] that a reading would meet; [`Refusal::RoleNotEntitled`] for callers that are no office.
pub fn keep_documents(
    caller: &Caller,
    facts: &Facts,
    act: DocumentAct,
) -> Result<Permit<KeepDocuments>, Refusal> {
    let (role, ground) = office_role(caller, facts)?;
    if act == DocumentAct::Add && !facts.stage.may_be_seen() {
        return Err(Refusal::InsurerNotSharing);
    }
    Ok(permit(caller, facts, role, ground))
}

/// Decides about passing files between offices: giving one to another office, and seeing what others gave.
///
/// The table's row says for whom; a consent has to cover everything, since a file can hold anything.
///
/// # Errors
///
/// See [`DocumentRefusal`].
pub fn share_documents(
    caller: &Caller,
    facts: &Facts,
    matrix: &Matrix,
) -> Result<Permit<ShareDocuments>, DocumentRefusal> {
    let (role, ground) = office_role(caller, facts).map_err(DocumentRefusal::Refused)?;
    if !facts.stage.may_be_seen() {
        return Err(DocumentRefusal::Refused(Refusal::InsurerNotSharing));
    }
    let no_care = matches!(
        caller,
        Caller::Medical {
            gives_care: false,
            ..
        }
    );
    let consented = facts.consents.includes(Consents::of(ConsentScope::All));
    let withheld = match matrix.document_cell(role, facts.today) {
        Cell::No => Some(Withheld::NotForThisRole),
        Cell::Own => Some(Withheld::OnlyWriterOrAddressee),
        Cell::Care if no_care => Some(Withheld::NotForThisRole),
        Cell::Consent | Cell::Care if !consented => Some(Withheld::ConsentMissing),
        Cell::Yes | Cell::Consent | Cell::Care => None,
    };
    match withheld {
        Some(withheld) => Err(DocumentRefusal::Withheld(withheld)),
        None => Ok(permit(caller, facts, role, ground)),
    }
}

fn office_role(caller: &Caller, facts: &Facts) -> Result<(Role, String), Refusal> {
    let (role, ground) = role_of(caller, facts)?;
    match caller {
        Caller::Office(_) | Caller::Medical { .. } => Ok((role, ground)),
        Caller::Insurer(_) | Caller::Person(_) | Caller::Operator => Err(Refusal::RoleNotEntitled),
    }
}

fn permit<A>(caller: &Caller, facts: &Facts, role: Role, ground: String) -> Permit<A> {
    Permit {
        caller: caller.clone(),
        person: Some(facts.person.clone()),
        role,
        ground,
        shown: PartSet::EMPTY,
        withheld: Vec::new(),
        member: None,
        insurer: None,
        action: PhantomData,
    }
}

impl Permit<KeepDocuments> {
    /// About whom.
    pub fn person(&self) -> &PersonKey {
        self.person.as_ref().expect("made with a person")
    }

    /// Whose files.
    pub fn office_no(&self) -> &OfficeNumber {
        office_of(&self.caller)
    }
}

impl Permit<ShareDocuments> {
    /// About whom.
    pub fn person(&self) -> &PersonKey {
        self.person.as_ref().expect("made with a person")
    }

    /// Which office gives or receives.
    pub fn office_no(&self) -> &OfficeNumber {
        office_of(&self.caller)
    }
}

fn office_of(caller: &Caller) -> &OfficeNumber {
    match caller {
        Caller::Office(office_no) | Caller::Medical { office_no, .. } => office_no,
        Caller::Insurer(_) | Caller::Person(_) | Caller::Operator => {
            unreachable!("made for offices only")
        }
    }
}
