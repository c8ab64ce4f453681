//! Takes in rows whose insured person has come meanwhile (M-1).

use super::{IntakeSettings, apply::take_in};
use crate::Platform;
use kiban_domain::InsurerNumber;
use kiban_exchange::municipal::{Op, Row};
use kiban_store::{
    Error, Result, Work,
    repo::{
        facts::Recorded,
        insurers, transfers,
        waiting::{self, WaitingRow},
    },
};

/// Takes in what is ready of every insurer; how many rows.
///
/// A file's end and the rows it makes ready are separate transactions, so a program that is killed between them leaves
/// ready rows behind. Run this when a worker starts; on a platform without such rows it changes nothing.
pub async fn take_in_left(platform: &Platform, settings: IntakeSettings) -> Result<u64> {
    let insurers = insurers::list(&mut platform.store.point().await?).await?;
    let mut taken = 0;
    for insurer in insurers {
        taken += take_in_waiting(platform, insurer.insurer_no, settings).await?;
    }
    Ok(taken)
}

/// Takes in an insurer's rows whose person is known now; how many.
pub(super) async fn take_in_waiting(
    platform: &Platform,
    insurer_no: InsurerNumber,
    settings: IntakeSettings,
) -> Result<u64> {
    let limit = i64::try_from(settings.batch_rows).unwrap_or(1_000);
    let mut taken = 0;
    loop {
        let mut work = platform.store.point().await?;
        let ready = waiting::list_ready(&mut work, insurer_no.as_str(), 1).await?;
        drop(work);
        if ready.is_empty() {
            return Ok(taken);
        }
        let (today, now, inside) = (platform.today(), platform.now(), platform.clone());
        taken += platform
            .store
            .write::<u64, Error, _>(move |work| {
                Box::pin(async move {
                    // Another worker may be at the same rows: one after the other, and each looks anew.
                    insurers::take_turn(work, &insurer_no).await?;
                    let Some(batch) = next_batch(work, &insurer_no, limit).await? else {
                        return Ok(0);
                    };
                    let (insurer, first) = (insurer_no.as_str(), &batch[0]);
                    if let Some(mut transfer) =
                        transfers::find(work, &insurer_no, first.transfer_id).await?
                    {
                        let recorded = Recorded {
                            by: first.transfer_id,
                            at: now,
                        };
                        let rows = batch.iter().filter_map(row_of).collect::<Vec<_>>();
                        transfer.counts.waiting -= i64::try_from(batch.len()).unwrap_or(0);
                        take_in(work, &inside, &mut transfer, &rows, recorded, today).await?;
                        transfers::save_progress(work, &transfer, None).await?;
                    }
                    waiting::remove(work, insurer, &batch).await?;
                    Ok(batch.len() as u64)
                })
            })
            .await?;
    }
}

/// Ready rows of one set and one delivery, so that records keep their origin; never an empty batch.
async fn next_batch(
    work: &mut Work,
    insurer_no: &InsurerNumber,
    limit: i64,
) -> Result<Option<Vec<WaitingRow>>> {
    let mut ready = waiting::list_ready(work, insurer_no.as_str(), limit).await?;
    let Some(first) = ready.first() else {
        return Ok(None);
    };
    let origin = (first.dataset, first.transfer_id);
    ready.retain(|row| (row.dataset, row.transfer_id) == origin);
    Ok(Some(ready))
}

fn row_of(row: &WaitingRow) -> Option<Row> {
    Some(Row {
        line: u64::try_from(row.line).unwrap_or(0),
        op: if row.cancels { Op::Cancel } else { Op::Upsert },
        insured_no: row.insured_no.parse().ok()?,
        record_key: row.record_key.clone(),
        history_no: row.history_no,
        updated_at: row.updated_at,
        valid_from: Some(row.valid_from),
        valid_to: Some(row.valid_to),
        body: row.body.clone(),
        warnings: Vec::new(),
    })
}
