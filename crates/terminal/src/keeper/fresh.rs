//! Renewal in a running program.

use std::sync::Arc;
use std::time::Duration;

use kiban_card::wire::RenewRole;

use super::{Contact, Keeper, Kept};
use crate::door::{DoorError, Settings};
use crate::window::Board;

/// How often a running program looks whether it is time to renew.
const LOOK_EVERY: Duration = Duration::from_hours(6);

/// How soon it tries again when renewing failed.
const AGAIN_AFTER: Duration = Duration::from_mins(10);

/// Keeps one identity fresh for as long as it is polled; `replace` puts a renewed one into the running connection.
pub async fn keep_fresh(
    keeper: Keeper,
    role: RenewRole,
    board: Arc<Board>,
    replace: impl Fn(&Settings) -> Result<(), DoorError>,
) {
    loop {
        let pause = match keeper.keep(role, false).await {
            Ok(Kept::Lasts) => LOOK_EVERY,
            Ok(Kept::Renewed) => {
                put_in(&keeper, role, &replace);
                board.note_renewal(Some("新しい証明書に切り替えました"));
                LOOK_EVERY
            }
            Ok(Kept::Waiting) => AGAIN_AFTER,
            Err(failure) => {
                tracing::warn!(%failure, "the certificate was not renewed");
                board.note_renewal(Some(
                    "更新できていません。自動でやり直します。続くときは「点検する」を押してください",
                ));
                AGAIN_AFTER
            }
        };
        tokio::time::sleep(pause).await;
    }
}

fn put_in(keeper: &Keeper, role: RenewRole, replace: &impl Fn(&Settings) -> Result<(), DoorError>) {
    let settings = match keeper.current(role) {
        Ok(Some(identity)) => identity.settings(keeper.clock()),
        Ok(None) => return,
        Err(error) => {
            tracing::warn!(%error, "the renewed certificate cannot be read");
            return;
        }
    };
    match replace(&settings) {
        Ok(()) => tracing::info!("the renewed certificate is in use"),
        Err(error) => tracing::warn!(%error, "the renewed certificate cannot be used"),
    }
}

/// Notes for `status` when the server answered, for as long as it is polled.
pub async fn note_contacts(keeper: Keeper, board: Arc<Board>) {
    let mut noted = None;
    loop {
        if let Some((greeting, at)) = board.greeting()
            && noted != Some(at)
        {
            noted = Some(at);
            let contact = Contact {
                at: at.to_string(),
                newest_version: greeting.told.newest_version,
            };
            if let Err(error) = keeper.note_contact(&contact) {
                tracing::warn!(%error, "the contact was not noted");
            }
        }
        tokio::time::sleep(Duration::from_secs(5)).await;
    }
}
