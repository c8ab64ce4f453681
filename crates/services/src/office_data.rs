//! What an office says of itself (M02): telephone and mail address change at once, name and address after somebody of the operator's has looked.

use crate::{CallContext, Platform};
use kiban_audit::{Action, NO_INSURER};
use kiban_domain::{ChangeState, MailAddress, OfficeNumber, RegistrationKind};
use kiban_store::repo::{
    office_changes::{self, ChangeRow},
    office_profiles::{self, ProfileRow},
    offices::{self, OfficeRow},
};
use uuid::Uuid;

/// An office's data, with the wish that was last made.
#[derive(Debug, Clone)]
pub struct OfficeData {
    /// Name, number, services.
    pub office: OfficeRow,
    /// Address, telephone, beds; an office that never came in through the portal has none.
    pub profile: Option<ProfileRow>,
    /// Where letters about the office go while no administrator at the care door has an address.
    pub contact_mail: Option<String>,
    /// The newest wish for another name or address.
    pub change: Option<ChangeRow>,
}

impl OfficeData {
    /// As what it is registered; an office without a profile is told from its number's row.
    pub fn kind(&self) -> RegistrationKind {
        match &self.profile {
            Some(profile) => profile.kind,
            None if self.office.medical => RegistrationKind::Medical,
            None => RegistrationKind::CareOffice,
        }
    }
}

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum OfficeDataError {
    /// There is no such office, or no such wish.
    #[error("no such office")]
    NotFound,
    /// A wish waits already, or waits no more.
    #[error("a wish waits already, or waits no more")]
    Stale,
    /// Nobody decides on an own wish.
    #[error("nobody decides on an own wish")]
    Own,
    /// A refusal says why.
    #[error("a note is needed")]
    NoteMissing,
    /// The database.
    #[error("storage")]
    Storage(#[from] kiban_store::Error),
}

/// The data of an office; `None` when it is not admitted.
///
/// # Errors
///
/// The database only.
pub async fn load(
    platform: &Platform,
    office_no: &OfficeNumber,
) -> Result<Option<OfficeData>, kiban_store::Error> {
    let mut work = platform.store.read().await?;
    let Some(office) = offices::find(&mut work, office_no).await? else {
        return Ok(None);
    };
    Ok(Some(OfficeData {
        office,
        profile: office_profiles::find(&mut work, office_no).await?,
        contact_mail: offices::find_contact_mail(&mut work, office_no).await?,
        change: office_changes::find_newest(&mut work, office_no).await?,
    }))
}

/// Changes how an office is reached, at once.
///
/// # Errors
///
/// [`OfficeDataError::NotFound`], [`OfficeDataError::Storage`].
pub async fn set_contact(
    platform: &Platform,
    context: &CallContext,
    office_no: OfficeNumber,
    phone: String,
    mail: MailAddress,
) -> Result<(), OfficeDataError> {
    let now = platform.now();
    let entry = context
        .event(platform, NO_INSURER, Action::SettingChanged)
        .ground(format!("office-contact:{office_no}"))
        .to_entry();
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                let office = offices::find(work, &office_no).await?;
                let office = office.ok_or(OfficeDataError::NotFound)?;
                if !office_profiles::set_phone(work, &office_no, &phone, now).await? {
                    let profile = ProfileRow {
                        phone,
                        ..empty(&office, now)
                    };
                    office_profiles::save(work, &profile).await?;
                }
                offices::set_contact_mail(work, &office_no, mail.as_str()).await?;
                Ok(work.record(&entry).await?)
            })
        })
        .await
}

fn empty(office: &OfficeRow, now: kiban_domain::Timestamp) -> ProfileRow {
    ProfileRow {
        office_no: office.office_no,
        kind: if office.medical {
            RegistrationKind::Medical
        } else {
            RegistrationKind::CareOffice
        },
        postal_code: String::new(),
        address: String::new(),
        phone: String::new(),
        beds: None,
        changed_at: now,
    }
}

/// What an office wants to be called, and where it is.
#[derive(Debug, Clone)]
pub struct Wish {
    /// Its name.
    pub name: String,
    /// Postal code, seven digits; may be empty.
    pub postal_code: String,
    /// Where it is.
    pub address: String,
    /// Why, and since when.
    pub reason: String,
}

/// Asks for another name or address.
///
/// # Errors
///
/// [`OfficeDataError::Stale`] while an earlier wish waits; [`OfficeDataError::NotFound`], [`OfficeDataError::Storage`].
pub async fn ask(
    platform: &Platform,
    context: &CallContext,
    office_no: OfficeNumber,
    asked_by: Uuid,
    wish: Wish,
) -> Result<(), OfficeDataError> {
    let row = ChangeRow {
        change_id: platform.id(),
        office_no,
        state: ChangeState::Waiting,
        name: wish.name,
        postal_code: wish.postal_code,
        address: wish.address,
        reason: wish.reason,
        asked_by,
        asked_at: platform.now(),
        reviewed_at: None,
        note: String::new(),
    };
    let entry = context
        .event(platform, NO_INSURER, Action::SettingChanged)
        .ground(format!("office-change:{}", row.change_id))
        .purpose(row.state.code())
        .to_entry();
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                if offices::find(work, &office_no).await?.is_none() {
                    return Err(OfficeDataError::NotFound);
                }
                match office_changes::add(work, &row).await {
                    Err(error) if error.is_duplicate() => return Err(OfficeDataError::Stale),
                    other => other?,
                }
                Ok(work.record(&entry).await?)
            })
        })
        .await
}

/// Takes a wish of the office back while it waits.
///
/// # Errors
///
/// [`OfficeDataError::NotFound`], [`OfficeDataError::Stale`], [`OfficeDataError::Storage`].
pub async fn withdraw(
    platform: &Platform,
    context: &CallContext,
    office_no: OfficeNumber,
    change_id: Uuid,
) -> Result<(), OfficeDataError> {
    let now = platform.now();
    let entry = context
        .event(platform, NO_INSURER, Action::SettingChanged)
        .ground(format!("office-change:{change_id}"))
        .purpose(ChangeState::Withdrawn.code())
        .to_entry();
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                office_changes::find(work, change_id)
                    .await?
                    .filter(|row| row.office_no == office_no)
                    .ok_or(OfficeDataError::NotFound)?;
                let state = ChangeState::Withdrawn;
                if !office_changes::end(work, change_id, state, None, "", now).await? {
                    return Err(OfficeDataError::Stale);
                }
                Ok(work.record(&entry).await?)
            })
        })
        .await
}

/// The wishes that wait, the oldest first.
///
/// # Errors
///
/// The database only.
pub async fn list_waiting(
    platform: &Platform,
    most: i64,
) -> Result<Vec<ChangeRow>, kiban_store::Error> {
    office_changes::list_waiting(&mut platform.store.point().await?, most).await
}

/// The operator takes a wish over, or sends it back with a note. One person is enough: nobody is admitted by it.
///
/// # Errors
///
/// See [`OfficeDataError`].
pub async fn decide(
    platform: &Platform,
    context: &CallContext,
    change_id: Uuid,
    by: Uuid,
    accepted: bool,
    note: &str,
) -> Result<(), OfficeDataError> {
    let note = note.trim().to_owned();
    if !accepted && note.is_empty() {
        return Err(OfficeDataError::NoteMissing);
    }
    let state = if accepted {
        ChangeState::Accepted
    } else {
        ChangeState::Refused
    };
    let entry = context
        .event(platform, NO_INSURER, Action::SettingChanged)
        .ground(format!("office-change:{change_id}"))
        .purpose(state.code())
        .to_entry();
    let now = platform.now();
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                let row = office_changes::find(work, change_id).await?;
                let row = row.ok_or(OfficeDataError::NotFound)?;
                if row.asked_by == by {
                    return Err(OfficeDataError::Own);
                }
                if !office_changes::end(work, change_id, state, Some(by), &note, now).await? {
                    return Err(OfficeDataError::Stale);
                }
                if accepted {
                    let office = offices::find(work, &row.office_no).await?;
                    let office = office.ok_or(OfficeDataError::NotFound)?;
                    if office_profiles::find(work, &row.office_no).await?.is_none() {
                        office_profiles::save(work, &empty(&office, now)).await?;
                    }
                    let place = (&*row.postal_code, &*row.address);
                    office_profiles::set_address(work, &row.office_no, place, now).await?;
                    let office = OfficeRow {
                        name: row.name,
                        ..office
                    };
                    offices::save(work, &office).await?;
                }
                Ok(work.record(&entry).await?)
            })
        })
        .await
}
