//! 「書けない」 as an answer (D-5).

use super::{CaseError, CaseId, Step, lock, moved, note, record_refusal, save_step};
use crate::{CallContext, Platform};
use kiban_access::asked_institution;
use kiban_domain::opinion_case::{CaseAct, DeclineReason};
use kiban_store::repo::opinions::Own;

/// The longest reason in words, in characters.
pub const NOTE_MOST: usize = 400;

/// Declines a request, with a reason from the list; 「その他」 wants words.
///
/// # Errors
///
/// See [`CaseError`]; a refusal is recorded, nothing has been changed.
pub async fn decline(
    platform: &Platform,
    context: &CallContext,
    id: CaseId,
    reason: DeclineReason,
    words: &str,
) -> Result<(), CaseError> {
    let declined = write(platform, context, id, reason, words).await;
    if let Err(error) = &declined {
        record_refusal(platform, context, id, CaseAct::Decline, error.code()).await?;
    }
    declined
}

async fn write(
    platform: &Platform,
    context: &CallContext,
    id: CaseId,
    reason: DeclineReason,
    words: &str,
) -> Result<(), CaseError> {
    let words = note(words, reason == DeclineReason::Other)?;
    let (inside, context) = (platform.clone(), context.clone());
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                let permit = asked_institution(&context.caller)?;
                let own = Own::Asked(&permit);
                let mut row = lock(work, own, id).await?;
                row.state = row.state.after(CaseAct::Decline)?;
                reason.code().clone_into(&mut row.reason);
                row.note.clone_from(&words);
                let by = context.name();
                let step = Step {
                    act: CaseAct::Decline,
                    submission: 0,
                    note: &words,
                    at: inside.now(),
                    by: &by,
                };
                save_step(work, own, &mut row, step).await?;
                let entry = moved(&inside, &context, &row, CaseAct::Decline).to_entry();
                work.record(&entry).await?;
                Ok(())
            })
        })
        .await
}
