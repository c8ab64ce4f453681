//! A file as a stream of outcomes, in memory that does not grow with the file.

use std::{fmt, io};

use encoding_rs::SHIFT_JIS;
use kiban_domain::{Date, InsuredNumber, Timestamp};

use super::{
    check::{Checker, RowText},
    file_name::{FileFormat, FileName},
    finding::{Finding, Severity, echo},
    json,
    layout::{Layout, layout_of},
    scan::{Broken, MAX_RECORD_BYTES, Scanned, Scanner},
};

/// How the characters of a file are encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Encoding {
    /// UTF-8; a byte order mark is passed over.
    Utf8,
    /// MS932 (Windows-31J), by explicit choice only.
    Ms932,
}

/// What a row does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Op {
    /// 登録・更新.
    Upsert,
    /// 取消.
    Cancel,
}

impl Op {
    /// The code in files.
    pub fn code(self) -> &'static str {
        match self {
            Self::Upsert => "U",
            Self::Cancel => "D",
        }
    }
}

/// A row that can be taken.
#[derive(Clone, PartialEq, Eq)]
pub struct Row {
    /// The line it begins on, from 1.
    pub line: u64,
    /// In or out.
    pub op: Op,
    /// The person.
    pub insured_no: InsuredNumber,
    /// What names the record within insurer, person and set.
    pub record_key: String,
    /// The history number, from 1.
    pub history_no: u32,
    /// When the insurer last changed the record.
    pub updated_at: Timestamp,
    /// The first day on which the record is true.
    pub valid_from: Option<Date>,
    /// The last day, or nothing while it stays true.
    pub valid_to: Option<Date>,
    /// The items as a canonical JSON object: the order of the layout, only filled items, ISO dates. It has the shape of
    /// the set's struct in [`super::record`]; a cancelling row may hold the key items only.
    pub body: String,
    /// What somebody should look at.
    pub warnings: Vec<Finding>,
}

impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Row")
            .field("line", &self.line)
            .field("op", &self.op)
            .field("insured_no", &self.insured_no)
            .field("record_key", &self.record_key)
            .finish_non_exhaustive()
    }
}

/// What became of one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It can be taken.
    Row(Row),
    /// It cannot; all its mistakes, and its warnings.
    Rejected(Vec<Finding>),
}

/// Reads the rows of one file.
///
/// Memory stays bounded whatever the input: an over-long row is reported and passed over. When the header line is
/// unusable the first outcome holds all its mistakes, nothing follows, and [`Self::header_failed`] is true.
pub struct Reader<R: io::Read> {
    scanner: Scanner<R>,
    encoding: Encoding,
    format: FileFormat,
    state: State,
    name: FileName,
    decoded: String,
    decoded_spans: Vec<(usize, usize)>,
    row_spans: Vec<(usize, usize)>,
}

enum State {
    Start,
    Rows(Box<Rows>),
    HeaderFailed,
}

struct Rows {
    layout: &'static Layout,
    checker: Checker,
    /// For each column of the layout its place in the file, from 1.
    places: Vec<u32>,
}

impl<R: io::Read> Reader<R> {
    /// Begins to read; nothing is read before the first [`Self::next`].
    pub fn new(input: R, name: &FileName, encoding: Encoding) -> Self {
        Self {
            scanner: Scanner::new(input, encoding == Encoding::Utf8),
            encoding,
            format: name.format,
            state: State::Start,
            name: *name,
            decoded: String::new(),
            decoded_spans: Vec::new(),
            row_spans: Vec::new(),
        }
    }

    /// Whether the header line made the whole file unreadable.
    pub fn header_failed(&self) -> bool {
        matches!(self.state, State::HeaderFailed)
    }

    /// Findings about the file as a whole, complete once [`Self::next`] gave `None`.
    pub fn file_findings(&self) -> Vec<Finding> {
        if !self.scanner.has_mixed_line_ends() {
            return Vec::new();
        }
        vec![Finding {
            line: 1,
            column: None,
            item: None,
            code: "mixed_line_ends",
            severity: Severity::Warning,
            message: "改行がLFとCRLFの混在になっています。どちらかにそろえてください。内容は読み取りました。".to_owned(),
        }]
    }

    /// The next row, or nothing at the end of the file.
    ///
    /// # Errors
    ///
    /// Those of the input only; what is wrong inside the file is an [`Outcome::Rejected`].
    #[expect(
        clippy::should_implement_trait,
        reason = "reading can fail, so it is no plain iterator"
    )]
    pub fn next(&mut self) -> io::Result<Option<Outcome>> {
        if matches!(self.state, State::Start) {
            match self.begin()? {
                Ok(rows) => self.state = State::Rows(Box::new(rows)),
                Err(findings) => {
                    self.state = State::HeaderFailed;
                    return Ok(Some(Outcome::Rejected(findings)));
                }
            }
        }
        let State::Rows(rows) = &mut self.state else {
            return Ok(None);
        };
        let scanned = match self.format {
            FileFormat::Csv => self.scanner.next_csv()?,
            FileFormat::JsonLines => self.scanner.next_line()?,
        };
        let Scanned::Record { line, broken } = scanned else {
            return Ok(None);
        };
        if let Some(broken) = broken {
            return Ok(Some(Outcome::Rejected(vec![broken_finding(line, broken)])));
        }
        let raw = Raw {
            bytes: &self.scanner.record,
            spans: &self.scanner.spans,
        };
        if self.format == FileFormat::Csv && raw.spans.len() != rows.places.len() {
            return Ok(Some(Outcome::Rejected(vec![column_count(
                line,
                rows.places.len(),
                raw.spans.len(),
            )])));
        }
        let decoded = decode(
            raw,
            self.encoding,
            &mut self.decoded,
            &mut self.decoded_spans,
        );
        let (text, spans) = match decoded {
            Ok(decoded) => decoded,
            Err(bad) => {
                let findings = bad
                    .iter()
                    .map(|field| bad_encoding(line, *field, rows, self.encoding))
                    .collect();
                return Ok(Some(Outcome::Rejected(findings)));
            }
        };
        let outcome = match self.format {
            FileFormat::Csv => {
                self.row_spans.clear();
                // Places were made from a header with as many columns as this record has fields.
                self.row_spans
                    .extend(rows.places.iter().map(|place| spans[*place as usize - 1]));
                rows.checker.check(&RowText {
                    line,
                    text,
                    spans: &self.row_spans,
                    places: &rows.places,
                })
            }
            FileFormat::JsonLines => {
                let mut values = String::new();
                self.row_spans.resize(rows.layout.columns.len(), (0, 0));
                let is_object = json::spread(
                    line,
                    text,
                    rows.layout,
                    &mut values,
                    &mut self.row_spans,
                    &mut rows.checker,
                );
                if is_object {
                    rows.checker.check(&RowText {
                        line,
                        text: &values,
                        spans: &self.row_spans,
                        places: &[],
                    })
                } else {
                    Outcome::Rejected(rows.checker.take_findings())
                }
            }
        };
        Ok(Some(outcome))
    }

    fn begin(&mut self) -> io::Result<Result<Rows, Vec<Finding>>> {
        let Some(layout) = layout_of(self.name.set) else {
            let message = format!(
                "「{}」はこの形式では受け取れません。別の手順で送ってください。",
                self.name.set.label()
            );
            return Ok(Err(vec![header_finding("unsupported_set", None, message)]));
        };
        let checker = Checker::new(layout, self.name.insurer);
        if self.format == FileFormat::JsonLines {
            return Ok(Ok(Rows {
                layout,
                checker,
                places: Vec::new(),
            }));
        }
        let Scanned::Record { broken, .. } = self.scanner.next_csv()? else {
            let message = "ファイルが空です。1行目に列の名前を入れてください。".to_owned();
            return Ok(Err(vec![header_finding("empty_file", None, message)]));
        };
        if let Some(broken) = broken {
            return Ok(Err(vec![broken_finding(1, broken)]));
        }
        let raw = Raw {
            bytes: &self.scanner.record,
            spans: &self.scanner.spans,
        };
        let decoded = decode(
            raw,
            self.encoding,
            &mut self.decoded,
            &mut self.decoded_spans,
        );
        let Ok((text, spans)) = decoded else {
            let message = "1行目の文字コードが指定と違います。文字コードの指定を確認してください。"
                .to_owned();
            return Ok(Err(vec![header_finding("bad_encoding", None, message)]));
        };
        let names: Vec<&str> = spans
            .iter()
            .map(|span| text[span.0..span.1].trim())
            .collect();
        Ok(header(layout, &names).map(|places| Rows {
            layout,
            checker,
            places,
        }))
    }
}

/// Where each column of the layout is in the file, or everything that is wrong with the names.
fn header(layout: &'static Layout, names: &[&str]) -> Result<Vec<u32>, Vec<Finding>> {
    let mut findings = Vec::new();
    let mut places = vec![0_u32; layout.columns.len()];
    for (number, name) in (1_u32..).zip(names) {
        match layout.position(name) {
            None => {
                let message = format!(
                    "列「{}」はレイアウト表にありません。列の名前を確認してください。",
                    echo(name)
                );
                findings.push(header_finding("unknown_column", Some(number), message));
            }
            Some(at) if places[at] != 0 => {
                let message = format!("列「{name}」が2つあります。1つにしてください。");
                findings.push(header_finding("duplicate_column", Some(number), message));
            }
            Some(at) => places[at] = number,
        }
    }
    for (column, _) in layout
        .columns
        .iter()
        .zip(&places)
        .filter(|(_, place)| **place == 0)
    {
        let message = format!(
            "列「{}」（{}）がありません。追加してください。",
            column.id, column.label
        );
        let mut finding = header_finding("missing_column", None, message);
        finding.item = Some(column.id);
        findings.push(finding);
    }
    if findings.is_empty() {
        Ok(places)
    } else {
        Err(findings)
    }
}

#[derive(Clone, Copy)]
struct Raw<'a> {
    bytes: &'a [u8],
    spans: &'a [(usize, usize)],
}

type Text<'a> = (&'a str, &'a [(usize, usize)]);

/// The text of a record with the places of its fields, or which fields (from 0) are not in the encoding.
fn decode<'a>(
    raw: Raw<'a>,
    encoding: Encoding,
    decoded: &'a mut String,
    decoded_spans: &'a mut Vec<(usize, usize)>,
) -> Result<Text<'a>, Vec<usize>> {
    if encoding == Encoding::Utf8 || raw.bytes.is_ascii() {
        if let Ok(text) = std::str::from_utf8(raw.bytes) {
            return Ok((text, raw.spans));
        }
        let is_bad =
            |span: &(usize, usize)| std::str::from_utf8(&raw.bytes[span.0..span.1]).is_err();
        return Err((0..raw.spans.len())
            .filter(|at| is_bad(&raw.spans[*at]))
            .collect());
    }
    decoded.clear();
    decoded_spans.clear();
    let mut bad = Vec::new();
    for (at, span) in raw.spans.iter().enumerate() {
        let begin = decoded.len();
        match SHIFT_JIS
            .decode_without_bom_handling_and_without_replacement(&raw.bytes[span.0..span.1])
        {
            Some(text) => decoded.push_str(&text),
            None => bad.push(at),
        }
        decoded_spans.push((begin, decoded.len()));
    }
    if bad.is_empty() {
        Ok((decoded, decoded_spans))
    } else {
        Err(bad)
    }
}

fn bad_encoding(line: u64, field: usize, rows: &Rows, encoding: Encoding) -> Finding {
    let column = u32::try_from(field + 1).ok();
    let item = rows
        .places
        .iter()
        .position(|place| Some(*place) == column)
        .map(|at| &rows.layout.columns[at]);
    let name = match encoding {
        Encoding::Utf8 => "UTF-8",
        Encoding::Ms932 => "MS932",
    };
    let subject = item.map_or_else(|| "この行".to_owned(), |it| format!("「{}」", it.label));
    Finding {
        line,
        column: item.and(column),
        item: item.map(|it| it.id),
        code: "bad_encoding",
        severity: Severity::Error,
        message: format!(
            "{subject}に{name}として読めない文字があります。文字コードの指定を確認してください。"
        ),
    }
}

fn broken_finding(line: u64, broken: Broken) -> Finding {
    let (code, message) = match broken {
        Broken::TooLong => (
            "too_long",
            format!(
                "この行は長すぎます。1行を{}KB以内にしてください。",
                MAX_RECORD_BYTES / 1024
            ),
        ),
        Broken::StrayQuote => (
            "stray_quote",
            "引用符の使い方がRFC 4180と違います。値の中の引用符は2つ重ねてください。".to_owned(),
        ),
        Broken::UnclosedQuote => (
            "unclosed_quote",
            "引用符が閉じないままファイルが終わりました。引用符を確認してください。".to_owned(),
        ),
    };
    Finding {
        line,
        column: None,
        item: None,
        code,
        severity: Severity::Error,
        message,
    }
}

fn column_count(line: u64, expected: usize, found: usize) -> Finding {
    Finding {
        line,
        column: None,
        item: None,
        code: "column_count",
        severity: Severity::Error,
        message: format!("列の数が{found}です。1行目と同じ{expected}にしてください。"),
    }
}

fn header_finding(code: &'static str, column: Option<u32>, message: String) -> Finding {
    Finding {
        line: 1,
        column,
        item: None,
        code,
        severity: Severity::Error,
        message,
    }
}
