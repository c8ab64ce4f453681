//! Documents as paper: set once per text, kept, and given to everybody alike.

use kiban_content::{Article, Head};
use kiban_domain::{Timestamp, Wareki};
use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

/// A document to be set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manual {
    /// Its title.
    pub title: String,
    /// What stands below the title: edition, day, audience.
    pub facts: Vec<(String, String)>,
    /// Its body, in Markdown.
    pub body: String,
    /// Midnight of its day, in Japan: the same text gives the same file.
    pub at: Timestamp,
    /// What the foot calls it.
    pub number: String,
}

type Kept = HashMap<String, (Manual, Arc<Vec<u8>>)>;
type Print = dyn Fn(&Manual) -> Option<Vec<u8>> + Send + Sync;

/// Sets documents as PDF. The portal does not know the typesetter: whoever wires the program brings it along.
#[derive(Clone)]
pub struct ManualPrinter(Arc<Print>);

impl fmt::Debug for ManualPrinter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ManualPrinter(…)")
    }
}

impl ManualPrinter {
    /// Sets documents by `print`, which may take a second of its thread; `None` from it: it could not be set.
    pub fn new(print: impl Fn(&Manual) -> Option<Vec<u8>> + Send + Sync + 'static) -> Self {
        Self(Arc::new(print))
    }
}

/// Files that were set, by the document's name; a changed text is set anew.
#[derive(Debug, Default)]
pub(crate) struct ManualDesk {
    kept: Mutex<Kept>,
    /// One at a time: many visitors of a new text wait for one setting.
    turn: tokio::sync::Mutex<()>,
}

impl ManualDesk {
    fn kept(&self, slug: &str, manual: &Manual) -> Option<Arc<Vec<u8>>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let (text, file) = kept.get(slug)?;
        (text == manual).then(|| Arc::clone(file))
    }

    /// The document as PDF; `None` when it cannot be set.
    pub(crate) async fn file(
        &self,
        printer: &ManualPrinter,
        slug: &str,
        manual: Manual,
    ) -> Option<Arc<Vec<u8>>> {
        if let Some(file) = self.kept(slug, &manual) {
            return Some(file);
        }
        let _turn = self.turn.lock().await;
        if let Some(file) = self.kept(slug, &manual) {
            return Some(file);
        }
        let (print, text) = (Arc::clone(&printer.0), manual.clone());
        let set = tokio::task::spawn_blocking(move || print(&text)).await;
        let file = Arc::new(set.ok().flatten()?);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.insert(slug.to_owned(), (manual, Arc::clone(&file)));
        Some(file)
    }
}

/// A published document as it is to be set.
pub(crate) fn manual(slug: &str, article: &Article) -> Option<Manual> {
    let Head::Document {
        edition,
        date,
        summary,
        ..
    } = &article.headline.head
    else {
        return None;
    };
    let day = Wareki::try_from(*date).map_or_else(|_| date.to_string(), Wareki::long);
    let audience: Vec<_> = article
        .headline
        .audience
        .iter()
        .map(|it| it.label())
        .collect();
    let mut facts = vec![
        ("版".to_owned(), format!("第{edition}版（{day}）")),
        ("内容".to_owned(), summary.clone()),
    ];
    if !audience.is_empty() {
        facts.push(("対象".to_owned(), audience.join("、")));
    }
    let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(9));
    Some(Manual {
        title: article.headline.title.clone(),
        facts,
        body: article.body.clone(),
        at: date.to_zoned(zone).ok()?.timestamp(),
        number: format!("{slug} 第{edition}版"),
    })
}
