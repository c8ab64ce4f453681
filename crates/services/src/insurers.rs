//! Insurers and how far each has come (M-4).

use crate::{CallContext, Platform};
use kiban_audit::Action;
use kiban_domain::{Date, InsurerNumber, MunicipalityStage};
use kiban_store::{
    Error,
    repo::insurers::{self, InsurerRow},
};

/// Adds an insurer, or changes its name and telephone.
pub async fn save(platform: &Platform, row: InsurerRow) -> Result<(), Error> {
    platform
        .store
        .write(move |work| Box::pin(async move { insurers::save(work, &row).await }))
        .await
}

/// Declares an insurer's stage from a day on. What its stage does not allow is no longer shown from the next request.
pub async fn set_stage(
    platform: &Platform,
    context: &CallContext,
    insurer_no: InsurerNumber,
    stage: MunicipalityStage,
    since: Date,
) -> Result<bool, Error> {
    let entry = context
        .event(platform, insurer_no.as_str(), Action::StageChanged)
        .purpose(stage.code())
        .to_entry();
    let now = platform.now();
    let by = context
        .actor
        .staff
        .clone()
        .unwrap_or_else(|| context.actor.organisation.clone());
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                if insurers::find(work, &insurer_no).await?.is_none() {
                    return Ok(false);
                }
                insurers::set_stage(work, &insurer_no, stage, since, now, &by).await?;
                work.record(&entry).await?;
                Ok(true)
            })
        })
        .await
}

/// All insurers.
pub async fn list(platform: &Platform) -> Result<Vec<InsurerRow>, Error> {
    insurers::list(&mut platform.store.point().await?).await
}
