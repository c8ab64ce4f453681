//! Who may see and do what (S-2, S-4, S-5), as pure functions over facts.
//!
//! A front loads [`Facts`], asks exactly what it is about to do and gets a [`Permit`] or a [`Refusal`]. Permits can be
//! made nowhere else, and repositories of personal data do not open without one, so a forgotten check does not compile.
//! Which part of a person's information which role may see by default is dated data: `data/access-matrix.csv`, and
//! for an emergency view, which needs no registration and shows little, `data/emergency-matrix.csv`.

mod access_log;
mod consent;
mod document;
mod emergency;
mod emergency_matrix;
mod facts;
mod matrix;
mod notices;
mod opinion;
mod part;
mod permit;
mod read;
mod refusal;
mod register;

pub use access_log::{LogReader, read_access_log};
pub use consent::{ConsentAct, record_consent, records_consents};
pub use document::{DocumentAct, DocumentRefusal, keep_documents, share_documents};
pub use emergency::{
    EmergencyFacts, EmergencyLook, EmergencyRefusal, EmergencyWindow, VIEW_LONGEST,
    manage_emergency, read_emergency, search_emergency, view_end,
};
pub use emergency_matrix::{EmergencyMatrix, InvalidEmergencyMatrix};
pub use facts::{
    Caller, Consents, Facts, PersonKey, Relation, Role, makes_care_plans, manages_care,
};
pub use matrix::{Cell, InvalidMatrix, Matrix};
pub use notices::read_notices;
pub use opinion::{
    AskedInstitution, AskingInsurer, OpinionFacts, OpinionRefusal, ReadOpinion, asked_institution,
    asking_insurer, may_be_shown, read_opinion,
};
pub use part::{Part, PartSet};
pub use permit::{
    EmergencyRead, EmergencySearch, KeepDocuments, ListPersons, ManageEmergency, Permit,
    ReadAccessLog, ReadNotices, ReadPerson, RecordConsent, RegisterRelation, ShareDocuments,
};
pub use read::{WithheldPart, list_persons, read_person};
pub use refusal::{Refusal, Withheld};
pub use register::register_relation;
