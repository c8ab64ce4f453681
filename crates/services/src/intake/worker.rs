//! Works off what was received, one transfer after another.

use super::{
    IntakeSettings,
    apply::{apply, resume},
    check::{check, save},
    waiting::take_in_waiting,
};
use crate::Platform;
use kiban_store::{
    Result,
    repo::transfers::{self, TransferRow, TransferState},
};

/// How long a worker that died keeps others waiting.
pub(crate) const LEASE: jiff::SignedDuration = jiff::SignedDuration::from_secs(60);

/// Takes the next transfer and works it off; `None` when there is nothing to do.
pub async fn run_one(platform: &Platform, settings: IntakeSettings) -> Result<Option<TransferRow>> {
    let now = platform.now();
    let claimed = platform
        .store
        .write(move |work| Box::pin(async move { transfers::claim(work, now, now + LEASE).await }))
        .await?;
    let Some(transfer) = claimed else {
        return Ok(None);
    };
    let id = transfer.transfer_id;
    tracing::info!(transfer_id = %id, set = transfer.dataset.as_str(), state = transfer.state.as_str(), "transfer taken up");
    let done = match transfer.state {
        TransferState::Applying => resume(platform, settings, transfer).await?,
        _ => first_time(platform, settings, transfer).await?,
    };
    if done.state == TransferState::Applied {
        take_in_waiting(platform, done.insurer_no, settings).await?;
    }
    tracing::info!(transfer_id = %id, state = done.state.as_str(), rows = done.counts.total, rejected = done.counts.rejected, "transfer worked off");
    Ok(Some(done))
}

async fn first_time(
    platform: &Platform,
    settings: IntakeSettings,
    mut transfer: TransferRow,
) -> Result<TransferRow> {
    if !follows(platform, &transfer).await? {
        transfer.state = TransferState::Refused;
        "gap".clone_into(&mut transfer.code);
        transfer.finished_at = Some(platform.now());
        end(platform, &transfer).await?;
        return Ok(transfer);
    }
    transfer.state = TransferState::Checking;
    save(platform, &transfer).await?;
    let mut checked = check(platform, settings, transfer, true).await?;
    match checked.transfer.state {
        TransferState::Applying => {
            save(platform, &checked.transfer).await?;
            apply(platform, settings, checked).await
        }
        _ => {
            if checked.transfer.state.is_final() {
                checked.transfer.finished_at = Some(platform.now());
            }
            end(platform, &checked.transfer).await?;
            Ok(checked.transfer)
        }
    }
}

/// Its predecessor may have been rejected after this one was accepted: then this one must come again after it.
async fn follows(platform: &Platform, transfer: &TransferRow) -> Result<bool> {
    if transfer.full && transfer.serial == 1 {
        return Ok(true);
    }
    let mut work = platform.store.point().await?;
    let state =
        transfers::find_set_state(&mut work, &transfer.insurer_no, transfer.dataset).await?;
    let last = state.map_or(0, |state| state.last_serial);
    let expected = if last >= 9_999 { 1 } else { last + 1 };
    Ok(transfer.serial == expected)
}

async fn end(platform: &Platform, transfer: &TransferRow) -> Result<()> {
    let transfer = transfer.clone();
    platform
        .store
        .write(move |work| {
            Box::pin(async move { transfers::save_progress(work, &transfer, None).await })
        })
        .await
}

/// Works off whatever is there; how many transfers.
pub async fn work_off(platform: &Platform, settings: IntakeSettings) -> Result<usize> {
    let mut done = 0;
    while run_one(platform, settings).await?.is_some() {
        done += 1;
    }
    Ok(done)
}
