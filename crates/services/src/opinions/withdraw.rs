//! Taking an opinion back before the insurer has received it (D-1).

use super::{CaseError, CaseId, Step, lock, moved, note, record_refusal, save_step};
use crate::{CallContext, Platform};
use kiban_access::asked_institution;
use kiban_domain::opinion_case::{CaseAct, SubmissionState};
use kiban_store::repo::{
    opinion_submissions::{self, Settling},
    opinions::Own,
};

/// Takes the opinion back that is under way for a request of the calling institution.
///
/// # Errors
///
/// [`CaseError::NotNow`] once the insurer has received it, and when nothing is under way. A refusal is recorded; nothing has been changed.
pub async fn withdraw(
    platform: &Platform,
    context: &CallContext,
    id: CaseId,
) -> Result<(), CaseError> {
    withdraw_because(platform, context, id, "").await
}

/// As [`withdraw`], with a reason in words that stands in the request's steps; it may be empty.
///
/// # Errors
///
/// As there, and [`CaseError::Note`] for a reason that is too long.
pub async fn withdraw_because(
    platform: &Platform,
    context: &CallContext,
    id: CaseId,
    words: &str,
) -> Result<(), CaseError> {
    let withdrawn = write(platform, context, id, words).await;
    if let Err(error) = &withdrawn {
        record_refusal(platform, context, id, CaseAct::Withdraw, error.code()).await?;
    }
    withdrawn
}

async fn write(
    platform: &Platform,
    context: &CallContext,
    id: CaseId,
    words: &str,
) -> Result<(), CaseError> {
    let words = note(words, false)?;
    let (inside, context) = (platform.clone(), context.clone());
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                let permit = asked_institution(&context.caller)?;
                let own = Own::Asked(&permit);
                let mut row = lock(work, own, id).await?;
                row.state = row.state.after(CaseAct::Withdraw)?;
                let (at, by) = (inside.now(), context.name());
                let to = Settling {
                    state: SubmissionState::Withdrawn,
                    note: "",
                    at,
                    by: &by,
                };
                opinion_submissions::settle_standing(work, &row, to).await?;
                let step = Step {
                    act: CaseAct::Withdraw,
                    submission: row.submissions,
                    note: &words,
                    at,
                    by: &by,
                };
                save_step(work, own, &mut row, step).await?;
                let entry = moved(&inside, &context, &row, CaseAct::Withdraw).to_entry();
                work.record(&entry).await?;
                Ok(())
            })
        })
        .await
}
