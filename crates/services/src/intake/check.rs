//! The first pass: reads and checks every row, weighs what would change, writes nothing to the records.

use super::{
    IntakeSettings,
    decide::digest_of_row,
    plan::Plan,
    report::{FindingLine, FindingWriter},
};
use crate::Platform;
use kiban_exchange::municipal::{Encoding, FileName, Op, Outcome, Reader};
use kiban_store::{
    Error, Result,
    repo::{
        facts::{self, FactState},
        transfers::{self, TransferRow, TransferState},
    },
};
use std::{borrow::Cow, collections::HashSet, io::BufReader};
use tokio::runtime::Handle;

/// What the first pass found.
pub(crate) struct Checked {
    /// The transfer with its counts and the state it goes to.
    pub(crate) transfer: TransferRow,
    /// Lines that repeat a key: the second pass passes them over.
    pub(crate) duplicates: HashSet<u64>,
    /// For a full file over standing records: which of them it does not name.
    pub(crate) plan: Option<Plan>,
}

/// Rows between two marks of progress.
const PROGRESS_ROWS: i64 = 20_000;

pub(crate) fn reader_of(
    platform: &Platform,
    transfer: &TransferRow,
) -> Result<Reader<BufReader<std::fs::File>>> {
    let name: FileName = transfer.file_name.parse().map_err(|error| Error::Corrupt {
        place: "transfer.file_name".into(),
        reason: format!("{error}"),
    })?;
    let encoding = if transfer.ms932 {
        Encoding::Ms932
    } else {
        Encoding::Utf8
    };
    let input =
        BufReader::with_capacity(1 << 16, platform.objects.open_content(&transfer.content)?);
    Ok(Reader::new(input, &name, encoding))
}

/// Runs the first pass on a thread of its own; `decide` is off when an interrupted second pass goes on.
pub(crate) async fn check(
    platform: &Platform,
    settings: IntakeSettings,
    transfer: TransferRow,
    decide: bool,
) -> Result<Checked> {
    let platform = platform.clone();
    let handle = Handle::current();
    tokio::task::spawn_blocking(move || run(&platform, settings, transfer, decide, &handle))
        .await
        .map_err(|error| Error::File(std::io::Error::other(error)))?
}

fn run(
    platform: &Platform,
    settings: IntakeSettings,
    mut transfer: TransferRow,
    decide: bool,
    handle: &Handle,
) -> Result<Checked> {
    let standing = handle.block_on(standing_count(platform, &transfer))?;
    let mut plan = Plan::open(
        platform
            .objects
            .scratch(&format!("plan-{}", transfer.transfer_id))?,
    )?;
    let mut reader = reader_of(platform, &transfer)?;
    let mut findings = FindingWriter::new(
        platform
            .objects
            .stage(&format!("findings-{}", transfer.transfer_id))?,
    );
    let (mut total, mut rejected) = (0_i64, 0_i64);
    while let Some(outcome) = reader.next()? {
        total += 1;
        match outcome {
            Outcome::Row(row) => {
                // A cancelling row never equals what stands.
                let digest = match row.op {
                    Op::Upsert if standing > 0 => digest_of_row(&row),
                    Op::Upsert | Op::Cancel => [0; 16],
                };
                plan.row(row.insured_no.as_str(), &row.record_key, row.line, &digest)?;
                for finding in row.warnings {
                    findings.write(&finding.into())?;
                }
            }
            Outcome::Rejected(errors) => {
                rejected += 1;
                for finding in errors {
                    findings.write(&finding.into())?;
                }
            }
        }
        if decide && total % PROGRESS_ROWS == 0 {
            transfer.counts.progress = total;
            transfer.counts.rejected = rejected;
            transfer.state = TransferState::Checking;
            handle.block_on(save(platform, &transfer))?;
        }
    }
    let header_failed = reader.header_failed();
    for finding in reader.file_findings() {
        findings.write(&finding.clone().into())?;
    }
    if standing > 0 && weigh_against_records(&transfer, total, standing, settings) {
        handle.block_on(note_standing(platform, &transfer, &mut plan))?;
    }
    let most = usize::try_from(total * settings.reject_per_mille / 1_000)
        .unwrap_or(usize::MAX)
        .saturating_add(1_000);
    let weighed = plan.weigh(most)?;
    for (line, first) in &weighed.duplicates {
        findings.write(&duplicate(*line, *first))?;
    }
    rejected += i64::try_from(weighed.duplicate_count).unwrap_or(i64::MAX);
    transfer.counts.total = total;
    transfer.counts.rejected = rejected;
    transfer.counts.progress = 0;
    transfer.findings = findings.publish()?;
    if decide {
        let moved = weighed.changed + if transfer.full { weighed.absent } else { 0 };
        judge(
            &mut transfer,
            settings,
            header_failed,
            standing,
            i64::try_from(moved).unwrap_or(i64::MAX),
        );
    }
    let duplicates = weighed.duplicates.iter().map(|(line, _)| *line).collect();
    let plan = (transfer.full && standing > 0).then_some(plan);
    Ok(Checked {
        transfer,
        duplicates,
        plan,
    })
}

/// Where the transfer goes: rejected, held, or on to the second pass.
fn judge(
    transfer: &mut TransferRow,
    settings: IntakeSettings,
    header_failed: bool,
    standing: i64,
    moved: i64,
) {
    let counts = &transfer.counts;
    let (state, code) = if header_failed {
        (TransferState::Rejected, "header")
    } else if counts.rejected * 1_000 > counts.total * settings.reject_per_mille {
        (TransferState::Rejected, "too_many_rejected")
    } else if standing >= settings.brake_from && moved * 100 > standing * settings.brake_percent {
        (TransferState::Held, "mass_change")
    } else {
        (TransferState::Applying, "")
    };
    transfer.state = state;
    code.clone_into(&mut transfer.code);
}

/// A small differential file cannot reach the brake, so the records need not be read for it.
fn weigh_against_records(
    transfer: &TransferRow,
    total: i64,
    standing: i64,
    settings: IntakeSettings,
) -> bool {
    transfer.full
        || (standing >= settings.brake_from && total * 100 > standing * settings.brake_percent)
}

fn duplicate(line: u64, first: u64) -> FindingLine {
    FindingLine {
        line,
        column: None,
        item: None,
        code: Cow::Borrowed("duplicate_key"),
        severity: Cow::Borrowed("error"),
        message: format!(
            "{first}行目と同じ記録（被保険者番号と履歴番号などの組）です。どちらか一方だけを送信してください"
        ),
    }
}

async fn standing_count(platform: &Platform, transfer: &TransferRow) -> Result<i64> {
    let mut work = platform.store.point().await?;
    let state =
        transfers::find_set_state(&mut work, &transfer.insurer_no, transfer.dataset).await?;
    Ok(state.map_or(0, |state| state.live_count))
}

async fn note_standing(platform: &Platform, transfer: &TransferRow, plan: &mut Plan) -> Result<()> {
    let mut work = platform.store.read().await?;
    let (insurer_no, dataset) = (transfer.insurer_no, transfer.dataset.number());
    facts::scan_standing(
        &mut work,
        insurer_no.as_str(),
        dataset,
        |insured_no, record_key, digest, state| {
            if state == FactState::Live {
                plan.standing(insured_no, record_key, digest)?;
            }
            Ok(())
        },
    )
    .await
}

/// Writes progress and keeps the lease.
pub(crate) async fn save(platform: &Platform, transfer: &TransferRow) -> Result<()> {
    let until = platform.now() + super::worker::LEASE;
    let transfer = transfer.clone();
    platform
        .store
        .write(move |work| {
            Box::pin(async move { transfers::save_progress(work, &transfer, Some(until)).await })
        })
        .await
}
