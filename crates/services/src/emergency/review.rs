//! The operator looks at every view afterwards: who looked, why, and whether it was right.

use super::LookId;
use crate::{CallContext, Platform, person_notices};
use kiban_access::{EmergencyRefusal, manage_emergency};
use kiban_audit::{Action, NO_INSURER};
use kiban_domain::LookFinding;
use kiban_store::{
    Error,
    repo::emergency::{self, LookRow, ReviewRow},
};

/// The most views that one list shows, oldest first: what is reviewed makes room.
pub const LISTED_MAX: i64 = 500;
/// The longest remark, in characters.
const REMARK_MAX: usize = 500;
/// The longest name of who reviews, in characters.
const NAME_MAX: usize = 50;

/// A view that waits for its review.
#[derive(Debug, Clone)]
pub struct Unreviewed {
    /// Its identifier.
    pub id: LookId,
    /// The view.
    pub look: LookRow,
    /// Name of the office that looked.
    pub office: String,
}

/// A review.
#[derive(Debug, Clone)]
pub struct Review {
    /// Of which view.
    pub id: LookId,
    /// What it found.
    pub finding: LookFinding,
    /// In words, up to 500 characters; what is improper needs some.
    pub remark: String,
    /// Who reviewed, 1 to 50 characters.
    pub by: String,
}

/// Why nothing was reviewed.
#[derive(Debug, thiserror::Error)]
pub enum ReviewError {
    /// Not the operator.
    #[error("refused")]
    Refused(#[source] EmergencyRefusal),
    /// There is no such view.
    #[error("no such emergency view")]
    NotFound,
    /// It was reviewed before; the first review stands.
    #[error("reviewed already")]
    Reviewed(ReviewRow),
    /// The remark is too long, or missing where something is improper.
    #[error("the remark is missing or too long")]
    Remark,
    /// The name of who reviews is empty or too long.
    #[error("the reviewer's name is empty or too long")]
    By,
    /// The database, or the record could not be written.
    #[error("storage")]
    Storage(#[from] Error),
}

/// The views that nobody has reviewed, oldest first. That they were listed is recorded.
///
/// # Errors
///
/// [`ReviewError::Refused`] for everybody but the operator.
pub async fn unreviewed(
    platform: &Platform,
    context: &CallContext,
) -> Result<Vec<Unreviewed>, ReviewError> {
    let permit = manage_emergency(&context.caller).map_err(ReviewError::Refused)?;
    let mut work = platform.store.point().await?;
    let rows = emergency::list_unreviewed(&mut work, &permit, LISTED_MAX).await?;
    let mut all = Vec::with_capacity(rows.len());
    for look in rows {
        let office = person_notices::named(&mut work, &look.office_no)
            .await?
            .name;
        let id = LookId {
            insurer_no: look.person.insurer_no,
            id: look.look_id,
        };
        all.push(Unreviewed { id, look, office });
    }
    drop(work);
    let event = context
        .event(platform, NO_INSURER, Action::AuditRead)
        .purpose("emergency_review")
        .ground(permit.ground().to_owned());
    platform.audit.append(event.to_entry()).await?;
    Ok(all)
}

/// Keeps a review; of two, the first stands.
///
/// # Errors
///
/// See [`ReviewError`]; nothing has been changed.
pub async fn review(
    platform: &Platform,
    context: &CallContext,
    review: Review,
) -> Result<(), ReviewError> {
    let permit = manage_emergency(&context.caller).map_err(ReviewError::Refused)?;
    let sound = |text: &str, most| {
        text.chars().count() <= most && !text.chars().any(|it| it.is_control() && it != '\n')
    };
    let remark = review.remark.trim().to_owned();
    let silent = remark.is_empty() && review.finding == LookFinding::Improper;
    if silent || !sound(&remark, REMARK_MAX) {
        return Err(ReviewError::Remark);
    }
    let by = review.by.trim().to_owned();
    if by.is_empty() || !sound(&by, NAME_MAX) {
        return Err(ReviewError::By);
    }
    let (own, caller) = (platform.clone(), context.clone());
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                let LookId { insurer_no, id } = review.id;
                let look = emergency::find_look(work, &insurer_no, id).await?;
                let look = look.ok_or(ReviewError::NotFound)?;
                let row = ReviewRow {
                    at: own.now(),
                    by,
                    finding: review.finding,
                    remark,
                };
                if !emergency::review(work, &permit, &insurer_no, id, &row).await? {
                    let now = emergency::find_look(work, &insurer_no, id).await?;
                    let standing = now.and_then(|it| it.review);
                    return Err(standing.map_or(ReviewError::NotFound, ReviewError::Reviewed));
                }
                let event = caller
                    .event(&own, insurer_no.as_str(), Action::EmergencyReviewed)
                    .about(look.person.insured_no.as_str())
                    .purpose(row.finding.code())
                    .ground(format!("emergency:{id}"));
                work.record(&event.to_entry()).await?;
                Ok(())
            })
        })
        .await
}
