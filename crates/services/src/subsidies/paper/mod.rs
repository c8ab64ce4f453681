//! What stands on the papers of an application: the letters of its decision, and the copy of what was submitted (G-4).
//!
//! Plain values in the words of the paper. Setting them as PDF is left to whoever wires the program, so that neither use cases nor pages
//! know a typesetter.

mod copy;
mod notice;
mod words;

pub use copy::copy;
pub use notice::notice;

use crate::Outlet;

/// A paper. No `Debug`: it says who applied for how much.
#[derive(Clone, PartialEq, Eq)]
pub struct SubsidyPaper {
    /// Its title.
    pub title: &'static str,
    /// 「見本」 where everything is invented.
    pub mark: Option<&'static str>,
    /// Who writes to whom; nothing on a copy.
    pub head: Option<PaperHead>,
    /// What it says first.
    pub opening: String,
    /// The amount it is about, with its name.
    pub sum: Option<(&'static str, String)>,
    /// The rest, in order.
    pub parts: Vec<PaperPart>,
    /// What the foot calls it.
    pub document_no: String,
    /// The name of its file.
    pub file_name: String,
    /// Who put it out, and when.
    pub outlet: Outlet,
}

impl std::fmt::Debug for SubsidyPaper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SubsidyPaper(…)")
    }
}

/// The head of a letter.
#[derive(Clone, PartialEq, Eq)]
pub struct PaperHead {
    /// Number and day, a line each.
    pub number: Vec<String>,
    /// To whom, a line each.
    pub addressee: Vec<String>,
    /// From whom, a line each.
    pub sender: Vec<String>,
}

/// A part below a heading.
#[derive(Clone, PartialEq, Eq)]
pub struct PaperPart {
    /// The heading.
    pub title: &'static str,
    /// What it says.
    pub pieces: Vec<PaperPiece>,
    /// Whether it begins on a page of its own: 別紙.
    pub on_new_page: bool,
}

impl PaperPart {
    fn new(title: &'static str, pieces: Vec<PaperPiece>) -> Self {
        Self {
            title,
            pieces,
            on_new_page: false,
        }
    }
}

/// A piece of a part.
#[derive(Clone, PartialEq, Eq)]
pub enum PaperPiece {
    /// Terms and what they are.
    Facts(Vec<(String, String)>),
    /// A table.
    Table {
        /// Words and share of the width of each column.
        columns: Vec<(&'static str, u8)>,
        /// The rows; each has a cell for every column.
        rows: Vec<Vec<String>>,
    },
    /// A paragraph.
    Text(String),
    /// A paragraph in a frame.
    Framed(String),
    /// Items with numbers.
    Numbered(Vec<String>),
}
