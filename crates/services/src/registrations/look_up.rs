//! From a typed number to the office that may be registered with it.

use crate::{Platform, office_register::present};
use kiban_domain::{
    Body, Date, OfficeNumber, PortalRole, RegisterEntry, RegistrationKind, ServiceKind, UnfitNumber,
};
use kiban_store::{
    Work,
    repo::{
        office_register, portal_users,
        registrations::{self, AppliedOffice},
    },
};

/// An office that may be registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// As what.
    pub kind: RegistrationKind,
    /// Its number.
    pub office_no: OfficeNumber,
    /// What the register says of it; `None` when it does not have it.
    pub entry: Option<RegisterEntry>,
}

/// What somebody types of an office that the register does not have.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Typed {
    /// Its name.
    pub name: String,
    /// Postal code, seven digits; may be empty.
    pub postal_code: String,
    /// Where it is.
    pub address: String,
    /// Its telephone.
    pub phone: String,
    /// Its services.
    pub service_kinds: Vec<ServiceKind>,
    /// Its beds or places, if it has any.
    pub beds: Option<u32>,
}

/// Why an office cannot be registered.
#[derive(Debug, thiserror::Error)]
pub enum LookUpError {
    /// The text is no number.
    #[error("no office number")]
    Shape,
    /// The number was mistyped or is another kind's.
    #[error("the number does not fit")]
    Unfit(UnfitNumber),
    /// The register says that it closed on that day.
    #[error("the office closed on {0}")]
    Closed(Date),
    /// It is registered, or its application is under way.
    #[error("the office is registered or its application is under way")]
    Taken,
    /// The database.
    #[error("storage")]
    Storage(#[from] kiban_store::Error),
}

/// Looks for the office with a typed number, full or half width.
///
/// # Errors
///
/// See [`LookUpError`].
pub async fn look_up(
    platform: &Platform,
    kind: RegistrationKind,
    typed: &str,
) -> Result<Candidate, LookUpError> {
    let office_no = typed.parse().map_err(|_| LookUpError::Shape)?;
    let mut work = platform.store.read().await?;
    candidate(&mut work, kind, office_no, platform.today()).await
}

/// The office with this number, if it may be registered on that day.
///
/// # Errors
///
/// See [`LookUpError`].
pub async fn candidate(
    work: &mut Work,
    kind: RegistrationKind,
    office_no: OfficeNumber,
    today: Date,
) -> Result<Candidate, LookUpError> {
    let entry = present(office_register::find(work, &office_no).await?);
    // The register's own numbers count as they are, even one with a wrong check digit.
    match (kind.check(&office_no), &entry) {
        (Ok(()), _) | (Err(UnfitNumber::CheckDigit), Some(_)) => {}
        (Err(unfit), _) => return Err(LookUpError::Unfit(unfit)),
    }
    if is_taken(work, office_no).await? {
        return Err(LookUpError::Taken);
    }
    if let Some(closed_on) = entry.as_ref().and_then(|entry| entry.closed_on)
        && closed_on < today
    {
        return Err(LookUpError::Closed(closed_on));
    }
    Ok(Candidate {
        kind,
        office_no,
        entry,
    })
}

/// Whether somebody has applied for the office, or keeps its members already without ever having applied: let in by the operator.
async fn is_taken(work: &mut Work, office_no: OfficeNumber) -> Result<bool, kiban_store::Error> {
    if registrations::find_standing(work, &office_no)
        .await?
        .is_some()
    {
        return Ok(true);
    }
    let members = portal_users::list_members(work, &Body::Office(office_no)).await?;
    Ok(members
        .iter()
        .any(|(_, it)| it.holds && it.roles.has(PortalRole::Administrator)))
}

impl Candidate {
    /// The office as it goes into the application: from the register, or as typed.
    pub fn applied(self, typed: Typed) -> AppliedOffice {
        let (kind, office_no) = (self.kind, self.office_no);
        match self.entry {
            Some(entry) => AppliedOffice {
                kind,
                office_no,
                in_register: true,
                name: entry.name,
                postal_code: entry.postal_code,
                address: entry.address,
                phone: entry.phone,
                service_kinds: entry.service_kinds,
                beds: entry.beds,
            },
            None => AppliedOffice {
                kind,
                office_no,
                in_register: false,
                name: typed.name,
                postal_code: typed.postal_code,
                address: typed.address,
                phone: typed.phone,
                service_kinds: typed.service_kinds,
                beds: typed.beds,
            },
        }
    }
}

impl From<AppliedOffice> for Typed {
    fn from(office: AppliedOffice) -> Self {
        Self {
            name: office.name,
            postal_code: office.postal_code,
            address: office.address,
            phone: office.phone,
            service_kinds: office.service_kinds,
            beds: office.beds,
        }
    }
}
