//! The register of offices and institutions as the operator has it: one row an office, as CSV.
//!
//! The file comes from public open data or from the operator's own tables: UTF-8 with or without its mark, or MS932; its first
//! line names the columns, in any order, and columns of other names are passed over. It is a whole: a row with a mistake
//! keeps the file from being taken in, and every mistake is told at once. Source: mission, P-2; identifiers, sections 5 and 6.

mod cells;
mod columns;
mod finding;

pub use columns::Column;
pub use finding::{Fault, Finding, Unreadable};

use std::collections::HashMap;

use kiban_domain::{OfficeNumber, RegisterEntry};

use crate::{
    municipal::scan::{Broken, Scanned, Scanner},
    text,
};
use columns::Columns;

/// The longest file that is taken, in bytes. All offices and institutions of the country take some 120 MB.
pub const MAX_BYTES: usize = 256 << 20;

/// What a register holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficeRegister {
    /// The offices, each once, in the order of the file; without those that have a mistake.
    pub entries: Vec<RegisterEntry>,
    /// What is wrong. With one of these the file must not be taken in.
    pub mistakes: Vec<Finding>,
    /// What looks wrong, but is kept as the register has it.
    pub warnings: Vec<Finding>,
}

/// Reads a register.
///
/// # Errors
///
/// [`Unreadable`] when the file as a whole is none.
///
/// # Examples
///
/// ```
/// let header = "事業所番号,名称,名称カナ,郵便番号,所在地,電話番号,サービス種類,定員・病床数,法人番号,状態,開始日,廃止日";
/// let row = "1379900010,見本ケアプランセンター,ミホン,100-0000,東京都見本区1-1,03-0000-0000,43,,,開設,2020-04-01,";
/// let register = kiban_exchange::office_register::read(format!("{header}\n{row}\n").as_bytes()).unwrap();
/// assert_eq!(register.entries[0].name, "見本ケアプランセンター");
/// assert!(register.mistakes.is_empty());
/// ```
pub fn read(bytes: &[u8]) -> Result<OfficeRegister, Unreadable> {
    if bytes.len() > MAX_BYTES {
        return Err(Unreadable::TooLarge);
    }
    let (text, _) = text::decode(bytes).ok_or(Unreadable::NotText)?;
    let mut register = OfficeRegister {
        entries: Vec::new(),
        mistakes: Vec::new(),
        warnings: Vec::new(),
    };
    let mut seen = HashMap::new();
    let mut columns = None;
    let mut rows = 0_u64;
    let mut scanner = Scanner::new(text.as_bytes(), false);
    // Reading from memory does not fail.
    while let Ok(Scanned::Record { line, broken }) = scanner.next_csv() {
        if broken == Some(Broken::UnclosedQuote) {
            return Err(Unreadable::UnclosedQuote(line));
        }
        let cells: Vec<&str> = scanner
            .spans
            .iter()
            .map(|(from, to)| std::str::from_utf8(&scanner.record[*from..*to]).unwrap_or_default())
            .collect();
        if broken.is_none() && cells.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let Some(columns) = &columns else {
            columns = Some(Columns::of(&cells)?);
            continue;
        };
        rows += 1;
        register.take(line, broken, columns, &cells, &mut seen);
    }
    if rows == 0 {
        return Err(Unreadable::Empty);
    }
    Ok(register)
}

impl OfficeRegister {
    fn take(
        &mut self,
        line: u64,
        broken: Option<Broken>,
        columns: &Columns,
        cells: &[&str],
        seen: &mut HashMap<OfficeNumber, u64>,
    ) {
        let finding = |column, fault| Finding {
            line,
            column,
            fault,
        };
        match broken {
            Some(Broken::StrayQuote) => {
                self.mistakes.push(finding(None, Fault::StrayQuote));
                return;
            }
            Some(Broken::TooLong | Broken::UnclosedQuote) => {
                self.mistakes.push(finding(None, Fault::RowTooLong));
                return;
            }
            None => {}
        }
        let read = cells::read(columns, cells);
        for (column, fault) in read.mistakes {
            self.mistakes.push(finding(Some(column), fault));
        }
        for (column, fault) in read.warnings {
            self.warnings.push(finding(Some(column), fault));
        }
        if let Some(number) = read.number {
            if let Some(first) = seen.get(&number) {
                let fault = Fault::Repeated(*first);
                self.mistakes.push(finding(Some(Column::Number), fault));
                return;
            }
            seen.insert(number, line);
        }
        self.entries.extend(read.entry);
    }
}

#[cfg(test)]
mod tests;
