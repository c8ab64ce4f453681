//! Paper: what an office prints, as PDF.
//!
//! A crate of its own because the typesetter (typst) is the heaviest dependency of the workspace. Nothing of typst shows
//! outside: plain structs go in, the bytes of a file come out. What is on a sheet reaches the template as values of a data file and
//! is never read as markup (S-1). Wording, rights and records are the callers'; no clock is read, so the same sheet gives the
//! same bytes.
//!
//! ```no_run
//! # fn print(sheet: kiban_print::Sheet) -> Option<()> {
//! let printer = kiban_print::Printer::new(kiban_print::FontFiles::find(None)?);
//! let pdf = printer.print(&sheet).ok()?;
//! assert!(pdf.bytes.starts_with(b"%PDF-1.7"));
//! # Some(()) }
//! ```

mod fees;
mod fonts;
mod letters;
mod opinion;
mod paper;
mod printer;
mod request;
mod sheet;
mod world;

pub use fees::{FeeLine, FeeSheet};
pub use fonts::FontFiles;
pub use opinion::{OpinionSheet, WrongEdition};
pub use printer::{Pdf, PrintError, Printer};
pub use request::RequestSheet;
pub use sheet::{
    Fact, Imprint, LetterPart, LetterSheet, Letterhead, ManualBlock, ManualSheet, Part, PartState,
    PersonSheet, Piece, Sheet, Table, TerminalSheet, TicketSheet,
};
