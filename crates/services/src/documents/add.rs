//! Adding a file.

use super::{event, facts, parts, record_refusal};
use crate::{CallContext, Platform, relations::actor_name};
use kiban_access::{DocumentAct, KeepDocuments, Permit, PersonKey, Refusal, keep_documents};
use kiban_audit::Action;
use kiban_domain::{Date, DocumentKind, FileKind, FileName, UnfitFile, tokyo_date};
use kiban_store::{
    Error, Work,
    repo::documents::{self, DocumentRow},
};
use std::io::Write as _;
use uuid::Uuid;

/// The longest title, in characters.
pub const TITLE_MAX: usize = 60;
/// How many years back a file may be about.
const BACK_YEARS: i16 = 20;
/// How many days ahead: an appointment, a planned discharge.
const AHEAD_DAYS: i32 = 92;

/// A file as it was sent. No `Debug`: it holds a person's data.
pub struct NewDocument {
    /// The form it came with; a form adds one file, however often it is sent.
    pub form_id: Uuid,
    /// What it is called, at most [`TITLE_MAX`] characters; empty means as the file.
    pub title: String,
    /// What it is.
    pub kind: DocumentKind,
    /// The day it is about.
    pub about_on: Date,
    /// Its name as the browser sent it.
    pub file_name: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Added {
    /// It is here now.
    New(Uuid),
    /// The same form had added a file before; nothing was changed.
    Before,
}

/// Why a file was not added.
#[derive(Debug, thiserror::Error)]
pub enum AddError {
    /// The file is none that is taken.
    #[error("the file is not taken")]
    Unfit(#[source] UnfitFile),
    /// The title is too long or has control characters.
    #[error("the title is too long or has control characters")]
    Title,
    /// The day is out of range.
    #[error("the day is out of range")]
    DayOutOfRange {
        /// The earliest.
        from: Date,
        /// The latest.
        to: Date,
    },
    /// The same bytes stand already, under this title since this day.
    #[error("the same file is here already")]
    SameFile {
        /// Under which title.
        title: String,
        /// Since when.
        since: Date,
    },
    /// Not allowed.
    #[error("refused")]
    Refused(#[source] Refusal),
    /// The database or the object store.
    #[error("storage")]
    Storage(#[from] Error),
}

/// Adds a file about a person whom the caller's office serves.
///
/// # Errors
///
/// See [`AddError`]; nothing has been kept. A refusal is recorded.
pub async fn add(
    platform: &Platform,
    context: &CallContext,
    person: &PersonKey,
    new: NewDocument,
) -> Result<Added, AddError> {
    let outcome = checked(platform, context, person, new).await;
    if let Err(AddError::Refused(refusal)) = &outcome {
        let event = event(
            platform,
            context,
            person,
            Action::WriteDocument,
            "document_added",
        );
        record_refusal(platform, event, Some(refusal.code())).await?;
    }
    outcome
}

async fn checked(
    platform: &Platform,
    context: &CallContext,
    person: &PersonKey,
    new: NewDocument,
) -> Result<Added, AddError> {
    // Asked before anything is kept, so that nobody else fills the object store.
    let mut work = platform.store.point().await?;
    permit(&mut work, platform, context, person).await?;
    drop(work);
    let file_kind = FileKind::of(&new.bytes).map_err(AddError::Unfit)?;
    let name = FileName::of(&new.file_name).fitting(file_kind);
    let title = title(&new.title, &name)?;
    within(new.about_on, platform.today())?;
    let size_bytes = i64::try_from(new.bytes.len()).unwrap_or(i64::MAX);
    let content = keep(platform, new.bytes).await?;
    let (own, caller, key) = (platform.clone(), context.clone(), person.clone());
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                let permit = permit(work, &own, &caller, &key).await?;
                let row = DocumentRow {
                    document_id: own.id(),
                    person: key,
                    office_no: *permit.office_no(),
                    form_id: new.form_id,
                    title,
                    kind: new.kind,
                    about_on: new.about_on,
                    file_name: name.as_str().to_owned(),
                    file_kind,
                    size_bytes,
                    content,
                    added_at: own.now(),
                    added_by: actor_name(&caller),
                    removed_at: None,
                    removed_by: None,
                };
                if !documents::add(work, &permit, &row).await? {
                    return before(work, &permit, &row).await;
                }
                let mut event = event(
                    &own,
                    &caller,
                    &row.person,
                    Action::WriteDocument,
                    "document_added",
                )
                .ground(permit.ground().to_owned());
                event.parts = parts(&row);
                work.record(&event.to_entry()).await?;
                Ok(Added::New(row.document_id))
            })
        })
        .await
}

/// Why `row` was not added.
async fn before(
    work: &mut Work,
    permit: &Permit<KeepDocuments>,
    row: &DocumentRow,
) -> Result<Added, AddError> {
    let own = documents::list_own(work, permit).await?;
    if own.iter().any(|it| it.form_id == row.form_id) {
        return Ok(Added::Before);
    }
    let same = own
        .into_iter()
        .find(|it| it.content == row.content && it.removed_at.is_none());
    match same {
        Some(same) => Err(AddError::SameFile {
            title: same.title,
            since: tokyo_date(same.added_at),
        }),
        // Somebody removed it in between.
        None => Err(AddError::Storage(Error::Overloaded)),
    }
}

async fn permit(
    work: &mut Work,
    platform: &Platform,
    context: &CallContext,
    person: &PersonKey,
) -> Result<Permit<KeepDocuments>, AddError> {
    let facts = facts(work, platform, context, person).await?;
    let facts = facts.ok_or(AddError::Refused(Refusal::NotFound))?;
    keep_documents(&context.caller, &facts, DocumentAct::Add).map_err(AddError::Refused)
}

fn title(typed: &str, name: &FileName) -> Result<String, AddError> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(name.stem().chars().take(TITLE_MAX).collect());
    }
    if typed.chars().count() > TITLE_MAX || typed.chars().any(char::is_control) {
        return Err(AddError::Title);
    }
    Ok(typed.to_owned())
}

fn within(day: Date, today: Date) -> Result<(), AddError> {
    let span = jiff::Span::new();
    let from = today.saturating_sub(span.years(BACK_YEARS));
    let to = today.saturating_add(span.days(AHEAD_DAYS));
    if (from..=to).contains(&day) {
        Ok(())
    } else {
        Err(AddError::DayOutOfRange { from, to })
    }
}

/// Writes the bytes to the object store, before the row that names them.
pub(crate) async fn keep(platform: &Platform, bytes: Vec<u8>) -> Result<String, Error> {
    let (objects, unique) = (platform.objects.clone(), platform.id().to_string());
    let kept = tokio::task::spawn_blocking(move || {
        let mut staged = objects.stage(&unique)?;
        staged.write_all(&bytes)?;
        staged.publish()
    });
    kept.await
        .map_err(|error| Error::File(std::io::Error::other(error)))?
}
