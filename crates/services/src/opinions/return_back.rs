//! The insurer gives an opinion back with a reason (D-2).

use super::{CaseError, Receipt, Step, acknowledge::hold, moved, note, save_step, stages::refresh};
use crate::{CallContext, Platform};
use kiban_access::asking_insurer;
use kiban_domain::opinion_case::{CaseAct, NotNow, SubmissionState};
use kiban_store::repo::{
    opinion_submissions::{self, Settling},
    opinions::Own,
};

/// Gives the opinion of a receipt back, received or not. Given back with the same words again, nothing is changed.
///
/// # Errors
///
/// [`CaseError::Note`] without a reason; otherwise as [`super::acknowledge`].
pub async fn return_with_reason(
    platform: &Platform,
    context: &CallContext,
    receipt_no: &str,
    reason: &str,
) -> Result<Receipt, CaseError> {
    let reason = note(reason, true)?;
    let (inside, context, receipt_no) = (platform.clone(), context.clone(), receipt_no.to_owned());
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                let permit = asking_insurer(&context.caller)?;
                let (mut row, mut it) = hold(work, &permit, &receipt_no).await?;
                match it.state {
                    SubmissionState::Sent | SubmissionState::Acknowledged => {}
                    SubmissionState::Returned if it.note == reason => {
                        return Ok(Receipt::of(&it, true));
                    }
                    SubmissionState::Returned
                    | SubmissionState::Withdrawn
                    | SubmissionState::Superseded => return Err(NotNow::NotSent.into()),
                }
                row.state = row.state.after(CaseAct::Return)?;
                row.note.clone_from(&reason);
                row.received_on = None;
                let (at, by) = (inside.now(), context.name());
                let to = Settling {
                    state: SubmissionState::Returned,
                    note: &reason,
                    at,
                    by: &by,
                };
                opinion_submissions::settle_standing(work, &row, to).await?;
                let step = Step {
                    act: CaseAct::Return,
                    submission: it.number,
                    note: &reason,
                    at,
                    by: &by,
                };
                save_step(work, Own::Asking(&permit), &mut row, step).await?;
                let key = &row.key;
                refresh(work, &inside, &key.insurer_no, &key.insured_no).await?;
                let entry = moved(&inside, &context, &row, CaseAct::Return).to_entry();
                work.record(&entry).await?;
                it.state = SubmissionState::Returned;
                Ok(Receipt::of(&it, false))
            })
        })
        .await
}
