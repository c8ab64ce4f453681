use rust_embed::RustEmbed;
use std::borrow::Cow;

#[derive(RustEmbed)]
#[folder = "../../content"]
#[include = "news/*.md"]
#[include = "docs/*.md"]
#[include = "pages/*.md"]
#[include = "faq/*.md"]
struct Folder;

/// An article that a new installation begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstArticle {
    /// The folder: `news`, `docs`, `pages` or `faq`.
    pub folder: String,
    /// Its name in addresses: the file's name without `.md`.
    pub slug: String,
    /// The whole text.
    pub text: Cow<'static, str>,
}

/// Everything a new installation begins with, ordered by folder and name. Source: the folder `content`.
pub fn first() -> Vec<FirstArticle> {
    let mut all: Vec<_> = Folder::iter()
        .filter_map(|path| {
            let (folder, file) = path.split_once('/')?;
            let text = match Folder::get(&path)?.data {
                Cow::Borrowed(bytes) => Cow::Borrowed(std::str::from_utf8(bytes).ok()?),
                Cow::Owned(bytes) => Cow::Owned(String::from_utf8(bytes).ok()?),
            };
            Some(FirstArticle {
                folder: folder.to_owned(),
                slug: file.strip_suffix(".md")?.to_owned(),
                text,
            })
        })
        .collect();
    all.sort_by(|one, other| (&one.folder, &one.slug).cmp(&(&other.folder, &other.slug)));
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Article, Head, html};
    use std::collections::HashSet;

    #[test]
    fn p1_every_article_of_the_folder_can_be_shown() {
        let all = first();
        let mut slugs = HashSet::new();
        for it in &all {
            assert!(slugs.insert((&it.folder, &it.slug)));
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            assert!(it.slug.chars().all(plain), "{}", it.slug);
            if it.folder == "faq" {
                continue;
            }
            let name = format!("{}/{}", it.folder, it.slug);
            let article =
                Article::parse(&it.text).unwrap_or_else(|error| panic!("{name}: {error}"));
            let fits = match article.headline.head {
                Head::News { .. } => it.folder == "news",
                Head::Document { .. } => it.folder == "docs",
                Head::Page { .. } => it.folder == "pages",
            };
            assert!(fits, "{name}: the wrong folder");
            assert!(!html(&article.body).html.is_empty());
        }
        for folder in ["news", "docs", "pages"] {
            assert!(
                all.iter().any(|it| it.folder == folder),
                "{folder} is empty"
            );
        }
    }
}
