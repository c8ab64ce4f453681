//! Giving out the bytes of a file.

use super::{DocumentError, event, facts, find_own, parts, record_refusal};
use crate::{CallContext, Platform, receiving::content_bytes};
use kiban_access::{DocumentAct, Matrix, PersonKey, Refusal, keep_documents, share_documents};
use kiban_audit::Action;
use kiban_store::repo::documents::{self, DocumentRow};
use uuid::Uuid;

/// A file with its bytes. No `Debug`: it holds a person's data.
pub struct Opened {
    /// The file.
    pub row: DocumentRow,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// Opens a file of the caller's office, or one that is shared with it. When this returns, the record is on disk, be it given
/// or refused.
///
/// # Errors
///
/// [`DocumentError::NotFound`] also for files that others have and do not share.
pub async fn open(
    platform: &Platform,
    context: &CallContext,
    person: &PersonKey,
    document_id: Uuid,
) -> Result<Opened, DocumentError> {
    let event = event(
        platform,
        context,
        person,
        Action::ReadDocument,
        "open_document",
    );
    let (row, ground) = match find(platform, context, person, document_id).await {
        Ok(found) => found,
        Err(error) => {
            record_refusal(platform, event, error.code()).await?;
            return Err(error);
        }
    };
    let bytes = content_bytes(platform, &row.content).await?;
    let event = event.ground(ground).shown(parts(&row), &bytes);
    platform.audit.append(event.to_entry()).await?;
    Ok(Opened { row, bytes })
}

async fn find(
    platform: &Platform,
    context: &CallContext,
    person: &PersonKey,
    document_id: Uuid,
) -> Result<(DocumentRow, String), DocumentError> {
    let mut work = platform.store.point().await?;
    let facts = facts(&mut work, platform, context, person).await?;
    let facts = facts.ok_or(DocumentError::Refused(Refusal::NotFound))?;
    let keep = keep_documents(&context.caller, &facts, DocumentAct::Keep)
        .map_err(DocumentError::Refused)?;
    if let Some(own) = find_own(&mut work, &keep, document_id).await? {
        return Ok((own, keep.ground().to_owned()));
    }
    // Whether such a file exists is not told to whom it is withheld from.
    let share = share_documents(&context.caller, &facts, Matrix::standard())
        .map_err(|_| DocumentError::NotFound)?;
    let received = documents::list_received(&mut work, &share).await?;
    let found = received
        .into_iter()
        .find(|(row, _)| row.document_id == document_id);
    let (row, _) = found.ok_or(DocumentError::NotFound)?;
    Ok((row, share.ground().to_owned()))
}
