//! Taking back: a file that was added by mistake, or its sharing with one office.

use super::{DocumentError, Share, event, facts, find_own, parts, record_refusal};
use crate::{CallContext, Platform, person_notices, relations::actor_name};
use kiban_access::{DocumentAct, KeepDocuments, Permit, PersonKey, Refusal, keep_documents};
use kiban_audit::Action;
use kiban_store::{
    Work,
    repo::documents::{self, DocumentRow, ShareRow},
};
use uuid::Uuid;

/// What is taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// The file, and with it all its sharing. That it was there stays on record.
    Remove,
    /// Its sharing with one office.
    EndShare(Uuid),
}

/// The file that a change is about, and the share, for asking once more; nothing is changed.
///
/// It goes with a page of the person, whose entry records the look.
///
/// # Errors
///
/// See [`DocumentError`].
pub async fn find(
    platform: &Platform,
    context: &CallContext,
    person: &PersonKey,
    document_id: Uuid,
    change: Change,
) -> Result<(DocumentRow, Option<Share>), DocumentError> {
    let mut work = platform.store.point().await?;
    let (_, row, share) =
        standing(&mut work, platform, context, person, document_id, change).await?;
    let share = match share {
        None => None,
        Some(row) => {
            let office = person_notices::named(&mut work, &row.to_office).await?;
            let office = office.name;
            Some(Share { row, office })
        }
    };
    Ok((row, share))
}

/// Takes a file of the caller's office back.
///
/// # Errors
///
/// See [`DocumentError`]; nothing has been changed. [`DocumentError::NotFound`] also when it was taken back before.
pub async fn change(
    platform: &Platform,
    context: &CallContext,
    person: &PersonKey,
    document_id: Uuid,
    change: Change,
) -> Result<(), DocumentError> {
    let (own, caller, key) = (platform.clone(), context.clone(), person.clone());
    let outcome = platform
        .store
        .write(move |work| {
            Box::pin(async move {
                let (permit, row, share) =
                    standing(work, &own, &caller, &key, document_id, change).await?;
                let (now, by) = (own.now(), actor_name(&caller));
                let changed = match &share {
                    None => documents::remove(work, &permit, document_id, now, &by).await?,
                    Some(share) => documents::end_share(work, &permit, share, now, &by).await?,
                };
                if !changed {
                    return Err(DocumentError::NotFound);
                }
                let purpose = purpose(change);
                let mut event = event(&own, &caller, &key, Action::WriteDocument, purpose)
                    .ground(permit.ground().to_owned());
                event.parts = parts(&row);
                if let Some(share) = share {
                    event.parts.push(share.to_office.as_str().to_owned().into());
                }
                work.record(&event.to_entry()).await?;
                Ok(())
            })
        })
        .await;
    if let Err(error) = &outcome {
        let event = event(
            platform,
            context,
            person,
            Action::WriteDocument,
            purpose(change),
        );
        record_refusal(platform, event, error.code()).await?;
    }
    outcome
}

fn purpose(change: Change) -> &'static str {
    match change {
        Change::Remove => "document_removed",
        Change::EndShare(_) => "document_share_ended",
    }
}

async fn standing(
    work: &mut Work,
    platform: &Platform,
    context: &CallContext,
    person: &PersonKey,
    document_id: Uuid,
    change: Change,
) -> Result<(Permit<KeepDocuments>, DocumentRow, Option<ShareRow>), DocumentError> {
    let facts = facts(work, platform, context, person).await?;
    let facts = facts.ok_or(DocumentError::Refused(Refusal::NotFound))?;
    let permit = keep_documents(&context.caller, &facts, DocumentAct::Keep)
        .map_err(DocumentError::Refused)?;
    let row = find_own(work, &permit, document_id).await?;
    let row = row.ok_or(DocumentError::NotFound)?;
    let Change::EndShare(share_id) = change else {
        return Ok((permit, row, None));
    };
    let shares = documents::list_own_shares(work, &permit).await?;
    let share = shares.into_iter().find(|it| {
        it.share_id == share_id && it.document_id == document_id && it.ended_at.is_none()
    });
    let share = share.ok_or(DocumentError::NotFound)?;
    Ok((permit, row, Some(share)))
}
