//! What became of the transfers: one row each, as CSV with 顧客コード, 結果 and 理由, in UTF-8 or MS932.
//!
//! Banks answer in forms of their own; this is the one that the operator makes of them. Rows with a mistake keep the file from being
//! taken in, and every mistake is told at once.

use std::collections::HashMap;

use crate::{
    municipal::scan::{Broken, Scanned, Scanner},
    text,
};

/// The longest file, in bytes.
const MAX_BYTES: usize = 32 << 20;
/// The longest reason, in characters.
const REASON: usize = 100;

/// What became of a transfer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The money has arrived.
    Paid,
    /// It came back, for this reason in the bank's words.
    Failed(String),
}

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransferResult {
    /// The line, from 1.
    pub line: u64,
    /// 顧客コード1 of the transfer.
    pub number: u64,
    /// What became of it.
    pub outcome: Outcome,
}

/// What is wrong, and on which line, from 1; line 0 is the whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResultFinding {
    /// The line.
    pub line: u64,
    /// What is wrong.
    pub fault: ResultFault,
}

/// What can be wrong with a file of results.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResultFault {
    /// It is no text, or too long.
    NotText,
    /// The first line does not name the three columns.
    Header,
    /// There is no row.
    NoRow,
    /// The row has not three cells, or a quote is not closed.
    Cells,
    /// No number of one to ten digits.
    Number,
    /// The number stands on this earlier line.
    Repeated(u64),
    /// Neither 済 nor 不能.
    Outcome,
    /// 不能 without a reason, or one that is too long or has control characters.
    Reason,
}

impl ResultFault {
    /// A word that stays.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotText => "not_text",
            Self::Header => "header",
            Self::NoRow => "no_row",
            Self::Cells => "cells",
            Self::Number => "number",
            Self::Repeated(_) => "repeated",
            Self::Outcome => "outcome",
            Self::Reason => "reason",
        }
    }

    /// What to mend, without a full stop.
    pub fn message(self) -> String {
        match self {
            Self::NotText => {
                "CSVファイルとして読めません。UTF-8またはシフトJISで保存してください".to_owned()
            }
            Self::Header => "1行目を「顧客コード,結果,理由」にしてください".to_owned(),
            Self::NoRow => "結果の行がありません".to_owned(),
            Self::Cells => "1行に「顧客コード,結果,理由」の3項目を入力してください".to_owned(),
            Self::Number => "顧客コードは、10桁以内の数字で入力してください".to_owned(),
            Self::Repeated(line) => format!("顧客コードが{line}行目と重なっています"),
            Self::Outcome => "結果は「済」または「不能」と入力してください".to_owned(),
            Self::Reason => format!("「不能」の理由を{REASON}文字以内で入力してください"),
        }
    }
}

/// Rows and mistakes of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Results {
    /// Rows without a mistake, each number once.
    pub rows: Vec<TransferResult>,
    /// Mistakes, by line.
    pub findings: Vec<ResultFinding>,
}

/// Reads a file of results.
pub fn read_results(bytes: &[u8]) -> Results {
    let mut results = Results::default();
    let decoded = (bytes.len() <= MAX_BYTES).then(|| text::decode(bytes));
    let Some((text, _)) = decoded.flatten() else {
        return whole(ResultFault::NotText);
    };
    let (mut header, mut seen) = (false, HashMap::new());
    let mut scanner = Scanner::new(text.as_bytes(), false);
    // Reading from memory does not fail.
    while let Ok(Scanned::Record { line, broken }) = scanner.next_csv() {
        let cells: Vec<&str> = scanner
            .spans
            .iter()
            .map(|(from, to)| std::str::from_utf8(&scanner.record[*from..*to]).unwrap_or_default())
            .map(str::trim)
            .collect();
        if broken.is_none() && cells.iter().all(|cell| cell.is_empty()) {
            continue;
        }
        if !header {
            if cells != ["顧客コード", "結果", "理由"] {
                return whole(ResultFault::Header);
            }
            header = true;
            continue;
        }
        let row = match (broken, cells.as_slice()) {
            (None, [number, outcome, reason]) => row(line, number, outcome, reason, &mut seen),
            _ => Err(ResultFault::Cells),
        };
        match row {
            Ok(row) => results.rows.push(row),
            Err(fault) => results.findings.push(ResultFinding { line, fault }),
        }
        if broken == Some(Broken::UnclosedQuote) {
            break;
        }
    }
    if !header {
        return whole(ResultFault::Header);
    }
    if results.rows.is_empty() && results.findings.is_empty() {
        return whole(ResultFault::NoRow);
    }
    results
}

fn whole(fault: ResultFault) -> Results {
    Results {
        rows: Vec::new(),
        findings: vec![ResultFinding { line: 0, fault }],
    }
}

fn row(
    line: u64,
    number: &str,
    outcome: &str,
    reason: &str,
    seen: &mut HashMap<u64, u64>,
) -> Result<TransferResult, ResultFault> {
    let is_number =
        (1..=10).contains(&number.len()) && number.bytes().all(|it| it.is_ascii_digit());
    let number = number.parse().ok().filter(|_| is_number);
    let number: u64 = number.ok_or(ResultFault::Number)?;
    if let Some(first) = seen.get(&number) {
        return Err(ResultFault::Repeated(*first));
    }
    seen.insert(number, line);
    let outcome = match outcome {
        "済" => Outcome::Paid,
        "不能" => {
            let fits = (1..=REASON).contains(&reason.chars().count());
            if !fits || reason.chars().any(char::is_control) {
                return Err(ResultFault::Reason);
            }
            Outcome::Failed(reason.to_owned())
        }
        _ => return Err(ResultFault::Outcome),
    };
    Ok(TransferResult {
        line,
        number,
        outcome,
    })
}
