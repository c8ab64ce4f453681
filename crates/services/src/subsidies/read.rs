//! Looking at applications: the applicant's view in plain words, the reviewers' in full (G-4, G-5).

use super::{
    RECEIPT,
    claim::{Claim, work_out},
    content::{Proposal, read_form},
    draft::{SubsidyApplicant, own},
    review::{read_submission, submitted},
    schemes::{self, Standing},
};
use crate::{CallContext, Platform, code::typed_code, office_register::present, registrations};
use kiban_audit::{Action, NO_INSURER};
use kiban_domain::{FieldChange, FilledSubsidy, RegisterEntry, Scheme, SubsidyForm, SubsidyStep};
use kiban_store::{
    Error, Work,
    repo::{
        office_register,
        payments::{self, PaymentRow},
        subsidies::{self, DecisionRow, RemarkRow, Shared, StepRow, SubsidyFilter, SubsidyRow},
        subsidy_files::{self, SubsidyFileRow},
    },
};

/// An application with everything that belongs to it. No `Debug`: it has an account.
#[derive(Clone)]
pub struct SubsidyCase {
    /// The application.
    pub row: SubsidyRow,
    /// The scheme as it is in force.
    pub scheme: Scheme,
    /// What is typed so far: of a submitted one what was submitted.
    pub form: SubsidyForm,
    /// What was submitted last, read; nothing for a draft.
    pub filled: Option<FilledSubsidy>,
    /// What stood before accounts were corrected, and how often they were: papers of that time stay as they were.
    pub before_correction: Option<(FilledSubsidy, i64)>,
    /// What that comes to.
    pub claim: Option<Claim>,
    /// The form as it was submitted last; nothing for a draft.
    pub submitted: Option<SubsidyForm>,
    /// What a reviewer proposed or decided. The applicant sees it only once it is decided.
    pub proposal: Option<Proposal>,
    /// What a proposal to grant comes to, by the rules of the submission; hidden with it.
    pub decided: Option<Claim>,
    /// What the last submission changed of the one before.
    pub changes: Vec<FieldChange>,
    /// The evidence.
    pub files: Vec<SubsidyFileRow>,
    /// The history. For the applicant without what is the operator's alone.
    pub steps: Vec<StepRow>,
    /// What reviewers said of fields, by submission.
    pub remarks: Vec<RemarkRow>,
    /// The decision.
    pub decision: Option<DecisionRow>,
    /// The payments.
    pub payments: Vec<PaymentRow>,
}

/// An application as a reviewer sees it.
#[derive(Clone)]
pub struct ReviewCase {
    /// The application.
    pub case: SubsidyCase,
    /// Numbers and files that other applications have as well.
    pub shared: Vec<Shared>,
    /// What the operator's register says of the office.
    pub register: Option<RegisterEntry>,
    /// What of the budget is granted already, in yen.
    pub granted_so_far: i64,
}

/// The applications of an office that this user may see, the newest first.
///
/// # Errors
///
/// The database only.
pub async fn list_own(
    platform: &Platform,
    applicant: &SubsidyApplicant,
) -> Result<Vec<SubsidyRow>, Error> {
    let mut work = platform.store.read().await?;
    let only = registrations::applies_only(&mut work, &applicant.office_no, applicant.user_id);
    let only = only.await?;
    let rows = subsidies::list_of_office(&mut work, &applicant.office_no).await?;
    let seen = rows
        .into_iter()
        .filter(|row| !only || row.applicant_id == applicant.user_id);
    Ok(seen.collect())
}

/// One application of this office, as its applicant sees it.
///
/// # Errors
///
/// The database only.
pub async fn read_own(
    platform: &Platform,
    applicant: &SubsidyApplicant,
    receipt: &str,
) -> Result<Option<SubsidyCase>, Error> {
    let mut work = platform.store.read().await?;
    let Some(row) = own(&mut work, applicant, receipt).await? else {
        return Ok(None);
    };
    let mut case = case(&mut work, row).await?;
    case.steps.retain(|it| it.step != SubsidyStep::Check);
    for step in &mut case.steps {
        step.inner_note = String::new();
        if step.by_operator {
            step.actor = "運営".into();
            step.acted_by = None;
        }
    }
    case.row.reviewer_name = String::new();
    if case.decision.is_none() {
        case.proposal = None;
        case.decided = None;
        case.row.granted_yen = None;
    }
    Ok(Some(case))
}

/// One application as a reviewer sees it; drafts are not there. When this returns, the record is on disk.
///
/// # Errors
///
/// The database only.
pub async fn read_for_review(
    platform: &Platform,
    context: &CallContext,
    receipt: &str,
) -> Result<Option<ReviewCase>, Error> {
    let Some(receipt) = typed_code(receipt, RECEIPT) else {
        return Ok(None);
    };
    let mut work = platform.store.read().await?;
    let row = subsidies::find_by_receipt(&mut work, &receipt).await?;
    let Some(row) = row.filter(|row| row.submissions > 0) else {
        return Ok(None);
    };
    let shared = subsidies::list_shared(&mut work, row.application_id).await?;
    let register = present(office_register::find(&mut work, &row.office_no).await?);
    let granted_so_far =
        kiban_store::repo::subsidy_ledger::granted(&mut work, &row.scheme, row.programme).await?;
    let mut case = case(&mut work, row).await?;
    // What the applicant is mending after it went back is theirs until they submit it anew.
    let last = subsidies::last_submissions(&mut work, case.row.application_id, 1).await?;
    if let Some(last) = last.first() {
        case.form = read_form(&last.content)?;
    }
    drop(work);
    let entry = context
        .event(platform, NO_INSURER, Action::SubsidyRead)
        .ground(format!("subsidy:{receipt}"))
        .to_entry();
    platform.audit.append(entry).await?;
    Ok(Some(ReviewCase {
        case,
        shared,
        register,
        granted_so_far,
    }))
}

async fn case(work: &mut Work, row: SubsidyRow) -> Result<SubsidyCase, Error> {
    let id = row.application_id;
    let submissions = subsidies::last_submissions(work, id, 2).await?;
    let proposal = Proposal::read(&row.proposal)?;
    let (filled, claim, decided) = if submissions.is_empty() {
        (None, None, None)
    } else {
        let it = submitted(work, &row).await?;
        let granted = proposal.as_ref().filter(|it| !it.refuse);
        let decided = granted.and_then(|proposal| {
            let costs = proposal.costs(&it.filled);
            work_out(&it.scheme, row.programme, &it.filled, &costs)
        });
        (Some(it.filled), Some(it.claim), decided)
    };
    let steps = subsidies::list_steps(work, id).await?;
    let corrections = steps.iter();
    let corrections = corrections.filter(|it| it.step == SubsidyStep::CorrectAccount);
    let before_correction = match i64::try_from(corrections.count()).unwrap_or(i64::MAX) {
        0 => None,
        corrections => {
            let all = subsidies::last_submissions(work, id, corrections + 1).await?;
            match all.last() {
                Some(first) => {
                    let it = read_submission(work, &row, first).await?;
                    Some((it.filled, corrections))
                }
                None => None,
            }
        }
    };
    let form = submissions.first().map(|it| read_form(&it.content));
    let changes = match submissions.as_slice() {
        [last, before] => read_form(&before.content)?.changes_to(&read_form(&last.content)?),
        _ => Vec::new(),
    };
    let scheme = schemes::in_force(work, &row.scheme).await?;
    let scheme = scheme.ok_or_else(|| Error::File(std::io::Error::other("no such scheme")))?;
    Ok(SubsidyCase {
        scheme: scheme.scheme,
        form: read_form(&row.draft)?,
        filled,
        before_correction,
        claim,
        submitted: form.transpose()?,
        proposal,
        decided,
        changes,
        files: subsidy_files::list(work, id).await?,
        steps,
        remarks: subsidies::list_remarks(work, id).await?,
        decision: subsidies::find_decision(work, id).await?,
        payments: payments::list_of_application(work, id).await?,
        row,
    })
}

/// A page of the queue.
pub struct SubsidyQueue {
    /// The applications, those that have waited longest first.
    pub rows: Vec<SubsidyRow>,
    /// How many there are in all.
    pub count: i64,
}

/// The reviewers' queue; from `skip` on, `most` at most. When this returns, the record is on disk.
///
/// # Errors
///
/// The database only.
pub async fn queue(
    platform: &Platform,
    context: &CallContext,
    filter: &SubsidyFilter,
    (skip, most): (i64, i64),
) -> Result<SubsidyQueue, Error> {
    let mut work = platform.store.read().await?;
    let rows = subsidies::list(&mut work, filter, (skip, most)).await?;
    let count = subsidies::count(&mut work, filter).await?;
    drop(work);
    let entry = context
        .event(platform, NO_INSURER, Action::SubsidyRead)
        .ground(format!("subsidies:{}", rows.len()))
        .to_entry();
    platform.audit.append(entry).await?;
    Ok(SubsidyQueue { rows, count })
}

/// The scheme that takes applications now, comes next or was last.
///
/// # Errors
///
/// The database only.
pub async fn current(platform: &Platform) -> Result<Option<Standing>, Error> {
    let schemes = schemes::standing(platform).await?;
    Ok(schemes::at(&schemes, platform.now()).cloned())
}
