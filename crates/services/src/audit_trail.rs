//! The audit trail at work: sealing, verifying, proving (S-3, X-3).

use crate::Platform;
use kiban_audit::{
    Action, Checkpoint, CheckpointRow, Entry, Finding, Head, LeafRow, NO_INSURER, Receipt, Tally,
    Verifier, VerifyingKey, seal,
};
use kiban_domain::Timestamp;
use kiban_store::{
    AuditLog, Error, Result, Store, Work,
    repo::audit,
    repo::looks::{self, LookRow},
};
use std::collections::HashMap;
use uuid::Uuid;

/// Entries that one checkpoint covers at the most; verification keeps one checkpoint in memory.
const PER_CHECKPOINT: i64 = 4_096;
/// How long an entry may wait for its seal. The sealer runs every few seconds; a delivery's entry may come late.
const TOLERANCE: jiff::SignedDuration = jiff::SignedDuration::from_mins(15);

/// Moves entries of changes from the outbox to the trail. Interrupted at any point, it loses and doubles nothing.
pub async fn move_outbox(platform: &Platform) -> Result<usize> {
    let mut moved = 0;
    loop {
        let entries = audit::list_outbox(&mut platform.store.point().await?, 1_000).await?;
        if entries.is_empty() {
            return Ok(moved);
        }
        moved += entries.len();
        let adopted = entries.clone();
        platform
            .audit
            .seal(move |work| Box::pin(async move { audit::adopt(work, &adopted).await }))
            .await?;
        platform
            .store
            .write::<(), Error, _>(move |work| {
                Box::pin(async move { audit::clear_outbox(work, &entries).await })
            })
            .await?;
    }
}

/// Seals what is new in every lane; how many entries were sealed.
pub async fn seal_all(platform: &Platform) -> Result<usize> {
    move_outbox(platform).await?;
    let mut work = platform.audit.read().await?;
    let lanes = audit::list_lanes(&mut work).await?;
    drop(work);
    let mut sealed = 0;
    for lane in lanes {
        loop {
            let count = seal_lane(platform, &lane).await?;
            sealed += count;
            if count < usize::try_from(PER_CHECKPOINT).unwrap_or(usize::MAX) {
                break;
            }
        }
    }
    Ok(sealed)
}

async fn seal_lane(platform: &Platform, lane: &str) -> Result<usize> {
    let lane = lane.to_owned();
    let key = platform.audit_key.clone();
    let now = platform.now();
    platform
        .audit
        .seal(move |work| {
            Box::pin(async move {
                let head = audit::find_head(work, &lane).await?;
                let previous = match &head {
                    None => None,
                    Some(row) => {
                        Some(Checkpoint::try_from(row).map_err(|error| Error::Corrupt {
                            place: format!("audit_checkpoint of lane {lane}"),
                            reason: error.to_string(),
                        })?)
                    }
                };
                let since = match &previous {
                    None => Uuid::nil(),
                    Some(previous) => audit::first_id_at(previous.sealed_at - TOLERANCE)?,
                };
                let entries = audit::list_unsealed(work, &lane, since, PER_CHECKPOINT).await?;
                if entries.is_empty() {
                    return Ok(0);
                }
                let (checkpoint, leaves) =
                    seal(previous.as_ref(), &entries, &key, now).map_err(|error| {
                        Error::Corrupt {
                            place: format!("audit lane {lane}"),
                            reason: error.to_string(),
                        }
                    })?;
                audit::add_leaves(work, &leaves).await?;
                audit::add_checkpoint(work, &checkpoint.to_row()).await?;
                let found: Vec<LookRow> = entries.iter().filter_map(look_of).collect();
                looks::add(work, &found).await?;
                Ok(entries.len())
            })
        })
        .await
}

/// How the access log finds an entry; `None` for acts that are no look at or change of a person's data, and for a body
/// that does not read as one, which verification reports.
fn look_of(entry: &Entry) -> Option<LookRow> {
    let event = entry.parse().ok()?;
    match event.action {
        Action::IdentityCheck
        | Action::CardLinked
        | Action::CardUnlinked
        | Action::RegisterRelation
        | Action::EndRelation
        | Action::ConfirmRelation
        | Action::HandOver
        | Action::ReadPerson
        | Action::ListPersons
        | Action::ReadDocument
        | Action::WriteDocument
        | Action::Export
        | Action::ConsentChanged
        | Action::EmergencySearch
        | Action::EmergencyOpened
        | Action::EmergencyView
        | Action::EmergencyReviewed
        | Action::AuditRead => Some(LookRow {
            insurer_no: event.lane,
            insured_no: event.insured_no.unwrap_or_default(),
            entry_id: event.id,
            organisation: event.actor.organisation,
            staff: event.actor.staff,
        }),
        Action::CardCheck
        | Action::SignIn
        | Action::SignOut
        | Action::AccountChanged
        | Action::TransferReceived
        | Action::TransferApplied
        | Action::CertificateIssued
        | Action::CertificateRevoked
        | Action::StageChanged
        | Action::SettingChanged
        | Action::EmergencyWindow
        | Action::InquiryRead
        | Action::InquiryHandled
        | Action::ArticleChanged
        | Action::AccountRead
        | Action::RegistrationRead
        | Action::RegistrationMoved
        | Action::SubsidyRead
        | Action::SubsidyMoved
        | Action::PaymentMoved
        | Action::SchemeMoved
        | Action::RouteRefused
        | Action::Other(_) => None,
    }
}

/// When the lane of acts that concern no insurer was last sealed, and how many lanes there are.
///
/// # Errors
///
/// The database only.
pub async fn seals(platform: &Platform) -> Result<(Option<Timestamp>, usize)> {
    let mut work = platform.audit.read().await?;
    let head = audit::find_head(&mut work, NO_INSURER).await?;
    let lanes = audit::list_lanes(&mut work).await?.len();
    Ok((head.and_then(|row| row.sealed_at.parse().ok()), lanes))
}

/// What a verification found.
#[derive(Debug)]
pub struct Verification {
    /// Everything that does not agree, lane by lane.
    pub findings: Vec<Finding>,
    /// How much was looked at.
    pub tally: Tally,
    /// The newest checkpoint of every lane, to be kept elsewhere and given to the next verification.
    pub heads: Vec<Head>,
}

/// Reads the whole trail and compares it with what was signed. Needs no server and no secret, only the public key.
pub async fn verify(
    log: &AuditLog,
    keys: Vec<VerifyingKey>,
    heads: Vec<Head>,
    now: Timestamp,
) -> Result<Verification> {
    let mut work = log.read().await?;
    let mut verifier = Verifier::new(keys, heads, now, TOLERANCE);
    let mut findings = Vec::new();
    let mut newest = Vec::new();
    for lane in audit::list_lanes(&mut work).await? {
        findings.extend(verify_lane(&mut work, &mut verifier, &lane, &mut newest).await?);
    }
    let tally = verifier.tally();
    findings.extend(verifier.finish());
    Ok(Verification {
        findings,
        tally,
        heads: newest,
    })
}

/// Finds lanes whose changes wait in the outbox for longer than a seal takes: whoever moves them on has stopped.
/// [`verify`] cannot see them, since they are not in the trail yet.
pub async fn verify_outbox(store: &Store, now: Timestamp) -> Result<Vec<Finding>> {
    let oldest = audit::oldest_of_outbox(&mut store.read().await?).await?;
    let overdue = oldest.into_iter().filter_map(|(entry, count)| {
        let waited = now.duration_since(entry.at()?);
        (waited > TOLERANCE)
            .then(|| Finding::tail_unsealed(&entry.lane, count.unsigned_abs(), waited))
    });
    Ok(overdue.collect())
}

async fn verify_lane(
    work: &mut Work,
    verifier: &mut Verifier,
    lane: &str,
    newest: &mut Vec<Head>,
) -> Result<Vec<Finding>> {
    let mut lane_verifier = verifier.lane(lane);
    let mut number = i64::MIN;
    let mut next_leaf = i64::MIN;
    loop {
        let page = audit::list_checkpoints(work, lane, number, 1).await?;
        let Some(row) = page.first() else { break };
        number = row.number.saturating_add(1);
        let leaves = leaves_of(work, lane, row, next_leaf).await?;
        if let Some(last) = leaves.last() {
            next_leaf = last.leaf_no.saturating_add(1);
        }
        let entries = entries_of(work, lane, &leaves).await?;
        lane_verifier.checkpoint(row, &leaves, &entries);
        if let Ok(checkpoint) = Checkpoint::try_from(row) {
            newest.retain(|head| head.lane != lane);
            newest.push(Head {
                lane: lane.to_owned(),
                number: checkpoint.number,
                hash: checkpoint.hash(),
            });
        }
    }
    for leaf in audit::list_leaves(work, lane, next_leaf, 1_000).await? {
        lane_verifier.leaf_beyond(&leaf);
    }
    let mut after = Uuid::nil();
    // Every entry that no leaf names, whatever its identifier says.
    loop {
        let page = audit::list_unsealed(work, lane, after, 1_000).await?;
        let Some(last) = page.last() else { break };
        let next = last.id.as_u128().checked_add(1).map(Uuid::from_u128);
        for entry in &page {
            lane_verifier.unsealed(entry);
        }
        match next {
            Some(next) => after = next,
            None => break,
        }
    }
    Ok(lane_verifier.finish())
}

/// The leaves from where the last checkpoint ended to where this one says it ends; a checkpoint that claims an
/// absurd stretch gets what there is, within bounds.
async fn leaves_of(
    work: &mut Work,
    lane: &str,
    row: &CheckpointRow,
    next_leaf: i64,
) -> Result<Vec<LeafRow>> {
    let end = row.first_leaf.saturating_add(row.leaf_count);
    let mut leaves = audit::list_leaves(work, lane, next_leaf, PER_CHECKPOINT + 1).await?;
    leaves.retain(|leaf| leaf.leaf_no < end);
    Ok(leaves)
}

async fn entries_of(work: &mut Work, lane: &str, leaves: &[LeafRow]) -> Result<Vec<Entry>> {
    let mut entries: HashMap<Uuid, Entry> = HashMap::with_capacity(leaves.len());
    // Leaves of one checkpoint lie close together in time: one range of the key brings nearly all of them.
    let bounds = (
        leaves.iter().map(|leaf| leaf.entry_id).min(),
        leaves.iter().map(|leaf| leaf.entry_id).max(),
    );
    if let (Some(first), Some(last)) = bounds {
        let mut after = first
            .as_u128()
            .checked_sub(1)
            .map_or(Uuid::nil(), Uuid::from_u128);
        for _ in 0..4 {
            let page = audit::list_entries(work, lane, after, PER_CHECKPOINT).await?;
            let Some(end) = page.last().map(|entry| entry.id) else {
                break;
            };
            entries.extend(page.into_iter().map(|entry| (entry.id, entry)));
            if end >= last {
                break;
            }
            after = end;
        }
    }
    let mut found = Vec::with_capacity(leaves.len());
    for leaf in leaves {
        match entries.remove(&leaf.entry_id) {
            Some(entry) => found.push(entry),
            None => found.extend(audit::find_entry(work, lane, leaf.entry_id).await?),
        }
    }
    Ok(found)
}

/// A receipt for one entry; `None` when there is no such entry or it waits for its seal.
pub async fn prove(log: &AuditLog, lane: &str, id: Uuid) -> Result<Option<Receipt>> {
    let mut work = log.read().await?;
    let Some(leaf) = audit::find_leaf(&mut work, lane, id).await? else {
        return Ok(None);
    };
    let mut number = i64::MIN;
    loop {
        let page = audit::list_checkpoints(&mut work, lane, number, 100).await?;
        let Some(last) = page.last() else {
            return Ok(None);
        };
        number = last.number.saturating_add(1);
        let Some(row) = page.iter().find(|row| {
            row.first_leaf <= leaf.leaf_no
                && leaf.leaf_no < row.first_leaf.saturating_add(row.leaf_count)
        }) else {
            continue;
        };
        let Ok(checkpoint) = Checkpoint::try_from(row) else {
            return Ok(None);
        };
        let leaves = leaves_of(&mut work, lane, row, row.first_leaf).await?;
        let Some(entry) = audit::find_entry(&mut work, lane, id).await? else {
            return Ok(None);
        };
        let hashes: Option<Vec<_>> = leaves
            .iter()
            .map(|leaf| leaf.leaf_hash.as_slice().try_into().ok())
            .collect();
        let (Some(hashes), Ok(place)) = (hashes, u64::try_from(leaf.leaf_no)) else {
            return Ok(None);
        };
        return Ok(Receipt::prove(entry, place, &hashes, checkpoint).ok());
    }
}
