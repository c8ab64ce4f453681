//! Texts to begin an answer with: data of the installation, changed by the help desk.

use super::{LONGEST, desk::name};
use crate::{
    CallContext, Platform,
    forms::{self, FormKey},
};
use kiban_audit::{Action, Entry, NO_INSURER};
use kiban_domain::InquiryCategory;
use kiban_store::{
    Error,
    repo::inquiry_templates::{self, TemplateRow},
};
use uuid::Uuid;

/// The longest title, in characters.
const TITLE: usize = 60;

/// Why a template was not changed.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// The title is empty or too long.
    #[error("the title is empty or too long")]
    Title,
    /// The text is empty or too long.
    #[error("the text is empty or too long")]
    Body,
    /// Somebody has changed it since: as it stands now, or `None` when it was removed.
    #[error("somebody else has changed it since")]
    Conflict(Option<Box<TemplateRow>>),
    /// The database.
    #[error("storage")]
    Storage(#[from] Error),
}

/// All of them, by title.
///
/// # Errors
///
/// The database only.
pub async fn list_templates(platform: &Platform) -> Result<Vec<TemplateRow>, Error> {
    inquiry_templates::list(&mut platform.store.point().await?).await
}

/// Adds a template, or changes the one that its writer has seen in a revision. The same form sent again does nothing more.
///
/// # Errors
///
/// See [`TemplateError`].
pub async fn save_template(
    platform: &Platform,
    context: &CallContext,
    form: &FormKey,
    seen: Option<(Uuid, i64)>,
    title: &str,
    category: Option<InquiryCategory>,
    body: &str,
) -> Result<(), TemplateError> {
    let (title, body) = (title.trim(), body.trim());
    if title.is_empty() || title.chars().count() > TITLE || title.contains(char::is_control) {
        return Err(TemplateError::Title);
    }
    if body.is_empty() || body.chars().count() > LONGEST {
        return Err(TemplateError::Body);
    }
    let row = TemplateRow {
        template_id: seen.map_or_else(|| platform.id(), |(id, _)| id),
        title: title.to_owned(),
        category,
        body: body.to_owned(),
        revision: seen.map_or(1, |(_, revision)| revision + 1),
        changed_by: name(context),
        changed_at: platform.now(),
    };
    let entry = entry(platform, context, row.template_id, "saved");
    let (inside, form) = (platform.clone(), form.clone());
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                if forms::take(work, &inside, &form, "").await?.is_some() {
                    return Ok(());
                }
                if seen.is_none() {
                    inquiry_templates::add(work, &row).await?;
                } else if !inquiry_templates::replace(work, &row).await? {
                    let all = inquiry_templates::list(work).await?;
                    let now = all.into_iter().find(|it| it.template_id == row.template_id);
                    return Err(TemplateError::Conflict(now.map(Box::new)));
                }
                Ok(work.record(&entry).await?)
            })
        })
        .await
}

/// Takes a template away; one that is gone already stays gone.
///
/// # Errors
///
/// The database only.
pub async fn remove_template(
    platform: &Platform,
    context: &CallContext,
    template_id: Uuid,
) -> Result<(), Error> {
    let entry = entry(platform, context, template_id, "removed");
    platform
        .store
        .write::<(), Error, _>(move |work| {
            Box::pin(async move {
                if inquiry_templates::remove(work, template_id).await? {
                    work.record(&entry).await?;
                }
                Ok(())
            })
        })
        .await
}

fn entry(
    platform: &Platform,
    context: &CallContext,
    template_id: Uuid,
    purpose: &'static str,
) -> Entry {
    let event = context.event(platform, NO_INSURER, Action::SettingChanged);
    let event = event.ground(format!("inquiry_template:{template_id}"));
    event.purpose(purpose).to_entry()
}
