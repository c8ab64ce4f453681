//! What a decision rests on.

use kiban_domain::{
    ConsentScope, Date, InsuredNumber, InsurerNumber, MunicipalityStage, OfficeNumber, ServiceKind,
};

/// The national key of a person's insurance. Source: identifiers, section 4.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PersonKey {
    /// Who insures.
    pub insurer_no: InsurerNumber,
    /// The number under which the insurer keeps the person.
    pub insured_no: InsuredNumber,
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caller {
    /// A care office: its staff at a terminal, or its software.
    Office(OfficeNumber),
    /// A medical institution; `gives_care` when it also offers long-term care services.
    Medical {
        /// The institution's number.
        office_no: OfficeNumber,
        /// Whether it is designated for a care service.
        gives_care: bool,
    },
    /// An insurer.
    Insurer(InsurerNumber),
    /// The person.
    Person(PersonKey),
    /// The operator of the platform, who sees no care data at all.
    Operator,
}

/// The column of the matrix that applies to a caller and its relation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// The person.
    Person,
    /// The person's insurer.
    Insurer,
    /// The office that makes the person's care plan (居宅介護支援 and its like).
    CareManagement,
    /// Another office that serves the person.
    OtherOffice,
    /// A medical institution that was asked for an opinion.
    Medical,
    /// The operator.
    Operator,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 6] = [
        Self::Person,
        Self::Insurer,
        Self::CareManagement,
        Self::OtherOffice,
        Self::Medical,
        Self::Operator,
    ];

    /// Stable code.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Insurer => "insurer",
            Self::CareManagement => "care_management",
            Self::OtherOffice => "other_office",
            Self::Medical => "medical",
            Self::Operator => "operator",
        }
    }
}

/// How an office stands to a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    /// For which service the office registered itself.
    pub service_kind: ServiceKind,
    /// First day.
    pub valid_from: Date,
    /// Last day, inclusive.
    pub valid_to: Date,
    /// Why the office may look: an identifier of the registration, for the audit trail.
    pub ground: String,
}

impl Relation {
    /// Whether it holds on `day`.
    pub fn holds_on(&self, day: Date) -> bool {
        self.valid_from <= day && day <= self.valid_to
    }

    /// Whether the service is one whose office makes the care plan.
    ///
    /// Source: service-kinds, section 4: the survey sheet and the opinion go to 43 and 46 first; AF is the project's
    /// own care management.
    pub fn is_care_management(&self) -> bool {
        makes_care_plans(self.service_kind)
    }
}

/// Whether the offices of this service make the care plan.
pub fn makes_care_plans(kind: ServiceKind) -> bool {
    matches!(kind.as_str(), "43" | "46" | "AF")
}

/// Whether the offices of this service manage a person's care as a whole, of which there is to be one on a day.
///
/// Source: service-kinds, sections 3 and 4: care management (43, 46, AF), and the multifunctional offices, which manage
/// the care of their own users (73, 75, 77); their short use (68, 69, 79) stands beside the care manager's plan.
pub fn manages_care(kind: ServiceKind) -> bool {
    matches!(kind.as_str(), "43" | "46" | "AF" | "73" | "75" | "77")
}

/// Which consents of the person are in force today (S-5), as a small set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Consents(u32);

impl Consents {
    /// The physician agreed that the opinion may be used for care planning.
    pub const PHYSICIAN: Self = Self(1 << 31);

    /// The consent of one scope. A scope that is not known to this program opens nothing.
    pub fn of(scope: ConsentScope) -> Self {
        match ConsentScope::ALL.iter().position(|known| *known == scope) {
            Some(place) if place < 31 => Self(1 << place),
            _ => Self(0),
        }
    }

    /// The set as a number that a table can keep.
    pub fn bits(self) -> u32 {
        self.0
    }

    /// The set kept as `bits`.
    pub fn from_bits(bits: u32) -> Self {
        Self(bits)
    }

    /// Whether all of `other` are in force.
    pub fn includes(self, other: Self) -> bool {
        other.0 != 0 && self.0 & other.0 == other.0
    }

    /// Both sets together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// Everything a decision about one person rests on.
#[derive(Debug, Clone)]
pub struct Facts {
    /// Whom it is about.
    pub person: PersonKey,
    /// The insurer's stage today; sharing opens only with `Sharing` (S-4, M-4).
    pub stage: MunicipalityStage,
    /// The caller's registrations with the person.
    pub relations: Vec<Relation>,
    /// The person's consents today.
    pub consents: Consents,
    /// Today.
    pub today: Date,
}
