//! The insurer has received an opinion (D-2).

use super::{
    CaseError, Receipt, Step, lock, moved, save_step,
    stages::{refresh, take_turn},
};
use crate::{CallContext, Platform};
use kiban_access::{AskingInsurer, Permit, asking_insurer};
use kiban_domain::{
    opinion_case::{CaseAct, NotNow, SubmissionState},
    tokyo_date,
};
use kiban_store::{
    Work,
    repo::{
        opinion_submissions::{self, Settling, SubmissionRow},
        opinions::{CaseRow, Own},
    },
};

/// Marks the opinion of a receipt as received. The same again changes nothing and is answered alike.
///
/// # Errors
///
/// [`CaseError::NotFound`] for receipts of others; [`CaseError::NotNow`] when it was taken back, replaced or given back.
pub async fn acknowledge(
    platform: &Platform,
    context: &CallContext,
    receipt_no: &str,
) -> Result<Receipt, CaseError> {
    let (inside, context, receipt_no) = (platform.clone(), context.clone(), receipt_no.to_owned());
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                let permit = asking_insurer(&context.caller)?;
                let (mut row, mut it) = hold(work, &permit, &receipt_no).await?;
                if it.state == SubmissionState::Acknowledged {
                    return Ok(Receipt::of(&it, true));
                }
                if it.state != SubmissionState::Sent {
                    return Err(NotNow::NotSent.into());
                }
                row.state = row.state.after(CaseAct::Acknowledge)?;
                let (at, by) = (inside.now(), context.name());
                row.received_on = Some(tokyo_date(at));
                let to = Settling {
                    state: SubmissionState::Acknowledged,
                    note: "",
                    at,
                    by: &by,
                };
                opinion_submissions::settle_standing(work, &row, to).await?;
                let step = Step {
                    act: CaseAct::Acknowledge,
                    submission: it.number,
                    note: "",
                    at,
                    by: &by,
                };
                save_step(work, Own::Asking(&permit), &mut row, step).await?;
                let key = &row.key;
                refresh(work, &inside, &key.insurer_no, &key.insured_no).await?;
                let entry = moved(&inside, &context, &row, CaseAct::Acknowledge).to_entry();
                work.record(&entry).await?;
                it.state = SubmissionState::Acknowledged;
                Ok(Receipt::of(&it, false))
            })
        })
        .await
}

/// The opinion of a receipt and its request, both held.
pub(super) async fn hold(
    work: &mut Work,
    permit: &Permit<AskingInsurer>,
    receipt_no: &str,
) -> Result<(CaseRow, SubmissionRow), CaseError> {
    let insurer_no = *permit.insurer_no();
    let seq = Receipt::seq_of(receipt_no, insurer_no.as_str()).ok_or(CaseError::NotFound)?;
    take_turn(work, &insurer_no).await?;
    let found = opinion_submissions::find_by_seq(work, permit, seq).await?;
    let case_id = found.ok_or(CaseError::NotFound)?.case_id;
    let row = lock(work, Own::Asking(permit), (insurer_no, case_id)).await?;
    // Looked at again now that the request is held.
    let it = opinion_submissions::find_by_seq(work, permit, seq).await?;
    Ok((row, it.ok_or(CaseError::NotFound)?))
}
