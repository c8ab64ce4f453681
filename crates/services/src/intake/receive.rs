//! Accepting a file: its name, its number, and whether it came before.

use crate::{CallContext, Platform};
use kiban_access::Caller;
use kiban_audit::Action;
use kiban_domain::{DataSet, InsurerNumber};
use kiban_exchange::municipal::{Encoding, FileName, LoadMode};
use kiban_store::{
    Work,
    repo::{
        insurers,
        transfers::{self, TransferCounts, TransferRow, TransferState},
    },
};
use uuid::Uuid;

/// The sets that are taken in.
pub const SUPPORTED: [DataSet; 13] = [
    DataSet::Insured,
    DataSet::InsuredCard,
    DataSet::BenefitRestriction,
    DataSet::CareManagerNotice,
    DataSet::CostShare,
    DataSet::BurdenLimit,
    DataSet::Reduction,
    DataSet::Application,
    DataSet::OpinionRequest,
    DataSet::Certification,
    DataSet::HomeModification,
    DataSet::AssistivePurchase,
    DataSet::Consent,
];

/// A file that lies whole in the object store.
#[derive(Debug, Clone)]
pub struct Incoming {
    /// Its parsed name.
    pub name: FileName,
    /// Its encoding as the sender says.
    pub encoding: Encoding,
    /// Its name in the object store.
    pub content: String,
    /// Its size in bytes.
    pub size_bytes: i64,
}

/// A file that was accepted.
#[derive(Debug)]
pub struct Accepted {
    /// The transfer.
    pub transfer: TransferRow,
    /// Whether the same file had come before and was taken in, or is about to be; nothing new was begun.
    pub already: bool,
}

/// Why a file was not accepted.
#[derive(Debug, thiserror::Error)]
pub enum ReceiveError {
    /// The file names another insurer than the certificate.
    #[error("the file names another insurer")]
    OtherInsurer,
    /// The platform does not know the insurer.
    #[error("the insurer is not known")]
    UnknownInsurer,
    /// The set is not taken in by this route.
    #[error("the set is not taken in")]
    UnsupportedSet,
    /// The reference date lies in the future.
    #[error("the reference date lies in the future")]
    FutureBaseDate,
    /// The reference date lies before that of the file before.
    #[error("the reference date lies before the last one")]
    OldBaseDate,
    /// A number was left out.
    #[error("a number was left out: expected {expected}")]
    Gap {
        /// The number that should have come.
        expected: i64,
    },
    /// Another content came under the same number.
    #[error("another content came under the same number")]
    SerialConflict {
        /// The transfer that has the number.
        transfer_id: Uuid,
    },
    /// Nobody but the insurer may do this.
    #[error("only the insurer may do this")]
    NotTheInsurer,
    /// There is no such transfer, or it is not held.
    #[error("no such held transfer")]
    NotHeld,
    /// The database.
    #[error("storage")]
    Storage(#[from] kiban_store::Error),
}

/// Accepts a file for taking in, or recognises that it came before.
///
/// # Errors
///
/// See [`ReceiveError`].
pub async fn receive(
    platform: &Platform,
    context: &CallContext,
    incoming: Incoming,
) -> Result<Accepted, ReceiveError> {
    let Caller::Insurer(insurer_no) = &context.caller else {
        return Err(ReceiveError::NotTheInsurer);
    };
    let insurer_no = *insurer_no;
    if incoming.name.insurer != insurer_no {
        return Err(ReceiveError::OtherInsurer);
    }
    if !SUPPORTED.contains(&incoming.name.set) {
        return Err(ReceiveError::UnsupportedSet);
    }
    if incoming.name.base_date > platform.today() {
        return Err(ReceiveError::FutureBaseDate);
    }
    let row = TransferRow {
        insurer_no,
        transfer_id: platform.id(),
        dataset: incoming.name.set,
        full: incoming.name.mode == LoadMode::Full,
        base_date: incoming.name.base_date,
        serial: i64::from(incoming.name.serial),
        file_name: incoming.name.to_string(),
        ms932: incoming.encoding == Encoding::Ms932,
        content: incoming.content,
        size_bytes: incoming.size_bytes,
        state: TransferState::Received,
        code: String::new(),
        received_at: platform.now(),
        started_at: None,
        finished_at: None,
        counts: TransferCounts::default(),
        findings: None,
        sent_by: context.actor.certificate.clone().unwrap_or_default(),
        confirmed_by: None,
    };
    let entry = context
        .event(platform, insurer_no.as_str(), Action::TransferReceived)
        .ground(format!("transfer:{}", row.transfer_id))
        .to_entry();
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                if !insurers::take_turn(work, &insurer_no).await? {
                    return Err(ReceiveError::UnknownInsurer);
                }
                if let Some(transfer) = came_before(work, &row).await? {
                    return Ok(Accepted {
                        transfer,
                        already: true,
                    });
                }
                transfers::add(work, &row).await?;
                work.record(&entry).await?;
                Ok(Accepted {
                    transfer: row,
                    already: false,
                })
            })
        })
        .await
}

/// The transfer that the same file has already, if any; refuses a number that does not follow.
///
/// Only a file that was taken in, or that still may be, holds its number: a rejected, refused or given-up one changed
/// nothing, so the same file may come again under the same number, unchanged too, and is a new attempt (what was
/// missing may have come meanwhile). While the first attempt runs, the same file is that attempt.
///
/// Numbers run on within (insurer, set): a differential file must follow its predecessor, a full one may begin anew
/// with 1. Source: municipal-transfer, section 5; decision 0002.
async fn came_before(
    work: &mut Work,
    row: &TransferRow,
) -> Result<Option<TransferRow>, ReceiveError> {
    if let Some(other) = transfers::find_counting(work, row).await? {
        if other.content == row.content && other.ms932 == row.ms932 {
            return Ok(Some(other));
        }
        return Err(ReceiveError::SerialConflict {
            transfer_id: other.transfer_id,
        });
    }
    let last = transfers::last_counting(work, &row.insurer_no, row.dataset).await?;
    let (last_serial, last_base_date) =
        last.map_or((0, None), |last| (last.serial, Some(last.base_date)));
    if last_base_date.is_some_and(|last| row.base_date < last) {
        return Err(ReceiveError::OldBaseDate);
    }
    let expected = if last_serial >= 9_999 {
        1
    } else {
        last_serial + 1
    };
    if row.serial == expected || (row.full && row.serial == 1) {
        Ok(None)
    } else {
        Err(ReceiveError::Gap { expected })
    }
}

/// Confirms a held file (S-6), or gives it up; only the insurer can.
///
/// # Errors
///
/// [`ReceiveError::NotHeld`] when there is no such held transfer.
pub async fn confirm(
    platform: &Platform,
    context: &CallContext,
    insurer_no: InsurerNumber,
    transfer_id: Uuid,
    go_on: bool,
) -> Result<TransferRow, ReceiveError> {
    if context.caller != Caller::Insurer(insurer_no) {
        return Err(ReceiveError::NotTheInsurer);
    }
    let by = context.actor.certificate.clone().unwrap_or_default();
    let now = platform.now();
    let entry = context
        .event(platform, insurer_no.as_str(), Action::TransferReceived)
        .ground(format!("transfer:{transfer_id}"))
        .purpose(if go_on { "confirmed" } else { "given_up" })
        .to_entry();
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                let mut row = transfers::find(work, &insurer_no, transfer_id)
                    .await?
                    .filter(|row| row.state == TransferState::Held)
                    .ok_or(ReceiveError::NotHeld)?;
                if go_on {
                    row.state = TransferState::Applying;
                    row.code.clear();
                    row.confirmed_by = Some(by);
                } else {
                    row.state = TransferState::Refused;
                    "given_up".clone_into(&mut row.code);
                    row.finished_at = Some(now);
                }
                row.counts.progress = 0;
                transfers::save_progress(work, &row, None).await?;
                work.record(&entry).await?;
                Ok(row)
            })
        })
        .await
}
