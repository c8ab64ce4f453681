//! What an emergency view shows, as dated data of its own: no role and no consent moves it.

use crate::{Part, PartSet};
use kiban_domain::Date;
use std::sync::LazyLock;

/// The table, with the day from which each row holds.
#[derive(Debug)]
pub struct EmergencyMatrix {
    rows: Vec<(Date, Part, bool)>,
}

/// The table does not read as it should.
#[derive(Debug, thiserror::Error)]
#[error("emergency table, line {line}: {reason}")]
pub struct InvalidEmergencyMatrix {
    line: usize,
    reason: &'static str,
}

impl EmergencyMatrix {
    /// The table that comes with the program.
    ///
    /// # Panics
    ///
    /// Never: a test parses the committed table.
    pub fn standard() -> &'static Self {
        static STANDARD: LazyLock<EmergencyMatrix> = LazyLock::new(|| {
            EmergencyMatrix::parse(include_str!("../../../data/emergency-matrix.csv"))
                .expect("a test parses the committed table")
        });
        &STANDARD
    }

    /// Reads a table: `from,part,shown` with `yes` or `no`; `#` starts a remark.
    ///
    /// # Errors
    ///
    /// [`InvalidEmergencyMatrix`] names the line.
    pub fn parse(text: &str) -> Result<Self, InvalidEmergencyMatrix> {
        let mut rows = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let fail = |reason| InvalidEmergencyMatrix {
                line: index + 1,
                reason,
            };
            if line.starts_with('#') || line.starts_with("from,") || line.trim().is_empty() {
                continue;
            }
            let fields: Vec<&str> = line.split(',').map(str::trim).collect();
            let [from, part, shown] = fields.as_slice() else {
                return Err(fail("needs three columns"));
            };
            let shown = match *shown {
                "yes" => true,
                "no" => false,
                _ => return Err(fail("neither yes nor no")),
            };
            let from = from.parse().map_err(|_| fail("not a date"))?;
            let part = Part::from_code(part).ok_or_else(|| fail("unknown part"))?;
            rows.push((from, part, shown));
        }
        rows.sort_by_key(|(from, ..)| *from);
        Ok(Self { rows })
    }

    /// The parts shown on `day`. A part without a row is not.
    pub fn shown(&self, day: Date) -> PartSet {
        Part::ALL.into_iter().fold(PartSet::EMPTY, |set, part| {
            let mut rows = self.rows.iter().rev();
            match rows.find(|row| row.1 == part && row.0 <= day) {
                Some((_, _, true)) => set.with(part),
                Some((_, _, false)) | None => set,
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn x4_the_committed_table_names_every_part_and_shows_six() {
        let standard = EmergencyMatrix::standard();
        for part in Part::ALL {
            let rows = standard.rows.iter().filter(|row| row.1 == part).count();
            assert!(rows >= 1, "{part:?}");
        }
        let shown = standard.shown(Date::constant(2026, 4, 1));
        assert_eq!(shown.iter().count(), 6);
        assert_eq!(standard.shown(Date::constant(2026, 3, 31)), PartSet::EMPTY);
    }

    #[test]
    fn x4_a_later_row_replaces_an_earlier_one_and_bad_lines_are_named() {
        let table = "2026-04-01,life,no\n2027-04-01,life,yes\n";
        let table = EmergencyMatrix::parse(table).expect("a table");
        let on = |year| table.shown(Date::constant(year, 4, 1)).contains(Part::Life);
        assert_eq!((on(2026), on(2027)), (false, true));
        for bad in [
            "2026-04-01,life",
            "x,life,no",
            "2026-04-01,y,no",
            "2026-04-01,life,so",
        ] {
            let error = EmergencyMatrix::parse(&format!("# remark\n{bad}"));
            let error = error.expect_err(bad).to_string();
            assert!(error.starts_with("emergency table, line 2: "), "{error}");
        }
    }
}
