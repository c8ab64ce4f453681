//! 閲覧履歴 (C11): who of the office saw whose data, of the whole office or of one person.

mod asked;
pub(crate) mod csv;
pub(crate) mod list;
mod wording;

pub(crate) use asked::Asked;
pub(crate) use csv::file;
pub(crate) use list::page_of;
