//! Uploads in parts that were never finished.

use super::HousekeepingSettings;
use crate::Platform;
use kiban_store::{
    Error,
    repo::{inquiry_files, uploads},
};

/// Forgets the parts of uploads that have stood still for longer than `upload_idle`; how many parts. Their contents are
/// orphans from then on, see [`super::remove_orphans`].
pub async fn forget_uploads(
    platform: &Platform,
    settings: HousekeepingSettings,
) -> Result<u64, Error> {
    let before = platform.now() - settings.upload_idle;
    platform
        .store
        .write(move |work| Box::pin(async move { uploads::forget(work, before).await }))
        .await
}

/// Forgets files of inquiries whose form was not sent within `form_age`; how many. Their contents are orphans from then on.
pub async fn forget_inquiry_files(
    platform: &Platform,
    settings: HousekeepingSettings,
) -> Result<u64, Error> {
    let before = platform.now() - settings.form_age;
    platform
        .store
        .write(move |work| {
            Box::pin(async move { inquiry_files::forget_waiting(work, before).await })
        })
        .await
}
