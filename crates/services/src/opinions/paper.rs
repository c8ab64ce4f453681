//! An opinion that came on paper, as the insurer records it (D-3): the same request, the same document, the same history.

use super::{
    CaseId, OPINION, Receipt, SendError, Step,
    documents::{canonical, complete, edition_of, facts, has_error},
    lock, moved, save_step,
    stages::{refresh, take_turn},
};
use crate::{CallContext, Platform, documents::keep};
use kiban_access::asking_insurer;
use kiban_domain::{
    Date, FileKind,
    opinion::{Opinion, for_draft},
    opinion_case::{CaseAct, OpinionRoute, SubmissionState},
};
use kiban_store::repo::{
    opinion_submissions::{self, Settling, SubmissionRow},
    opinions::Own,
};

/// What the insurer has of a paper. No `Debug`.
#[derive(Clone)]
pub struct PaperOpinion {
    /// The items that were typed from it; some or all.
    pub document: Opinion,
    /// The scan as PDF.
    pub scan: Vec<u8>,
    /// The day on which the paper came, not after today.
    pub received_on: Date,
}

/// Records an opinion on paper for a request of the calling insurer. It counts as received on the day the paper came. What is missing is no error, what
/// contradicts itself is. The same again gets the same receipt.
///
/// # Errors
///
/// See [`SendError`]; nothing has been kept.
pub async fn record_paper(
    platform: &Platform,
    context: &CallContext,
    id: CaseId,
    paper: PaperOpinion,
) -> Result<Receipt, SendError> {
    asking_insurer(&context.caller).map_err(super::CaseError::from)?;
    FileKind::open_pdf(&paper.scan).map_err(SendError::Pdf)?;
    let PaperOpinion {
        mut document,
        scan,
        received_on,
    } = paper;
    let pdf = keep(platform, scan).await?;
    let (inside, context) = (platform.clone(), context.clone());
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                let permit = asking_insurer(&context.caller).map_err(super::CaseError::from)?;
                let own = Own::Asking(&permit);
                take_turn(work, permit.insurer_no()).await?;
                let mut row = lock(work, own, id).await?;
                let mismatches = complete(&mut document, &row);
                if !mismatches.is_empty() {
                    return Err(SendError::Mismatch(mismatches));
                }
                let (text, sha256) = canonical(&document);
                let all = opinion_submissions::list_of_case(work, own, &id.0, id.1).await?;
                if let Some(last) = all.last().filter(|it| it.sha256 == sha256)
                    && last.state == SubmissionState::Acknowledged
                {
                    return Ok(Receipt::of(last, true));
                }
                let state = row.state.after(CaseAct::RecordPaper);
                row.state = state.map_err(super::CaseError::from)?;
                let edition = edition_of(&document).ok_or(SendError::UnknownEdition)?;
                let (today, at, by) = (inside.today(), inside.now(), context.name());
                let findings = for_draft(&document, edition, &facts(&row, today, 0));
                if has_error(&findings) {
                    return Err(SendError::Findings(findings));
                }
                let superseded = Settling {
                    state: SubmissionState::Superseded,
                    note: "",
                    at,
                    by: &by,
                };
                opinion_submissions::settle_standing(work, &row, superseded).await?;
                row.submissions += 1;
                row.received_on = Some(received_on.min(today));
                row.reason.clear();
                row.note.clear();
                let step = Step {
                    act: CaseAct::RecordPaper,
                    submission: row.submissions,
                    note: "",
                    at,
                    by: &by,
                };
                save_step(work, own, &mut row, step).await?;
                refresh(work, &inside, &row.key.insurer_no, &row.key.insured_no).await?;
                let event = moved(&inside, &context, &row, CaseAct::RecordPaper);
                let event = event.shown([OPINION], text.as_bytes());
                work.record(&event.to_entry()).await?;
                let submission = SubmissionRow {
                    insurer_no: row.key.insurer_no,
                    case_id: row.case_id,
                    number: row.submissions,
                    seq: opinion_submissions::take_seq(work, &row.key.insurer_no).await?,
                    insured_no: row.key.insured_no,
                    institution: row.request.institution,
                    route: OpinionRoute::Paper,
                    edition: document.edition,
                    document: text,
                    sha256,
                    pdf: Some(pdf),
                    send_key: None,
                    state: SubmissionState::Acknowledged,
                    note: String::new(),
                    submitted_at: at,
                    submitted_by: by.clone(),
                    settled_at: Some(at),
                    settled_by: Some(by),
                };
                opinion_submissions::add(work, &submission).await?;
                Ok(Receipt::of(&submission, false))
            })
        })
        .await
}
