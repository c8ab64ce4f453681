//! What an office has ticked off on its way to the first day (M13).

use crate::Platform;
use kiban_domain::{ChecklistItem, OfficeNumber, RegistrationKind, Timestamp};
use kiban_store::repo::office_checklists;
use std::collections::HashMap;
use uuid::Uuid;

/// The items that concern an office of this kind, in order, and when each was ticked off.
///
/// # Errors
///
/// The database only.
pub async fn list(
    platform: &Platform,
    office_no: &OfficeNumber,
    kind: RegistrationKind,
) -> Result<Vec<(ChecklistItem, Option<Timestamp>)>, kiban_store::Error> {
    let mut work = platform.store.point().await?;
    let ticked = office_checklists::list(&mut work, office_no).await?;
    let ticked: HashMap<String, Timestamp> = ticked.into_iter().collect();
    Ok(ChecklistItem::of(kind)
        .map(|item| (item, ticked.get(item.code()).copied()))
        .collect())
}

/// Makes these items, and no others of the kind, those that are ticked off.
///
/// # Errors
///
/// The database only.
pub async fn save(
    platform: &Platform,
    office_no: OfficeNumber,
    kind: RegistrationKind,
    ticked: Vec<ChecklistItem>,
    by: Uuid,
) -> Result<(), kiban_store::Error> {
    let now = platform.now();
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                for item in ChecklistItem::of(kind) {
                    if ticked.contains(&item) {
                        office_checklists::tick(work, &office_no, item.code(), by, now).await?;
                    } else {
                        office_checklists::clear(work, &office_no, item.code()).await?;
                    }
                }
                Ok(())
            })
        })
        .await
}
