//! Stopping an account and asking for a new second factor.

use super::invite::Prepared;
use crate::{CallContext, Platform, staff::StaffRole};
use kiban_audit::{Action, NO_INSURER};
use kiban_domain::OfficeNumber;
use kiban_store::repo::{
    accounts, companies,
    memberships::{self, Standing},
    passkeys, progress_letters, sessions,
    staff::{self, AccountRow},
};
use uuid::Uuid;

/// Why an account was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// The office has no such account, or it is in that state already.
    #[error("no such account")]
    NotFound,
    /// Nobody stops or resets the own account.
    #[error("one's own account")]
    Own,
    /// A contractor stays one; for other work an account of its own is made.
    #[error("a contractor")]
    Contractor,
    /// Somebody has to stay who can look after the office.
    #[error("the last administrator")]
    LastAdministrator,
    /// The account has no address to which a letter could go.
    #[error("no address")]
    NoMail,
    /// The database.
    #[error("storage")]
    Storage(#[from] kiban_store::Error),
}

/// Every account of the office.
///
/// # Errors
///
/// The database only.
pub async fn list(
    platform: &Platform,
    office_no: &OfficeNumber,
) -> Result<Vec<AccountRow>, kiban_store::Error> {
    staff::list_accounts(&mut platform.store.read().await?, office_no).await
}

async fn load(
    platform: &Platform,
    office_no: &OfficeNumber,
    staff_id: Uuid,
) -> Result<AccountRow, ChangeError> {
    let all = list(platform, office_no).await?;
    all.into_iter()
        .find(|row| row.staff_id == staff_id)
        .ok_or(ChangeError::NotFound)
}

/// Stops an account and signs it out everywhere, or lets it in again. `own` is the account of who asks.
///
/// # Errors
///
/// See [`ChangeError`].
pub async fn set_active(
    platform: &Platform,
    context: &CallContext,
    office_no: OfficeNumber,
    own: Uuid,
    staff_id: Uuid,
    active: bool,
) -> Result<(), ChangeError> {
    if own == staff_id {
        return Err(ChangeError::Own);
    }
    load(platform, &office_no, staff_id).await?;
    let word = if active { "resumed" } else { "stopped" };
    let entry = context
        .event(platform, NO_INSURER, Action::AccountChanged)
        .ground(format!("account-{word}:{staff_id}"))
        .to_entry();
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                let state = if active { 1 } else { 2 };
                companies::hold_office(work, &office_no).await?;
                if !staff::set_state(work, &office_no, staff_id, state).await? {
                    return Err(ChangeError::NotFound);
                }
                if staff::count_administrators(work, &office_no).await? == 0 {
                    return Err(ChangeError::LastAdministrator);
                }
                sessions::end_all(work, staff_id).await?;
                work.record(&entry).await?;
                Ok(())
            })
        })
        .await
}

/// Gives an account of the office another role from its next request on; with a contract, a contractor's end. Who becomes a contractor
/// leaves the other offices, is signed out and gets no more letters about persons.
///
/// # Errors
///
/// See [`ChangeError`].
pub async fn set_role(
    platform: &Platform,
    context: &CallContext,
    office_no: OfficeNumber,
    own: Uuid,
    staff_id: Uuid,
    standing: Standing,
) -> Result<(), ChangeError> {
    if own == staff_id {
        return Err(ChangeError::Own);
    }
    let entry = context
        .event(platform, NO_INSURER, Action::AccountChanged)
        .ground(format!("account-role:{staff_id}:{}", standing.role))
        .to_entry();
    let (platform, context) = (platform.clone(), context.clone());
    platform
        .clone()
        .store
        .write(move |work| {
            Box::pin(async move {
                // Whoever changes this office's roles at the same time waits, so that one administrator stays.
                companies::hold_office(work, &office_no).await?;
                let row = staff::hold(work, staff_id).await?;
                let row = row.filter(|row| row.office_no == office_no);
                let was = row.ok_or(ChangeError::NotFound)?.role;
                let contractor = |role| StaffRole::from_number(role) == StaffRole::Contractor;
                if contractor(was) && !contractor(standing.role) {
                    return Err(ChangeError::Contractor);
                }
                staff::set_role(work, staff_id, standing.role, standing.contract).await?;
                if staff::count_administrators(work, &office_no).await? == 0 {
                    return Err(ChangeError::LastAdministrator);
                }
                if contractor(standing.role) && !contractor(was) {
                    for left in memberships::end_of_account(work, staff_id).await? {
                        let ground = format!("membership-ended:{staff_id}:{left}");
                        let entry = context
                            .event(&platform, NO_INSURER, Action::AccountChanged)
                            .ground(ground)
                            .to_entry();
                        work.record(&entry).await?;
                    }
                    progress_letters::remove(work, staff_id).await?;
                    sessions::end_all(work, staff_id).await?;
                }
                work.record(&entry).await?;
                Ok(())
            })
        })
        .await
}

/// Takes password and every second factor (authenticator, passkeys, recovery codes) away at once and sends a letter with which its holder makes them anew.
///
/// # Errors
///
/// See [`ChangeError`].
pub async fn reset_second_factor(
    platform: &Platform,
    context: &CallContext,
    office_no: OfficeNumber,
    own: Uuid,
    asked_by: &str,
    staff_id: Uuid,
    care_url: &str,
) -> Result<(), ChangeError> {
    if own == staff_id {
        return Err(ChangeError::Own);
    }
    let row = load(platform, &office_no, staff_id).await?;
    let mail = row.mail.ok_or(ChangeError::NoMail)?;
    if row.state != 1 {
        return Err(ChangeError::NotFound);
    }
    let prepared = Prepared::new(
        platform,
        context,
        office_no,
        Some(staff_id),
        &mail,
        &row.name,
        row.role,
        row.contract,
        asked_by,
        care_url,
    );
    let entry = context
        .event(platform, NO_INSURER, Action::AccountChanged)
        .ground(format!("account-reset:{staff_id}"))
        .to_entry();
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                // The password hash fits nothing, and there is no second factor until the holder has made a new one.
                staff::set_secrets(work, staff_id, "reset", None).await?;
                passkeys::remove_all(work, staff_id).await?;
                accounts::set_recovery_codes(work, staff_id, &[]).await?;
                sessions::end_all(work, staff_id).await?;
                prepared.write(work).await?;
                work.record(&entry).await?;
                Ok(())
            })
        })
        .await
}
