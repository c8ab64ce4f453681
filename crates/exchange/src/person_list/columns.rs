//! Where in a list which item stands.

use kiban_domain::{InsuredNumber, normalize};

use super::{MAX_NAME_CHARS, Unreadable, bare, insurer_number};

/// A number that names a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Item {
    /// The insurer's.
    InsurerNumber,
    /// The insured person's.
    InsuredNumber,
}

impl Item {
    /// The word on certificates and screens.
    pub fn label(self) -> &'static str {
        match self {
            Self::InsurerNumber => "保険者番号",
            Self::InsuredNumber => "被保険者番号",
        }
    }
}

/// Which column holds what, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Columns {
    insurer_no: usize,
    insured_no: usize,
    name: Option<usize>,
}

/// What the first line of a list is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum First {
    /// The names of the columns.
    Header(Columns),
    /// A row like all others.
    Row,
}

const INSURER: [&str; 4] = ["保険者番号", "証記載保険者番号", "INSURERNO", "INSURER_NO"];
const INSURED: [&str; 4] = ["被保険者番号", "被保番号", "INSUREDNO", "INSURED_NO"];
const NAME: [&str; 6] = ["氏名", "利用者名", "利用者氏名", "名前", "NAME", "メモ"];

impl Columns {
    /// Without a header: insurer, insured, name.
    pub(super) const USUAL: Self = Self {
        insurer_no: 0,
        insured_no: 1,
        name: Some(2),
    };

    /// Looks at the first line. One that names no column and holds no digit is taken for a header in other words.
    pub(super) fn of(cells: &[&str]) -> Result<First, Unreadable> {
        let find = |names: &[&str]| {
            let named = |cell: &&str| names.contains(&&*normalize(cell));
            cells.iter().position(named)
        };
        match (find(&INSURER), find(&INSURED)) {
            (Some(insurer_no), Some(insured_no)) => Ok(First::Header(Self {
                insurer_no,
                insured_no,
                name: find(&NAME),
            })),
            (Some(_), None) => Err(Unreadable::NoColumn(Item::InsuredNumber)),
            (None, Some(_)) => Err(Unreadable::NoColumn(Item::InsurerNumber)),
            (None, None) => {
                let number = |at: usize| cells.get(at).copied().unwrap_or_default();
                let insurer = insurer_number(number(0)).is_some();
                let insured = InsuredNumber::from_typed(bare(number(1))).is_ok();
                let digit = cells.iter().take(2).any(|cell| has_digit(cell));
                if insurer || insured || digit || cells.len() < 2 {
                    Ok(First::Row)
                } else {
                    Ok(First::Header(Self::USUAL))
                }
            }
        }
    }

    /// The cell of an item; empty when the row is too short.
    pub(super) fn cell<'a>(&self, item: Item, cells: &[&'a str]) -> &'a str {
        let at = match item {
            Item::InsurerNumber => self.insurer_no,
            Item::InsuredNumber => self.insured_no,
        };
        cells.get(at).copied().unwrap_or_default()
    }

    /// The office's own name, in one line.
    pub(super) fn name(&self, cells: &[&str]) -> String {
        let cell = self.name.and_then(|at| cells.get(at)).unwrap_or(&"");
        let shown = cell.trim().chars().filter(|it| !it.is_control());
        let mut name: String = shown.take(MAX_NAME_CHARS + 1).collect();
        if name.chars().count() > MAX_NAME_CHARS {
            name.pop();
            name.pop();
            name.push('…');
        }
        name.trim().to_owned()
    }
}

fn has_digit(cell: &str) -> bool {
    normalize(cell).bytes().any(|it| it.is_ascii_digit())
}
