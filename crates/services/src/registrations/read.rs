//! Looking at applications.

use super::RECEIPT;
use crate::{CallContext, Platform, code::typed_code, office_register::present};
use kiban_audit::{Action, NO_INSURER};
use kiban_domain::{OfficeNumber, RegisterEntry, RegistrationStage, RegistrationStep};
use kiban_store::{
    Work,
    repo::{
        office_register,
        registrations::{self, Filter, RegistrationRow, StepRow},
    },
};
use uuid::Uuid;

/// An application as its applicant sees it.
#[derive(Clone)]
pub struct Registration {
    /// The application.
    pub row: RegistrationRow,
    /// Its history. What reviewers wrote for each other is not in it.
    pub steps: Vec<StepRow>,
}

/// The newest application of an office, for its own people. The history leaves out the first reviewer's step, and the note of an
/// approval.
///
/// # Errors
///
/// The database only.
pub async fn latest_of_office(
    platform: &Platform,
    office_no: &OfficeNumber,
) -> Result<Option<Registration>, kiban_store::Error> {
    let mut work = platform.store.read().await?;
    let rows = registrations::list_of_office(&mut work, office_no).await?;
    let Some(row) = rows.into_iter().next() else {
        return Ok(None);
    };
    let steps = registrations::list_steps(&mut work, row.registration_id).await?;
    let steps = steps.into_iter().filter_map(applicants).collect();
    Ok(Some(Registration { row, steps }))
}

/// Whether this user only applies for the office: then nothing of it is theirs to see, even where it was let in by other ways before.
///
/// # Errors
///
/// The database only.
pub async fn only_applies(
    platform: &Platform,
    office_no: &OfficeNumber,
    user_id: Uuid,
) -> Result<bool, kiban_store::Error> {
    applies_only(&mut platform.store.point().await?, office_no, user_id).await
}

/// [`only_applies`] inside a unit of work.
pub(crate) async fn applies_only(
    work: &mut Work,
    office_no: &OfficeNumber,
    user_id: Uuid,
) -> Result<bool, kiban_store::Error> {
    let standing = registrations::find_standing(work, office_no).await?;
    Ok(standing.is_some_and(|row| {
        row.applicant_id == user_id && !matches!(row.stage, RegistrationStage::Approved { .. })
    }))
}

fn applicants(step: StepRow) -> Option<StepRow> {
    match step.step {
        RegistrationStep::Check => None,
        RegistrationStep::Approve => Some(StepRow {
            note: String::new(),
            ..step
        }),
        RegistrationStep::Apply
        | RegistrationStep::Return
        | RegistrationStep::Resubmit
        | RegistrationStep::Refuse
        | RegistrationStep::Withdraw => Some(step),
    }
}

/// A page of the operator's list.
pub struct Listed {
    /// The applications, those that have waited longest first.
    pub rows: Vec<RegistrationRow>,
    /// How many there are in all.
    pub count: i64,
}

/// The operator's list. The entry is durable before the list is given out.
///
/// # Errors
///
/// The database only.
pub async fn list(
    platform: &Platform,
    context: &CallContext,
    filter: &Filter,
    range: (i64, i64),
) -> Result<Listed, kiban_store::Error> {
    let mut work = platform.store.read().await?;
    let count = registrations::count(&mut work, filter).await?;
    let rows = registrations::list(&mut work, filter, range).await?;
    drop(work);
    let event = context.event(platform, NO_INSURER, Action::RegistrationRead);
    let entry = event
        .ground(format!("registrations:{}", rows.len()))
        .to_entry();
    platform.audit.append(entry).await?;
    Ok(Listed { rows, count })
}

/// An application as a reviewer sees it.
pub struct Reviewed {
    /// The application.
    pub row: RegistrationRow,
    /// Its whole history.
    pub steps: Vec<StepRow>,
    /// What the register says of the office today; `None` when it does not have it.
    pub entry: Option<RegisterEntry>,
    /// Earlier applications of the same office, the newest first.
    pub earlier: Vec<RegistrationRow>,
}

/// A reviewer reads an application; `None` when there is no such one. The entry is durable before it is given out.
///
/// # Errors
///
/// The database only.
pub async fn read(
    platform: &Platform,
    context: &CallContext,
    receipt: &str,
) -> Result<Option<Reviewed>, kiban_store::Error> {
    let Some(receipt) = typed_code(receipt, RECEIPT) else {
        return Ok(None);
    };
    let mut work = platform.store.read().await?;
    let Some(row) = registrations::find_by_receipt(&mut work, &receipt).await? else {
        return Ok(None);
    };
    let steps = registrations::list_steps(&mut work, row.registration_id).await?;
    let office_no = row.office.office_no;
    let entry = present(office_register::find(&mut work, &office_no).await?);
    let mut earlier = registrations::list_of_office(&mut work, &office_no).await?;
    earlier.retain(|it| it.registration_id != row.registration_id);
    drop(work);
    let event = context.event(platform, NO_INSURER, Action::RegistrationRead);
    let ground = format!("registration:{receipt}");
    platform
        .audit
        .append(event.ground(ground).to_entry())
        .await?;
    Ok(Some(Reviewed {
        row,
        steps,
        entry,
        earlier,
    }))
}
