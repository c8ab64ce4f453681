//! Who may see and move requests for opinions, and who may read an opinion later (S-2, S-5, D-1, D-2).
//!
//! Two of the three permits are for an organisation as a whole: an institution's and an insurer's rows are their own by the table's columns, so the
//! repository puts the number of the permit into every statement and nobody else's row is found. The third is about one person.

use crate::{
    Caller, Consents, Facts, Matrix, Part, PartSet, Permit, PersonKey, Refusal, Role, Withheld,
    read::{judge, role_of},
};
use kiban_domain::{InsurerNumber, MedicalInstitutionCode, OfficeNumber};
use std::marker::PhantomData;

/// To see and move the requests that were made to one's own institution.
#[derive(Debug)]
pub enum AskedInstitution {}
/// To make requests for opinions, and to see and move one's own.
#[derive(Debug)]
pub enum AskingInsurer {}
/// To read one person's opinions.
#[derive(Debug)]
pub enum ReadOpinion {}

/// What a decision about opinions of a person rests on, beside [`Facts`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpinionFacts {
    /// Whether the caller is an institution that has a request about the person it has not finished.
    pub is_asked: bool,
    /// Whether the caller is an institution that wrote an opinion about the person.
    pub has_written: bool,
}

/// Why opinions of a person are not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpinionRefusal {
    /// As for every question about the person.
    #[error("refused")]
    Refused(#[source] Refusal),
    /// The person may be read, but not this.
    #[error("withheld")]
    Withheld(Withheld),
}

impl OpinionRefusal {
    /// The stable code that programs see.
    pub fn code(self) -> &'static str {
        match self {
            Self::Refused(refusal) => refusal.code(),
            Self::Withheld(withheld) => withheld.code(),
        }
    }

    /// What happened and what to do.
    pub fn message(self) -> String {
        match self {
            Self::Refused(refusal) => refusal.message().to_owned(),
            Self::Withheld(withheld) => withheld.message(Part::Opinion),
        }
    }
}

/// Decides about an institution's own requests. Whether the insurer shares does not matter: writing is no reading of others' data.
///
/// # Errors
///
/// [`Refusal::RoleNotEntitled`] for callers that are no medical institution.
pub fn asked_institution(caller: &Caller) -> Result<Permit<AskedInstitution>, Refusal> {
    let Caller::Medical { office_no, .. } = caller else {
        return Err(Refusal::RoleNotEntitled);
    };
    let ground = format!("institution:{}", office_no.as_str());
    Ok(permit(caller, None, Role::Medical, ground))
}

/// Decides about an insurer's own requests.
///
/// # Errors
///
/// [`Refusal::RoleNotEntitled`] for callers that are no insurer.
pub fn asking_insurer(caller: &Caller) -> Result<Permit<AskingInsurer>, Refusal> {
    let Caller::Insurer(insurer_no) = caller else {
        return Err(Refusal::RoleNotEntitled);
    };
    let mut permit = permit(caller, None, Role::Insurer, "insurer".to_owned());
    permit.insurer = Some(*insurer_no);
    Ok(permit)
}

/// Decides about reading the opinions of a person: its insurer; the care manager with the person's consent; an institution its own, and while it is asked for one
/// of the same person everybody's. Others' opinions are shared only once the insurer shares.
///
/// The physician's consent stands in each opinion, so [`may_be_shown`] asks for it opinion by opinion.
///
/// # Errors
///
/// See [`OpinionRefusal`].
pub fn read_opinion(
    caller: &Caller,
    facts: &Facts,
    opinion: OpinionFacts,
    matrix: &Matrix,
) -> Result<Permit<ReadOpinion>, OpinionRefusal> {
    if let Caller::Medical { .. } = caller {
        let ground = match opinion {
            OpinionFacts { is_asked: true, .. } if facts.stage.may_be_seen() => "asked",
            OpinionFacts {
                has_written: true, ..
            }
            | OpinionFacts { is_asked: true, .. } => "writer",
            OpinionFacts { .. } => {
                return Err(OpinionRefusal::Refused(Refusal::NotFound));
            }
        };
        let person = Some(facts.person.clone());
        return Ok(permit(caller, person, Role::Medical, ground.to_owned()));
    }
    let (role, ground) = role_of(caller, facts).map_err(OpinionRefusal::Refused)?;
    if role != Role::Insurer && role != Role::Person && !facts.stage.may_be_seen() {
        return Err(OpinionRefusal::Refused(Refusal::InsurerNotSharing));
    }
    // Whether the physician agreed stands in each opinion and is asked there.
    let consents = facts.consents.and(Consents::PHYSICIAN);
    let cell = matrix.cell(role, Part::Opinion, facts.today);
    match judge(cell, Part::Opinion, consents, true) {
        Some(withheld) => Err(OpinionRefusal::Withheld(withheld)),
        None => Ok(permit(caller, Some(facts.person.clone()), role, ground)),
    }
}

/// Whether one opinion may be shown under a permit for its person: `writer` is the institution that wrote it, `physician_agrees` what stands in it.
pub fn may_be_shown(
    permit: &Permit<ReadOpinion>,
    writer: &MedicalInstitutionCode,
    physician_agrees: bool,
) -> Result<(), Withheld> {
    match &permit.caller {
        Caller::Insurer(_) => Ok(()),
        Caller::Medical { office_no, .. } if office_no.as_str() == writer.as_str() => Ok(()),
        Caller::Medical { .. } if permit.ground == "asked" => Ok(()),
        Caller::Medical { .. } => Err(Withheld::OnlyWriterOrAddressee),
        Caller::Office(_) | Caller::Person(_) | Caller::Operator if physician_agrees => Ok(()),
        Caller::Office(_) | Caller::Person(_) | Caller::Operator => {
            Err(Withheld::PhysicianConsentMissing)
        }
    }
}

fn permit<A>(caller: &Caller, person: Option<PersonKey>, role: Role, ground: String) -> Permit<A> {
    Permit {
        caller: caller.clone(),
        person,
        role,
        ground,
        shown: PartSet::EMPTY.with(Part::Opinion),
        withheld: Vec::new(),
        member: None,
        insurer: None,
        action: PhantomData,
    }
}

impl Permit<AskedInstitution> {
    /// Whose requests.
    pub fn institution(&self) -> &OfficeNumber {
        match &self.caller {
            Caller::Medical { office_no, .. } => office_no,
            Caller::Office(_) | Caller::Insurer(_) | Caller::Person(_) | Caller::Operator => {
                unreachable!("made for medical institutions only")
            }
        }
    }
}

impl Permit<AskingInsurer> {
    /// Whose requests.
    pub fn insurer_no(&self) -> &InsurerNumber {
        self.insurer.as_ref().expect("made with an insurer")
    }
}

impl Permit<ReadOpinion> {
    /// Whose opinions.
    pub fn person(&self) -> &PersonKey {
        self.person.as_ref().expect("made with a person")
    }
}
