//! The CSV of the 医見書, "format version 1.2" and "1.1": the one public electronic layout of an opinion.
//!
//! MS932, no header, one opinion a line, 121 cells in quotes. Columns are those of the edition of 2018, which is the edition of every opinion that is
//! read here. A line break inside a text is a vertical tab. Flags are digits in the order of the choices' codes; an unset list is `0` or empty.
//! Source: attending-physician-opinion, section 9.

mod cells;
mod fault;
mod file_name;
mod read;
mod write;

pub use fault::{CsvFault, CsvFaultKind, UnreadableCsv};
pub use file_name::{CsvFileName, InvalidCsvFileName};
pub use read::{CsvOpinion, ReadCsv, read_csv};
pub use write::{Unwritable, Unwritten, csv_stamp, write_csv};

use super::editions;
use kiban_domain::opinion::{Edition, ItemId, Kind};

/// The longest file that is read, in bytes.
pub const MAX_CSV_BYTES: usize = 16 << 20;
/// The most opinions that are read.
pub const MAX_CSV_ROWS: usize = 1_000;
/// How many cells a line has.
pub const CSV_COLUMNS: usize = 121;

/// The version of the layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CsvVersion {
    /// "1.1": ten digits in column 106.
    V1_1,
    /// "1.2": eleven.
    V1_2,
}

impl CsvVersion {
    /// As it stands in column 1.
    pub fn code(self) -> &'static str {
        match self {
            Self::V1_1 => "1.1",
            Self::V1_2 => "1.2",
        }
    }

    /// How many digits a list of flags has, of so many choices.
    fn digits(self, kind: Kind, choices: usize) -> usize {
        match self {
            Self::V1_1 if kind == Kind::Emphasis => choices - 1,
            Self::V1_1 | Self::V1_2 => choices,
        }
    }
}

/// The edition whose columns these are.
fn edition_of_columns() -> &'static Edition {
    let edition = editions().all().iter();
    let of_csv = |it: &&Edition| {
        it.item(ItemId::MedMgmt)
            .is_some_and(|it| it.column.is_some())
    };
    edition
        .rev()
        .find(of_csv)
        .expect("a test finds every column on a shipped edition")
}
