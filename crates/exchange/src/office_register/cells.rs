//! The items of one row.

use kiban_domain::{
    CorporateNumber, Date, Kana, OfficeNumber, RegisterEntry, ServiceKind, normalize, read_date,
};

use super::{Column, Fault, columns::Columns};

/// Longest name and address, in characters.
const NAME: usize = 200;
const ADDRESS: usize = 300;
const MOST_BEDS: u32 = 9_999;

/// What one row says.
pub(super) struct Read {
    /// Its number, also of a row with mistakes.
    pub(super) number: Option<OfficeNumber>,
    /// The office, if nothing is wrong.
    pub(super) entry: Option<RegisterEntry>,
    pub(super) mistakes: Vec<(Column, Fault)>,
    pub(super) warnings: Vec<(Column, Fault)>,
}

/// Reads every item, so that all mistakes of a row are told at once.
pub(super) fn read(columns: &Columns, cells: &[&str]) -> Read {
    let mut row = Row {
        columns,
        cells,
        mistakes: Vec::new(),
        warnings: Vec::new(),
    };
    let number = row.take(Column::Number, office_number);
    let name = row.take(Column::Name, |cell| text(cell, NAME));
    let kana = row.may(Column::Kana, |cell| {
        let kana = cell.parse::<Kana>().map_err(|_| Fault::Text)?;
        Ok(kana.as_str().to_owned())
    });
    let postal_code = row.may(Column::PostalCode, postal_code);
    let address = row.may(Column::Address, |cell| text(cell, ADDRESS));
    let phone = row.may(Column::Phone, phone);
    let service_kinds = row.may(Column::ServiceKinds, service_kinds);
    let beds = row.may(Column::Beds, |cell| beds(cell).map(Some));
    let corporate_no = row.may(Column::CorporateNumber, |cell| {
        let number = cell.parse::<CorporateNumber>();
        number.map(Some).map_err(|_| Fault::CorporateNumber)
    });
    let is_open = row.take(Column::State, state);
    let opened_on = row.may(Column::OpenedOn, day);
    let closed_on = row.may(Column::ClosedOn, day);
    if is_open == Some(false) && closed_on.is_none() {
        row.mistakes.push((Column::ClosedOn, Fault::NoClosingDay));
    }
    if let (Some(opened_on), Some(closed_on)) = (opened_on, closed_on)
        && closed_on < opened_on
    {
        row.mistakes
            .push((Column::ClosedOn, Fault::ClosedBeforeOpened));
    }
    // The registry's own numbers are kept as they are; a person who types one is told.
    if number.is_some_and(|number| !number.check_digit_agrees()) {
        row.warnings.push((Column::Number, Fault::CheckDigit));
    }
    if corporate_no.is_some_and(|number| !number.check_digit_agrees()) {
        row.warnings
            .push((Column::CorporateNumber, Fault::CheckDigit));
    }
    let entry = number
        .zip(name)
        .filter(|_| row.mistakes.is_empty())
        .map(|(office_no, name)| RegisterEntry {
            office_no,
            name,
            kana,
            postal_code,
            address,
            phone,
            service_kinds,
            beds,
            corporate_no,
            opened_on,
            closed_on,
        });
    Read {
        number,
        entry,
        mistakes: row.mistakes,
        warnings: row.warnings,
    }
}

struct Row<'a> {
    columns: &'a Columns,
    cells: &'a [&'a str],
    mistakes: Vec<(Column, Fault)>,
    warnings: Vec<(Column, Fault)>,
}

impl Row<'_> {
    /// An item that must be there.
    fn take<T>(
        &mut self,
        column: Column,
        read: impl FnOnce(&str) -> Result<T, Fault>,
    ) -> Option<T> {
        let cell = self.columns.cell(column, self.cells);
        let value = if cell.is_empty() {
            Err(Fault::Missing)
        } else {
            read(cell)
        };
        value
            .map_err(|fault| self.mistakes.push((column, fault)))
            .ok()
    }

    /// An item that may be absent.
    fn may<T: Default>(
        &mut self,
        column: Column,
        read: impl FnOnce(&str) -> Result<T, Fault>,
    ) -> T {
        if self.columns.cell(column, self.cells).is_empty() {
            return T::default();
        }
        self.take(column, read).unwrap_or_default()
    }
}

/// Ten characters; a spreadsheet takes the leading zero of Hokkaido to Tochigi away.
fn office_number(cell: &str) -> Result<OfficeNumber, Fault> {
    let normal = normalize(cell);
    let zero = if normal.len() == 9 { "0" } else { "" };
    format!("{zero}{normal}").parse().map_err(|_| Fault::Number)
}

fn text(cell: &str, most: usize) -> Result<String, Fault> {
    let fits = cell.chars().count() <= most && !cell.contains(char::is_control);
    fits.then(|| cell.to_owned()).ok_or(Fault::Text)
}

fn postal_code(cell: &str) -> Result<String, Fault> {
    let digits = normalize(cell);
    let digits = digits.trim_start_matches('〒');
    let valid = digits.len() == 7 && digits.bytes().all(|byte| byte.is_ascii_digit());
    valid.then(|| digits.to_owned()).ok_or(Fault::PostalCode)
}

/// Digits in the groups in which they were written.
fn phone(cell: &str) -> Result<String, Fault> {
    let groups = cell.split([
        '-', '－', 'ー', '‐', '−', '―', '(', ')', '（', '）', ' ', '　',
    ]);
    let groups: Vec<String> = groups
        .map(|group| normalize(group).into_owned())
        .filter(|group| !group.is_empty())
        .collect();
    let phone = groups.join("-");
    let digits = phone.bytes().filter(u8::is_ascii_digit).count();
    let valid = (10..=11).contains(&digits)
        && phone
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'-');
    valid.then_some(phone).ok_or(Fault::Phone)
}

/// Two characters each; the three digits of public lists are a code and a number of their own.
fn service_kinds(cell: &str) -> Result<Vec<ServiceKind>, Fault> {
    let separator =
        |it: char| matches!(it, '・' | '･' | '、' | ',' | ';' | '/' | '|') || it.is_whitespace();
    let mut kinds = Vec::new();
    for code in cell.split(separator).filter(|code| !code.is_empty()) {
        let code = normalize(code);
        let public = code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_digit());
        let code = if public { &code[..2] } else { &*code };
        kinds.push(
            code.parse::<ServiceKind>()
                .map_err(|_| Fault::ServiceKind)?,
        );
    }
    kinds.sort_unstable();
    kinds.dedup();
    Ok(kinds)
}

fn beds(cell: &str) -> Result<u32, Fault> {
    let digits = normalize(cell).replace(',', "");
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let beds = plain.then(|| digits.parse::<u32>().ok()).flatten();
    beds.filter(|beds| *beds <= MOST_BEDS).ok_or(Fault::Beds)
}

fn state(cell: &str) -> Result<bool, Fault> {
    match &*normalize(cell) {
        "開設" | "開設中" | "営業中" | "指定中" | "OPEN" => Ok(true),
        "廃止" | "閉鎖" | "CLOSED" => Ok(false),
        _ => Err(Fault::State),
    }
}

fn day(cell: &str) -> Result<Option<Date>, Fault> {
    read_date(cell)
        .map(|read| Some(read.date))
        .map_err(|_| Fault::Day)
}
