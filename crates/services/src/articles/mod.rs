//! What is published on the portal (P-1): the articles a new installation begins with, and what is shown now.
//!
//! An article is kept as the text it was written as; who shows it knows how to read it.

use crate::{CallContext, Platform};
use kiban_audit::{Action, NO_INSURER};
use kiban_domain::Timestamp;
use kiban_store::{
    Error,
    repo::articles::{self, ArticleRow},
};

pub use kiban_store::repo::articles::{ArticleKind, ArticleState};

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
    articles::list_published(&mut platform.store.point().await?).await
}

/// When anything was last published or withdrawn, and how often: unchanged means that nothing else is shown.
///
/// # Errors
///
/// The database only.
pub async fn mark(platform: &Platform) -> Result<(Option<Timestamp>, i64), Error> {
    articles::mark(&mut platform.store.point().await?).await
}
