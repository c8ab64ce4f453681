//! The operator's people review an application: one checks, another one decides where the amount or a refusal wants it (G-4, O-1).

use super::{
    RECEIPT,
    claim::{Claim, work_out},
    content::{Proposal, read_form},
    letters, schemes,
};
use crate::{CallContext, Platform, code::typed_code, mail, registrations::ReviewerUser};
use kiban_audit::{Action, NO_INSURER};
use kiban_domain::{
    Decided, FilledSubsidy, FormFacts, Reviewer, Scheme, SubsidyStage, SubsidyStageError,
    SubsidyStep, Yen, field_label,
};
use kiban_store::{
    Error, Work,
    repo::{
        subsidies::{self, DecisionRow, RemarkRow, StepRow, SubsidyRow},
        subsidy_ledger::{self, Numbered, Posting},
    },
};
use uuid::Uuid;

/// Longest note of a reviewer, in characters.
pub const REVIEW_NOTE: usize = 1_000;

/// What a reviewer does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReviewAct {
    /// Takes it up, or over from another reviewer: 審査の開始.
    Take,
    /// Sends it back, with what is wrong with single fields: 差戻し.
    Return {
        /// Names of fields and what is wrong with them.
        remarks: Vec<(String, String)>,
        /// What the applicant reads first.
        note: String,
    },
    /// Has checked it and proposes this: 一次審査.
    Check(Proposal),
    /// Decides what the first proposed: 二次審査.
    Decide,
}

impl ReviewAct {
    /// As the history keeps it.
    fn step(&self, stage: SubsidyStage) -> SubsidyStep {
        match (self, stage) {
            (Self::Take, _) => SubsidyStep::Take,
            (Self::Return { .. }, _) => SubsidyStep::Return,
            (_, SubsidyStage::Granted { .. }) => SubsidyStep::Grant,
            (_, SubsidyStage::Refused { .. }) => SubsidyStep::Refuse,
            (Self::Check(_) | Self::Decide, _) => SubsidyStep::Check,
        }
    }
}

/// Why an application did not move.
#[derive(Debug, thiserror::Error)]
pub enum SubsidyReviewError {
    /// There is no such application.
    #[error("no such application")]
    NotFound,
    /// The step cannot be done now, or not by this reviewer.
    #[error("stage")]
    Stage(#[from] SubsidyStageError),
    /// A note or remark is missing where one is needed.
    #[error("a note is needed")]
    NoteMissing,
    /// A note or remark is too long.
    #[error("the note is too long")]
    NoteTooLong,
    /// A remark on a field that no application has.
    #[error("no such field")]
    Field,
    /// A line counts for more than was claimed, twice, not at all, or for less without a reason.
    #[error("the lines do not fit the submission")]
    Lines,
    /// Nothing would be granted: then it has to be refused.
    #[error("nothing would be granted")]
    Nothing,
    /// The budget does not have it any more: so much is left, in yen.
    #[error("the budget has {0} left")]
    Budget(Yen),
    /// Somebody moved it on since it was looked at.
    #[error("the application has moved on")]
    Stale,
    /// The database.
    #[error("storage")]
    Storage(#[from] Error),
}

/// As whom somebody reviews this application.
pub fn reviewer_of(by: &ReviewerUser, row: &SubsidyRow) -> Reviewer {
    Reviewer {
        user_id: by.user_id,
        is_applicant: row.applicant_id == by.user_id
            || row.applicant_mail.eq_ignore_ascii_case(&by.mail),
    }
}

/// The last submission of an application, read by the rules under which it was made.
pub(super) struct Submitted {
    pub(super) scheme: Scheme,
    pub(super) filled: FilledSubsidy,
    pub(super) claim: Claim,
}

/// What was submitted last; an error when it cannot be read any more.
pub(super) async fn submitted(work: &mut Work, row: &SubsidyRow) -> Result<Submitted, Error> {
    let last = subsidies::last_submissions(work, row.application_id, 1).await?;
    let last = last.first();
    let last = last.ok_or_else(|| Error::File(std::io::Error::other("no submission")))?;
    read_submission(work, row, last).await
}

/// One submission of an application, read by the rules under which it was made.
pub(super) async fn read_submission(
    work: &mut Work,
    row: &SubsidyRow,
    last: &subsidies::SubmissionRow,
) -> Result<Submitted, Error> {
    let corrupt = |what: &'static str| Error::File(std::io::Error::other(what));
    let standing = schemes::of_revision(work, &row.scheme, last.scheme_revision).await?;
    let scheme = standing.ok_or_else(|| corrupt("no such scheme"))?.scheme;
    let facts = FormFacts {
        scheme: &scheme,
        programme: row.programme,
        today: kiban_domain::tokyo_date(last.submitted_at),
        with_files: None,
    };
    let form = read_form(&last.content)?;
    let filled = form.read(&facts).map_err(|_| corrupt("a submission"))?;
    let claim = work_out(&scheme, row.programme, &filled, &filled.costs());
    let claim = claim.ok_or_else(|| corrupt("a submission"))?;
    Ok(Submitted {
        scheme,
        filled,
        claim,
    })
}

/// What a proposal comes to by the rules of the submission.
///
/// # Errors
///
/// [`SubsidyReviewError::Lines`], [`SubsidyReviewError::Nothing`].
fn amount_of(
    row: &SubsidyRow,
    submitted: &Submitted,
    proposal: &Proposal,
) -> Result<Decided, SubsidyReviewError> {
    if proposal.refuse {
        return Ok(Decided::Refuse);
    }
    let scheme = &submitted.scheme;
    if !proposal.fits(&submitted.filled, scheme.tax_percent()) {
        return Err(SubsidyReviewError::Lines);
    }
    let costs = proposal.costs(&submitted.filled);
    let claim = work_out(scheme, row.programme, &submitted.filled, &costs);
    let amount = claim.map_or(Yen::new(0), |it| it.amount());
    if amount == Yen::new(0) {
        return Err(SubsidyReviewError::Nothing);
    }
    // Whatever the lines say: nobody is granted more than they asked for.
    if amount > submitted.claim.amount() {
        return Err(SubsidyReviewError::Lines);
    }
    Ok(Decided::Grant(amount))
}

/// What a proposal would come to, for the page that shows it before it is made.
///
/// # Errors
///
/// See [`SubsidyReviewError`].
pub async fn try_proposal(
    platform: &Platform,
    receipt: &str,
    proposal: &Proposal,
) -> Result<Decided, SubsidyReviewError> {
    let receipt = typed_code(receipt, RECEIPT).ok_or(SubsidyReviewError::NotFound)?;
    let mut work = platform.store.read().await?;
    let row = subsidies::find_by_receipt(&mut work, &receipt).await?;
    let row = row.filter(|row| row.submissions > 0);
    let row = row.ok_or(SubsidyReviewError::NotFound)?;
    amount_of(&row, &submitted(&mut work, &row).await?, proposal)
}

/// Moves an application on from the version that was looked at. Stage, history, remarks, decision, ledger, letter and entry are one unit of work.
/// `portal` is the portal's address as people reach it; `inner_note` is for the operator alone.
///
/// # Errors
///
/// See [`SubsidyReviewError`]; nothing has been written.
pub async fn review(
    platform: &Platform,
    context: &CallContext,
    portal: &str,
    (receipt, seen): (&str, i64),
    (act, inner_note): (ReviewAct, &str),
    by: ReviewerUser,
) -> Result<SubsidyStage, SubsidyReviewError> {
    let receipt = typed_code(receipt, RECEIPT).ok_or(SubsidyReviewError::NotFound)?;
    let inner_note = inner_note.trim().to_owned();
    let note = checked_notes(&act, &inner_note)?;
    let job = Job {
        platform: platform.clone(),
        context: context.clone(),
        portal: portal.to_owned(),
        mail_id: platform.id(),
        by,
        note,
        inner_note,
    };
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                let row = subsidies::find_by_receipt(work, &receipt).await?;
                let row = row.filter(|row| row.submissions > 0);
                let row = row.ok_or(SubsidyReviewError::NotFound)?;
                if row.version != seen {
                    return Err(SubsidyReviewError::Stale);
                }
                job.run(work, row, act).await
            })
        })
        .await
}

/// Whether the notes of an act are there and fit; answers what the applicant reads.
fn checked_notes(act: &ReviewAct, inner_note: &str) -> Result<String, SubsidyReviewError> {
    let (note, needed) = match act {
        ReviewAct::Take | ReviewAct::Decide => (String::new(), false),
        ReviewAct::Return { note, remarks } => {
            for (field, remark) in remarks {
                field_label(field).ok_or(SubsidyReviewError::Field)?;
                if remark.trim().is_empty() {
                    return Err(SubsidyReviewError::NoteMissing);
                }
                if remark.chars().count() > REVIEW_NOTE {
                    return Err(SubsidyReviewError::NoteTooLong);
                }
            }
            (note.trim().to_owned(), true)
        }
        ReviewAct::Check(proposal) => (proposal.reason.trim().to_owned(), proposal.refuse),
    };
    if needed && note.is_empty() {
        return Err(SubsidyReviewError::NoteMissing);
    }
    if note.chars().count() > REVIEW_NOTE || inner_note.chars().count() > REVIEW_NOTE {
        return Err(SubsidyReviewError::NoteTooLong);
    }
    Ok(note)
}

struct Job {
    platform: Platform,
    context: CallContext,
    portal: String,
    mail_id: Uuid,
    by: ReviewerUser,
    note: String,
    inner_note: String,
}

impl Job {
    async fn run(
        self,
        work: &mut Work,
        mut row: SubsidyRow,
        act: ReviewAct,
    ) -> Result<SubsidyStage, SubsidyReviewError> {
        let seen = row.version;
        let reviewer = reviewer_of(&self.by, &row);
        let mut decided = None;
        let stage = match &act {
            ReviewAct::Take => row.stage.take(reviewer)?,
            ReviewAct::Return { .. } => row.stage.send_back(reviewer)?,
            ReviewAct::Check(proposal) => {
                let submitted = submitted(work, &row).await?;
                let proposed = amount_of(&row, &submitted, proposal)?;
                let alone = submitted.scheme.review().alone;
                let stage = row.stage.check(reviewer, proposed, alone)?;
                let mut proposal = proposal.clone();
                proposal.reason.clone_from(&self.note);
                proposal.amount_yen = yen_of(proposed).get();
                row.granted_yen = Some(signed(yen_of(proposed)));
                row.proposal = proposal.write();
                decided = Some((proposed, proposal));
                stage
            }
            ReviewAct::Decide => {
                let proposal = Proposal::read(&row.proposal)?.unwrap_or_default();
                let proposed = if proposal.refuse {
                    Decided::Refuse
                } else {
                    Decided::Grant(Yen::new(proposal.amount_yen))
                };
                decided = Some((proposed, proposal));
                row.stage.decide(reviewer, proposed)?
            }
        };
        let now = self.platform.now();
        let step = act.step(stage);
        row.stage = stage;
        row.changed_at = now;
        row.reviewer_name.clone_from(&self.by.name);
        if matches!(act, ReviewAct::Return { .. }) {
            row.granted_yen = None;
            row.proposal = String::new();
        }
        if !subsidies::save(work, &row, seen).await? {
            return Err(SubsidyReviewError::Stale);
        }
        let mut letter = None;
        let mut told = self.note.clone();
        if let ReviewAct::Return { remarks, note } = &act {
            for (field, remark) in remarks {
                let remark = RemarkRow {
                    submission: row.submissions,
                    field: field.clone(),
                    remark: remark.trim().to_owned(),
                };
                match subsidies::add_remark(work, row.application_id, &remark).await {
                    Ok(()) => {}
                    Err(error) if error.is_duplicate() => {
                        return Err(SubsidyReviewError::Field);
                    }
                    Err(error) => return Err(error.into()),
                }
            }
            letter = letters::returned(&row, note.trim(), &self.portal);
        }
        let is_final = matches!(step, SubsidyStep::Grant | SubsidyStep::Refuse);
        if let Some((proposed, proposal)) = decided.filter(|_| is_final) {
            told.clone_from(&proposal.reason);
            letter = self.settle(work, &row, proposed, &proposal).await?;
        }
        let line = StepRow {
            step,
            by_operator: true,
            acted_by: Some(self.by.user_id),
            actor: self.by.name.clone(),
            note: told,
            inner_note: self.inner_note.clone(),
            acted_at: now,
        };
        subsidies::add_step(work, row.application_id, &line).await?;
        if let Some(letter) = letter {
            mail::queue(work, self.mail_id, &self.platform, &letter).await?;
        }
        let entry = self
            .context
            .event(&self.platform, NO_INSURER, Action::SubsidyMoved)
            .ground(format!("subsidy:{}", row.receipt))
            .purpose(step.code())
            .to_entry();
        work.record(&entry).await?;
        Ok(stage)
    }

    /// Numbers the decision, and commits what is granted.
    async fn settle(
        &self,
        work: &mut Work,
        row: &SubsidyRow,
        decided: Decided,
        proposal: &Proposal,
    ) -> Result<Option<mail::Letter>, SubsidyReviewError> {
        let amount = yen_of(decided);
        let decision_no = subsidy_ledger::take_numbers(work, Numbered::Decision, 1).await?;
        let decision = DecisionRow {
            decision_no,
            application_id: row.application_id,
            kind: match decided {
                Decided::Grant(_) => "grant".into(),
                Decided::Refuse => "refuse".into(),
            },
            amount_yen: signed(amount),
            reason: proposal.reason.clone(),
            decided_on: self.platform.today(),
        };
        subsidies::add_decision(work, &decision).await?;
        if decided == Decided::Refuse {
            return Ok(letters::refused(row, &proposal.reason, &self.portal));
        }
        // Posting takes the ledger's next number, so that of two grants at once the second sees the first's money gone.
        let posting = Posting {
            scheme: &row.scheme,
            programme: row.programme,
            taken_from: "budget",
            put_into: "committed",
            amount_yen: signed(amount),
            application_id: row.application_id,
            payment_no: None,
        };
        subsidy_ledger::post(work, posting, self.platform.now()).await?;
        let standing = schemes::in_force(work, &row.scheme).await?;
        let budget = standing.and_then(|it| it.scheme.review().budget(row.programme));
        if let Some(budget) = budget {
            let granted = subsidy_ledger::granted(work, &row.scheme, row.programme).await?;
            if granted > signed(budget) {
                let before = Yen::new(u64::try_from(granted - signed(amount)).unwrap_or(0));
                return Err(SubsidyReviewError::Budget(budget.saturating_sub(before)));
            }
        }
        Ok(letters::granted(row, amount, &self.portal))
    }
}

fn yen_of(decided: Decided) -> Yen {
    match decided {
        Decided::Grant(amount) => amount,
        Decided::Refuse => Yen::new(0),
    }
}

pub(super) fn signed(amount: Yen) -> i64 {
    i64::try_from(amount.get()).unwrap_or(i64::MAX)
}
