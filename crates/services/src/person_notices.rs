//! What a person is told afterwards: who became one of their offices, who stopped being one, who took over, who
//! looked in an emergency, and which office gave a file to which (W-4, X-4, C10, Z-2).
//!
//! A notice is written in the unit of work of what it tells, so that neither is there without the other.

use crate::{CallContext, Platform};
use kiban_access::{Permit, PersonKey, ReadNotices, Refusal, read_notices};
use kiban_audit::Action;
use kiban_domain::{Date, OfficeNumber, Timestamp};
use kiban_store::{
    Error, Work,
    repo::{
        offices,
        person_notices::{self, PersonNoticeRow},
    },
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The most notices that one page shows.
pub const PAGE_MAX: usize = 100;

/// An office as it was called when it happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedOffice {
    /// Its number.
    pub number: String,
    /// Its name.
    pub name: String,
}

/// What happened. The shape of column `facts`: members may be added, never renamed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "facts", rename_all = "snake_case")]
pub enum NoticeFacts {
    /// An office looked without a check of identity.
    EmergencyView {
        /// Which office.
        office: NamedOffice,
        /// Code of [`kiban_domain::EmergencyReason`].
        reason: String,
        /// The first instant at which the office could not look any more.
        until: Timestamp,
    },
    /// An office registered itself as one of the person's offices (W-4).
    RelationRegistered {
        /// Which office.
        office: NamedOffice,
        /// Code of the service.
        service_kind: String,
        /// First day.
        from: Date,
    },
    /// Such a registration ended, or was a mistake and never was valid (W-4).
    RelationEnded {
        /// Which office.
        office: NamedOffice,
        /// Code of the service.
        service_kind: String,
        /// Last day; a mistake has none.
        last_day: Option<Date>,
        /// Code of [`kiban_domain::EndReason`].
        reason: String,
    },
    /// Another office took over the care management (W-4).
    HandedOver {
        /// Which office gave.
        from: NamedOffice,
        /// Which office took over.
        to: NamedOffice,
        /// The last day of the office that gave.
        last_day: Date,
    },
    /// One office gave another a file about the person (C10).
    DocumentShared {
        /// Which office gave it.
        from: NamedOffice,
        /// Which office can see it.
        to: NamedOffice,
        /// Code of [`kiban_domain::DocumentKind`]. The title is the office's own words and stays with the file.
        document_kind: String,
        /// The day the file is about.
        about_on: Date,
    },
}

/// A notice as the person reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonNotice {
    /// Its identifier; sorts by time.
    pub notice_id: Uuid,
    /// When it happened.
    pub at: Timestamp,
    /// What happened; `None` for a kind that this version does not know.
    pub facts: Option<NoticeFacts>,
    /// When the person saw it.
    pub seen_at: Option<Timestamp>,
}

/// Why no notices are shown.
#[derive(Debug, thiserror::Error)]
pub enum NoticesError {
    /// The caller is not the person.
    #[error("refused")]
    Refused(#[source] Refusal),
    /// The database, or the record of the look could not be written.
    #[error("storage")]
    Storage(#[from] Error),
}

/// The caller's own notices, newest first, older than `before`; at most `limit` and never more than [`PAGE_MAX`].
///
/// # Errors
///
/// See [`NoticesError`]; a refusal is recorded too.
pub async fn list(
    platform: &Platform,
    context: &CallContext,
    before: Option<Uuid>,
    limit: usize,
) -> Result<Vec<PersonNotice>, NoticesError> {
    let permit = permit(platform, context).await?;
    let limit = i64::try_from(limit.clamp(1, PAGE_MAX)).unwrap_or(i64::MAX);
    let before = before.unwrap_or(Uuid::max());
    let mut work = platform.store.point().await?;
    let rows = person_notices::list(&mut work, &permit, before, limit).await?;
    drop(work);
    let person = permit.person();
    let event = context
        .event(platform, person.insurer_no.as_str(), Action::ReadPerson)
        .about(person.insured_no.as_str())
        .purpose("person_notices")
        .ground(permit.ground().to_owned());
    platform.audit.append(event.to_entry()).await?;
    Ok(rows.into_iter().map(PersonNotice::from).collect())
}

/// The caller has seen their notices up to `upto`, this one included. A mark of the person's own, not a reading.
///
/// # Errors
///
/// See [`NoticesError`].
pub async fn seen(
    platform: &Platform,
    context: &CallContext,
    upto: Uuid,
) -> Result<(), NoticesError> {
    let permit = permit(platform, context).await?;
    let at = platform.now();
    platform
        .store
        .write::<_, Error, _>(move |work| {
            Box::pin(async move { person_notices::set_seen(work, &permit, upto, at).await })
        })
        .await?;
    Ok(())
}

async fn permit(
    platform: &Platform,
    context: &CallContext,
) -> Result<Permit<ReadNotices>, NoticesError> {
    let refusal = match read_notices(&context.caller) {
        Ok(permit) => return Ok(permit),
        Err(refusal) => refusal,
    };
    let event = context
        .event(platform, kiban_audit::NO_INSURER, Action::ReadPerson)
        .purpose("person_notices")
        .refused(refusal.code());
    platform.audit.append(event.to_entry()).await?;
    Err(NoticesError::Refused(refusal))
}

impl From<PersonNoticeRow> for PersonNotice {
    fn from(row: PersonNoticeRow) -> Self {
        let content = serde_json::from_str::<serde_json::Value>(&row.facts);
        let tagged = content.map(|facts| serde_json::json!({ "kind": row.kind, "facts": facts }));
        let facts = tagged.and_then(serde_json::from_value);
        Self {
            notice_id: row.notice_id,
            at: row.at,
            facts: facts.ok(),
            seen_at: row.seen_at,
        }
    }
}

/// Tells a person, in the unit of work of what happened.
pub(crate) async fn tell(
    work: &mut Work,
    platform: &Platform,
    person: &PersonKey,
    facts: &NoticeFacts,
) -> Result<(), Error> {
    let mut tagged = serde_json::to_value(facts).unwrap_or_default();
    let kind = tagged["kind"].as_str().unwrap_or_default().to_owned();
    let row = PersonNoticeRow {
        notice_id: platform.id(),
        person: person.clone(),
        kind,
        at: platform.now(),
        facts: tagged["facts"].take().to_string(),
        seen_at: None,
    };
    person_notices::add(work, &row).await
}

/// The office as it is called now; by its number alone when it is gone.
pub(crate) async fn named(work: &mut Work, office_no: &OfficeNumber) -> Result<NamedOffice, Error> {
    let number = office_no.as_str().to_owned();
    let found = offices::find(work, office_no).await?;
    let name = found.map_or_else(|| number.clone(), |office| office.name);
    Ok(NamedOffice { number, name })
}
