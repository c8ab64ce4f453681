//! A list of persons that an office has made itself, to be looked up at once (specs/ui, C13).
//!
//! It comes from a spreadsheet or from the office's own software: UTF-8 with or without its mark, or MS932; with or without
//! a header line; the insurer's number, the insured number, and perhaps a name of the office's own, by which the clerk finds
//! the line again. Numbers are taken in any width, and without the leading zeros that spreadsheets take away.
//!
//! The whole file is in memory: it has [`MAX_BYTES`] at most. What is in a row never stands in a finding: it is about a
//! person.

mod columns;
mod text;

pub use columns::Item;
pub use text::decode;

use std::collections::HashMap;

use kiban_domain::{InsuredNumber, InsurerNumber, normalize};

use crate::municipal::{
    Encoding,
    scan::{Broken, Scanned, Scanner},
};
use columns::{Columns, First};

/// The longest list that is taken, in bytes, as it came and as UTF-8.
pub const MAX_BYTES: usize = 1 << 20;
/// The most rows that are taken, those with mistakes among them; the header is not counted.
pub const MAX_ROWS: usize = 2_000;
/// The most characters of a name that are kept.
pub const MAX_NAME_CHARS: usize = 60;

/// What a list holds: each row stands in exactly one of the three.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonList {
    /// How it was written.
    pub encoding: Encoding,
    /// The persons, each once, in the order of the list.
    pub entries: Vec<Entry>,
    /// Rows that name nobody, with what is wrong.
    pub bad: Vec<BadRow>,
    /// Rows that name a person again.
    pub repeated: Vec<Repeated>,
}

/// One person of a list.
#[derive(Clone, PartialEq, Eq)]
pub struct Entry {
    /// The line it begins on, from 1.
    pub line: u64,
    /// Who insures.
    pub insurer_no: InsurerNumber,
    /// The person's number there.
    pub insured_no: InsuredNumber,
    /// The office's own name for the person, without control characters; empty when there is none.
    pub name: String,
}

/// Shows nothing but the line: it is about a person.
impl std::fmt::Debug for Entry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Entry")
            .field("line", &self.line)
            .finish_non_exhaustive()
    }
}

/// A row that names nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadRow {
    /// The line it begins on, from 1.
    pub line: u64,
    /// The item that is wrong; `None` is the row as a whole.
    pub item: Option<Item>,
    /// What is wrong.
    pub fault: Fault,
}

/// A row that names a person again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Repeated {
    /// The line it begins on, from 1.
    pub line: u64,
    /// The line that named the person first.
    pub first: u64,
}

/// What can be wrong with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fault {
    /// Nothing stands there.
    Missing,
    /// Not six digits.
    InsurerNumber,
    /// Not ten digits, the first of which may be an H.
    InsuredNumber,
    /// A quote inside a cell that is not quoted, or something behind a closing quote.
    StrayQuote,
    /// Longer than any row can be.
    TooLong,
}

impl Fault {
    /// Every fault.
    pub const ALL: [Self; 5] = [
        Self::Missing,
        Self::InsurerNumber,
        Self::InsuredNumber,
        Self::StrayQuote,
        Self::TooLong,
    ];

    /// A word that stays.
    pub fn code(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::InsurerNumber => "insurer_no",
            Self::InsuredNumber => "insured_no",
            Self::StrayQuote => "stray_quote",
            Self::TooLong => "row_too_long",
        }
    }

    /// What is wrong and how to mend it, Japanese.
    pub fn message(self) -> &'static str {
        match self {
            Self::Missing => "入力されていません",
            Self::InsurerNumber => "6桁の数字で入力してください（例：131128）",
            Self::InsuredNumber => {
                "10桁の番号で入力してください（例：0000012345。1文字目はHのこともあります）"
            }
            Self::StrayQuote => {
                "引用符（\"）の付け方を直してください。値の中の引用符は二つ続けて書きます"
            }
            Self::TooLong => "行が長すぎます。改行や引用符（\"）の抜けがないか確かめてください",
        }
    }
}

/// Why a file is no list at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// Nothing is in it but perhaps a header.
    #[error("the list is empty")]
    Empty,
    /// More than [`MAX_BYTES`].
    #[error("the list is too long")]
    TooLarge,
    /// More than [`MAX_ROWS`].
    #[error("the list has too many rows")]
    TooManyRows,
    /// A PDF, a picture, a workbook, or an encoding that is not known.
    #[error("the file is no text in a known encoding")]
    NotText,
    /// A quote that begins on this line is never closed, so that nobody can tell where rows end.
    #[error("a quote that begins on line {0} is never closed")]
    UnclosedQuote(u64),
    /// The header line names one number but not the other.
    #[error("a column is missing")]
    NoColumn(Item),
}

impl Unreadable {
    /// A word that stays.
    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "list_empty",
            Self::TooLarge => "list_too_large",
            Self::TooManyRows => "list_too_many_rows",
            Self::NotText => "list_not_text",
            Self::UnclosedQuote(_) => "list_unclosed_quote",
            Self::NoColumn(_) => "list_no_column",
        }
    }

    /// What is wrong and how to mend it, Japanese, without a full stop.
    pub fn message(self) -> String {
        match self {
            Self::Empty => {
                "ファイルに利用者の行がありません。保険者番号と被保険者番号の列のあるCSVを選んでください".to_owned()
            }
            Self::TooLarge => {
                "ファイルは、1MBまでのCSVを選んでください。大きいときは、2,000人までに分けてください".to_owned()
            }
            Self::TooManyRows => {
                "一度に照会できるのは2,000行までです。ファイルを分けてください".to_owned()
            }
            Self::NotText => {
                "このファイルはCSVとして読めません。表計算ソフトで「CSV（コンマ区切り）」または「CSV UTF-8」として保存し直してください".to_owned()
            }
            Self::UnclosedQuote(line) => format!(
                "{line}行目で始まる引用符（\"）が閉じられていないため、そこから後ろを読めません。{line}行目を直してください"
            ),
            Self::NoColumn(item) => format!(
                "見出しの行に「{}」の列がありません。見出しを直すか、見出しのないCSVにしてください",
                item.label()
            ),
        }
    }
}

/// Reads a list: the persons, the rows that name nobody, and the rows that name a person again.
///
/// # Errors
///
/// [`Unreadable`] when the file as a whole cannot be answered.
///
/// # Examples
///
/// ```
/// let list = kiban_exchange::person_list::read("１３１１２８,12345,見本さん\n131128,x\n".as_bytes()).unwrap();
/// assert_eq!(list.entries[0].insured_no.as_str(), "0000012345");
/// assert_eq!((list.bad[0].line, list.bad[0].fault.code()), (2, "insured_no"));
/// ```
pub fn read(bytes: &[u8]) -> Result<PersonList, Unreadable> {
    let (text, encoding) = decode(bytes)?;
    let mut list = PersonList {
        encoding,
        entries: Vec::new(),
        bad: Vec::new(),
        repeated: Vec::new(),
    };
    let mut seen = HashMap::new();
    let mut columns = None;
    let mut rows = 0;
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
        let columns = match columns {
            Some(columns) => columns,
            None => match Columns::of(&cells)? {
                First::Header(found) => {
                    columns = Some(found);
                    continue;
                }
                First::Row => *columns.insert(Columns::USUAL),
            },
        };
        rows += 1;
        if rows > MAX_ROWS {
            return Err(Unreadable::TooManyRows);
        }
        list.take(line, broken, &columns, &cells, &mut seen);
    }
    if rows == 0 {
        return Err(Unreadable::Empty);
    }
    Ok(list)
}

impl PersonList {
    fn take(
        &mut self,
        line: u64,
        broken: Option<Broken>,
        columns: &Columns,
        cells: &[&str],
        seen: &mut HashMap<(InsurerNumber, InsuredNumber), u64>,
    ) {
        match row(broken, columns, cells) {
            Err((item, fault)) => self.bad.push(BadRow { line, item, fault }),
            Ok((insurer_no, insured_no)) => match seen.get(&(insurer_no, insured_no)) {
                Some(first) => self.repeated.push(Repeated {
                    line,
                    first: *first,
                }),
                None => {
                    seen.insert((insurer_no, insured_no), line);
                    self.entries.push(Entry {
                        line,
                        insurer_no,
                        insured_no,
                        name: columns.name(cells),
                    });
                }
            },
        }
    }
}

fn row(
    broken: Option<Broken>,
    columns: &Columns,
    cells: &[&str],
) -> Result<(InsurerNumber, InsuredNumber), (Option<Item>, Fault)> {
    match broken {
        Some(Broken::StrayQuote) => return Err((None, Fault::StrayQuote)),
        Some(Broken::TooLong | Broken::UnclosedQuote) => return Err((None, Fault::TooLong)),
        None => {}
    }
    let cell = |item: Item| {
        let cell = columns.cell(item, cells).trim();
        if cell.is_empty() {
            Err((Some(item), Fault::Missing))
        } else {
            Ok(cell)
        }
    };
    let insurer = insurer_number(cell(Item::InsurerNumber)?);
    let insurer = insurer.ok_or((Some(Item::InsurerNumber), Fault::InsurerNumber))?;
    let insured = InsuredNumber::from_typed(bare(cell(Item::InsuredNumber)?));
    let insured = insured.map_err(|_| (Some(Item::InsuredNumber), Fault::InsuredNumber))?;
    Ok((insurer, insured))
}

/// Six digits; the first one of Hokkaido to Tochigi is a zero, which spreadsheets take away.
fn insurer_number(cell: &str) -> Option<InsurerNumber> {
    let normal = normalize(bare(cell));
    format!("{normal:0>6}")
        .parse()
        .ok()
        .filter(|_| normal.len() >= 5)
}

/// Without the apostrophe that keeps a spreadsheet from taking a number for one.
fn bare(cell: &str) -> &str {
    let cell = cell.trim();
    cell.strip_prefix(['\'', '’']).unwrap_or(cell)
}

#[cfg(test)]
mod tests;
