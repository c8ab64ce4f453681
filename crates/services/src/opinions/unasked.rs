//! For whom an opinion is still to be asked (M-3).

use super::{CaseError, OPINION};
use crate::{CallContext, Platform};
use kiban_access::asking_insurer;
use kiban_audit::Action;
use kiban_domain::{Application, ApplicationKind, Date, InsuredNumber};
use kiban_exchange::municipal::record::ApplicationRecord;
use kiban_store::{Error, repo::opinion_applicants};

/// Applications of so many days are looked through. Half a year is beyond every decision: certification takes 30 days, and is put off by weeks (介護保険法第27条).
const DAYS: i32 = 180;

/// An application in progress for which nobody was asked here. No `Debug`: it is about a person.
#[derive(Clone)]
pub struct Unasked {
    /// Whose it is.
    pub insured_no: InsuredNumber,
    /// 氏名.
    pub name: String,
    /// 申請日.
    pub applied_on: Date,
    /// 枝番.
    pub branch: u16,
    /// What is applied for.
    pub kind: ApplicationKind,
    /// The day of asking in the insurer's own record: asked outside of this platform.
    pub asked_on: Option<Date>,
}

/// The calling insurer's applications of the last half year that wait for an opinion for which there is no request, the oldest first. The look is recorded.
///
/// # Errors
///
/// [`CaseError::Refused`] for callers that are no insurer; storage.
pub async fn unasked(
    platform: &Platform,
    context: &CallContext,
) -> Result<Vec<Unasked>, CaseError> {
    let permit = asking_insurer(&context.caller)?;
    let mut work = platform.store.point().await?;
    let since = platform
        .today()
        .saturating_sub(jiff::Span::new().days(DAYS));
    let rows = opinion_applicants::list_unasked(&mut work, &permit, since).await?;
    drop(work);
    let mut all = Vec::new();
    for row in rows {
        let record = serde_json::from_str::<ApplicationRecord>(&row.body);
        let record = record.map_err(|error| corrupt(&error.to_string()))?;
        let it = Application::try_from(&record).map_err(|error| corrupt(&error.to_string()))?;
        let waits = it.withdrawal.is_none()
            && it.opinion_received_on.is_none()
            && it.secondary_judged_on.is_none()
            && it.certified_on.is_none();
        if waits {
            all.push(Unasked {
                insured_no: row.insured_no,
                name: row.name,
                applied_on: it.applied_on,
                branch: it.branch,
                kind: it.kind,
                asked_on: it.opinion_requested_on,
            });
        }
    }
    let shown: Vec<_> = all.iter().map(|it| it.insured_no.as_str()).collect();
    let event = context
        .event(platform, permit.insurer_no().as_str(), Action::ListPersons)
        .purpose("opinion_unasked")
        .ground(format!("count:{}", all.len()))
        .shown([OPINION], shown.join(",").as_bytes());
    platform.audit.append(event.to_entry()).await?;
    Ok(all)
}

fn corrupt(reason: &str) -> Error {
    Error::Corrupt {
        place: "fact.body".into(),
        reason: reason.to_owned(),
    }
}
