//! What a contractor asked for and did not get.

use crate::{CallContext, Platform};
use kiban_audit::{Action, NO_INSURER};

/// Records that a contractor asked for a route that is closed to contractors; `route` is its method and pattern, never an address,
/// which may name a person.
///
/// # Errors
///
/// The database only.
pub async fn note_closed(
    platform: &Platform,
    context: &CallContext,
    route: String,
) -> Result<(), kiban_store::Error> {
    let entry = context
        .event(platform, NO_INSURER, Action::RouteRefused)
        .ground(route)
        .refused("contractor")
        .to_entry();
    platform
        .store
        .write(move |work| Box::pin(async move { work.record(&entry).await }))
        .await
}
