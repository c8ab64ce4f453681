//! Opinions of earlier times (W-8, D-1): an institution's own, everybody's while it is asked for one, and a care manager's with both consents.

use super::pull;
use crate::{CallContext, Platform, relations::caller_office};
use kiban_access::{
    Caller, Facts, Matrix, OpinionFacts, OpinionRefusal, PersonKey, Refusal, may_be_shown,
    read_opinion,
};
use kiban_audit::Action;
use kiban_domain::{
    opinion::{Consent, Opinion},
    opinion_case::SubmissionState,
};
use kiban_exchange::opinion::{editions, read_json};
use kiban_store::{
    Error, Work,
    repo::{
        eligibility,
        opinion_submissions::{self, SubmissionRow},
        opinions,
    },
};

/// An opinion of an earlier time. No `Debug`.
#[derive(Clone)]
pub struct PastOpinion {
    /// Its row, with the canonical JSON.
    pub row: SubmissionRow,
    /// What it says.
    pub opinion: Opinion,
    /// Whether the caller wrote it.
    pub is_own: bool,
}

/// Why opinions are not shown.
#[derive(Debug, thiserror::Error)]
pub enum PastError {
    /// Not allowed; recorded.
    #[error("refused")]
    Refused(#[source] OpinionRefusal),
    /// The database.
    #[error("storage")]
    Storage(#[from] Error),
}

/// The opinions about a person that the caller may see, newest first, and how many are withheld because their physician did not agree. When this returns, the
/// record is on disk, be it shown or refused.
///
/// Others than the writer and the insurer see what the insurer has received, nothing else.
///
/// # Errors
///
/// See [`PastError`].
pub async fn past(
    platform: &Platform,
    context: &CallContext,
    person: &PersonKey,
) -> Result<(Vec<PastOpinion>, usize), PastError> {
    let mut work = platform.store.point().await?;
    let found = list(&mut work, platform, context, person).await;
    drop(work);
    match &found {
        Ok((shown, _)) => {
            let rows = shown.iter().map(|it| &it.row);
            let entries = rows.map(|row| pull::entry(platform, context, row, "opinion_past"));
            platform.audit.append_all(entries.collect()).await?;
        }
        Err(error) => recorded_refusal(platform, context, person, "opinion_past", error).await?,
    }
    found
}

/// Records that nothing was shown, and why; what failed for want of the database is recorded by nobody.
pub(super) async fn recorded_refusal(
    platform: &Platform,
    context: &CallContext,
    person: &PersonKey,
    purpose: &'static str,
    error: &PastError,
) -> Result<(), Error> {
    let PastError::Refused(refusal) = error else {
        return Ok(());
    };
    let event = context
        .event(platform, person.insurer_no.as_str(), Action::ReadDocument)
        .about(person.insured_no.as_str())
        .purpose(purpose)
        .refused(refusal.code());
    platform.audit.append(event.to_entry()).await
}

/// What the caller may see of a person's opinions, and how many are withheld; nothing is recorded here.
pub(super) async fn list(
    work: &mut Work,
    platform: &Platform,
    context: &CallContext,
    person: &PersonKey,
) -> Result<(Vec<PastOpinion>, usize), PastError> {
    let not_found = || PastError::Refused(OpinionRefusal::Refused(Refusal::NotFound));
    let looked = eligibility::look(work, person, caller_office(&context.caller)).await?;
    let looked = looked.ok_or_else(not_found)?;
    let facts = Facts {
        person: person.clone(),
        stage: looked.stage,
        relations: looked.relations,
        consents: looked.consents,
        today: platform.today(),
    };
    let (is_asked, has_written) = match &context.caller {
        Caller::Medical { office_no, .. } => opinions::standing_of(work, office_no, person).await?,
        Caller::Office(_) | Caller::Insurer(_) | Caller::Person(_) | Caller::Operator => {
            (false, false)
        }
    };
    let of_opinion = OpinionFacts {
        is_asked,
        has_written,
    };
    let permit = read_opinion(&context.caller, &facts, of_opinion, Matrix::standard())
        .map_err(PastError::Refused)?;
    let (mut shown, mut withheld) = (Vec::new(), 0);
    for row in opinion_submissions::list_of_person(work, &permit).await? {
        let own = caller_office(&context.caller);
        let is_own = own.is_some_and(|it| it.as_str() == row.institution.as_str());
        let sees_all = is_own || matches!(context.caller, Caller::Insurer(_));
        if !sees_all && row.state != SubmissionState::Acknowledged {
            continue;
        }
        let opinion = read(&row)?;
        let agrees = opinion.header.consent == Some(Consent::Agrees);
        if may_be_shown(&permit, &row.institution, agrees).is_err() {
            withheld += 1;
            continue;
        }
        shown.push(PastOpinion {
            row,
            opinion,
            is_own,
        });
    }
    Ok((shown, withheld))
}

/// What a row says.
pub(super) fn read(row: &SubmissionRow) -> Result<Opinion, Error> {
    read_json(row.document.as_bytes(), editions()).map_err(|error| Error::Corrupt {
        place: "opinion_submission.document".into(),
        reason: error.code().to_owned(),
    })
}
