//! Companies, and which offices belong to them. Made by the operator until the Portal registers them.

use crate::{CallContext, Platform, members::REMINDER_DAYS, terminals::REMINDERS};
use jiff::{SignedDuration, ToSpan as _};
use kiban_audit::{Action, NO_INSURER};
use kiban_domain::{Clock, CorporateNumber, OfficeNumber};
use kiban_store::repo::{
    companies::{self, CompanyOfficeRow, CompanyRow},
    memberships, sessions,
};
use uuid::Uuid;

/// Why a company was not made or changed.
#[derive(Debug, thiserror::Error)]
pub enum CompanyError {
    /// The number's check digit does not agree.
    #[error("the check digit does not agree")]
    CheckDigit,
    /// The name is empty or longer than 100 characters.
    #[error("the name is empty or too long")]
    Name,
    /// Another company has this number.
    #[error("the number is taken")]
    Taken,
    /// There is no such company.
    #[error("no such company")]
    NoCompany,
    /// There is no such office.
    #[error("no such office")]
    NoOffice,
    /// The database.
    #[error("storage")]
    Storage(#[from] kiban_store::Error),
}

/// Makes a company and gives back its identifier.
///
/// # Errors
///
/// See [`CompanyError`].
pub async fn add(
    platform: &Platform,
    context: &CallContext,
    name: &str,
    corporate_no: Option<CorporateNumber>,
) -> Result<Uuid, CompanyError> {
    if corporate_no.is_some_and(|number| !number.check_digit_agrees()) {
        return Err(CompanyError::CheckDigit);
    }
    let name = name.trim();
    if !(1..=100).contains(&name.chars().count()) || name.contains(char::is_control) {
        return Err(CompanyError::Name);
    }
    let row = CompanyRow {
        company_id: platform.id(),
        corporate_no,
        name: name.to_owned(),
        created_at: platform.now(),
    };
    let company_id = row.company_id;
    let entry = context
        .event(platform, NO_INSURER, Action::SettingChanged)
        .ground(format!("company-made:{company_id}"))
        .to_entry();
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                match companies::add(work, &row).await {
                    Err(error) if error.is_duplicate() => return Err(CompanyError::Taken),
                    other => other?,
                }
                Ok(work.record(&entry).await?)
            })
        })
        .await?;
    Ok(company_id)
}

/// Puts an office into a company, or into none. Memberships in it, and those of its accounts in other offices, end at once when
/// the company becomes another one; how many.
///
/// # Errors
///
/// See [`CompanyError`].
pub async fn set_office(
    platform: &Platform,
    context: &CallContext,
    office_no: OfficeNumber,
    company_id: Option<Uuid>,
) -> Result<usize, CompanyError> {
    let ground = match company_id {
        Some(id) => format!("company-office:{office_no}:{id}"),
        None => format!("company-office:{office_no}:none"),
    };
    let entry = context
        .event(platform, NO_INSURER, Action::SettingChanged)
        .ground(ground)
        .to_entry();
    let (inside, context) = (platform.clone(), context.clone());
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                if let Some(id) = company_id {
                    let company = companies::find(work, id).await?;
                    company.ok_or(CompanyError::NoCompany)?;
                }
                companies::hold_office(work, &office_no).await?;
                let before = companies::find_of_office(work, &office_no).await?;
                if !companies::set_office(work, &office_no, company_id).await? {
                    return Err(CompanyError::NoOffice);
                }
                if before.map(|before| before.company_id) == company_id {
                    return Ok(0);
                }
                let ended = memberships::end_around(work, &office_no).await?;
                for (staff_id, left) in &ended {
                    sessions::end_in(work, *staff_id, left).await?;
                    let entry = context
                        .event(&inside, NO_INSURER, Action::AccountChanged)
                        .ground(format!("membership-ended:{staff_id}:{left}"))
                        .to_entry();
                    work.record(&entry).await?;
                }
                work.record(&entry).await?;
                Ok(ended.len())
            })
        })
        .await
}

/// Every company.
///
/// # Errors
///
/// The database only.
pub async fn list(platform: &Platform) -> Result<Vec<CompanyRow>, kiban_store::Error> {
    companies::list(&mut platform.store.point().await?).await
}

/// The company with this corporate number.
///
/// # Errors
///
/// The database only.
pub async fn find_by_number(
    platform: &Platform,
    corporate_no: &CorporateNumber,
) -> Result<Option<CompanyRow>, kiban_store::Error> {
    companies::find_by_number(&mut platform.store.point().await?, corporate_no).await
}

/// Whether an office belongs to a company.
///
/// # Errors
///
/// The database only.
pub async fn has_company(
    platform: &Platform,
    office_no: &OfficeNumber,
) -> Result<bool, kiban_store::Error> {
    let mut work = platform.store.point().await?;
    Ok(companies::find_of_office(&mut work, office_no)
        .await?
        .is_some())
}

/// The company of an office with all its offices and what has to be looked after in each: certificates that end within 60 days,
/// contractors that end within seven. No care data. `clock` is the machine's, by which certificates live.
///
/// # Errors
///
/// The database only.
pub async fn of_office(
    platform: &Platform,
    clock: &dyn Clock,
    office_no: &OfficeNumber,
) -> Result<Option<(CompanyRow, Vec<CompanyOfficeRow>)>, kiban_store::Error> {
    let mut work = platform.store.point().await?;
    let Some(company) = companies::find_of_office(&mut work, office_no).await? else {
        return Ok(None);
    };
    let (now, today) = (clock.now(), platform.today());
    let until = now + SignedDuration::from_hours(24 * REMINDERS[0]);
    let last = today.saturating_add(REMINDER_DAYS.days());
    let offices =
        companies::list_offices(&mut work, company.company_id, (now, until), (today, last));
    let offices = offices.await?;
    Ok(Some((company, offices)))
}
