//! Saving one part of a draft: what one page holds of it, over what stands (W-7).

use super::{
    CaseError, CaseId, DraftCheck, DraftContent, DraftError, draft::Keeping, lock,
    open_draft::begun,
};
use crate::{CallContext, Platform};
use kiban_access::asked_institution;
use kiban_domain::{
    Timestamp,
    opinion::{ItemId, OpinionForm},
};
use kiban_store::repo::{opinion_drafts, opinion_submissions, opinions::Own};

/// What was typed of some items. `Debug` shows names of fields alone.
#[derive(Clone, Debug)]
pub struct DraftPart {
    /// The items that the page holds: what the form has not of them is unset.
    pub items: Vec<ItemId>,
    /// What was typed there, as typed.
    pub form: OpinionForm,
}

impl DraftPart {
    /// Puts the part over a whole form.
    pub fn over(&self, whole: &mut OpinionForm) {
        for item in &self.items {
            for name in [item.code().to_owned(), format!("{item}.emphasis")] {
                let values: Vec<&str> = self.form.all(&name).iter().map(String::as_str).collect();
                whole.set(&name, &values);
            }
        }
    }
}

/// What stands after a part was saved. `Debug` shows no content.
#[derive(Debug)]
pub struct SavedPart {
    /// The draft's revision.
    pub revision: i64,
    /// When it was looked at.
    pub at: Timestamp,
    /// The whole draft.
    pub content: DraftContent,
    /// What there is to tell about it.
    pub check: DraftCheck,
}

/// Saves a part of a draft over the revision that was looked at (0: none yet; then the rest is what a draft begins with, see [`super::open_draft`]). The same
/// content again saves nothing.
///
/// # Errors
///
/// See [`DraftError`]; nothing has been changed.
pub async fn save_part(
    platform: &Platform,
    context: &CallContext,
    id: CaseId,
    seen: i64,
    institution_name: &str,
    part: &DraftPart,
) -> Result<SavedPart, DraftError> {
    let (inside, context, part) = (platform.clone(), context.clone(), part.clone());
    let institution_name = institution_name.to_owned();
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                let permit = asked_institution(&context.caller).map_err(CaseError::from)?;
                let own = Own::Asked(&permit);
                let mut row = lock(work, own, id).await?;
                let stands = opinion_drafts::find_draft(work, &permit, &id.0, id.1).await?;
                let mut content = if let Some(draft) = stands {
                    DraftContent::read(&draft.content)?
                } else {
                    let sent = opinion_submissions::list_of_case(work, own, &id.0, id.1).await?;
                    begun(&row, &sent, &institution_name, inside.today())?
                };
                part.over(&mut content.form);
                let keeping = Keeping {
                    platform: &inside,
                    context: &context,
                    permit: &permit,
                };
                let revision = keeping.keep(work, &mut row, seen, &content).await?;
                let person = row.person_key();
                let earlier =
                    opinion_submissions::count_earlier(work, &permit, &person, id.1).await?;
                let check = DraftCheck::of(&content, &row, inside.today(), earlier)?;
                Ok(SavedPart {
                    revision,
                    at: inside.now(),
                    content,
                    check,
                })
            })
        })
        .await
}
