//! Unanswered questions as an editor works them off (P-6, O09), and how well the desk answers.

use super::{list_unanswered, oldest};
use crate::{
    CallContext, Platform,
    articles::{
        ArticleKey, ArticleKind, ArticleRow, EditError, Fields, list_published, passages, save,
        text_of,
    },
};
use kiban_audit::{Action, NO_INSURER};
use kiban_domain::{Date, municipalities};
use kiban_helpdesk::{
    Index, Place,
    evaluation::{Tally, dev_items},
    group,
};
use kiban_store::{Error, repo::questions};

/// So many different questions are read; the rarest are left.
const MOST: i64 = 500;

/// Questions that ask the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuestionGroup {
    /// All of them, the most frequent first; never empty.
    pub texts: Vec<String>,
    /// How often they were asked together.
    pub times: i64,
    /// The day one of them was last asked.
    pub last_on: Date,
}

/// The questions of the kept days that were not answered, those that ask the same together, the most frequent first.
///
/// # Errors
///
/// The database only.
pub async fn list_groups(platform: &Platform) -> Result<Vec<QuestionGroup>, Error> {
    let rows = list_unanswered(platform, MOST).await?;
    let grouping = tokio::task::spawn_blocking(move || {
        let texts: Vec<String> = rows.iter().map(|row| row.text.clone()).collect();
        let groups = group(&texts).into_iter().map(|group| {
            let members = group.iter().map(|at| &rows[*at]);
            QuestionGroup {
                texts: group.iter().map(|at| texts[*at].clone()).collect(),
                times: members.clone().map(|it| it.times).sum(),
                last_on: members.map(|it| it.last_on).max().unwrap_or_default(),
            }
        });
        let mut groups: Vec<QuestionGroup> = groups.collect();
        groups.sort_by(|one, other| {
            (other.times, other.last_on, &one.texts).cmp(&(one.times, one.last_on, &other.texts))
        });
        groups
    });
    grouping.await.map_err(|_| Error::Closed)
}

/// Makes a draft of an entry with these questions as its ways of asking, and takes them off the list.
///
/// # Errors
///
/// See [`EditError`]: [`EditError::Conflict`] when there is an entry of this name, [`EditError::Length`] without a question.
pub async fn draft_from(
    platform: &Platform,
    context: &CallContext,
    slug: &str,
    texts: &[String],
) -> Result<ArticleRow, EditError> {
    let Some(first) = texts.first().filter(|it| !it.trim().is_empty()) else {
        return Err(EditError::Length);
    };
    let fields = [
        ("id", slug.to_owned()),
        ("audience", "all".to_owned()),
        ("category", "contact".to_owned()),
        ("question", first.clone()),
        ("aliases", texts.join("\n")),
        ("reviewed", platform.today().to_string()),
    ];
    let fields: Fields = fields.map(|(name, value)| (name.to_owned(), value)).into();
    let source = text_of(ArticleKind::Faq, &fields, "");
    let key = ArticleKey {
        kind: ArticleKind::Faq,
        slug: slug.to_owned(),
    };
    let row = save(platform, context, key, source, None).await?;
    set_done(platform, context, texts, slug).await?;
    Ok(row)
}

/// Takes questions off the list that need no entry; asked again on a later day, they are there again.
///
/// # Errors
///
/// The database only.
pub async fn set_aside(
    platform: &Platform,
    context: &CallContext,
    texts: &[String],
) -> Result<(), Error> {
    set_done(platform, context, texts, "").await
}

async fn set_done(
    platform: &Platform,
    context: &CallContext,
    texts: &[String],
    became: &str,
) -> Result<(), Error> {
    let (texts, became) = (texts.to_vec(), became.to_owned());
    let today = platform.today();
    let staff = context.actor.staff.clone();
    let by = staff.unwrap_or_else(|| context.actor.organisation.clone());
    // The questions themselves do not belong into the trail: nobody knows what somebody typed.
    let event = context.event(platform, NO_INSURER, Action::ArticleChanged);
    let event = event.ground(format!("questions:{}", texts.len()));
    let entry = event.purpose("questions_done").to_entry();
    platform
        .store
        .write::<(), Error, _>(move |work| {
            Box::pin(async move {
                for text in &texts {
                    questions::set_done(work, text, today, &by, &became).await?;
                }
                work.record(&entry).await
            })
        })
        .await
}

/// How often an entry was the answer in the kept days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HitCount {
    /// The entry.
    pub slug: String,
    /// How often it was stated.
    pub times: i64,
    /// How often its reader said that it did not help.
    pub not_helped: i64,
}

/// How often each entry was the answer in the kept days, by name.
///
/// # Errors
///
/// The database only.
pub async fn list_hits(platform: &Platform) -> Result<Vec<HitCount>, Error> {
    let mut work = platform.store.point().await?;
    let rows = questions::list_hits(&mut work, oldest(platform)).await?;
    Ok(rows
        .into_iter()
        .map(|row| HitCount {
            slug: row.shown,
            times: row.times,
            not_helped: row.not_helped,
        })
        .collect())
}

/// How well the desk answers the kept questions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Evaluation {
    /// With what is published.
    pub published: Tally,
    /// With a draft beside it or in its place; `None` when none was given, or it cannot be read.
    pub with_draft: Option<Tally>,
}

/// Asks the kept development set of what is published, and of what would be with this draft.
///
/// # Errors
///
/// The database only.
pub async fn evaluate(platform: &Platform, draft: Option<ArticleRow>) -> Result<Evaluation, Error> {
    let rows = list_published(platform).await?;
    let today = platform.today();
    let counting = tokio::task::spawn_blocking(move || {
        let items = dev_items();
        let tally = |rows: &[ArticleRow]| {
            let places = municipalities().iter().map(|it| Place {
                code: it.code.as_str().to_owned(),
                prefecture: it.prefecture.to_owned(),
                name: it.name.to_owned(),
                kana: it.kana.to_owned(),
            });
            let index = Index::build(passages(rows), places.collect());
            Tally::of(&index, &items, today)
        };
        let published = tally(&rows);
        let with_draft = draft.and_then(|draft| {
            let slug = draft.slug.clone();
            let mut rows = rows;
            rows.retain(|row| row.kind != draft.kind || row.slug != draft.slug);
            rows.push(draft);
            let read = passages(&rows).iter().any(|it| it.id == slug);
            read.then(|| tally(&rows))
        });
        Evaluation {
            published,
            with_draft,
        }
    });
    counting.await.map_err(|_| Error::Closed)
}
