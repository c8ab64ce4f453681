//! What is wrong with a text, told by line, before anybody else has to look at it.

use super::{ArticleKind, ArticleRow};
use kiban_content::{Article, Head, MarkKind, is_public, marks};
use kiban_helpdesk::{SourceFile, load};

/// Something that has to be mended before a text can go to review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The line of the whole text with its head, from 1.
    pub line: usize,
    /// What is wrong and how to mend it, in Japanese.
    pub message: String,
}

/// Everything that is wrong with a text, by line: what cannot be read, a head of another kind, links that lead nowhere or where none
/// may, HTML, and of a question what the desk wants to know of it. `published`: what is shown now.
pub fn check(
    kind: ArticleKind,
    slug: &str,
    source: &str,
    published: &[ArticleRow],
) -> Vec<Finding> {
    let mut findings = match kind {
        ArticleKind::Faq => of_question(slug, source, published),
        ArticleKind::News | ArticleKind::Document | ArticleKind::Page => {
            of_article(kind, slug, source, published)
        }
    };
    let (body, before) = body_of(source);
    for mark in marks(body) {
        let message = match mark.what {
            MarkKind::Html(text) => {
                format!("HTMLは使えません。文字として表示されます（{text}）")
            }
            MarkKind::Foreign(address) => format!(
                "リンク先「{address}」は使えません。「/」「https://」「mailto:」「tel:」で始めてください"
            ),
            MarkKind::Own(address) => match dead(&address, kind, slug, published) {
                Some(message) => message,
                None => continue,
            },
        };
        findings.push(Finding {
            line: before + mark.line,
            message,
        });
    }
    findings.sort_by_key(|it| it.line);
    // A link that the desk refuses too is told once a line.
    findings.dedup();
    findings
}

fn of_article(
    kind: ArticleKind,
    slug: &str,
    source: &str,
    published: &[ArticleRow],
) -> Vec<Finding> {
    let article = match Article::parse(source) {
        Ok(article) => article,
        Err(error) => {
            return vec![Finding {
                line: error.line,
                message: error.message,
            }];
        }
    };
    let fits = matches!(
        (&article.headline.head, kind),
        (Head::News { .. }, ArticleKind::News)
            | (Head::Document { .. }, ArticleKind::Document)
            | (Head::Page { .. }, ArticleKind::Page)
    );
    let mut findings = Vec::new();
    if !fits {
        findings.push(Finding {
            line: 2,
            message: "kindが、この種類と違います".into(),
        });
    }
    if let Head::News {
        supersedes: Some(other),
        ..
    } = &article.headline.head
        && (other == slug || !is_shown(published, ArticleKind::News, other))
    {
        let at = source
            .lines()
            .position(|line| line.starts_with("supersedes"));
        findings.push(Finding {
            line: at.map_or(1, |at| at + 1),
            message: format!("置き換えるお知らせ「{other}」は公開されていません"),
        });
    }
    findings
}

/// The entry beside all others, so that names it relates to are found.
fn of_question(slug: &str, source: &str, published: &[ArticleRow]) -> Vec<Finding> {
    let others = published.iter();
    let others = others.filter(|row| row.kind == ArticleKind::Faq && row.slug != slug);
    let own = SourceFile {
        name: format!("{slug}.md"),
        text: source.to_owned(),
    };
    let name = own.name.clone();
    let files: Vec<SourceFile> = others.map(file).chain([own]).collect();
    let errors = load(&files).err().unwrap_or_default();
    let errors = errors.into_iter().filter(|error| error.file == name);
    errors
        .map(|error| Finding {
            line: error.line,
            message: error.problem.to_string(),
        })
        .collect()
}

pub(super) fn file(row: &ArticleRow) -> SourceFile {
    SourceFile {
        name: format!("{}.md", row.slug),
        text: row.source.clone(),
    }
}

/// Why an address of this site leads nowhere, if it does not.
fn dead(address: &str, kind: ArticleKind, slug: &str, published: &[ArticleRow]) -> Option<String> {
    let nowhere = || Some(format!("リンク先「{address}」の画面はありません"));
    if !is_public(address) {
        return nowhere();
    }
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let shelves = [
        ("/news/", ArticleKind::News),
        ("/docs/", ArticleKind::Document),
        ("/faq/", ArticleKind::Faq),
    ];
    let (name, shelf) = shelves
        .into_iter()
        .find_map(|(start, shelf)| Some((path.strip_prefix(start)?, shelf)))?;
    let itself = shelf == kind && name == slug;
    if itself || is_shown(published, shelf, name) {
        return None;
    }
    nowhere()
}

fn is_shown(published: &[ArticleRow], kind: ArticleKind, slug: &str) -> bool {
    let mut rows = published.iter();
    rows.any(|row| row.kind == kind && row.slug == slug)
}

/// The body of a text, and how many lines stand before it.
pub(super) fn body_of(source: &str) -> (&str, usize) {
    let mut at = 0;
    let mut fences = 0;
    for (number, line) in source.split_inclusive('\n').enumerate() {
        at += line.len();
        if line.trim_start_matches('\u{feff}').trim_end() == "+++" {
            fences += 1;
        }
        if fences == 2 {
            return (&source[at..], number + 1);
        }
    }
    (source, 0)
}
