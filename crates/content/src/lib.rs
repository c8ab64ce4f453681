//! Written articles of the portal (P-1): notices, documents and pages. Questions and answers are `kiban-helpdesk`'s.
//!
//! An article is one text: a head in TOML between two lines `+++`, then Markdown. [`Article::parse`] reads it strictly, so that a
//! wrong date or an unknown word is found when it is written and not when it is shown; [`html`] shows its body on the screen, [`blocks`]
//! on paper; [`first`] gives what a new installation begins with. The crate knows no clock, no database and no page.

mod article;
mod blocks;
mod first;
mod html;
mod links;
mod pictures;
mod site;

pub use article::{Article, ArticleError, Audience, Head, Headline, NewsCategory};
pub use blocks::{Block, blocks};
pub use first::{FirstArticle, first};
pub use html::{Heading, Rendered, html};
pub use links::{Mark, MarkKind, marks};
pub use pictures::{PLACE, picture};
pub use site::{PUBLIC_PATHS, is_public};
