//! Tables of the subsidies' pages: heads and cells, drawn by one macro (`parts/grid.html`).

use crate::Chip;

/// A table.
#[derive(Debug, Clone, Default)]
pub struct Grid {
    /// What it is called.
    pub label: String,
    /// The heads; whether their cells are numbers.
    pub heads: Vec<(&'static str, bool)>,
    /// The rows; as many cells as heads.
    pub rows: Vec<Vec<GridCell>>,
}

/// A cell.
#[derive(Debug, Clone, Default)]
pub struct GridCell {
    /// Its text, in lines.
    pub lines: Vec<String>,
    /// Where it leads; empty: nowhere.
    pub href: String,
    /// A chip instead of a text.
    pub chip: Option<Chip>,
}

impl Grid {
    /// A table without rows.
    pub fn new(label: &str, heads: &[(&'static str, bool)]) -> Self {
        Self {
            label: label.to_owned(),
            heads: heads.to_vec(),
            rows: Vec::new(),
        }
    }

    /// The same table with one more row.
    #[must_use]
    pub fn with(mut self, row: Vec<GridCell>) -> Self {
        self.rows.push(row);
        self
    }
}

impl GridCell {
    /// A text.
    pub fn of(text: impl AsRef<str>) -> Self {
        Self {
            lines: text.as_ref().lines().map(str::to_owned).collect(),
            ..Self::default()
        }
    }

    /// A text that leads somewhere.
    pub fn link(href: impl Into<String>, text: impl AsRef<str>) -> Self {
        Self {
            href: href.into(),
            ..Self::of(text)
        }
    }

    /// A chip.
    pub fn chip(chip: Chip) -> Self {
        Self {
            chip: Some(chip),
            ..Self::default()
        }
    }
}
