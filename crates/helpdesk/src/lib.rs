//! From a question to published passages (P-5, P-6): nothing is ever written that nobody has published.
//!
//! [`load`] reads the entries of `content/faq` strictly; [`Index::build`] makes an immutable index of passages and places;
//! [`ask`] finds the passage that answers, up to three near ones, or says that it found none. [`html`] shows an answer,
//! [`mask`] takes personal numbers out of a question before anything keeps it.
//!
//! The crate reads no file, knows no clock and keeps nothing: the caller brings texts and the day, holds the index in an
//! `Arc` and swaps it when something is published. Pages, logs and the answer about one municipality's state are the caller's.

mod ask;
mod content;
pub mod evaluation;
mod index;
mod markdown;
mod mask;
mod normal;
mod passage;
mod place;
mod rank;
mod rephrase;
mod search;
mod similar;

pub use ask::{Answer, Question, ask, ask_with};
pub use content::{ContentError, Problem, SourceFile, load};
pub use index::{Index, Indexed};
pub use markdown::{html, is_safe_link, plain_text};
pub use mask::{Masked, PersonalKind, log_form, mask};
pub use passage::{Audience, Category, Passage, PassageKind, Source};
pub use place::{Place, read_places};
pub use rank::{Bigrams, Hit, Ranker};
pub use rephrase::rephrased;
pub use search::search;
pub use similar::group;
