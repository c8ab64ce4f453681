//! Writing rows in the form the reader takes.

use std::{fmt, io};

use encoding_rs::SHIFT_JIS;
use kiban_domain::{InsuredNumber, InsurerNumber, Timestamp};

use super::{
    layout::{Kind, layout_of},
    reader::{Encoding, Op},
    record::Record,
};

/// What a row says beyond its body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowMeta {
    /// In or out.
    pub op: Op,
    /// The insurer that sends.
    pub insurer_no: InsurerNumber,
    /// The person.
    pub insured_no: InsuredNumber,
    /// The history number, from 1.
    pub history_no: u32,
    /// When the insurer last changed the record.
    pub updated_at: Timestamp,
}

/// The columns of one row while it is written. Public only because [`Record`] names it.
#[derive(Debug)]
pub struct Cells<'a> {
    line: &'a mut String,
    overflow: Option<&'static str>,
}

impl Cells<'_> {
    pub(super) fn empty(&mut self) {
        self.line.push(',');
    }

    pub(super) fn display(&mut self, value: &dyn fmt::Display) {
        use fmt::Write as _;
        let _ = write!(self.line, "{value},");
    }

    pub(super) fn text(&mut self, kind: &Kind, text: &str) {
        if matches!(kind, Kind::Date) {
            self.line.extend(text.chars().filter(|it| *it != '-'));
        } else if text
            .bytes()
            .any(|byte| matches!(byte, b',' | b'"' | b'\n' | b'\r'))
        {
            self.line.push('"');
            self.line.push_str(&text.replace('"', "\"\""));
            self.line.push('"');
        } else {
            self.line.push_str(text);
        }
        self.line.push(',');
    }

    pub(super) fn overflow(&mut self, item: &'static str) {
        self.overflow = Some(item);
    }
}

/// Writes the header line of a record's set, ended by LF.
///
/// # Errors
///
/// Those of `out`.
pub fn write_csv_header<T: Record>(out: &mut impl io::Write) -> io::Result<()> {
    let layout = layout_of(T::SET).ok_or(io::ErrorKind::Unsupported)?;
    let ids: Vec<&str> = layout.columns.iter().map(|it| it.id).collect();
    writeln!(out, "{}", ids.join(","))
}

/// Writes one row of CSV, ended by LF.
///
/// # Errors
///
/// `InvalidData` when MS932 cannot carry the row (nothing is replaced, see [`crate::narrow::unrepresentable_in_ms932`]),
/// `InvalidInput` when a list has more elements than the layout has columns for; both before anything is written.
/// Otherwise those of `out`.
pub fn write_csv_row<T: Record>(
    out: &mut impl io::Write,
    meta: &RowMeta,
    record: &T,
    encoding: Encoding,
) -> io::Result<()> {
    use fmt::Write as _;
    let mut line = String::with_capacity(256);
    let RowMeta {
        op,
        insurer_no,
        insured_no,
        history_no,
        updated_at,
    } = meta;
    let _ = write!(
        line,
        "{},{insurer_no},{insured_no},{history_no},{updated_at},",
        op.code()
    );
    let mut cells = Cells {
        line: &mut line,
        overflow: None,
    };
    record.write_cells(&mut cells);
    if let Some(item) = cells.overflow {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            format!("too many elements in {item}"),
        ));
    }
    line.pop();
    line.push('\n');
    match encoding {
        Encoding::Utf8 => out.write_all(line.as_bytes()),
        Encoding::Ms932 => {
            let (bytes, _, had_errors) = SHIFT_JIS.encode(&line);
            // Comparing the whole line is much faster than asking for each character, and says the same.
            if had_errors || SHIFT_JIS.decode_without_bom_handling(&bytes).0 != line {
                return Err(io::Error::new(
                    io::ErrorKind::InvalidData,
                    "MS932 cannot carry a character of the row",
                ));
            }
            out.write_all(&bytes)
        }
    }
}

/// Writes one line of JSON Lines in UTF-8, ended by LF.
///
/// # Errors
///
/// Those of `out`.
pub fn write_jsonl<T: Record>(
    out: &mut impl io::Write,
    meta: &RowMeta,
    record: &T,
) -> io::Result<()> {
    let body = serde_json::to_string(record)?;
    let RowMeta {
        op,
        insurer_no,
        insured_no,
        history_no,
        updated_at,
    } = meta;
    // Each body has at least one item, so what follows its opening brace continues the list.
    writeln!(
        out,
        r#"{{"op":"{}","insurer_no":"{insurer_no}","insured_no":"{insured_no}","history_no":{history_no},"updated_at":"{updated_at}",{}"#,
        op.code(),
        &body[1..]
    )
}
