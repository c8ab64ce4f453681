//! Templates, charts and assets of the public pages and of what stands behind the portal's sign-in.
//!
//! A crate beside `kiban-ui` because a changed template compiles its whole crate anew: the two hold about as many pages each.
//! The components (`parts/ui.html`), the style sheet and the plain structs of forms come from there; this crate adds the frame
//! of the portal, its own sheet and icons, and what is drawn: charts and the map of prefectures.
//!
//! **To add a page:** as in `kiban-ui`: a struct in `pages`, a template that extends `portal.html`, `samples()`, a line in
//! [`gallery::all`].

pub mod assets;
pub mod charts;
mod frame;
pub mod gallery;
/// What every page keeps is one text, wherever the page stands.
#[cfg(test)]
#[path = "../../ui/src/page_tests.rs"]
mod page_tests;
mod pages;

pub use askama::Template;
pub use frame::*;
pub use kiban_ui::{
    Chip, ChipColor, Choice, ChoiceField, DateText, EraChoice, FieldError, Link, Notice,
    NoticeKind, OpenInvitationLine, PageNumber, Pager, ReasonForm, SessionEnd, TextField,
};
pub use pages::*;
