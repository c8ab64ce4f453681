//! The check of a person's identity by the five items of the paper card.

mod create;

pub(crate) use create::create;
