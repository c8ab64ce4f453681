//! Files that an office keeps about a person and shares with other offices of the same person (C10, S-2, S-5).
//!
//! A file is its office's own: that office alone shares it, ends the sharing and removes it. Another office sees it while it is
//! shared with it, while its own registration stands, and while stage and consent let offices pass files. Each of these is asked
//! anew at every look, so nothing has to be cleaned up when one of them ends.

mod add;
mod list;
mod open;
mod remove;
mod share;

pub(crate) use add::keep;
pub use add::{AddError, Added, NewDocument, TITLE_MAX, add};
pub use list::{Documents, OwnDocument, Received, Share, list};
pub use open::{Opened, open};
pub use remove::{Change, change, find};
pub use share::{ShareError, partners, share};

use crate::{CallContext, Platform, relations::caller_office};
use kiban_access::{Facts, KeepDocuments, Permit, PersonKey, Refusal};
use kiban_audit::{Action, Event};
use kiban_store::{
    Error, Work,
    repo::{
        documents::{self, DocumentRow},
        eligibility,
    },
};
use uuid::Uuid;

/// What entries say was shown or changed.
const DOCUMENT: &str = "document";

/// Why a file is not given or changed.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// There is no such file for this office, or no more.
    #[error("no such file")]
    NotFound,
    /// Not allowed.
    #[error("refused")]
    Refused(#[source] Refusal),
    /// The database or the object store.
    #[error("storage")]
    Storage(#[from] Error),
}

impl DocumentError {
    /// The code that the record of a refusal gets; `None` when nothing was refused.
    fn code(&self) -> Option<&'static str> {
        match self {
            Self::NotFound => Some("document_not_found"),
            Self::Refused(refusal) => Some(refusal.code()),
            Self::Storage(_) => None,
        }
    }
}

async fn facts(
    work: &mut Work,
    platform: &Platform,
    context: &CallContext,
    person: &PersonKey,
) -> Result<Option<Facts>, Error> {
    let looked = eligibility::look(work, person, caller_office(&context.caller)).await?;
    let looked = looked.filter(|looked| looked.sealed.is_some());
    Ok(looked.map(|looked| Facts {
        person: person.clone(),
        stage: looked.stage,
        relations: looked.relations,
        consents: looked.consents,
        today: platform.today(),
    }))
}

/// A file of the permitted office that stands.
async fn find_own(
    work: &mut Work,
    permit: &Permit<KeepDocuments>,
    document_id: Uuid,
) -> Result<Option<DocumentRow>, Error> {
    let own = documents::list_own(work, permit).await?;
    Ok(own
        .into_iter()
        .find(|it| it.document_id == document_id && it.removed_at.is_none()))
}

fn event(
    platform: &Platform,
    context: &CallContext,
    person: &PersonKey,
    action: Action,
    purpose: &'static str,
) -> Event {
    context
        .event(platform, person.insurer_no.as_str(), action)
        .about(person.insured_no.as_str())
        .purpose(purpose)
}

/// Which file an entry is about.
fn parts(row: &DocumentRow) -> Vec<std::borrow::Cow<'static, str>> {
    let id = row.document_id.to_string();
    vec![DOCUMENT.into(), row.kind.code().into(), id.into()]
}

/// Records that something was refused.
async fn record_refusal(
    platform: &Platform,
    event: Event,
    code: Option<&'static str>,
) -> Result<(), Error> {
    match code {
        Some(code) => platform.audit.append(event.refused(code).to_entry()).await,
        None => Ok(()),
    }
}
