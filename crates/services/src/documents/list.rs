//! The files that an office has about a person.

use super::{DOCUMENT, DocumentError, event, facts, record_refusal};
use crate::{CallContext, Platform};
use kiban_access::{
    DocumentAct, DocumentRefusal, KeepDocuments, Matrix, Permit, PersonKey, Refusal,
    ShareDocuments, keep_documents, share_documents,
};
use kiban_audit::Action;
use kiban_domain::Timestamp;
use kiban_store::{
    Error, Work,
    repo::{
        documents::{self, DocumentRow, ShareRow},
        offices, staff,
    },
};
use std::collections::HashMap;

/// What an office has about a person.
pub struct Documents {
    /// Its own, newest first, removed ones among them.
    pub own: Vec<OwnDocument>,
    /// What other offices share with it, newest first; or why nothing of that is shown.
    pub received: Result<Vec<Received>, DocumentRefusal>,
}

/// A file of the own office.
pub struct OwnDocument {
    /// The file.
    pub row: DocumentRow,
    /// Name of the member who added it; the login when the account is gone.
    pub added_by: String,
    /// With whom it is and was shared, oldest first.
    pub shares: Vec<Share>,
}

/// A file shared with an office.
pub struct Share {
    /// The share.
    pub row: ShareRow,
    /// Name of the office; its number when it is gone.
    pub office: String,
}

/// A file of another office.
pub struct Received {
    /// The file.
    pub row: DocumentRow,
    /// Name of the office that shares it; its number when it is gone.
    pub from: String,
    /// Since when.
    pub shared_at: Timestamp,
}

/// Lists the files about a person that the caller's office may see; the look is recorded.
///
/// # Errors
///
/// [`DocumentError::Refused`], recorded too; [`DocumentError::Storage`].
pub async fn list(
    platform: &Platform,
    context: &CallContext,
    person: &PersonKey,
) -> Result<Documents, DocumentError> {
    let event = event(
        platform,
        context,
        person,
        Action::ReadDocument,
        "list_documents",
    );
    let (permit, documents) = match read(platform, context, person).await {
        Ok(read) => read,
        Err(error) => {
            record_refusal(platform, event, error.code()).await?;
            return Err(error);
        }
    };
    let mut event = event.ground(permit.ground().to_owned());
    event.parts = vec![DOCUMENT.into()];
    platform.audit.append(event.to_entry()).await?;
    Ok(documents)
}

async fn read(
    platform: &Platform,
    context: &CallContext,
    person: &PersonKey,
) -> Result<(Permit<KeepDocuments>, Documents), DocumentError> {
    let mut work = platform.store.point().await?;
    let facts = facts(&mut work, platform, context, person).await?;
    let facts = facts.ok_or(DocumentError::Refused(Refusal::NotFound))?;
    let keep = keep_documents(&context.caller, &facts, DocumentAct::Keep)
        .map_err(DocumentError::Refused)?;
    let mut names = Names::default();
    let own = own(&mut work, &keep, &mut names).await?;
    let received = match share_documents(&context.caller, &facts, Matrix::standard()) {
        Ok(share) => Ok(received(&mut work, &share, &mut names).await?),
        Err(refusal) => Err(refusal),
    };
    Ok((keep, Documents { own, received }))
}

async fn own(
    work: &mut Work,
    permit: &Permit<KeepDocuments>,
    names: &mut Names,
) -> Result<Vec<OwnDocument>, Error> {
    let rows = documents::list_own(work, permit).await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let members: HashMap<_, _> = staff::list_names(work, permit.office_no())
        .await?
        .into_iter()
        .collect();
    let mut shares: HashMap<_, Vec<Share>> = HashMap::new();
    for row in documents::list_own_shares(work, permit).await? {
        let office = names.of(work, &row.to_office).await?;
        let of = shares.entry(row.document_id).or_default();
        of.push(Share { row, office });
    }
    let own = rows.into_iter().map(|row| OwnDocument {
        added_by: members.get(&row.added_by).unwrap_or(&row.added_by).clone(),
        shares: shares.remove(&row.document_id).unwrap_or_default(),
        row,
    });
    Ok(own.collect())
}

async fn received(
    work: &mut Work,
    permit: &Permit<ShareDocuments>,
    names: &mut Names,
) -> Result<Vec<Received>, Error> {
    let mut received = Vec::new();
    for (row, shared_at) in documents::list_received(work, permit).await? {
        received.push(Received {
            from: names.of(work, &row.office_no).await?,
            row,
            shared_at,
        });
    }
    Ok(received)
}

/// Names of offices, each looked up once.
#[derive(Default)]
struct Names(HashMap<String, String>);

impl Names {
    async fn of(
        &mut self,
        work: &mut Work,
        office_no: &kiban_domain::OfficeNumber,
    ) -> Result<String, Error> {
        let number = office_no.as_str();
        if let Some(name) = self.0.get(number) {
            return Ok(name.clone());
        }
        let found = offices::find(work, office_no).await?;
        let name = found.map_or_else(|| number.to_owned(), |office| office.name);
        self.0.insert(number.to_owned(), name.clone());
        Ok(name)
    }
}
