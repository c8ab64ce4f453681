//! Proof that a question was decided, carried in a type.

use crate::{Caller, PartSet, PersonKey, Role, read::WithheldPart};
use std::marker::PhantomData;

/// To read a person's information.
#[derive(Debug)]
pub enum ReadPerson {}
/// To register an office as one of a person's offices.
#[derive(Debug)]
pub enum RegisterRelation {}
/// To record that a person agreed or withdrew.
#[derive(Debug)]
pub enum RecordConsent {}
/// To list the persons of one's own office.
#[derive(Debug)]
pub enum ListPersons {}
/// To read who of one's own office looked at whose data.
#[derive(Debug)]
pub enum ReadAccessLog {}

/// Leave to do `A`. Only this crate makes one.
#[derive(Debug, Clone)]
pub struct Permit<A> {
    pub(crate) caller: Caller,
    pub(crate) person: Option<PersonKey>,
    pub(crate) role: Role,
    pub(crate) ground: String,
    pub(crate) shown: PartSet,
    pub(crate) withheld: Vec<WithheldPart>,
    pub(crate) member: Option<String>,
    pub(crate) action: PhantomData<fn() -> A>,
}

impl<A> Permit<A> {
    /// Who may.
    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    /// In which role.
    pub fn role(&self) -> Role {
        self.role
    }

    /// On what ground: the registration, or the role itself.
    pub fn ground(&self) -> &str {
        &self.ground
    }
}

impl Permit<ReadPerson> {
    /// Whose information.
    pub fn person(&self) -> &PersonKey {
        self.person.as_ref().expect("made with a person")
    }

    /// Which parts may be shown.
    pub fn shown(&self) -> PartSet {
        self.shown
    }

    /// Which parts may not, and why.
    pub fn withheld(&self) -> &[WithheldPart] {
        &self.withheld
    }
}

impl Permit<ReadAccessLog> {
    /// The number of the office whose log it is; empty for a caller without one, whom nothing names.
    pub fn organisation(&self) -> &str {
        match &self.caller {
            Caller::Office(office_no) | Caller::Medical { office_no, .. } => office_no.as_str(),
            Caller::Insurer(_) | Caller::Person(_) | Caller::Operator => "",
        }
    }

    /// The only member whose looks may be shown; `None` means everybody's.
    pub fn member(&self) -> Option<&str> {
        self.member.as_deref()
    }
}

impl Permit<RecordConsent> {
    /// Whose consent.
    pub fn person(&self) -> &PersonKey {
        self.person.as_ref().expect("made with a person")
    }
}

impl Permit<RegisterRelation> {
    /// With whom.
    pub fn person(&self) -> &PersonKey {
        self.person.as_ref().expect("made with a person")
    }
}
