//! Beginning an application, and writing on it step by step (G-4).

use super::{
    RECEIPT,
    content::{read_form, write_form},
    schemes,
};
use crate::{CallContext, Platform, code::new_code, registrations};
use kiban_audit::{Action, NO_INSURER};
use kiban_domain::{OfficeNumber, Opening, Programme, SubsidyForm, SubsidyStage, SubsidyStep};
use kiban_store::{
    Error, Work,
    repo::{
        office_profiles, offices,
        registrations::{self as registration_rows},
        subsidies::{self, StepRow, SubsidyRow},
        subsidy_files,
    },
};
use uuid::Uuid;

/// Who applies, for which office. No `Debug`: it is about a person.
#[derive(Clone)]
pub struct SubsidyApplicant {
    /// The user.
    pub user_id: Uuid,
    /// The name.
    pub name: String,
    /// The mail address.
    pub mail: String,
    /// The office.
    pub office_no: OfficeNumber,
}

/// Why an application was not begun.
#[derive(Debug, thiserror::Error)]
pub enum BeginError {
    /// There is no such scheme, or its period is over.
    #[error("no applications are taken")]
    Closed,
    /// The office has one that stands; its receipt.
    #[error("an application stands already")]
    Stands(String),
    /// The database.
    #[error("storage")]
    Storage(#[from] Error),
}

/// Why a draft was not changed.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// The office has no such application, or its holder may not see it.
    #[error("no such application")]
    NotFound,
    /// It is not the applicant's turn.
    #[error("it cannot be changed now")]
    Stage,
    /// Somebody changed it since it was looked at.
    #[error("the application has moved on")]
    Stale,
    /// No application has such a field, or the value is too long: the name of the field.
    #[error("the field {0} does not fit")]
    Field(String),
    /// There are as many lines as there can be.
    #[error("too many lines")]
    Lines,
    /// The database.
    #[error("storage")]
    Storage(#[from] Error),
}

/// Begins an application, filled from what is known of the office and with `values` over it. Answers its receipt.
///
/// # Errors
///
/// See [`BeginError`].
pub async fn begin(
    platform: &Platform,
    context: &CallContext,
    applicant: &SubsidyApplicant,
    (scheme, programme): (&str, Programme),
    values: Vec<(String, String)>,
) -> Result<String, BeginError> {
    let (application_id, receipt) = (platform.id(), new_code(platform, RECEIPT));
    let (inside, context, applicant, scheme) = (
        platform.clone(),
        context.clone(),
        applicant.clone(),
        scheme.to_owned(),
    );
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                let standing = schemes::in_force(work, &scheme).await?;
                let standing = standing.ok_or(BeginError::Closed)?;
                let now = inside.now();
                if standing.scheme.applications().at(now) == Opening::After {
                    return Err(BeginError::Closed);
                }
                let key = (&*scheme, programme);
                if let Some(row) = subsidies::find_standing(work, key, &applicant.office_no).await?
                {
                    return Err(BeginError::Stands(row.receipt));
                }
                let (office_name, mut form) = known(work, &applicant.office_no, programme).await?;
                for (name, value) in values {
                    form.set(&name, &value);
                }
                let row = SubsidyRow {
                    application_id,
                    receipt: receipt.clone(),
                    scheme: scheme.clone(),
                    programme,
                    office_no: applicant.office_no,
                    office_name,
                    stage: SubsidyStage::Draft,
                    version: 1,
                    submissions: 0,
                    reviewer_name: String::new(),
                    applicant_id: applicant.user_id,
                    applicant_name: applicant.name.clone(),
                    applicant_mail: applicant.mail.clone(),
                    draft: write_form(&form),
                    claimed_yen: None,
                    granted_yen: None,
                    proposal: String::new(),
                    on_hold: false,
                    begun_at: now,
                    submitted_at: None,
                    changed_at: now,
                };
                match subsidies::add(work, &row).await {
                    Ok(()) => {}
                    Err(error) if error.is_duplicate() => {
                        return Err(BeginError::Stands(String::new()));
                    }
                    Err(error) => return Err(error.into()),
                }
                let step = applicants_step(&applicant, SubsidyStep::Begin, now);
                subsidies::add_step(work, application_id, &step).await?;
                record(work, &inside, &context, &row.receipt, SubsidyStep::Begin).await?;
                Ok(receipt)
            })
        })
        .await
}

/// The office's name, and what its last application, its profile or its registration say already.
async fn known(
    work: &mut Work,
    office_no: &OfficeNumber,
    programme: Programme,
) -> Result<(String, SubsidyForm), Error> {
    let mut form = SubsidyForm::default();
    let earlier = subsidies::list_of_office(work, office_no).await?;
    if let Some(row) = earlier.iter().find(|row| row.submissions > 0) {
        let before = read_form(&row.draft)?;
        for (name, value) in before.values() {
            if name.starts_with("account.") {
                form.set(name, value);
            }
        }
    }
    let office = offices::find(work, office_no).await?;
    let profile = office_profiles::find(work, office_no).await?;
    let registration = registration_rows::find_standing(work, office_no).await?;
    let kinds = match (&office, &registration) {
        (Some(office), _) => office.service_kinds.clone(),
        (None, Some(row)) => row.office.service_kinds.clone(),
        (None, None) => Vec::new(),
    };
    match programme {
        Programme::Care => {
            let codes: Vec<_> = kinds
                .iter()
                .map(kiban_domain::ServiceKind::as_str)
                .collect();
            form.set("kinds", &codes.join(" "));
        }
        Programme::Opinion => {
            let beds = profile
                .and_then(|it| it.beds)
                .or_else(|| registration.as_ref().and_then(|it| it.office.beds));
            if let Some(beds) = beds {
                form.set("beds", &beds.to_string());
                let institution = if beds >= 20 { "hospital" } else { "clinic" };
                form.set("institution", institution);
            }
        }
    }
    let name = office.map(|it| it.name);
    let name = name.or_else(|| registration.map(|it| it.office.name));
    Ok((name.unwrap_or_else(|| office_no.as_str().to_owned()), form))
}

/// Writes into fields of a draft or a returned application; an empty value empties its field. Answers the next version.
///
/// # Errors
///
/// See [`SaveError`]; nothing has been written.
pub async fn save(
    platform: &Platform,
    applicant: &SubsidyApplicant,
    (receipt, seen): (&str, i64),
    values: Vec<(String, String)>,
) -> Result<i64, SaveError> {
    change(platform, applicant, (receipt, seen), move |form| {
        for (name, value) in values {
            if !form.set(&name, &value) {
                return Err(SaveError::Field(name));
            }
        }
        if form.line_numbers().len() > kiban_domain::CostLine::MOST_LINES {
            return Err(SaveError::Lines);
        }
        Ok(None)
    })
    .await
}

/// Takes a line out of a draft, with its files.
///
/// # Errors
///
/// See [`SaveError`].
pub async fn remove_line(
    platform: &Platform,
    applicant: &SubsidyApplicant,
    (receipt, seen): (&str, i64),
    number: u32,
) -> Result<i64, SaveError> {
    change(platform, applicant, (receipt, seen), move |form| {
        form.remove_line(number);
        Ok(Some(number))
    })
    .await
}

/// Changes a draft; a line that `edit` answers loses its files.
async fn change<F>(
    platform: &Platform,
    applicant: &SubsidyApplicant,
    (receipt, seen): (&str, i64),
    edit: F,
) -> Result<i64, SaveError>
where
    F: FnOnce(&mut SubsidyForm) -> Result<Option<u32>, SaveError> + Send + 'static,
{
    let (inside, applicant, receipt) = (platform.clone(), applicant.clone(), receipt.to_owned());
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                let row = own(work, &applicant, &receipt).await?;
                let mut row = row.ok_or(SaveError::NotFound)?;
                if !row.stage.is_applicants() {
                    return Err(SaveError::Stage);
                }
                let mut form = read_form(&row.draft)?;
                let removed = edit(&mut form)?;
                row.draft = write_form(&form);
                row.changed_at = inside.now();
                if !subsidies::save(work, &row, seen).await? {
                    return Err(SaveError::Stale);
                }
                if let Some(line) = removed {
                    let (id, line) = (row.application_id, i64::from(line));
                    subsidy_files::remove_line(work, id, line, inside.now()).await?;
                }
                Ok(seen + 1)
            })
        })
        .await
}

/// The application with this receipt, if it is one of this applicant's office that its holder may see: whoever only applies to be registered for
/// an office sees what they began themselves.
pub(super) async fn own(
    work: &mut Work,
    applicant: &SubsidyApplicant,
    receipt: &str,
) -> Result<Option<SubsidyRow>, Error> {
    let Some(receipt) = crate::code::typed_code(receipt, RECEIPT) else {
        return Ok(None);
    };
    let row = subsidies::find_by_receipt(work, &receipt).await?;
    let Some(row) = row.filter(|row| row.office_no == applicant.office_no) else {
        return Ok(None);
    };
    if row.applicant_id == applicant.user_id
        || !registrations::applies_only(work, &applicant.office_no, applicant.user_id).await?
    {
        return Ok(Some(row));
    }
    Ok(None)
}

pub(super) fn applicants_step(
    applicant: &SubsidyApplicant,
    step: SubsidyStep,
    at: kiban_domain::Timestamp,
) -> StepRow {
    StepRow {
        step,
        by_operator: false,
        acted_by: Some(applicant.user_id),
        actor: applicant.name.clone(),
        note: String::new(),
        inner_note: String::new(),
        acted_at: at,
    }
}

pub(super) async fn record(
    work: &mut Work,
    platform: &Platform,
    context: &CallContext,
    receipt: &str,
    step: SubsidyStep,
) -> Result<(), Error> {
    let entry = context
        .event(platform, NO_INSURER, Action::SubsidyMoved)
        .ground(format!("subsidy:{receipt}"))
        .purpose(step.code())
        .to_entry();
    work.record(&entry).await
}
