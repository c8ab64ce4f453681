//! The attending physician's opinion in files: the editions of the form, the one JSON that is stored and compared, and the 医見書 CSV (D-4).
//!
//! Every reader gives an [`Opinion`](kiban_domain::opinion::Opinion) or everything that is wrong, each fault with its item. What is in an opinion never
//! stands in a fault, except a character that cannot be carried. Source: attending-physician-opinion.

mod canonical;
mod csv;
mod edition_file;
mod fault;
mod json;
mod reference;

pub use canonical::canonical_json;
pub use csv::{
    CSV_COLUMNS, CsvFault, CsvFaultKind, CsvFileName, CsvOpinion, CsvVersion, InvalidCsvFileName,
    MAX_CSV_BYTES, MAX_CSV_ROWS, ReadCsv, UnreadableCsv, Unwritable, Unwritten, csv_stamp,
    read_csv, write_csv,
};
pub use edition_file::{EDITION_FILE_BYTES, editions, read_edition};
pub use fault::{ItemFault, ItemFaultKind};
pub use json::{MAX_JSON_BYTES, MAX_JSON_DEPTH, UnreadableJson, read_json};
pub use reference::reference_markdown;
