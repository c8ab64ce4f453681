//! One request with everything its side may see.

use super::{
    CaseError, CaseId, DraftContent, OPINION,
    inbox::{ListedCase, listed},
};
use crate::{CallContext, Platform};
use kiban_access::{asked_institution, asking_insurer};
use kiban_audit::Action;
use kiban_store::{
    Work,
    repo::{
        opinion_drafts,
        opinion_submissions::{self, SubmissionRow},
        opinions::{self, CaseEventRow, Own},
    },
};

/// A request as one side sees it. No `Debug`.
pub struct CaseView {
    /// The request.
    pub case: ListedCase,
    /// What the institution has typed, with its revision; the insurer never sees it.
    pub draft: Option<(DraftContent, i64)>,
    /// The opinions that were sent, the first one first.
    pub submissions: Vec<SubmissionRow>,
    /// The steps, the first one first.
    pub events: Vec<CaseEventRow>,
}

/// Opens a request that was made to the calling institution. When this returns, the record is on disk, be it opened or refused.
///
/// # Errors
///
/// [`CaseError::NotFound`] also for requests to others.
pub async fn open_case(
    platform: &Platform,
    context: &CallContext,
    id: CaseId,
) -> Result<CaseView, CaseError> {
    let permit = asked_institution(&context.caller)?;
    let mut work = platform.store.point().await?;
    let found = view(&mut work, platform, Own::Asked(&permit), id).await;
    let mut view = recorded(platform, context, id, found).await?;
    let draft = opinion_drafts::find_draft(&mut work, &permit, &id.0, id.1).await?;
    view.draft = draft
        .map(|row| DraftContent::read(&row.content).map(|content| (content, row.revision)))
        .transpose()?;
    Ok(view)
}

/// Opens a request that the calling insurer made, as [`open_case`].
///
/// # Errors
///
/// [`CaseError::NotFound`] also for requests of others.
pub async fn open_asked(
    platform: &Platform,
    context: &CallContext,
    id: CaseId,
) -> Result<CaseView, CaseError> {
    let permit = asking_insurer(&context.caller)?;
    let mut work = platform.store.point().await?;
    let found = view(&mut work, platform, Own::Asking(&permit), id).await;
    recorded(platform, context, id, found).await
}

async fn view(
    work: &mut Work,
    platform: &Platform,
    own: Own<'_>,
    (insurer_no, case_id): CaseId,
) -> Result<CaseView, CaseError> {
    let row = opinions::find(work, own, &insurer_no, case_id).await?;
    let row = row.ok_or(CaseError::NotFound)?;
    Ok(CaseView {
        case: listed(row, platform.today()),
        draft: None,
        submissions: opinion_submissions::list_of_case(work, own, &insurer_no, case_id).await?,
        events: opinions::list_events(work, own, &insurer_no, case_id).await?,
    })
}

async fn recorded(
    platform: &Platform,
    context: &CallContext,
    (insurer_no, case_id): CaseId,
    found: Result<CaseView, CaseError>,
) -> Result<CaseView, CaseError> {
    let event = context
        .event(platform, insurer_no.as_str(), Action::ReadDocument)
        .purpose("opinion_request")
        .ground(format!("opinion_request:{case_id}"));
    let event = match &found {
        Ok(view) => {
            let digests = view.submissions.iter().map(|it| it.sha256.as_str());
            let digests = digests.collect::<Vec<_>>().join(",");
            event
                .about(view.case.row.key.insured_no.as_str())
                .shown([OPINION], digests.as_bytes())
        }
        Err(error) => match error.code() {
            Some(code) => event.refused(code),
            None => return found,
        },
    };
    platform.audit.append(event.to_entry()).await?;
    found
}
