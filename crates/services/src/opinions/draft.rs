//! Keeping what is typed, as it is typed (W-7).

use super::{CaseError, CaseId, Step, lock, moved, save_step};
use crate::{CallContext, Platform};
use kiban_access::{AskedInstitution, Permit, asked_institution};
use kiban_domain::{
    opinion::{EditionCode, OpinionForm},
    opinion_case::CaseAct,
};
use kiban_store::{
    Error, Work,
    repo::{
        opinion_drafts::{self, OpinionDraftRow},
        opinions::{CaseRow, Own},
    },
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What was typed, and on which edition of the form. `Debug` of a form shows names of fields alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftContent {
    /// The edition.
    pub edition: EditionCode,
    /// The fields as typed.
    pub form: OpinionForm,
}

/// As its column holds it.
#[derive(Serialize, Deserialize)]
struct DraftText {
    edition: String,
    fields: BTreeMap<String, Vec<String>>,
}

impl DraftContent {
    fn write(&self) -> Result<String, Error> {
        let fields = self.form.values();
        let text = DraftText {
            edition: self.edition.to_string(),
            fields: fields
                .map(|(name, all)| (name.to_owned(), all.to_vec()))
                .collect(),
        };
        serde_json::to_string(&text).map_err(|error| Error::File(std::io::Error::other(error)))
    }

    pub(super) fn read(text: &str) -> Result<Self, Error> {
        let corrupt = |reason: String| Error::Corrupt {
            place: "opinion_draft.content".into(),
            reason,
        };
        let text: DraftText =
            serde_json::from_str(text).map_err(|error| corrupt(error.to_string()))?;
        let mut form = OpinionForm::default();
        for (name, all) in &text.fields {
            for value in all {
                form.add(name, value);
            }
        }
        let edition = text.edition.parse();
        Ok(Self {
            edition: edition.map_err(|_| corrupt("edition".into()))?,
            form,
        })
    }
}

/// Why a draft was not saved.
#[derive(Debug, thiserror::Error)]
pub enum DraftError {
    /// As for every step.
    #[error(transparent)]
    Case(#[from] CaseError),
    /// Somebody saved another one since it was looked at; its revision.
    #[error("the draft has moved on")]
    Stale {
        /// What stands now; 0: nothing.
        revision: i64,
    },
}

impl From<Error> for DraftError {
    fn from(error: Error) -> Self {
        Self::Case(error.into())
    }
}

/// Saves a draft over the revision that was looked at (0: none yet); the new revision. The same content again saves nothing.
///
/// # Errors
///
/// See [`DraftError`]; nothing has been changed.
pub async fn save_draft(
    platform: &Platform,
    context: &CallContext,
    id: CaseId,
    seen: i64,
    content: &DraftContent,
) -> Result<i64, DraftError> {
    let (inside, context, content) = (platform.clone(), context.clone(), content.clone());
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                let permit = asked_institution(&context.caller).map_err(CaseError::from)?;
                let mut row = lock(work, Own::Asked(&permit), id).await?;
                let keeping = Keeping {
                    platform: &inside,
                    context: &context,
                    permit: &permit,
                };
                keeping.keep(work, &mut row, seen, &content).await
            })
        })
        .await
}

/// Who keeps a draft.
pub(super) struct Keeping<'a> {
    pub(super) platform: &'a Platform,
    pub(super) context: &'a CallContext,
    pub(super) permit: &'a Permit<AskedInstitution>,
}

impl Keeping<'_> {
    /// Keeps a draft of a held request over the revision that was looked at; the new revision, or the one that stands when it is the same content.
    pub(super) async fn keep(
        &self,
        work: &mut Work,
        row: &mut CaseRow,
        seen: i64,
        content: &DraftContent,
    ) -> Result<i64, DraftError> {
        let content = content.write()?;
        let state = row.state.after(CaseAct::Save).map_err(CaseError::from)?;
        let (insurer_no, case_id) = (row.key.insurer_no, row.case_id);
        let before = opinion_drafts::find_draft(work, self.permit, &insurer_no, case_id).await?;
        let revision = before.as_ref().map_or(0, |it| it.revision);
        if before.is_some_and(|it| it.content == content) {
            return Ok(revision);
        }
        if revision != seen {
            return Err(DraftError::Stale { revision });
        }
        let (at, by) = (self.platform.now(), self.context.name());
        let draft = OpinionDraftRow {
            revision: revision + 1,
            content,
            saved_at: at,
            saved_by: by.clone(),
        };
        if !opinion_drafts::save_draft(work, row, &draft).await? {
            return Err(DraftError::Stale { revision });
        }
        // Who types on is no step; the first save is, and so is one that takes up what was withdrawn.
        if state != row.state {
            row.state = state;
            let step = Step {
                act: CaseAct::Save,
                submission: 0,
                note: "",
                at,
                by: &by,
            };
            save_step(work, Own::Asked(self.permit), row, step).await?;
        }
        let entry = moved(self.platform, self.context, row, CaseAct::Save).to_entry();
        work.record(&entry).await?;
        Ok(draft.revision)
    }
}
