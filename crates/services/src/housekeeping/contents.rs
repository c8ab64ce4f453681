//! Contents of the object store that nobody needs.

use super::HousekeepingSettings;
use crate::Platform;
use kiban_store::{Error, Result, repo::contents};
use tokio::runtime::Handle;

/// The first digits of contents' names, each with what comes after it: ranges of a sixteenth each, so that the names of
/// one fit into memory (some 15 MB for a million transfers).
const RANGES: [(char, &str, &str); 16] = [
    ('0', "0", "1"),
    ('1', "1", "2"),
    ('2', "2", "3"),
    ('3', "3", "4"),
    ('4', "4", "5"),
    ('5', "5", "6"),
    ('6', "6", "7"),
    ('7', "7", "8"),
    ('8', "8", "9"),
    ('9', "9", "a"),
    ('a', "a", "b"),
    ('b', "b", "c"),
    ('c', "c", "d"),
    ('d', "d", "e"),
    ('e', "e", "f"),
    ('f', "f", "g"),
];

/// Removes half-written contents whose process is gone; how many.
pub async fn clear_half_written(platform: &Platform) -> Result<u64> {
    let objects = platform.objects.clone();
    aside(move || objects.clear_half_written()).await
}

/// Removes contents that no transfer, findings, part of an upload or document has named for `orphan_age`; how many.
///
/// An orphan is noted when it is first seen and removed by a later run, so the first run removes nothing.
pub async fn remove_orphans(platform: &Platform, settings: HousekeepingSettings) -> Result<u64> {
    let platform = platform.clone();
    let handle = Handle::current();
    aside(move || {
        let mut removed = 0;
        for (digit, first, end) in RANGES {
            // In this order: what is published and named after the listing is no candidate.
            let mut orphans = platform.objects.list_contents(digit)?;
            let named = handle.block_on(async {
                let mut work = platform.store.read().await?;
                contents::list_named(&mut work, first, end).await
            })?;
            orphans.retain(|digest| !named.contains(digest));
            removed += platform.objects.remove_orphans(
                digit,
                &orphans.into_iter().collect(),
                platform.now(),
                settings.orphan_age,
            )?;
        }
        Ok(removed)
    })
    .await
}

/// Runs file work where it may wait.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| Error::File(std::io::Error::other(error)))?
}
