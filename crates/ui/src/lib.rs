//! Templates, components, forms and assets of every page.
//!
//! A page is one struct holding everything it shows, already formatted: dates in both calendars, money, masked numbers. The
//! structs know nothing of databases, sessions or clocks; a handler fills one and calls [`askama::Template::render`]. Each
//! page lists [samples](gallery) of its states, and a test renders all of them.
//!
//! **To add a page:** a struct in `pages`, a template beside the others that extends `layout.html`, `samples()` with every
//! state a person can meet (normal, empty, rejected, done), and a line in [`gallery::all`].
//!
//! **Invariant:** no template has inline style or script; the content security policy forbids both.

pub mod assets;
mod certificates;
mod form;
mod frame;
pub mod gallery;
mod opinion;
mod opinion_form;
#[cfg(test)]
mod page_tests;
mod pages;
pub mod paging;
mod part;
mod reason;
mod refill;
mod sample;

pub use askama::Template;
pub use certificates::*;
pub use form::*;
pub use frame::*;
pub use opinion::*;
pub use opinion_form::*;
pub use pages::*;
pub use part::*;
pub use reason::ReasonForm;
pub use refill::refill;
