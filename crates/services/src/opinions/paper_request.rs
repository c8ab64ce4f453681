//! Requests on paper, for physicians whose institution is not connected (M-3, D-3).

use super::{CaseError, CaseId, CaseView, OPINION, open_asked};
use crate::{CallContext, Platform};
use kiban_access::asking_insurer;
use kiban_audit::Action;
use kiban_domain::{InsurerNumber, opinion_case::CaseReference};
use kiban_store::repo::{insurers, offices, opinion_papers};
use uuid::Uuid;

/// What stands on the paper of a request. No `Debug`.
pub struct PaperRequest {
    /// The request.
    pub case: CaseView,
    /// Joins the paper that comes back to it; the same whenever it is printed.
    pub reference: CaseReference,
    /// The institution's name, if it is known here.
    pub institution: Option<String>,
    /// Name and telephone of the insurer; the telephone may be empty.
    pub insurer: (String, String),
}

/// Opens a request of the calling insurer for printing. The first time it draws its reference. When this returns, the record is on disk.
///
/// # Errors
///
/// As [`open_asked`].
pub async fn print_request(
    platform: &Platform,
    context: &CallContext,
    id: CaseId,
) -> Result<PaperRequest, CaseError> {
    let case = open_asked(platform, context, id).await?;
    let drawn = CaseReference::of(u64::from_be_bytes(platform.random()));
    let (inside, context) = (platform.clone(), context.clone());
    let (insured_no, institution) = {
        let row = &case.case.row;
        (row.key.insured_no, row.request.institution)
    };
    let (reference, institution, insurer) = platform
        .store
        .write(move |work| {
            Box::pin(async move {
                let permit = asking_insurer(&context.caller)?;
                let by = context.name();
                let kept = (inside.now(), by.as_str());
                opinion_papers::add(work, &permit, id.1, &drawn, kept).await?;
                let reference = opinion_papers::find_reference(work, &permit, id.1).await?;
                let event = context
                    .event(&inside, id.0.as_str(), Action::ReadDocument)
                    .about(insured_no.as_str())
                    .purpose("opinion_request_print")
                    .ground(format!("opinion_request:{}", id.1));
                let event = event.shown([OPINION], drawn.as_str().as_bytes());
                work.record(&event.to_entry()).await?;
                let office = match institution.as_str().parse() {
                    Ok(office_no) => offices::find(work, &office_no).await?,
                    Err(_) => None,
                };
                let insurer = insurers::find(work, &id.0).await?;
                Ok::<_, CaseError>((
                    reference.unwrap_or(drawn),
                    office.map(|it| it.name),
                    insurer.map(|it| (it.name, it.phone)).unwrap_or_default(),
                ))
            })
        })
        .await?;
    Ok(PaperRequest {
        case,
        reference,
        institution,
        insurer,
    })
}

/// The request of the calling insurer that went out under a reference. It tells nothing of it yet: whoever opens it does so by [`open_asked`].
///
/// # Errors
///
/// [`CaseError::NotFound`] for references of others and unknown ones; otherwise as there.
pub async fn find_by_reference(
    platform: &Platform,
    context: &CallContext,
    reference: &CaseReference,
) -> Result<(InsurerNumber, Uuid), CaseError> {
    let permit = asking_insurer(&context.caller)?;
    let mut work = platform.store.point().await?;
    let found = opinion_papers::find_case(&mut work, &permit, reference).await?;
    let case_id = found.ok_or(CaseError::NotFound)?;
    Ok((*permit.insurer_no(), case_id))
}
