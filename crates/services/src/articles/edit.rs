//! Writing, reviewing, publishing and withdrawing.

use super::{ArticleKind, ArticleRow, ArticleState, Finding, PendingCount, check, list_published};
use crate::{CallContext, Platform};
use kiban_audit::{Action, Entry, NO_INSURER};
use kiban_domain::Timestamp;
use kiban_store::{Error, Work, repo::articles};

/// The longest text with its head, in characters.
const LONGEST: usize = 60_000;
/// The longest name in addresses.
const SLUG: usize = 60;
/// The longest reason, in characters.
const REMARK: usize = 1_000;

/// Which article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArticleKey {
    /// What it is.
    pub kind: ArticleKind,
    /// Its name in addresses.
    pub slug: String,
}

impl ArticleKey {
    /// Lower-case letters, digits and hyphens; at most 60.
    fn is_valid(&self) -> bool {
        let fits = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-';
        (1..=SLUG).contains(&self.slug.len())
            && self.slug.chars().all(fits)
            && !self.slug.starts_with('-')
    }
}

impl ArticleKey {
    /// Whether an address with this name is another page's: the form of a new text, the unanswered questions, the pictures of
    /// documents.
    fn is_reserved(&self) -> bool {
        match self.slug.as_str() {
            "new" | "edit" => true,
            "unanswered" => self.kind == ArticleKind::Faq,
            "images" => self.kind == ArticleKind::Document,
            _ => false,
        }
    }
}

/// What an editor had seen of an article: its newest version, and how often that had been changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// The version.
    pub version: i32,
    /// Its revision.
    pub revision: i64,
}

impl Seen {
    /// Of a version.
    pub fn of(row: &ArticleRow) -> Self {
        Self {
            version: row.version,
            revision: row.revision,
        }
    }
}

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// The name in addresses cannot be used.
    #[error("the name cannot be used")]
    Slug,
    /// The name in addresses is that of a page.
    #[error("the name is that of a page")]
    Reserved,
    /// The text is empty or too long.
    #[error("the text is empty or too long")]
    Length,
    /// The reason is missing or too long.
    #[error("the reason is missing or too long")]
    Remark,
    /// There is no such article.
    #[error("no such article")]
    NotFound,
    /// What has to be mended first.
    #[error("the text has findings")]
    Findings(Vec<Finding>),
    /// Somebody else has changed it since: as it stands now.
    #[error("somebody else has changed it since")]
    Conflict(Box<ArticleRow>),
    /// It does not stand where this can be done: as it stands now.
    #[error("it stands elsewhere")]
    Elsewhere(Box<ArticleRow>),
    /// Whoever wrote on it does not decide it.
    #[error("a writer does not decide")]
    SamePerson,
    /// The time it is to be shown from has passed already.
    #[error("the time has passed")]
    Past,
    /// The database.
    #[error("storage")]
    Storage(#[from] Error),
}

/// Writes a draft: a new article when nothing was `seen`, a change of the draft that was seen, or a new version after one that was
/// decided.
///
/// # Errors
///
/// See [`EditError`]; [`EditError::Elsewhere`] while it is in review.
pub async fn save(
    platform: &Platform,
    context: &CallContext,
    key: ArticleKey,
    source: String,
    seen: Option<Seen>,
) -> Result<ArticleRow, EditError> {
    if !key.is_valid() {
        return Err(EditError::Slug);
    }
    if seen.is_none() && key.is_reserved() {
        return Err(EditError::Reserved);
    }
    if source.trim().is_empty() || source.chars().count() > LONGEST {
        return Err(EditError::Length);
    }
    let by = writer(context);
    let now = platform.now();
    let (platform_inside, context) = (platform.clone(), context.clone());
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                let newest = articles::find_newest(work, key.kind, &key.slug).await?;
                let mut row = ArticleRow {
                    kind: key.kind,
                    slug: key.slug.clone(),
                    version: 1,
                    state: ArticleState::Draft,
                    source,
                    made_by: by.clone(),
                    made_at: now,
                    decided_by: None,
                    decided_at: None,
                    revision: 1,
                    writers: vec![by.clone()],
                    sent_at: None,
                    show_from: None,
                    remark: String::new(),
                };
                match newest {
                    None if seen.is_some() => return Err(EditError::NotFound),
                    None => {
                        if !articles::add(work, &row).await? {
                            return conflict(work, &key).await;
                        }
                    }
                    Some(newest) if Some(Seen::of(&newest)) != seen => {
                        return Err(EditError::Conflict(Box::new(newest)));
                    }
                    Some(newest) => match newest.state {
                        ArticleState::Review => {
                            return Err(EditError::Elsewhere(Box::new(newest)));
                        }
                        ArticleState::Draft => {
                            row.version = newest.version;
                            row.writers = newest.writers;
                            row.remark = newest.remark;
                            if !row.writers.contains(&by) {
                                row.writers.push(by);
                            }
                            let seen = newest.revision;
                            if !articles::change(work, &row, ArticleState::Draft, seen).await? {
                                return conflict(work, &key).await;
                            }
                            row.revision = seen + 1;
                        }
                        ArticleState::Published | ArticleState::Withdrawn => {
                            row.version = newest.version + 1;
                            if !articles::add(work, &row).await? {
                                return conflict(work, &key).await;
                            }
                        }
                    },
                }
                let entry = entry(&platform_inside, &context, &row, "draft");
                work.record(&entry).await?;
                Ok(row)
            })
        })
        .await
}

/// Sends a draft to review, when nothing is found wrong with it.
///
/// # Errors
///
/// See [`EditError`].
pub async fn send_to_review(
    platform: &Platform,
    context: &CallContext,
    key: ArticleKey,
    seen: Seen,
) -> Result<(), EditError> {
    let published = list_published(platform).await?;
    let now = platform.now();
    let move_on = move |row: &mut ArticleRow| {
        let findings = check(row.kind, &row.slug, &row.source, &published);
        if !findings.is_empty() {
            return Err(EditError::Findings(findings));
        }
        row.state = ArticleState::Review;
        row.sent_at = Some(now);
        row.remark = String::new();
        Ok(())
    };
    change(
        platform,
        context,
        key,
        seen,
        ArticleState::Draft,
        "review",
        move_on,
    )
    .await
}

/// Sends what is in review back to its writers, for a reason; its writers take it back without one.
///
/// # Errors
///
/// See [`EditError`].
pub async fn send_back(
    platform: &Platform,
    context: &CallContext,
    key: ArticleKey,
    seen: Seen,
    remark: &str,
) -> Result<(), EditError> {
    let (remark, by) = (remark.trim().to_owned(), writer(context));
    let move_on = move |row: &mut ArticleRow| {
        let needed = !row.writers.contains(&by);
        if remark.chars().count() > REMARK || (needed && remark.is_empty()) {
            return Err(EditError::Remark);
        }
        row.state = ArticleState::Draft;
        row.sent_at = None;
        row.remark = remark;
        Ok(())
    };
    change(
        platform,
        context,
        key,
        seen,
        ArticleState::Review,
        "sent_back",
        move_on,
    )
    .await
}

/// Publishes what is in review: whoever does is none of its writers. With `show_from` it is shown from then on, and until then what
/// was shown before.
///
/// # Errors
///
/// See [`EditError`].
pub async fn publish(
    platform: &Platform,
    context: &CallContext,
    key: ArticleKey,
    seen: Seen,
    show_from: Option<Timestamp>,
) -> Result<(), EditError> {
    let now = platform.now();
    if show_from.is_some_and(|from| from <= now) {
        return Err(EditError::Past);
    }
    let published = list_published(platform).await?;
    let by = writer(context);
    let move_on = move |row: &mut ArticleRow| {
        // Asked of the row that is changed, in the transaction that changes it.
        if row.writers.contains(&by) {
            return Err(EditError::SamePerson);
        }
        // What it leads to may be gone since it was sent to review.
        let findings = check(row.kind, &row.slug, &row.source, &published);
        if !findings.is_empty() {
            return Err(EditError::Findings(findings));
        }
        row.state = ArticleState::Published;
        row.decided_by = Some(by);
        row.decided_at = Some(now);
        row.show_from = show_from;
        Ok(())
    };
    change(
        platform,
        context,
        key,
        seen,
        ArticleState::Review,
        "published",
        move_on,
    )
    .await
}

/// Withdraws an article at once, for a reason. One person may: what is wrong must not wait for a second. A draft that was being
/// written stays in the history only.
///
/// # Errors
///
/// See [`EditError`]; [`EditError::Elsewhere`] when nothing is shown or will be.
pub async fn withdraw(
    platform: &Platform,
    context: &CallContext,
    key: ArticleKey,
    seen: Seen,
    remark: &str,
) -> Result<(), EditError> {
    let remark = remark.trim().to_owned();
    if remark.is_empty() || remark.chars().count() > REMARK {
        return Err(EditError::Remark);
    }
    let (by, now) = (writer(context), platform.now());
    let (inside, context) = (platform.clone(), context.clone());
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                let versions = articles::list_versions(work, key.kind, &key.slug).await?;
                let Some(newest) = versions.first() else {
                    return Err(EditError::NotFound);
                };
                if Seen::of(newest) != seen {
                    return Err(EditError::Conflict(Box::new(newest.clone())));
                }
                let mut decided = versions.iter().filter(|it| it.decided_at.is_some());
                let shown = decided.next();
                let shown = shown.filter(|it| it.state == ArticleState::Published);
                let Some(shown) = shown else {
                    return Err(EditError::Elsewhere(Box::new(newest.clone())));
                };
                let row = ArticleRow {
                    version: newest.version + 1,
                    state: ArticleState::Withdrawn,
                    made_by: by.clone(),
                    made_at: now,
                    decided_by: Some(by.clone()),
                    decided_at: Some(now),
                    revision: 1,
                    writers: vec![by],
                    sent_at: None,
                    show_from: None,
                    remark,
                    ..shown.clone()
                };
                if !articles::add(work, &row).await? {
                    return conflict(work, &key).await;
                }
                let entry = entry(&inside, &context, &row, "withdrawn");
                Ok(work.record(&entry).await?)
            })
        })
        .await
}

async fn change(
    platform: &Platform,
    context: &CallContext,
    key: ArticleKey,
    seen: Seen,
    from: ArticleState,
    purpose: &'static str,
    move_on: impl FnOnce(&mut ArticleRow) -> Result<(), EditError> + Send + 'static,
) -> Result<(), EditError> {
    let (inside, context) = (platform.clone(), context.clone());
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                let newest = articles::find_newest(work, key.kind, &key.slug).await?;
                let mut row = newest.ok_or(EditError::NotFound)?;
                if Seen::of(&row) != seen {
                    return Err(EditError::Conflict(Box::new(row)));
                }
                if row.state != from {
                    return Err(EditError::Elsewhere(Box::new(row)));
                }
                move_on(&mut row)?;
                if !articles::change(work, &row, from, seen.revision).await? {
                    return conflict(work, &key).await;
                }
                let entry = entry(&inside, &context, &row, purpose);
                Ok(work.record(&entry).await?)
            })
        })
        .await
}

/// Somebody was faster: what stands now.
async fn conflict<T>(work: &mut Work, key: &ArticleKey) -> Result<T, EditError> {
    let newest = articles::find_newest(work, key.kind, &key.slug).await?;
    Err(newest.map_or(EditError::NotFound, |it| EditError::Conflict(Box::new(it))))
}

/// Whose name stands beside a version.
fn writer(context: &CallContext) -> String {
    let staff = context.actor.staff.clone();
    staff.unwrap_or_else(|| context.actor.organisation.clone())
}

fn entry(
    platform: &Platform,
    context: &CallContext,
    row: &ArticleRow,
    purpose: &'static str,
) -> Entry {
    let shelf = match row.kind {
        ArticleKind::News => "news",
        ArticleKind::Faq => "faq",
        ArticleKind::Document => "docs",
        ArticleKind::Page => "pages",
    };
    let event = context.event(platform, NO_INSURER, Action::ArticleChanged);
    let event = event.ground(format!("article:{shelf}/{}:{}", row.slug, row.version));
    event.purpose(purpose).to_entry()
}

/// An article with its versions, the newest first; never empty.
pub type History = Vec<ArticleRow>;

/// The versions of an article, the newest first; `None` when there is none.
///
/// # Errors
///
/// The database only.
pub async fn history(platform: &Platform, key: &ArticleKey) -> Result<Option<History>, Error> {
    let mut work = platform.store.point().await?;
    let versions = articles::list_versions(&mut work, key.kind, &key.slug).await?;
    Ok((!versions.is_empty()).then_some(versions))
}

/// The newest version of every article of a kind, by name.
///
/// # Errors
///
/// The database only.
pub async fn list_newest(platform: &Platform, kind: ArticleKind) -> Result<Vec<ArticleRow>, Error> {
    articles::list_newest(&mut platform.store.point().await?, kind).await
}

/// What waits for an editor, by kind and state.
///
/// # Errors
///
/// The database only.
pub async fn count_pending(platform: &Platform) -> Result<Vec<PendingCount>, Error> {
    articles::count_pending(&mut platform.store.point().await?).await
}
