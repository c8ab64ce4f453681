//! What is published on the portal (P-1): the articles a new installation begins with, and what is shown now.
//!
//! An article is kept as the text it was written as, in versions. A version goes from draft to review to published; whoever decides is
//! none of its writers (O-1). Only what [`check`] finds nothing wrong with goes on, and what was decided is never changed: the next
//! change is the next version.

mod check;
mod diff;
mod edit;
mod fields;

pub use check::{Finding, check};
pub use diff::{DiffLine, LineChange, diff};
pub use edit::{
    ArticleKey, EditError, History, Seen, count_pending, history, list_newest, publish, save,
    send_back, send_to_review, withdraw,
};
pub use fields::{Fields, Place, fields_of, place_of, text_of};

use crate::{CallContext, Platform};
use kiban_audit::{Action, NO_INSURER};
use kiban_domain::Timestamp;
use kiban_helpdesk::{Passage, SourceFile, load};
use kiban_store::{Error, repo::articles};

pub use kiban_store::repo::articles::{ArticleKind, ArticleRow, ArticleState, PendingCount};

/// An article that nobody has written here.
#[derive(Debug, Clone)]
pub struct FirstArticle {
    /// What it is.
    pub kind: ArticleKind,
    /// Its name in addresses.
    pub slug: String,
    /// The whole text with its head.
    pub source: String,
}

/// Publishes what a new installation begins with; how many were new. An article that this installation has ever had is left as it
/// is: it was edited, or withdrawn, on purpose.
///
/// # Errors
///
/// The database only.
pub async fn load_first(
    platform: &Platform,
    context: &CallContext,
    first: Vec<FirstArticle>,
) -> Result<usize, Error> {
    let now = platform.now();
    let entry = context
        .event(platform, NO_INSURER, Action::SettingChanged)
        .ground("articles:first")
        .to_entry();
    let by = context.actor.organisation.clone();
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                let mut added = 0;
                for article in first {
                    let row = ArticleRow {
                        kind: article.kind,
                        slug: article.slug,
                        version: 1,
                        state: ArticleState::Published,
                        source: article.source,
                        made_by: by.clone(),
                        made_at: now,
                        decided_by: Some(by.clone()),
                        decided_at: Some(now),
                        revision: 1,
                        writers: vec![by.clone()],
                        sent_at: None,
                        show_from: None,
                        remark: String::new(),
                    };
                    added += usize::from(articles::add(work, &row).await?);
                }
                if added > 0 {
                    work.record(&entry).await?;
                }
                Ok(added)
            })
        })
        .await
}

/// What is shown now.
///
/// # Errors
///
/// The database only.
pub async fn list_published(platform: &Platform) -> Result<Vec<ArticleRow>, Error> {
    articles::list_published(&mut platform.store.point().await?, platform.now()).await
}

/// When anything was last published or withdrawn, how often, and how much of it is shown since a time of its own: unchanged means
/// that nothing else is shown.
///
/// # Errors
///
/// The database only.
pub async fn mark(platform: &Platform) -> Result<(Option<Timestamp>, i64, i64), Error> {
    articles::mark(&mut platform.store.point().await?, platform.now()).await
}

/// The questions and answers among these that can be read, as the desk answers from them; one that cannot, or that names one that is
/// not there any more, is left out and logged.
pub fn passages(rows: &[ArticleRow]) -> Vec<Passage> {
    let mut files: Vec<SourceFile> = rows
        .iter()
        .filter(|row| row.kind == ArticleKind::Faq)
        .map(check::file)
        .collect();
    loop {
        match load(&files) {
            Ok(passages) => return passages,
            Err(errors) => {
                let before = files.len();
                for error in &errors {
                    tracing::error!(%error, "a question cannot be read");
                    files.retain(|file| file.name != error.file);
                }
                if files.len() == before {
                    return Vec::new();
                }
            }
        }
    }
}
