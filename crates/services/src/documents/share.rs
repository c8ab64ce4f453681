//! Sharing a file with another office of the same person.

use super::{event, facts, find_own, parts, record_refusal};
use crate::{
    CallContext, Platform,
    person_notices::{self, NoticeFacts},
    rate::{Exhausted, Limit, Reserved, reserve},
    relations::actor_name,
};
use kiban_access::{
    DocumentAct, DocumentRefusal, KeepDocuments, Matrix, Permit, PersonKey, Refusal,
    ShareDocuments, keep_documents, list_persons, manages_care, share_documents,
};
use kiban_audit::Action;
use kiban_domain::OfficeNumber;
use kiban_store::{
    Error, Work,
    repo::{
        documents::{self, DocumentRow, PartnerRow, ShareRow},
        relations,
    },
};
use uuid::Uuid;

/// Numbers of offices that an office may try in vain: each tells whether that office serves the person, so nobody may go
/// through the list of all offices.
const IN_VAIN: Limit = Limit {
    attempts: 20,
    seconds: 3_600,
};

/// Why a file was not shared.
#[derive(Debug, thiserror::Error)]
pub enum ShareError {
    /// There is no such file of this office, or no more.
    #[error("no such file")]
    NotFound,
    /// The other office is unknown, the own one, or not registered for the person today: all the same from outside.
    #[error("not with this office")]
    OfficeCannot,
    /// It is shared with that office already.
    #[error("shared already")]
    AlreadyShared,
    /// Too many offices were tried in vain.
    #[error("too many offices were tried")]
    TooMany(Exhausted),
    /// Not allowed.
    #[error("refused")]
    Refused(#[source] DocumentRefusal),
    /// The database.
    #[error("storage")]
    Storage(#[from] Error),
}

impl ShareError {
    fn code(&self) -> Option<&'static str> {
        match self {
            Self::NotFound => Some("document_not_found"),
            Self::OfficeCannot => Some("office_not_registered"),
            Self::TooMany(_) => Some("too_many_offices"),
            Self::Refused(refusal) => Some(refusal.code()),
            Self::AlreadyShared | Self::Storage(_) => None,
        }
    }
}

/// A file of the caller's office, and the offices that can be picked to share it with: those of the person today that the
/// caller's office knows already, because both manage the person's care or have exchanged files about this person.
///
/// It goes with a page of the person, whose entry records the look.
///
/// # Errors
///
/// See [`ShareError`].
pub async fn partners(
    platform: &Platform,
    context: &CallContext,
    person: &PersonKey,
    document_id: Uuid,
) -> Result<(DocumentRow, Vec<PartnerRow>), ShareError> {
    let today = platform.today();
    let mut work = platform.store.point().await?;
    let (permit, _, row) = standing(&mut work, platform, context, person, document_id).await?;
    let mut partners = documents::list_partners(&mut work, &permit, today).await?;
    let list = list_persons(&context.caller);
    let list = list.map_err(|it| ShareError::Refused(DocumentRefusal::Refused(it)))?;
    let office_no = permit.office_no();
    let managers = relations::list_other_managers(&mut work, &list, office_no, today).await?;
    for other in managers {
        let known = partners.iter().any(|it| it.office_no == other.office_no);
        if other.person == *person && !known {
            debug_assert!(manages_care(other.service_kind));
            partners.push(PartnerRow {
                office_no: other.office_no,
                name: other.office,
            });
        }
    }
    Ok((row, partners))
}

/// Shares a file with another office; its name. The person is told.
///
/// # Errors
///
/// See [`ShareError`]; nothing has been changed.
pub async fn share(
    platform: &Platform,
    context: &CallContext,
    person: &PersonKey,
    document_id: Uuid,
    to_office: OfficeNumber,
) -> Result<String, ShareError> {
    let bucket = format!("document-share:{}", context.actor.organisation);
    let outcome = match reserve(platform, vec![(bucket, IN_VAIN)]).await? {
        Err(exhausted) => Err(ShareError::TooMany(exhausted)),
        Ok(reserved) => {
            let asked = Asked {
                person: person.clone(),
                document_id,
                to_office,
            };
            go(platform, context, asked, reserved).await
        }
    };
    if let Err(error) = &outcome {
        let event = event(
            platform,
            context,
            person,
            Action::WriteDocument,
            "document_shared",
        );
        record_refusal(platform, event, error.code()).await?;
    }
    outcome
}

struct Asked {
    person: PersonKey,
    document_id: Uuid,
    to_office: OfficeNumber,
}

async fn go(
    platform: &Platform,
    context: &CallContext,
    asked: Asked,
    reserved: Reserved,
) -> Result<String, ShareError> {
    let (own, caller) = (platform.clone(), context.clone());
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                let today = own.today();
                let (permit, keep, row) =
                    standing(work, &own, &caller, &asked.person, asked.document_id).await?;
                let stranger = asked.to_office == *permit.office_no()
                    || !documents::is_registered(work, &permit, &asked.to_office, today).await?;
                if stranger {
                    return Err(ShareError::OfficeCannot);
                }
                let shared = ShareRow {
                    share_id: own.id(),
                    document_id: asked.document_id,
                    to_office: asked.to_office,
                    shared_at: own.now(),
                    shared_by: actor_name(&caller),
                    ended_at: None,
                    ended_by: None,
                };
                if !documents::share(work, &permit, &shared).await? {
                    return Err(ShareError::AlreadyShared);
                }
                reserved.give_back(work).await?;
                let to = person_notices::named(work, &asked.to_office).await?;
                let name = to.name.clone();
                let facts = NoticeFacts::DocumentShared {
                    from: person_notices::named(work, keep.office_no()).await?,
                    to,
                    document_kind: row.kind.code().to_owned(),
                    about_on: row.about_on,
                };
                person_notices::tell(work, &own, &asked.person, &facts).await?;
                let mut event = event(
                    &own,
                    &caller,
                    &asked.person,
                    Action::WriteDocument,
                    "document_shared",
                )
                .ground(permit.ground().to_owned());
                event.parts = parts(&row);
                event.parts.push(asked.to_office.as_str().to_owned().into());
                work.record(&event.to_entry()).await?;
                Ok(name)
            })
        })
        .await
}

async fn standing(
    work: &mut Work,
    platform: &Platform,
    context: &CallContext,
    person: &PersonKey,
    document_id: Uuid,
) -> Result<(Permit<ShareDocuments>, Permit<KeepDocuments>, DocumentRow), ShareError> {
    let refused = |refusal| ShareError::Refused(DocumentRefusal::Refused(refusal));
    let facts = facts(work, platform, context, person).await?;
    let facts = facts.ok_or(refused(Refusal::NotFound))?;
    let keep = keep_documents(&context.caller, &facts, DocumentAct::Keep).map_err(refused)?;
    let share = share_documents(&context.caller, &facts, Matrix::standard())
        .map_err(ShareError::Refused)?;
    let row = find_own(work, &keep, document_id).await?;
    Ok((share, keep, row.ok_or(ShareError::NotFound)?))
}
