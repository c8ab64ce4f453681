//! What is published, read and ready to be shown: no page asks the database (P-1, P-6).

use crate::served::without_dead_links;
use jiff::SignedDuration;
use kiban_content::{Article, Head, Rendered, html};
use kiban_domain::{Date, municipalities};
use kiban_helpdesk::{Audience, Category, Index, Passage, PassageKind, Place, Source};
use kiban_services::{
    CallContext, Platform,
    articles::{self, ArticleKind, FirstArticle},
    watched::Watched,
};
use kiban_store::{Error, repo::articles::ArticleRow};
use std::{collections::BTreeMap, sync::Arc};

/// An article with its body as it is shown.
#[derive(Debug)]
pub(crate) struct Shown {
    pub(crate) slug: String,
    pub(crate) article: Article,
    pub(crate) body: Rendered,
    /// Since when this version is shown.
    pub(crate) since: jiff::Timestamp,
}

impl Shown {
    /// The day it is dated with.
    pub(crate) fn date(&self) -> Date {
        match self.article.headline.head {
            Head::News { date, .. } | Head::Document { date, .. } | Head::Page { date, .. } => date,
        }
    }
}

/// Everything that is published.
pub(crate) struct Published {
    /// The newest first.
    pub(crate) news: Vec<Shown>,
    /// By shelf and title.
    pub(crate) documents: Vec<Shown>,
    /// By name.
    pub(crate) pages: BTreeMap<String, Shown>,
    /// Questions and answers, with the municipalities.
    pub(crate) questions: Index,
    /// News and documents, heading by heading.
    pub(crate) texts: Index,
}

/// Keeps what is published for every visitor; a change is shown within two seconds.
#[derive(Debug)]
pub(crate) struct PublishedDesk(Watched<Published, (Option<jiff::Timestamp>, i64, i64)>);

impl std::fmt::Debug for Published {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Published")
            .field("news", &self.news.len())
            .field("documents", &self.documents.len())
            .field("pages", &self.pages.len())
            .finish_non_exhaustive()
    }
}

impl Default for PublishedDesk {
    fn default() -> Self {
        Self(Watched::new(SignedDuration::from_secs(2)))
    }
}

impl PublishedDesk {
    /// What is published now.
    pub(crate) async fn current(&self, platform: &Platform) -> Result<Arc<Published>, Error> {
        let read = async || {
            let rows = articles::list_published(platform).await?;
            // Some hundred texts: a tenth of a second that no other visitor is to wait for.
            let read = tokio::task::spawn_blocking(move || read(&rows)).await;
            read.map_err(|_| Error::Closed)
        };
        let mark = async || articles::mark(platform).await;
        self.0.current(platform.now(), mark, read).await
    }
}

/// Publishes what a new installation begins with; how many articles were new.
///
/// # Errors
///
/// The database only.
pub async fn publish_first(platform: &Platform, context: &CallContext) -> Result<usize, Error> {
    let first = kiban_content::first().into_iter().filter_map(|it| {
        let kind = match it.folder.as_str() {
            "news" => ArticleKind::News,
            "docs" => ArticleKind::Document,
            "pages" => ArticleKind::Page,
            "faq" => ArticleKind::Faq,
            _ => return None,
        };
        Some(FirstArticle {
            kind,
            slug: it.slug,
            source: it.text.into_owned(),
        })
    });
    articles::load_first(platform, context, first.collect()).await
}

fn read(rows: &[ArticleRow]) -> Published {
    let mut news = Vec::new();
    let mut documents = Vec::new();
    let mut pages = BTreeMap::new();
    for row in rows.iter().filter(|row| row.kind != ArticleKind::Faq) {
        let article = match Article::parse(&row.source) {
            Ok(article) => article,
            Err(error) => {
                // Nothing is published unread, so only an older program can meet what it does not know.
                tracing::error!(slug = row.slug, %error, "an article cannot be read");
                continue;
            }
        };
        let mut body = html(&article.body);
        body.html = without_dead_links(&body.html);
        let shown = Shown {
            slug: row.slug.clone(),
            article,
            body,
            since: row.show_from.max(row.decided_at).unwrap_or(row.made_at),
        };
        match shown.article.headline.head {
            Head::News { .. } => news.push(shown),
            Head::Document { .. } => documents.push(shown),
            Head::Page { .. } => {
                pages.insert(row.slug.clone(), shown);
            }
        }
    }
    news.sort_by(|one, other| (other.date(), &one.slug).cmp(&(one.date(), &other.slug)));
    documents.sort_by(|one, other| shelf(one).cmp(&shelf(other)));
    let texts = news.iter().map(news_passage);
    let texts = texts.chain(documents.iter().flat_map(document_passages));
    let places = municipalities().iter().map(|it| Place {
        code: it.code.as_str().to_owned(),
        prefecture: it.prefecture.to_owned(),
        name: it.name.to_owned(),
        kana: it.kana.to_owned(),
    });
    Published {
        questions: Index::build(articles::passages(rows), places.collect()),
        texts: Index::build(texts.collect(), Vec::new()),
        news,
        documents,
        pages,
    }
}

fn shelf(shown: &Shown) -> (&str, &str) {
    let headline = &shown.article.headline;
    match &headline.head {
        Head::Document { category, .. } => (category, &headline.title),
        Head::News { .. } | Head::Page { .. } => ("", &headline.title),
    }
}

fn news_passage(shown: &Shown) -> Passage {
    let text = plain(&shown.article.body);
    passage(
        PassageKind::News,
        format!("news/{}", shown.slug),
        shown.article.headline.title.clone(),
        text,
        format!("/news/{}", shown.slug),
    )
}

fn document_passages(shown: &Shown) -> Vec<Passage> {
    let title = &shown.article.headline.title;
    let one = |heading: &kiban_content::Heading| {
        passage(
            PassageKind::Document,
            format!("docs/{}#{}", shown.slug, heading.id),
            format!("{}（{title}）", heading.title),
            heading.text.clone(),
            format!("/docs/{}#{}", shown.slug, heading.id),
        )
    };
    shown.body.headings.iter().map(one).collect()
}

fn passage(kind: PassageKind, id: String, title: String, text: String, link: String) -> Passage {
    Passage {
        kind,
        id,
        sources: vec![Source {
            title: title.clone(),
            place: link.clone(),
        }],
        title,
        text,
        aliases: Vec::new(),
        readings: Vec::new(),
        link,
        audience: vec![Audience::All],
        category: Category::Contact,
        valid_from: None,
        valid_to: None,
        related: Vec::new(),
        by_place: false,
        reviewed: None,
    }
}

/// The words of a body, without its marks.
fn plain(markdown: &str) -> String {
    kiban_helpdesk::plain_text(markdown)
}
