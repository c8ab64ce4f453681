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
}

/// Adds a version; false when the article has this version already.
pub async fn add(work: &mut Work, row: &ArticleRow) -> Result<bool> {
    let touched = work
        .conn
        .exec(
            &sql!("INSERT INTO article_version (kind, slug, version, state, source, made_by, made_at, decided_by, decided_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (kind, slug, version) DO NOTHING"),
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
            ],
        )
        .await?;
    Ok(touched == 1)
}

/// What is shown now: of each article the highest decided version, when that one is published.
pub async fn list_published(work: &mut Work) -> Result<Vec<ArticleRow>> {
    work.conn
        .query(
            &sql!("SELECT a.kind, a.slug, a.version, a.state, a.source, a.made_by, a.made_at, a.decided_by, a.decided_at FROM article_version a WHERE a.state = 3 AND a.version = (SELECT max(h.version) FROM article_version h WHERE h.kind = a.kind AND h.slug = a.slug AND h.state IN (3, 4)) ORDER BY a.kind, a.slug"),
            &[],
            article,
        )
        .await
}

/// When anything was last decided, and how many versions there are: unchanged means nothing new is shown.
pub async fn mark(work: &mut Work) -> Result<(Option<Timestamp>, i64)> {
    let mark = work
        .conn
        .first(
            &sql!("SELECT max(decided_at), count(decided_at) FROM article_version"),
            &[],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .await?;
    Ok(mark.unwrap_or((None, 0)))
}

fn article(row: &Row<'_>) -> Result<ArticleRow> {
    let kind: i64 = row.get::<i16>(0)?.into();
    let state: i64 = row.get::<i16>(3)?.into();
    let kind = ArticleKind::ALL.into_iter().find(|it| *it as i64 == kind);
    let state = match state {
        1 => ArticleState::Draft,
        2 => ArticleState::Review,
        3 => ArticleState::Published,
        4 => ArticleState::Withdrawn,
        other => return Err(Error::corrupt("article_version.state", other)),
    };
    Ok(ArticleRow {
        kind: kind.ok_or_else(|| Error::corrupt("article_version.kind", "unknown"))?,
        slug: row.get(1)?,
        version: row.get(2)?,
        state,
        source: row.get(4)?,
        made_by: row.get(5)?,
        made_at: row.get(6)?,
        decided_by: row.get(7)?,
        decided_at: row.get(8)?,
    })
}
