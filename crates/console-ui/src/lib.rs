//! Templates and assets of the operator's console (O-1).
//!
//! The components (`parts/ui.html`), the style sheet and the plain structs of forms come from `kiban-ui`; this crate adds the frame
//! of the console, its own sheet and icons.
//!
//! **To add a page:** as in `kiban-ui`: a struct in `pages`, a template that extends `console.html`, `samples()`, a line in
//! [`gallery::all`].

pub mod assets;
mod frame;
pub mod gallery;
/// What every page keeps is one text, wherever the page stands.
#[cfg(test)]
#[path = "../../ui/src/page_tests.rs"]
mod page_tests;
mod pages;

pub use askama::Template;
pub use frame::*;
pub use kiban_ui::paging::Asked;
pub use kiban_ui::{
    Chip, ChipColor, Choice, ChoiceField, DateText, FieldError, Link, Notice, NoticeKind,
    OpenInvitationLine, PageNumber, Pager, ReasonForm, SessionEnd, TextField,
};
pub use pages::*;
