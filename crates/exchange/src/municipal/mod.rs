//! The files municipalities send: one layout a data set, as CSV or JSON Lines.
//!
//! [`Reader`] turns bytes into rows whose body is canonical JSON, or into findings; [`record`] holds the same bodies as
//! structs with their way into the domain, and [`write_csv_row`] and [`write_jsonl`] write them. The layouts are ours,
//! since the official columns are not public; `docs/reference/municipal-layouts.md` is generated from them.
//! Source: municipal-transfer, sections 3 and 5.

mod check;
mod file_name;
mod finding;
mod json;
mod layout;
mod reader;
pub mod record;
mod rules;
pub(crate) mod scan;
mod value;
mod write;

pub use crate::narrow;
pub use file_name::{FileFormat, FileName, InvalidFileName, LoadMode};
pub use finding::{Finding, Severity};
pub use layout::{Column, Kind, Layout, Member, layout_of, reference_markdown};
pub use reader::{Encoding, Op, Outcome, Reader, Row};
pub use write::{RowMeta, write_csv_header, write_csv_row, write_jsonl};
