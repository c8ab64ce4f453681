//! Checking without sending: nothing is stored (D-4).

use super::{
    CaseError, CaseId, Mismatch, OPINION,
    documents::{canonical, complete, edition_of, facts},
};
use crate::{CallContext, Platform};
use kiban_access::asked_institution;
use kiban_audit::Action;
use kiban_domain::opinion::{Finding, Opinion, for_sending};
use kiban_store::repo::{
    opinion_submissions,
    opinions::{self, Own},
};

/// What a check found. `Debug` shows no content.
#[derive(Debug)]
pub struct Validated {
    /// What belongs to another request.
    pub mismatches: Vec<Mismatch>,
    /// Everything the validator tells, errors and cautions; nothing when the edition is not known.
    pub findings: Option<Vec<Finding>>,
    /// SHA-256 of what would be stored, in hexadecimal.
    pub sha256: String,
}

/// Checks a document for a request of the calling institution, as sending would. The look at the request is recorded.
///
/// # Errors
///
/// [`CaseError::NotFound`] also for requests to others.
pub async fn validate(
    platform: &Platform,
    context: &CallContext,
    (insurer_no, case_id): CaseId,
    document: &Opinion,
) -> Result<Validated, CaseError> {
    let permit = asked_institution(&context.caller)?;
    let mut work = platform.store.point().await?;
    let row = opinions::find(&mut work, Own::Asked(&permit), &insurer_no, case_id).await?;
    let row = row.ok_or(CaseError::NotFound)?;
    let person = row.person_key();
    let earlier = opinion_submissions::count_earlier(&mut work, &permit, &person, case_id).await?;
    drop(work);
    let mut document = document.clone();
    let mismatches = complete(&mut document, &row);
    let findings = edition_of(&document)
        .map(|edition| for_sending(&document, edition, &facts(&row, platform.today(), earlier)));
    let (text, sha256) = canonical(&document);
    let event = context
        .event(platform, insurer_no.as_str(), Action::ReadDocument)
        .about(row.key.insured_no.as_str())
        .purpose("opinion_check")
        .ground(format!("opinion_request:{case_id}"))
        .shown([OPINION], text.as_bytes());
    platform.audit.append(event.to_entry()).await?;
    Ok(Validated {
        mismatches,
        findings,
        sha256,
    })
}
