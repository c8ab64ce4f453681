use super::{
    CSV_COLUMNS, CsvFault, CsvFaultKind as Fault, CsvVersion, MAX_CSV_BYTES, MAX_CSV_ROWS,
    UnreadableCsv, cells, edition_of_columns,
};
use crate::opinion::ItemFaultKind;
use encoding_rs::SHIFT_JIS;
use kiban_domain::{
    Date, InvalidDate,
    opinion::{FormItem, Kind, Opinion, Text, Value, WrongValue},
    read_partial_date,
};
use std::collections::{BTreeMap, BTreeSet};

/// What a file holds: each line is an opinion or has faults.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadCsv {
    /// The opinions that could be read whole, in the order of the file.
    pub opinions: Vec<CsvOpinion>,
    /// Everything that is wrong, by line and column.
    pub faults: Vec<CsvFault>,
}

/// An opinion of a file, on the edition of 2018. `Debug` shows nothing of the person.
#[derive(Clone, PartialEq, Eq)]
pub struct CsvOpinion {
    /// Its line, from 1.
    pub line: u64,
    /// The version of the layout.
    pub version: CsvVersion,
    /// The software that wrote it, as it came.
    pub software: String,
    /// Its stamp, as it came: the insured number, day of the month and time.
    pub stamp: String,
    /// What it says.
    pub opinion: Opinion,
}

impl std::fmt::Debug for CsvOpinion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CsvOpinion")
            .field("line", &self.line)
            .field("opinion", &self.opinion)
            .finish_non_exhaustive()
    }
}

/// Reads a file of the 医見書.
///
/// # Errors
///
/// [`UnreadableCsv`] when the file as a whole cannot be read; what is wrong in lines is in the answer.
pub fn read_csv(bytes: &[u8]) -> Result<ReadCsv, UnreadableCsv> {
    if bytes.len() > MAX_CSV_BYTES {
        return Err(UnreadableCsv::TooLarge);
    }
    if is_other_encoding(bytes) {
        return Err(UnreadableCsv::NotMs932);
    }
    let mut read = ReadCsv {
        opinions: Vec::new(),
        faults: Vec::new(),
    };
    let (mut number, mut rows) = (0_u64, 0);
    for line in bytes.split(|it| *it == b'\n') {
        number += 1;
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            continue;
        }
        rows += 1;
        if rows > MAX_CSV_ROWS {
            return Err(UnreadableCsv::TooManyRows);
        }
        match row(number, line) {
            Ok(opinion) => read.opinions.push(opinion),
            Err(faults) => read.faults.extend(faults),
        }
    }
    if rows == 0 {
        return Err(UnreadableCsv::Empty);
    }
    Ok(read)
}

/// Whether a mark says so, or it is UTF-8 with a character beyond U+07FF. Shorter sequences of UTF-8 are half-width kana in MS932.
fn is_other_encoding(bytes: &[u8]) -> bool {
    let marked = [&b"\xEF\xBB\xBF"[..], b"\xFF\xFE", b"\xFE\xFF"];
    marked.iter().any(|mark| bytes.starts_with(mark))
        || std::str::from_utf8(bytes)
            .is_ok_and(|text| text.chars().any(|it| u32::from(it) > 0x07FF))
}

fn row(line: u64, bytes: &[u8]) -> Result<CsvOpinion, Vec<CsvFault>> {
    let whole = |kind| vec![CsvFault::of_line(line, kind)];
    let cells = cells::split(bytes).map_err(|stray| {
        let column = u16::try_from(stray.cell + 1).unwrap_or(u16::MAX);
        vec![CsvFault::of_cell(line, column, None, Fault::StrayQuote)]
    })?;
    let version = match cells.first().map_or(&b""[..], |it| it) {
        b"1.1" => CsvVersion::V1_1,
        b"1.2" => CsvVersion::V1_2,
        other if other.starts_with(b"I") => return Err(whole(Fault::DisabilityForm)),
        other => return Err(whole(Fault::Version(shortened(other)))),
    };
    if cells.len() != CSV_COLUMNS {
        return Err(whole(Fault::Columns(cells.len())));
    }
    let edition = edition_of_columns();
    let mut opinion = Opinion::blank(edition.code());
    let mut faults = Vec::new();
    let decoded = |column: u16| {
        let item = edition.items().iter().find(|it| it.column == Some(column));
        let cell = &cells[usize::from(column) - 1];
        let named = item.map(|it| (it.id, it.name()));
        let value = text(cell).ok_or(Fault::NotMs932);
        let fault = |kind| CsvFault::of_cell(line, column, named, kind);
        (item, value.map_err(fault))
    };
    let free = |column, faults: &mut Vec<CsvFault>| match decoded(column).1 {
        Ok(text) => text,
        Err(fault) => {
            faults.push(fault);
            String::new()
        }
    };
    let (software, stamp) = (free(2, &mut faults), free(3, &mut faults));
    for column in 4..=121_u16 {
        let (item, text) = decoded(column);
        let item = item.expect("a test finds every column on the form");
        let read = text.and_then(|text| {
            let value = value(item, &text, version).and_then(|it| match it {
                Some(it) => opinion.put(item.id, &it).map_err(of_wrong),
                None => Ok(()),
            });
            value
                .map_err(|kind| CsvFault::of_cell(line, column, Some((item.id, item.name())), kind))
        });
        faults.extend(read.err());
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    Ok(CsvOpinion {
        line,
        version,
        software,
        stamp,
        opinion,
    })
}

fn of_wrong(wrong: WrongValue) -> Fault {
    match ItemFaultKind::from(wrong) {
        ItemFaultKind::Day => Fault::Day,
        other => Fault::Item(other),
    }
}

fn text(cell: &[u8]) -> Option<String> {
    let text = SHIFT_JIS.decode_without_bom_handling_and_without_replacement(cell)?;
    Some(text.into_owned())
}

fn shortened(version: &[u8]) -> String {
    let shown = version.iter().take(10).map(|it| char::from(*it));
    shown
        .map(|it| if it.is_ascii_graphic() { it } else { '?' })
        .collect()
}

/// What a cell says; nothing when it is unset.
fn value(item: &FormItem, text: &str, version: CsvVersion) -> Result<Option<Value>, Fault> {
    if text.is_empty() {
        return Ok(None);
    }
    let digits = text.bytes().all(|it| it.is_ascii_digit());
    let value = match item.kind {
        Kind::Text | Kind::Lines => {
            let text = Text::new(&text.replace('\u{b}', "\n"));
            Value::Text(text.map_err(|it| Fault::Item(ItemFaultKind::Text(it)))?)
        }
        Kind::Date => {
            let day: Option<Date> = (digits && text.len() == 8)
                .then(|| text.parse().ok())
                .flatten();
            Value::Date(day.ok_or(Fault::Day)?)
        }
        Kind::PartialDate => match read_partial_date(text) {
            Ok(day) => Value::Partial(day),
            Err(InvalidDate::Empty) => return Ok(None),
            Err(reason) => return Err(Fault::PartialDay(reason)),
        },
        Kind::Whole => {
            let number = text.parse().ok().filter(|_| digits && text.len() <= 3);
            Value::Whole(number.ok_or(Fault::Item(ItemFaultKind::Number))?)
        }
        Kind::Decimal => {
            let number = text.parse();
            Value::Decimal(number.map_err(|_| Fault::Item(ItemFaultKind::Number))?)
        }
        Kind::One | Kind::Check if text == "0" => return Ok(None),
        Kind::One => {
            let code = text.parse().ok().filter(|_| digits && text.len() == 1);
            let code = code.filter(|it| item.choice(*it).is_some());
            Value::One(code.ok_or(Fault::Item(ItemFaultKind::Choice))?)
        }
        Kind::Check if text == "1" => Value::Check,
        Kind::Check => return Err(Fault::Flags { digits: 1, most: 1 }),
        Kind::Many | Kind::Emphasis => return flags(item, text, version),
    };
    Ok(Some(value))
}

/// Digits, one a choice, in the order of their codes.
fn flags(item: &FormItem, text: &str, version: CsvVersion) -> Result<Option<Value>, Fault> {
    let wanted = version.digits(item.kind, item.choices.len());
    let most = if item.kind == Kind::Emphasis { 2 } else { 1 };
    let shaped = text.len() == wanted && text.bytes().all(|it| (b'0'..=b'0' + most).contains(&it));
    if !shaped {
        return Err(Fault::Flags {
            digits: wanted,
            most,
        });
    }
    let marked: BTreeMap<u8, bool> = (1_u8..)
        .zip(text.bytes())
        .filter(|(_, digit)| *digit != b'0')
        .map(|(code, digit)| (code, digit == b'2'))
        .collect();
    if marked.is_empty() {
        return Ok(None);
    }
    Ok(Some(if item.kind == Kind::Emphasis {
        Value::Emphasis(marked)
    } else {
        Value::Many(marked.into_keys().collect::<BTreeSet<_>>())
    }))
}
