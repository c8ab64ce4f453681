//! Submitting, withdrawing, and correcting the account (G-4).

use super::{
    claim::{Claim, work_out},
    content::{read_form, write_form},
    draft::{SubsidyApplicant, applicants_step, own, record},
    letters, schemes,
};
use crate::{CallContext, Platform, mail, office_register::present};
use kiban_domain::{
    FieldFault, FilledSubsidy, FormFacts, Opening, Programme, Scheme, SubsidyFault, SubsidyForm,
    SubsidyStageError, SubsidyStep, Timestamp, Yen,
};
use kiban_store::{
    Error, Work,
    repo::{
        office_register, offices,
        subsidies::{self, MarkRow, SubmissionRow, SubsidyRow},
        subsidy_files,
    },
};
use std::collections::BTreeSet;

/// Why an application was not submitted.
#[derive(Debug, thiserror::Error)]
pub enum SubmitError {
    /// The office has no such application.
    #[error("no such application")]
    NotFound,
    /// The office is not registered yet: a draft waits until it is.
    #[error("the office is not registered yet")]
    NotRegistered,
    /// The operator's register says that the office is closed.
    #[error("the office is closed")]
    OfficeClosed,
    /// The period has not begun.
    #[error("applications are not taken yet")]
    NotYet,
    /// The period is over.
    #[error("applications are not taken any more")]
    Over,
    /// What is wrong with the form.
    #[error("{} mistakes", .0.len())]
    Faults(Vec<FieldFault>),
    /// Nothing would be granted.
    #[error("nothing would be granted")]
    Nothing,
    /// It cannot be done now.
    #[error("stage")]
    Stage(#[from] SubsidyStageError),
    /// Somebody changed it since it was looked at.
    #[error("the application has moved on")]
    Stale,
    /// The database.
    #[error("storage")]
    Storage(#[from] Error),
}

/// An application that was submitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submitted {
    /// Its receipt.
    pub receipt: String,
    /// When.
    pub at: Timestamp,
    /// What it claims.
    pub amount: Yen,
}

/// Submits an application: the form is read and worked out anew here, so that no total of a browser counts. What was returned in time may be
/// submitted anew after the period.
///
/// # Errors
///
/// See [`SubmitError`].
pub async fn submit(
    platform: &Platform,
    context: &CallContext,
    applicant: &SubsidyApplicant,
    (receipt, seen): (&str, i64),
    portal: &str,
) -> Result<Submitted, SubmitError> {
    let (inside, context, applicant) = (platform.clone(), context.clone(), applicant.clone());
    let (receipt, portal, mail_id) = (receipt.to_owned(), portal.to_owned(), platform.id());
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                let row = own(work, &applicant, &receipt).await?;
                let mut row = row.ok_or(SubmitError::NotFound)?;
                if row.version != seen {
                    return Err(SubmitError::Stale);
                }
                let stage = row.stage.submit()?;
                let ready = ready(work, &inside, &row).await?;
                let (now, number) = (inside.now(), row.submissions + 1);
                let amount = ready.claim.amount();
                let claimed = i64::try_from(amount.get()).unwrap_or(i64::MAX);
                row.stage = stage;
                row.submissions = number;
                row.claimed_yen = Some(claimed);
                row.granted_yen = None;
                row.proposal = String::new();
                row.reviewer_name = String::new();
                row.submitted_at = Some(now);
                row.changed_at = now;
                if !subsidies::save(work, &row, seen).await? {
                    return Err(SubmitError::Stale);
                }
                let submission = SubmissionRow {
                    number,
                    content: write_form(&ready.form),
                    scheme_revision: ready.revision,
                    claimed_yen: claimed,
                    submitted_by: applicant.user_id,
                    submitted_at: now,
                };
                let id = row.application_id;
                subsidies::add_submission(work, id, &submission).await?;
                subsidies::replace_marks(work, id, &ready.marks).await?;
                let step = if number == 1 {
                    SubsidyStep::Submit
                } else {
                    SubsidyStep::Resubmit
                };
                subsidies::add_step(work, id, &applicants_step(&applicant, step, now)).await?;
                if let Some(letter) = letters::received(&row, amount, &portal) {
                    mail::queue(work, mail_id, &inside, &letter).await?;
                }
                record(work, &inside, &context, &row.receipt, step).await?;
                Ok(Submitted {
                    receipt: row.receipt,
                    at: now,
                    amount,
                })
            })
        })
        .await
}

/// Whether an application could be submitted as it stands, and what it comes to: for the page before it is.
///
/// # Errors
///
/// See [`SubmitError`].
pub async fn try_submit(
    platform: &Platform,
    applicant: &SubsidyApplicant,
    receipt: &str,
) -> Result<(FilledSubsidy, Claim), SubmitError> {
    let mut work = platform.store.read().await?;
    let row = own(&mut work, applicant, receipt).await?;
    let row = row.ok_or(SubmitError::NotFound)?;
    row.stage.submit()?;
    let ready = ready(&mut work, platform, &row).await?;
    Ok((ready.filled, ready.claim))
}

struct Ready {
    form: SubsidyForm,
    filled: FilledSubsidy,
    claim: Claim,
    revision: i64,
    marks: Vec<MarkRow>,
}

async fn ready(
    work: &mut Work,
    platform: &Platform,
    row: &SubsidyRow,
) -> Result<Ready, SubmitError> {
    let standing = schemes::in_force(work, &row.scheme).await?;
    let standing = standing.ok_or(SubmitError::Over)?;
    if row.submissions == 0 {
        match standing.scheme.applications().at(platform.now()) {
            Opening::Before => return Err(SubmitError::NotYet),
            Opening::After => return Err(SubmitError::Over),
            Opening::Open { .. } => {}
        }
    }
    let office = offices::find(work, &row.office_no).await?;
    if office.is_none() {
        return Err(SubmitError::NotRegistered);
    }
    let entry = present(office_register::find(work, &row.office_no).await?);
    if entry.is_some_and(|entry| !entry.is_open_on(platform.today())) {
        return Err(SubmitError::OfficeClosed);
    }
    let form = read_form(&row.draft)?;
    let files = subsidy_files::list(work, row.application_id).await?;
    let with_files = files.iter().filter_map(|it| u32::try_from(it.line).ok());
    let facts = FormFacts {
        scheme: &standing.scheme,
        programme: row.programme,
        today: platform.today(),
        with_files: Some(with_files.collect::<BTreeSet<_>>()),
    };
    let filled = form.read(&facts).map_err(SubmitError::Faults)?;
    let claim = claim_of(&standing.scheme, row.programme, &filled)?;
    let mut marks = marks_of(&filled);
    let numbers: BTreeSet<_> = filled.lines.iter().map(|it| i64::from(it.number)).collect();
    marks.extend(
        files
            .iter()
            .filter(|it| numbers.contains(&it.line))
            .map(|it| MarkRow {
                kind: "file",
                value: it.content.clone(),
                line: it.line,
            }),
    );
    Ok(Ready {
        form,
        filled,
        claim,
        revision: standing.revision,
        marks,
    })
}

fn claim_of(
    scheme: &Scheme,
    programme: Programme,
    filled: &FilledSubsidy,
) -> Result<Claim, SubmitError> {
    let claim = work_out(scheme, programme, filled, &filled.costs());
    let claim = claim.filter(|it| it.amount() > Yen::new(0));
    claim.ok_or(SubmitError::Nothing)
}

fn marks_of(filled: &FilledSubsidy) -> Vec<MarkRow> {
    let mut marks = Vec::new();
    for line in &filled.lines {
        let number = i64::from(line.number);
        // Invoices of different makers may have one number: the maker belongs to it.
        let invoice = format!(
            "{}/{}",
            kiban_domain::normalize(&line.maker),
            kiban_domain::normalize(&line.invoice)
        );
        marks.push(MarkRow {
            kind: "invoice",
            value: invoice,
            line: number,
        });
        marks.extend(line.serials.iter().map(|serial| MarkRow {
            kind: "serial",
            value: serial.clone(),
            line: number,
        }));
    }
    marks
}

/// Takes an application back; the office may apply once more.
///
/// # Errors
///
/// See [`SubmitError`].
pub async fn withdraw(
    platform: &Platform,
    context: &CallContext,
    applicant: &SubsidyApplicant,
    (receipt, seen): (&str, i64),
) -> Result<(), SubmitError> {
    let (inside, context, applicant, receipt) = (
        platform.clone(),
        context.clone(),
        applicant.clone(),
        receipt.to_owned(),
    );
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                let row = own(work, &applicant, &receipt).await?;
                let mut row = row.ok_or(SubmitError::NotFound)?;
                row.stage = row.stage.withdraw()?;
                row.changed_at = inside.now();
                if !subsidies::save(work, &row, seen).await? {
                    return Err(SubmitError::Stale);
                }
                let step = SubsidyStep::Withdraw;
                let line = applicants_step(&applicant, step, row.changed_at);
                subsidies::add_step(work, row.application_id, &line).await?;
                Ok(record(work, &inside, &context, &row.receipt, step).await?)
            })
        })
        .await
}

/// Corrects the account after a payment came back, and lets it be paid again. Only the account is taken from `values`.
///
/// # Errors
///
/// See [`SubmitError`]; [`SubmitError::Stage`] when no payment came back.
pub async fn correct_account(
    platform: &Platform,
    context: &CallContext,
    applicant: &SubsidyApplicant,
    (receipt, seen): (&str, i64),
    values: Vec<(String, String)>,
) -> Result<(), SubmitError> {
    let (inside, context, applicant, receipt) = (
        platform.clone(),
        context.clone(),
        applicant.clone(),
        receipt.to_owned(),
    );
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                let row = own(work, &applicant, &receipt).await?;
                let mut row = row.ok_or(SubmitError::NotFound)?;
                if !row.on_hold {
                    return Err(SubsidyStageError::NotGranted.into());
                }
                let last = subsidies::last_submissions(work, row.application_id, 1).await?;
                let revision = last.first().map_or(1, |it| it.scheme_revision);
                let failed = read_form(&row.draft)?;
                let mut form = failed.clone();
                for (name, value) in values {
                    if name.starts_with("account.") {
                        form.set(&name, &value);
                    }
                }
                let standing = schemes::of_revision(work, &row.scheme, revision).await?;
                let standing = standing.ok_or(SubmitError::Over)?;
                let facts = FormFacts {
                    scheme: &standing.scheme,
                    programme: row.programme,
                    today: inside.today(),
                    with_files: None,
                };
                let filled = form.read(&facts).map_err(SubmitError::Faults)?;
                // However it is typed: it would come back once more.
                if failed
                    .read(&facts)
                    .is_ok_and(|it| it.account.account == filled.account.account)
                {
                    return Err(SubmitError::Faults(vec![FieldFault {
                        field: "account.number".to_owned(),
                        fault: SubsidyFault::SameAccount,
                    }]));
                }
                let now = inside.now();
                row.draft = write_form(&form);
                row.submissions += 1;
                row.on_hold = false;
                row.changed_at = now;
                if !subsidies::save(work, &row, seen).await? {
                    return Err(SubmitError::Stale);
                }
                let submission = SubmissionRow {
                    number: row.submissions,
                    content: row.draft.clone(),
                    scheme_revision: revision,
                    claimed_yen: row.claimed_yen.unwrap_or(0),
                    submitted_by: applicant.user_id,
                    submitted_at: now,
                };
                subsidies::add_submission(work, row.application_id, &submission).await?;
                let step = SubsidyStep::CorrectAccount;
                let line = applicants_step(&applicant, step, now);
                subsidies::add_step(work, row.application_id, &line).await?;
                Ok(record(work, &inside, &context, &row.receipt, step).await?)
            })
        })
        .await
}
