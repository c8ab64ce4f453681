//! Written articles of the portal (P-1): notices, documents and pages. Questions and answers are `kiban-helpdesk`'s.
//!
//! An article is one text: a head in TOML between two lines `+++`, then Markdown. [`Article::parse`] reads it strictly, so that a
//! wrong date or an unknown word is found when it is written and not when it is shown; [`html`] shows its body; [`first`] gives what
//! a new installation begins with. The crate knows no clock, no database and no page.

mod article;
mod first;
mod html;
mod links;
mod site;

pub use article::{Article, ArticleError, Audience, Head, Headline, NewsCategory};
pub use first::{FirstArticle, first};
pub use html::{Heading, Rendered, html};
pub use links::{Mark, MarkKind, marks};
pub use site::{PUBLIC_PATHS, is_public};
