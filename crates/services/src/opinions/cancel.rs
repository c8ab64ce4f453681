//! The insurer takes a request back (M-3).

use super::{
    CaseError, CaseId, Step, lock, moved, record_refusal, save_step,
    stages::{refresh, take_turn},
};
use crate::{CallContext, Platform};
use kiban_access::asking_insurer;
use kiban_domain::opinion_case::{CaseAct, CaseState, SubmissionState};
use kiban_store::repo::{
    opinion_submissions::{self, Settling},
    opinions::Own,
};

/// Cancels a request of the calling insurer; an opinion that is under way goes back with it. The same again changes nothing: whether it had been cancelled.
///
/// # Errors
///
/// [`CaseError::NotNow`] once the opinion is received, or the request went elsewhere. A refusal is recorded; nothing has been changed.
pub async fn cancel(
    platform: &Platform,
    context: &CallContext,
    id: CaseId,
) -> Result<bool, CaseError> {
    let cancelled = write(platform, context, id).await;
    if let Err(error) = &cancelled {
        record_refusal(platform, context, id, CaseAct::Cancel, error.code()).await?;
    }
    cancelled
}

async fn write(platform: &Platform, context: &CallContext, id: CaseId) -> Result<bool, CaseError> {
    let (inside, context) = (platform.clone(), context.clone());
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                let permit = asking_insurer(&context.caller)?;
                let own = Own::Asking(&permit);
                take_turn(work, permit.insurer_no()).await?;
                let mut row = lock(work, own, id).await?;
                if row.state == CaseState::Cancelled {
                    return Ok(true);
                }
                row.state = row.state.after(CaseAct::Cancel)?;
                let (at, by) = (inside.now(), context.name());
                let to = Settling {
                    state: SubmissionState::Withdrawn,
                    note: "",
                    at,
                    by: &by,
                };
                opinion_submissions::settle_standing(work, &row, to).await?;
                let step = Step {
                    act: CaseAct::Cancel,
                    submission: 0,
                    note: "",
                    at,
                    by: &by,
                };
                save_step(work, own, &mut row, step).await?;
                let key = &row.key;
                refresh(work, &inside, &key.insurer_no, &key.insured_no).await?;
                let entry = moved(&inside, &context, &row, CaseAct::Cancel).to_entry();
                work.record(&entry).await?;
                Ok(false)
            })
        })
        .await
}
