//! The second pass: takes the good rows in, a batch a transaction, together with the progress mark.

use super::{
    IntakeSettings,
    check::{self, Checked, reader_of},
    decide::{Step, decide, digest_of},
};
use crate::{Platform, consents::effect, eligibility::compose, opinions, progress};
use kiban_audit::{Action, Actor, Door, Event};
use kiban_domain::{DataSet, Date, InsurerNumber, opinion_case::OpinionRequest};
use kiban_exchange::municipal::{
    Op, Outcome, Row,
    record::{OpinionRequestRecord, RequestKeyRecord},
};
use kiban_store::{
    Error, Result, Work,
    repo::{
        consents::{self, ConsentEntry},
        eligibility,
        facts::{self, FactRow, FactState, NewFact, Recorded},
        insurers,
        opinions::list_stages,
        progress as watching,
        relations::FOREVER,
        transfers::{self, SetStateRow, TransferRow, TransferState},
        waiting::{self, WaitingRow},
    },
};
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};
use tokio::sync::mpsc;

/// A batch of rows and how many rows of the file lie behind its end.
struct Batch {
    rows: Vec<Row>,
    end: i64,
}

/// Takes a checked transfer in, from where its progress mark stands.
pub(crate) async fn apply(
    platform: &Platform,
    settings: IntakeSettings,
    checked: Checked,
) -> Result<TransferRow> {
    let Checked {
        mut transfer,
        duplicates,
        plan,
    } = checked;
    let (sender, mut batches) = mpsc::channel(2);
    let reading = {
        let (platform, transfer) = (platform.clone(), transfer.clone());
        tokio::task::spawn_blocking(move || {
            read_batches(&platform, settings, &transfer, &duplicates, &sender)
        })
    };
    while let Some(batch) = batches.recv().await {
        transfer = apply_batch(platform, transfer, batch).await?;
    }
    reading
        .await
        .map_err(|error| Error::File(std::io::Error::other(error)))??;
    if let Some(mut plan) = plan {
        for n in 0..super::plan::Plan::BATCHES {
            let absent = plan.absent(n)?;
            for keys in absent.chunks(settings.batch_rows) {
                transfer = close_batch(platform, transfer, keys.to_vec()).await?;
            }
        }
    }
    finish(platform, transfer).await
}

/// Reads the file anew on a thread of its own, so that parsing and writing overlap.
fn read_batches(
    platform: &Platform,
    settings: IntakeSettings,
    transfer: &TransferRow,
    duplicates: &HashSet<u64>,
    sender: &mpsc::Sender<Batch>,
) -> Result<()> {
    let mut reader = reader_of(platform, transfer)?;
    let mut rows = Vec::with_capacity(settings.batch_rows);
    let mut at = 0_i64;
    while let Some(outcome) = reader.next()? {
        at += 1;
        if at <= transfer.counts.progress {
            continue;
        }
        if let Outcome::Row(row) = outcome
            && !duplicates.contains(&row.line)
        {
            rows.push(row);
        }
        if rows.len() == settings.batch_rows {
            let full = std::mem::replace(&mut rows, Vec::with_capacity(settings.batch_rows));
            if sender
                .blocking_send(Batch {
                    rows: full,
                    end: at,
                })
                .is_err()
            {
                return Ok(());
            }
        }
    }
    let _ = sender.blocking_send(Batch { rows, end: at });
    Ok(())
}

async fn apply_batch(
    platform: &Platform,
    transfer: TransferRow,
    batch: Batch,
) -> Result<TransferRow> {
    let today = platform.today();
    let recorded = Recorded {
        by: transfer.transfer_id,
        at: platform.now(),
    };
    let until = platform.now() + super::worker::LEASE;
    let inside = platform.clone();
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                let mut transfer = transfer;
                let rows = Arc::new(batch.rows);
                take_in(work, &inside, &mut transfer, &rows, recorded, today).await?;
                transfer.counts.progress = batch.end;
                transfers::save_progress(work, &transfer, Some(until)).await?;
                Ok(transfer)
            })
        })
        .await
}

/// Takes rows of one set in and keeps the read model of the persons they touch.
pub(super) async fn take_in(
    work: &mut Work,
    platform: &Platform,
    transfer: &mut TransferRow,
    rows: &[Row],
    recorded: Recorded,
    today: Date,
) -> Result<()> {
    let insurer_no = transfer.insurer_no;
    let (insurer, set) = (insurer_no.as_str(), transfer.dataset);
    let keys: Vec<_> = rows
        .iter()
        .map(|row| (row.insured_no.as_str(), row.record_key.as_str()))
        .collect();
    let standings = facts::compare(work, insurer, set.number(), &keys).await?;

    let mut new = Vec::with_capacity(rows.len());
    let mut superseded = Vec::new();
    let mut waits = Vec::new();
    let mut unknown_persons: HashSet<&str> = HashSet::new();
    let mut touched: Vec<&str> = Vec::new();
    let mut live_change = 0_i64;
    let counts = &mut transfer.counts;
    for (row, standing) in rows.iter().zip(&standings) {
        let insured_no = row.insured_no.as_str();
        let was_live = standing
            .current
            .as_ref()
            .is_some_and(|version| version.state == FactState::Live);
        match decide(row, set != DataSet::Insured, standing) {
            Step::Keep => {
                counts.unchanged += 1;
                continue;
            }
            Step::Wait => {
                counts.waiting += 1;
                waits.push(waiting_row(row, set, recorded));
                continue;
            }
            Step::Insert(fact) => {
                counts.inserted += 1;
                live_change += 1;
                new.push(fact);
            }
            Step::Replace(version, fact) => {
                counts.updated += 1;
                live_change += i64::from(!was_live);
                superseded.push((insured_no, row.record_key.as_str(), version));
                new.push(fact);
            }
            Step::Cancel(version, fact) => {
                counts.ended += 1;
                live_change -= i64::from(was_live);
                superseded.push((insured_no, row.record_key.as_str(), version));
                new.push(fact);
            }
        }
        // Who was cancelled and comes back has records and consents from before.
        if standing.person_known || standing.current.is_some() {
            touched.push(insured_no);
        } else {
            unknown_persons.insert(insured_no);
        }
    }
    facts::supersede(work, insurer, set.number(), recorded, &superseded).await?;
    facts::add(work, insurer, set.number(), recorded, &new).await?;
    if set == DataSet::OpinionRequest {
        take_requests(work, platform, insurer_no, &new).await?;
    }
    waiting::save(work, insurer, &waits).await?;
    if live_change != 0 {
        transfers::add_live(work, &insurer_no, set, transfer.base_date, live_change).await?;
    }
    compose_unknown(work, insurer, set, &unknown_persons, &new, recorded, today).await?;
    touched.sort_unstable();
    touched.dedup();
    rebuild_and_tell(work, insurer, set, &touched, recorded, today).await
}

/// Makes of records of requests the requests that institutions see. A row that ended, because a full file does not name it, leaves its request as it is.
async fn take_requests(
    work: &mut Work,
    platform: &Platform,
    insurer_no: InsurerNumber,
    new: &[NewFact],
) -> Result<()> {
    // Who moves a request and composes its person anew takes the insurer's turn first, everywhere in this order.
    insurers::take_turn(work, &insurer_no).await?;
    for fact in new {
        let corrupt = |reason: String| Error::Corrupt {
            place: "fact.body".into(),
            reason,
        };
        let key: RequestKeyRecord =
            serde_json::from_str(&fact.body).map_err(|error| corrupt(error.to_string()))?;
        let insured_no = fact.insured_no.parse();
        let insured_no = insured_no.map_err(|_| corrupt("insured_no".into()))?;
        let key = key
            .of(insurer_no, insured_no)
            .map_err(|error| corrupt(error.to_string()))?;
        match fact.state {
            FactState::Live => {
                let record: OpinionRequestRecord =
                    serde_json::from_str(&fact.body).map_err(|error| corrupt(error.to_string()))?;
                let request = OpinionRequest::try_from(&record);
                let request = request.map_err(|error| corrupt(error.to_string()))?;
                opinions::take_request(work, platform, &key, &request).await?;
            }
            FactState::Cancelled => opinions::take_cancellation(work, platform, &key).await?,
            FactState::Closed => {}
        }
    }
    Ok(())
}

/// Composes persons anew whose records of `set` changed, and tells whose application has moved on by it.
async fn rebuild_and_tell(
    work: &mut Work,
    insurer_no: &str,
    set: DataSet,
    insured_nos: &[&str],
    recorded: Recorded,
    today: Date,
) -> Result<()> {
    // How far an application is follows from these two sets alone, so no other delivery pays for the question.
    if !matches!(set, DataSet::Application | DataSet::OpinionRequest) {
        return rebuild_persons(work, insurer_no, insured_nos, today).await;
    }
    let before = watching::list_watched(work, insurer_no, insured_nos, today).await?;
    rebuild_persons(work, insurer_no, insured_nos, today).await?;
    progress::tell(work, insurer_no, insured_nos, &before, recorded.at, today).await
}

/// A person whom the platform did not know has no records but those of this batch, so they need not be read back.
async fn compose_unknown(
    work: &mut Work,
    insurer_no: &str,
    set: DataSet,
    persons: &HashSet<&str>,
    new: &[NewFact],
    recorded: Recorded,
    today: Date,
) -> Result<()> {
    if persons.is_empty() {
        return Ok(());
    }
    let mut facts: HashMap<&str, Vec<FactRow>> = HashMap::with_capacity(persons.len());
    for fact in new
        .iter()
        .filter(|fact| persons.contains(fact.insured_no.as_str()))
    {
        facts
            .entry(fact.insured_no.as_str())
            .or_default()
            .push(kept(fact, set, recorded));
    }
    let mut rows: Vec<_> = facts
        .iter()
        .filter_map(|(insured_no, facts)| compose(facts, today).into_row(insured_no))
        .collect();
    // In key order the pages of the table are filled one after the other.
    rows.sort_unstable_by(|a, b| a.insured_no.cmp(&b.insured_no));
    eligibility::add(work, insurer_no, &rows).await
}

fn kept(fact: &NewFact, set: DataSet, recorded: Recorded) -> FactRow {
    FactRow {
        insured_no: fact.insured_no.clone(),
        dataset: set.number(),
        record_key: fact.record_key.clone(),
        valid_from: fact.valid_from,
        valid_to: fact.valid_to,
        history_no: fact.history_no,
        updated_at: fact.updated_at,
        recorded_at: recorded.at,
        state: fact.state,
        body: fact.body.clone(),
    }
}

/// Composes the rows of the read model of some persons anew from their standing records and what offices recorded.
///
/// Several units of work may compose the same person at once, a delivery and the withdrawal of a consent, say. The last
/// to write must have seen what the others wrote, so each waits for its turn before it reads.
pub async fn rebuild_persons(
    work: &mut Work,
    insurer_no: &str,
    insured_nos: &[&str],
    today: Date,
) -> Result<()> {
    if insured_nos.is_empty() {
        return Ok(());
    }
    if let Ok(insurer_no) = insurer_no.parse() {
        insurers::take_turn(work, &insurer_no).await?;
    }
    let mut facts: HashMap<String, Vec<FactRow>> = HashMap::with_capacity(insured_nos.len());
    for fact in facts::list_standing(work, insurer_no, insured_nos).await? {
        facts.entry(fact.insured_no.clone()).or_default().push(fact);
    }
    let mut entries: HashMap<String, Vec<ConsentEntry>> = HashMap::new();
    for entry in consents::list_standing(work, insurer_no, insured_nos).await? {
        let insured_no = entry.person.insured_no.as_str().to_owned();
        entries.entry(insured_no).or_default().push(entry);
    }
    for (insured_no, entries) in &entries {
        if let Some(facts) = facts.get_mut(insured_no) {
            effect::join(facts, entries);
        }
    }
    for stage in list_stages(work, insurer_no, insured_nos).await? {
        if let Some(facts) = facts.get_mut(&stage.insured_no) {
            opinions::join_stages(facts, &[stage]);
        }
    }
    let mut rows = Vec::with_capacity(insured_nos.len());
    let mut gone = Vec::new();
    for insured_no in insured_nos {
        let known = facts.get(*insured_no).map_or(&[][..], Vec::as_slice);
        match compose(known, today).into_row(insured_no) {
            Some(row) => rows.push(row),
            None => gone.push(*insured_no),
        }
    }
    eligibility::save(work, insurer_no, &rows).await?;
    eligibility::remove(work, insurer_no, &gone).await
}

fn waiting_row(row: &Row, set: DataSet, recorded: Recorded) -> WaitingRow {
    WaitingRow {
        dataset: set.number(),
        insured_no: row.insured_no.as_str().to_owned(),
        record_key: row.record_key.clone(),
        transfer_id: recorded.by,
        line: i64::try_from(row.line).unwrap_or(i64::MAX),
        cancels: row.op == Op::Cancel,
        valid_from: row.valid_from.unwrap_or(super::decide::ALWAYS),
        valid_to: row.valid_to.unwrap_or(FOREVER),
        history_no: row.history_no,
        updated_at: row.updated_at,
        waiting_since: recorded.at,
        body: row.body.clone(),
    }
}

/// Ends records that a full file does not name, with the day before its reference date. They are closed, never erased.
async fn close_batch(
    platform: &Platform,
    transfer: TransferRow,
    keys: Vec<(String, String)>,
) -> Result<TransferRow> {
    let today = platform.today();
    let recorded = Recorded {
        by: transfer.transfer_id,
        at: platform.now(),
    };
    let until = platform.now() + super::worker::LEASE;
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                let mut transfer = transfer;
                let (insurer_no, set) = (transfer.insurer_no, transfer.dataset);
                let last_day = transfer.base_date.yesterday().unwrap_or(transfer.base_date);
                let named: Vec<_> = keys.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
                let standing =
                    facts::list_by_keys(work, insurer_no.as_str(), set.number(), &named).await?;
                let standing: Vec<_> = standing
                    .into_iter()
                    .filter(|(fact, _)| fact.state == FactState::Live)
                    .collect();
                let new: Vec<NewFact> = standing
                    .iter()
                    .map(|(fact, version)| closed(fact, *version, last_day))
                    .collect();
                let superseded: Vec<_> = standing
                    .iter()
                    .map(|(fact, version)| {
                        (fact.insured_no.as_str(), fact.record_key.as_str(), *version)
                    })
                    .collect();
                facts::supersede(
                    work,
                    insurer_no.as_str(),
                    set.number(),
                    recorded,
                    &superseded,
                )
                .await?;
                facts::add(work, insurer_no.as_str(), set.number(), recorded, &new).await?;
                let ended = i64::try_from(new.len()).unwrap_or(i64::MAX);
                transfers::add_live(work, &insurer_no, set, transfer.base_date, -ended).await?;
                transfer.counts.ended += ended;
                let mut touched: Vec<&str> =
                    new.iter().map(|fact| fact.insured_no.as_str()).collect();
                touched.sort_unstable();
                touched.dedup();
                rebuild_and_tell(work, insurer_no.as_str(), set, &touched, recorded, today).await?;
                transfers::save_progress(work, &transfer, Some(until)).await?;
                Ok(transfer)
            })
        })
        .await
}

fn closed(fact: &FactRow, version: i64, last_day: Date) -> NewFact {
    // A record that would begin after its end was never true as far as the insurer now says.
    let state = if fact.valid_from > last_day {
        FactState::Cancelled
    } else {
        FactState::Closed
    };
    let valid_to = fact.valid_to.min(last_day).max(fact.valid_from);
    NewFact {
        insured_no: fact.insured_no.clone(),
        record_key: fact.record_key.clone(),
        version: version + 1,
        valid_from: fact.valid_from,
        valid_to,
        history_no: fact.history_no,
        updated_at: fact.updated_at,
        state,
        digest: digest_of(
            state,
            fact.valid_from,
            valid_to,
            fact.history_no,
            &fact.body,
        )
        .to_vec(),
        body: fact.body.clone(),
    }
}

async fn finish(platform: &Platform, mut transfer: TransferRow) -> Result<TransferRow> {
    let now = platform.now();
    transfer.state = TransferState::Applied;
    transfer.finished_at = Some(now);
    let actor = Actor::new(Door::System, "intake");
    let event = Event::new(
        platform.id(),
        now,
        transfer.insurer_no.as_str(),
        actor,
        Action::TransferApplied,
    )
    .ground(format!("transfer:{}", transfer.transfer_id));
    let entry = event.to_entry();
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                let state =
                    transfers::find_set_state(work, &transfer.insurer_no, transfer.dataset).await?;
                let state = SetStateRow {
                    last_serial: transfer.serial,
                    last_base_date: transfer.base_date,
                    live_count: state.map_or(0, |state| state.live_count),
                };
                transfers::save_set_state(work, &transfer.insurer_no, transfer.dataset, &state)
                    .await?;
                transfers::save_progress(work, &transfer, None).await?;
                work.record(&entry).await?;
                Ok(transfer)
            })
        })
        .await
}

/// Goes on with a transfer whose second pass was interrupted.
pub(crate) async fn resume(
    platform: &Platform,
    settings: IntakeSettings,
    transfer: TransferRow,
) -> Result<TransferRow> {
    let progress = transfer.counts;
    let findings = transfer.findings.clone();
    let mut checked = check::check(platform, settings, transfer, false).await?;
    // What was counted before the interruption stays; the first pass only rebuilds what it knows of the file.
    let (total, rejected) = (
        checked.transfer.counts.total,
        checked.transfer.counts.rejected,
    );
    checked.transfer.counts = progress;
    checked.transfer.counts.total = total;
    checked.transfer.counts.rejected = rejected;
    if findings.is_some() {
        checked.transfer.findings = findings;
    }
    apply(platform, settings, checked).await
}
