//! The default table of who sees what, as dated data.

use crate::{Part, Role};
use kiban_domain::Date;
use std::sync::LazyLock;

/// What the table says for one role and part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell {
    /// As soon as the relation stands.
    Yes,
    /// Also needs the person's consent.
    Consent,
    /// Only the writer or addressee.
    Own,
    /// Only an institution that itself gives care services, with consent.
    Care,
    /// Not entitled.
    No,
}

/// The table, with the day from which each row holds.
#[derive(Debug)]
pub struct Matrix {
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    from: Date,
    thing: Thing,
    cells: [Cell; 5],
}

/// What a row is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Thing {
    Part(Part),
    /// A file that one office passes to another; no part of what the insurer holds.
    Document,
}

/// The table does not read as it should.
#[derive(Debug, thiserror::Error)]
#[error("access table, line {line}: {reason}")]
pub struct InvalidMatrix {
    line: usize,
    reason: &'static str,
}

impl Matrix {
    /// The table that comes with the program.
    pub fn standard() -> &'static Self {
        static STANDARD: LazyLock<Matrix> = LazyLock::new(|| {
            Matrix::parse(include_str!("../../../data/access-matrix.csv"))
                .expect("a test parses the committed table")
        });
        &STANDARD
    }

    /// Reads a table: `from,part,person,insurer,care_management,other_office,medical`; `#` starts a remark. The part is a
    /// [`Part`]'s code or `document`.
    ///
    /// # Errors
    ///
    /// [`InvalidMatrix`] names the line.
    pub fn parse(text: &str) -> Result<Self, InvalidMatrix> {
        let mut rows = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let fail = |reason| InvalidMatrix {
                line: index + 1,
                reason,
            };
            if line.starts_with('#') || line.starts_with("from,") || line.trim().is_empty() {
                continue;
            }
            let fields: Vec<&str> = line.split(',').map(str::trim).collect();
            let [from, part, cells @ ..] = fields.as_slice() else {
                return Err(fail("too few columns"));
            };
            let cells = cells
                .iter()
                .map(|cell| Cell::from_code(cell))
                .collect::<Option<Vec<_>>>()
                .and_then(|cells| <[Cell; 5]>::try_from(cells).ok())
                .ok_or_else(|| fail("needs five known cells"))?;
            rows.push(Row {
                from: from.parse().map_err(|_| fail("not a date"))?,
                thing: Thing::from_code(part).ok_or_else(|| fail("unknown part"))?,
                cells,
            });
        }
        rows.sort_by_key(|row| row.from);
        Ok(Self { rows })
    }

    /// What holds on `day`. Before the first row of a part nobody sees it; the operator never does.
    pub fn cell(&self, role: Role, part: Part, day: Date) -> Cell {
        self.cell_of(role, Thing::Part(part), day)
    }

    /// As [`Self::cell`], for files that offices pass to each other.
    pub fn document_cell(&self, role: Role, day: Date) -> Cell {
        self.cell_of(role, Thing::Document, day)
    }

    fn cell_of(&self, role: Role, thing: Thing, day: Date) -> Cell {
        let column = match role {
            Role::Person => 0,
            Role::Insurer => 1,
            Role::CareManagement => 2,
            Role::OtherOffice => 3,
            Role::Medical => 4,
            Role::Operator => return Cell::No,
        };
        self.rows
            .iter()
            .rev()
            .find(|row| row.thing == thing && row.from <= day)
            .map_or(Cell::No, |row| row.cells[column])
    }
}

impl Thing {
    fn from_code(code: &str) -> Option<Self> {
        match code {
            "document" => Some(Self::Document),
            code => Part::from_code(code).map(Self::Part),
        }
    }
}

impl Cell {
    fn from_code(code: &str) -> Option<Self> {
        Some(match code {
            "yes" => Self::Yes,
            "consent" => Self::Consent,
            "own" => Self::Own,
            "care" => Self::Care,
            "no" => Self::No,
            _ => return None,
        })
    }
}
