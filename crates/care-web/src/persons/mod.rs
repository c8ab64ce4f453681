//! The office's persons: the list, and how a person gets onto it.

pub(crate) mod card;
pub(crate) mod check;
pub(crate) mod csv;
pub(crate) mod list;
pub(crate) mod listed;
pub(crate) mod register;
