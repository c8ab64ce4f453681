//! May this caller read this person, and which parts?

use crate::{
    Caller, Cell, Consents, Facts, ListPersons, Matrix, Part, PartSet, Permit, ReadPerson, Refusal,
    Role, Withheld,
};
use kiban_domain::ConsentScope;
use std::marker::PhantomData;

/// A part that is not shown, with the reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WithheldPart {
    /// The part.
    pub part: Part,
    /// Why.
    pub reason: Withheld,
}

/// Decides about reading one person (S-2, S-4, S-5).
///
/// # Errors
///
/// A [`Refusal`] that applies to the question as a whole.
pub fn read_person(
    caller: &Caller,
    facts: &Facts,
    matrix: &Matrix,
) -> Result<Permit<ReadPerson>, Refusal> {
    let (role, ground) = role_of(caller, facts)?;
    // An insurer and the person see their own data whatever the stage: sharing is about others.
    let shared = matches!(
        role,
        Role::CareManagement | Role::OtherOffice | Role::Medical
    );
    if shared && !facts.stage.may_be_seen() {
        return Err(Refusal::InsurerNotSharing);
    }
    let gives_care = !matches!(
        caller,
        Caller::Medical {
            gives_care: false,
            ..
        }
    );
    let mut shown = PartSet::EMPTY;
    let mut withheld = Vec::new();
    for part in Part::ALL {
        match judge(
            matrix.cell(role, part, facts.today),
            part,
            facts.consents,
            gives_care,
        ) {
            None => shown = shown.with(part),
            Some(reason) => withheld.push(WithheldPart { part, reason }),
        }
    }
    Ok(Permit {
        caller: caller.clone(),
        person: Some(facts.person.clone()),
        role,
        ground,
        shown,
        withheld,
        member: None,
        insurer: None,
        action: PhantomData,
    })
}

/// Decides about listing the persons of one's own office: every office may, and sees its own only.
///
/// # Errors
///
/// [`Refusal::RoleNotEntitled`] for callers that are no office.
pub fn list_persons(caller: &Caller) -> Result<Permit<ListPersons>, Refusal> {
    match caller {
        Caller::Office(office_no) | Caller::Medical { office_no, .. } => Ok(Permit {
            caller: caller.clone(),
            person: None,
            role: Role::OtherOffice,
            ground: format!("office:{}", office_no.as_str()),
            shown: PartSet::EMPTY.with(Part::Insured).with(Part::Certification),
            withheld: Vec::new(),
            member: None,
            insurer: None,
            action: PhantomData,
        }),
        Caller::Insurer(_) | Caller::Person(_) | Caller::Operator => Err(Refusal::RoleNotEntitled),
    }
}

pub(crate) fn role_of(caller: &Caller, facts: &Facts) -> Result<(Role, String), Refusal> {
    match caller {
        Caller::Insurer(insurer_no) if *insurer_no == facts.person.insurer_no => {
            Ok((Role::Insurer, "insurer".to_owned()))
        }
        Caller::Person(key) if *key == facts.person => Ok((Role::Person, "self".to_owned())),
        Caller::Insurer(_) | Caller::Person(_) => Err(Refusal::NotFound),
        Caller::Operator => Err(Refusal::RoleNotEntitled),
        Caller::Office(_) | Caller::Medical { .. } => {
            let holding = facts
                .relations
                .iter()
                .filter(|relation| relation.holds_on(facts.today));
            // An office that serves a person in two ways is judged by the one that sees more.
            let Some(best) = holding.max_by_key(|relation| relation.is_care_management()) else {
                let refusal = if facts.relations.is_empty() {
                    Refusal::NotFound
                } else {
                    Refusal::RelationEnded
                };
                return Err(refusal);
            };
            let role = match caller {
                Caller::Medical { .. } => Role::Medical,
                _ if best.is_care_management() => Role::CareManagement,
                _ => Role::OtherOffice,
            };
            Ok((role, best.ground.clone()))
        }
    }
}

pub(crate) fn judge(
    cell: Cell,
    part: Part,
    consents: Consents,
    gives_care: bool,
) -> Option<Withheld> {
    let consented = consents.includes(Consents::of(ConsentScope::All))
        || scope_of(part).is_some_and(|scope| consents.includes(Consents::of(scope)));
    match cell {
        Cell::No => Some(Withheld::NotForThisRole),
        Cell::Own => Some(Withheld::OnlyWriterOrAddressee),
        Cell::Care if !gives_care => Some(Withheld::NotForThisRole),
        Cell::Consent | Cell::Care if !consented => Some(Withheld::ConsentMissing),
        Cell::Consent if part == Part::Opinion && !consents.includes(Consents::PHYSICIAN) => {
            Some(Withheld::PhysicianConsentMissing)
        }
        Cell::Yes | Cell::Consent | Cell::Care => None,
    }
}

/// The narrowest consent that opens a part; `None` when only the consent to everything does.
fn scope_of(part: Part) -> Option<ConsentScope> {
    match part {
        Part::Insured
        | Part::InsuredCard
        | Part::BenefitRestriction
        | Part::CareManagerNotice
        | Part::CostShare
        | Part::BurdenLimit
        | Part::Reduction => Some(ConsentScope::InsuredCard),
        Part::Certification | Part::CommitteeOpinion => Some(ConsentScope::Certification),
        Part::Survey => Some(ConsentScope::Survey),
        Part::Opinion => Some(ConsentScope::Opinion),
        Part::Life => Some(ConsentScope::Life),
        Part::CarePlan => Some(ConsentScope::CarePlan),
        Part::Progress | Part::HomeModification | Part::AssistivePurchase | Part::Consent => None,
    }
}
