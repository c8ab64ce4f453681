//! Answers that were kept for repeated requests.

use super::HousekeepingSettings;
use crate::Platform;
use kiban_store::{Error, repo::answers};

/// Forgets answers older than `answer_age`; how many. A request repeated after that is a new one, and a file is still
/// recognised by its number and content.
pub async fn forget_answers(
    platform: &Platform,
    settings: HousekeepingSettings,
) -> Result<u64, Error> {
    let before = platform.now() - settings.answer_age;
    platform
        .store
        .write(move |work| Box::pin(async move { answers::forget(work, before).await }))
        .await
}
