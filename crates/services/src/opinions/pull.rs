//! What the insurer fetches (D-2, M-3): opinions that wait to be received, in order, at least once.

use super::{CaseError, OPINION, Receipt};
use crate::{CallContext, Platform, receiving::content_bytes};
use kiban_access::asking_insurer;
use kiban_audit::{Action, Entry};
use kiban_store::repo::opinion_submissions::{self, SubmissionRow};

/// The most opinions of an answer.
pub const PULL_MOST: i64 = 100;

/// An opinion as the insurer gets it. No `Debug`.
#[derive(Clone)]
pub struct PulledOpinion {
    /// Its receipt.
    pub receipt: Receipt,
    /// Its row, with the canonical JSON.
    pub row: SubmissionRow,
}

/// A page of opinions. No `Debug`.
pub struct Pulled {
    /// They, in the order of their running numbers.
    pub opinions: Vec<PulledOpinion>,
    /// Where to go on: pass it as `after` next time. Nothing that commits later has a number at or below it.
    pub next: i64,
}

/// The calling insurer's opinions that wait to be received, behind a running number, `most` at most ([`PULL_MOST`] is the limit). What is pulled and not
/// acknowledged comes again when asked for from before it, so nothing is lost by who stops in between.
///
/// # Errors
///
/// [`CaseError::Refused`] for callers that are no insurer; storage.
pub async fn pull(
    platform: &Platform,
    context: &CallContext,
    after: i64,
    most: i64,
) -> Result<Pulled, CaseError> {
    let permit = asking_insurer(&context.caller)?;
    let mut work = platform.store.point().await?;
    let most = most.clamp(1, PULL_MOST);
    let rows = opinion_submissions::list_waiting(&mut work, &permit, after, most).await?;
    drop(work);
    let next = rows.last().map_or(after, |it| it.seq);
    let entries = rows
        .iter()
        .map(|row| entry(platform, context, row, "opinion_pull"));
    platform.audit.append_all(entries.collect()).await?;
    let opinions = rows.into_iter().map(|row| PulledOpinion {
        receipt: Receipt::of(&row, false),
        row,
    });
    Ok(Pulled {
        opinions: opinions.collect(),
        next,
    })
}

/// Receipts of everything that waits to be received, without what is in it; `most` at most.
///
/// # Errors
///
/// As [`pull`].
pub async fn unacknowledged(
    platform: &Platform,
    context: &CallContext,
    most: i64,
) -> Result<Vec<Receipt>, CaseError> {
    let permit = asking_insurer(&context.caller)?;
    let mut work = platform.store.point().await?;
    let rows = opinion_submissions::list_waiting(&mut work, &permit, 0, most).await?;
    Ok(rows.iter().map(|row| Receipt::of(row, false)).collect())
}

/// One opinion of the calling insurer by its receipt, in whatever state, with its PDF where it has one.
///
/// # Errors
///
/// [`CaseError::NotFound`] for receipts of others.
pub async fn find_opinion(
    platform: &Platform,
    context: &CallContext,
    receipt_no: &str,
) -> Result<(PulledOpinion, Option<Vec<u8>>), CaseError> {
    let permit = asking_insurer(&context.caller)?;
    let seq = Receipt::seq_of(receipt_no, permit.insurer_no().as_str());
    let seq = seq.ok_or(CaseError::NotFound)?;
    let mut work = platform.store.point().await?;
    let row = opinion_submissions::find_by_seq(&mut work, &permit, seq).await?;
    drop(work);
    let row = row.ok_or(CaseError::NotFound)?;
    let pdf = match &row.pdf {
        Some(content) => Some(content_bytes(platform, content).await?),
        None => None,
    };
    let entry = entry(platform, context, &row, "opinion_open");
    platform.audit.append(entry).await?;
    let receipt = Receipt::of(&row, false);
    Ok((PulledOpinion { receipt, row }, pdf))
}

/// The record of one opinion being given out.
pub(super) fn entry(
    platform: &Platform,
    context: &CallContext,
    row: &SubmissionRow,
    purpose: &'static str,
) -> Entry {
    context
        .event(platform, row.insurer_no.as_str(), Action::ReadDocument)
        .about(row.insured_no.as_str())
        .purpose(purpose)
        .ground(format!("opinion_request:{}", row.case_id))
        .shown([OPINION], row.document.as_bytes())
        .to_entry()
}
