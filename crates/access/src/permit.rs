//! Proof that a question was decided, carried in a type.

use crate::{Caller, PartSet, PersonKey, Role, read::WithheldPart};
use kiban_domain::InsurerNumber;
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
/// To search one insurer's persons by name and birth date while an emergency window is open.
#[derive(Debug)]
pub enum EmergencySearch {}
/// To read the few parts of a person's information that an emergency view shows.
#[derive(Debug)]
pub enum EmergencyRead {}
/// To open and close emergency windows and to review what was looked at.
#[derive(Debug)]
pub enum ManageEmergency {}
/// To keep one's own office's files about a person.
#[derive(Debug)]
pub enum KeepDocuments {}
/// To pass files about a person between offices.
#[derive(Debug)]
pub enum ShareDocuments {}
/// To read what the platform has to tell a person.
#[derive(Debug)]
pub enum ReadNotices {}

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
    pub(crate) insurer: Option<InsurerNumber>,
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

impl Permit<EmergencySearch> {
    /// Among whose persons.
    pub fn insurer_no(&self) -> &InsurerNumber {
        self.insurer.as_ref().expect("made with an insurer")
    }
}

impl Permit<EmergencyRead> {
    /// Whose information.
    pub fn person(&self) -> &PersonKey {
        self.person.as_ref().expect("made with a person")
    }

    /// Which parts may be shown.
    pub fn shown(&self) -> PartSet {
        self.shown
    }
}

impl Permit<ReadNotices> {
    /// Whose notices.
    pub fn person(&self) -> &PersonKey {
        self.person.as_ref().expect("made with a person")
    }
}
