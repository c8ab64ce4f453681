//! What is published on the portal: notices, questions and answers, documents, pages, each in versions (P-1).

use crate::{
    Work,
    engine::{P, Row},
    error::{Error, Result},
    sql,
};
use kiban_domain::Timestamp;

/// What an article is. The number never changes, since tables store it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ArticleKind {
    /// お知らせ.
    News = 1,
    /// A question with its answer.
    Faq = 2,
    /// 各種資料.
    Document = 3,
    /// A page of the site: 「介護情報基盤とは」.
    Page = 4,
}

impl ArticleKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::News, Self::Faq, Self::Document, Self::Page];
}

/// Where a version stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArticleState {
    /// Being written.
    Draft = 1,
    /// Waits for a second person.
    Review = 2,
    /// Shown, unless a higher version is published or withdrawn.
    Published = 3,
    /// From this version on nothing is shown.
    Withdrawn = 4,
}

/// One version of an article.
#[derive(Debug, Clone)]
pub struct ArticleRow {
    /// What it is.
    pub kind: ArticleKind,
    /// Its name in addresses.
    pub slug: String,
    /// From 1.
    pub version: i32,
    /// Where it stands.
    pub state: ArticleState,
    /// The whole text with its head, as it was written.
    pub source: String,
    /// Who wrote it.
    pub made_by: String,
    /// When.
    pub made_at: Timestamp,
    /// Who published or withdrew it.
    pub decided_by: Option<String>,
    /// When.
    pub decided_at: Option<Timestamp>,
    /// One more at each change of the draft, from 1.
    pub revision: i64,
    /// Everybody who changed the draft.
    pub writers: Vec<String>,
    /// When it was sent to review.
    pub sent_at: Option<Timestamp>,
    /// From when on it is shown; `None`: from the decision on.
    pub show_from: Option<Timestamp>,
    /// Why it was sent back or withdrawn; may be empty.
    pub remark: String,
}

/// The columns that [`article`] reads.
macro_rules! columns {
    () => {
        "a.kind, a.slug, a.version, a.state, a.source, a.made_by, a.made_at, a.decided_by, a.decided_at, a.revision, a.writers, a.sent_at, a.show_from, a.remark"
    };
}

/// Adds a version; false when the article has this version already.
pub async fn add(work: &mut Work, row: &ArticleRow) -> Result<bool> {
    let touched = work
        .conn
        .exec(
            &sql!("INSERT INTO article_version (kind, slug, version, state, source, made_by, made_at, decided_by, decided_at, revision, writers, sent_at, show_from, remark) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT (kind, slug, version) DO NOTHING"),
            &[
                P::I(row.kind as i64),
                P::S(&row.slug),
                P::I(i64::from(row.version)),
                P::I(row.state as i64),
                P::S(&row.source),
                P::S(&row.made_by),
                P::T(row.made_at),
                P::opt(row.decided_by.as_deref()),
                P::opt_at(row.decided_at),
                P::I(row.revision),
                P::S(&row.writers.join("\n")),
                P::opt_at(row.sent_at),
                P::opt_at(row.show_from),
                P::S(&row.remark),
            ],
        )
        .await?;
    Ok(touched == 1)
}

/// Writes what [`ArticleRow`] says over the version in the state `from` and revision `seen`, and makes it one revision more; false
/// when somebody else was faster.
pub async fn change(
    work: &mut Work,
    row: &ArticleRow,
    from: ArticleState,
    seen: i64,
) -> Result<bool> {
    let touched = work
        .conn
        .exec(
            &sql!("UPDATE article_version SET state = $4, source = $5, made_by = $6, made_at = $7, decided_by = $8, decided_at = $9, revision = revision + 1, writers = $10, sent_at = $11, show_from = $12, remark = $13 WHERE kind = $1 AND slug = $2 AND version = $3 AND state = $14 AND revision = $15"),
            &[
                P::I(row.kind as i64),
                P::S(&row.slug),
                P::I(i64::from(row.version)),
                P::I(row.state as i64),
                P::S(&row.source),
                P::S(&row.made_by),
                P::T(row.made_at),
                P::opt(row.decided_by.as_deref()),
                P::opt_at(row.decided_at),
                P::S(&row.writers.join("\n")),
                P::opt_at(row.sent_at),
                P::opt_at(row.show_from),
                P::S(&row.remark),
                P::I(from as i64),
                P::I(seen),
            ],
        )
        .await?;
    Ok(touched == 1)
}

/// The versions of an article, the newest first.
pub async fn list_versions(
    work: &mut Work,
    kind: ArticleKind,
    slug: &str,
) -> Result<Vec<ArticleRow>> {
    work.conn
        .query(
            &sql!(concat!(
                "SELECT ",
                columns!(),
                " FROM article_version a WHERE a.kind = $1 AND a.slug = $2 ORDER BY a.version DESC"
            )),
            &[P::I(kind as i64), P::S(slug)],
            article,
        )
        .await
}

/// The newest version of an article.
pub async fn find_newest(
    work: &mut Work,
    kind: ArticleKind,
    slug: &str,
) -> Result<Option<ArticleRow>> {
    work.conn
        .first(
            &sql!(concat!(
                "SELECT ",
                columns!(),
                " FROM article_version a WHERE a.kind = $1 AND a.slug = $2 ORDER BY a.version DESC LIMIT 1"
            )),
            &[P::I(kind as i64), P::S(slug)],
            article,
        )
        .await
}

/// The newest version of every article of a kind, whatever its state, by name.
pub async fn list_newest(work: &mut Work, kind: ArticleKind) -> Result<Vec<ArticleRow>> {
    work.conn
        .query(
            &sql!(concat!(
                "SELECT ",
                columns!(),
                " FROM article_version a WHERE a.kind = $1 AND a.version = (SELECT max(h.version) FROM article_version h WHERE h.kind = a.kind AND h.slug = a.slug) ORDER BY a.slug"
            )),
            &[P::I(kind as i64)],
            article,
        )
        .await
}

/// How many newest versions of a kind are drafts or wait for a second person, and since when the oldest does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingCount {
    /// Which kind.
    pub kind: ArticleKind,
    /// Draft or review.
    pub state: ArticleState,
    /// How many.
    pub count: i64,
    /// When the oldest was written, or sent to review.
    pub oldest: Timestamp,
}

/// What waits for somebody, by kind and state.
pub async fn count_pending(work: &mut Work) -> Result<Vec<PendingCount>> {
    work.conn
        .query(
            &sql!("SELECT a.kind, a.state, count(*), min(coalesce(a.sent_at, a.made_at)) FROM article_version a WHERE a.state IN (1, 2) AND a.version = (SELECT max(h.version) FROM article_version h WHERE h.kind = a.kind AND h.slug = a.slug) GROUP BY a.kind, a.state ORDER BY a.kind, a.state"),
            &[],
            |row| {
                Ok(PendingCount {
                    kind: kind(row, 0)?,
                    state: state(row, 1)?,
                    count: row.get(2)?,
                    oldest: row.get(3)?,
                })
            },
        )
        .await
}

/// What is shown at an instant: of each article the highest version that was decided and whose time has come, when that one is
/// published.
pub async fn list_published(work: &mut Work, at: Timestamp) -> Result<Vec<ArticleRow>> {
    work.conn
        .query(
            &sql!(concat!(
                "SELECT ",
                columns!(),
                " FROM article_version a WHERE a.state = 3 AND a.version = (SELECT max(h.version) FROM article_version h WHERE h.kind = a.kind AND h.slug = a.slug AND h.state IN (3, 4) AND coalesce(h.show_from, $1) <= $1) ORDER BY a.kind, a.slug"
            )),
            &[P::T(at)],
            article,
        )
        .await
}

/// When anything was last decided, how many versions were, and how many of them have had their time come: unchanged means nothing
/// else is shown.
pub async fn mark(work: &mut Work, at: Timestamp) -> Result<(Option<Timestamp>, i64, i64)> {
    let mark = work
        .conn
        .first(
            &sql!("SELECT max(decided_at), count(decided_at), sum(CASE WHEN show_from <= $1 THEN 1 ELSE 0 END) FROM article_version"),
            &[P::T(at)],
            |row| Ok((row.get(0)?, row.get(1)?, row.get::<Option<i64>>(2)?)),
        )
        .await?;
    let (decided, count, due) = mark.unwrap_or((None, 0, None));
    Ok((decided, count, due.unwrap_or_default()))
}

fn kind(row: &Row<'_>, index: usize) -> Result<ArticleKind> {
    let number: i64 = row.get::<i16>(index)?.into();
    let kind = ArticleKind::ALL.into_iter().find(|it| *it as i64 == number);
    kind.ok_or_else(|| Error::corrupt("article_version.kind", number))
}

fn state(row: &Row<'_>, index: usize) -> Result<ArticleState> {
    match row.get::<i16>(index)? {
        1 => Ok(ArticleState::Draft),
        2 => Ok(ArticleState::Review),
        3 => Ok(ArticleState::Published),
        4 => Ok(ArticleState::Withdrawn),
        other => Err(Error::corrupt("article_version.state", other)),
    }
}

fn article(row: &Row<'_>) -> Result<ArticleRow> {
    let writers: String = row.get(10)?;
    Ok(ArticleRow {
        kind: kind(row, 0)?,
        slug: row.get(1)?,
        version: row.get(2)?,
        state: state(row, 3)?,
        source: row.get(4)?,
        made_by: row.get(5)?,
        made_at: row.get(6)?,
        decided_by: row.get(7)?,
        decided_at: row.get(8)?,
        revision: row.get(9)?,
        writers: writers.lines().map(str::to_owned).collect(),
        sent_at: row.get(11)?,
        show_from: row.get(12)?,
        remark: row.get(13)?,
    })
}
