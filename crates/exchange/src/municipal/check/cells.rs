//! The values of a row, each checked by its kind and written into the body.

use super::{
    super::{
        finding::{Severity, echo},
        layout::{Canonical, Column, Kind},
        reader::Op,
        record::Tenths,
        value::{parse_date, parse_number, parse_tenths, push_date, push_json_string},
    },
    Checker, RowText,
};
use kiban_domain::{
    InvalidKana, InvalidPersonName, Kana, MedicalInstitutionCode, OfficeNumber, PersonName,
    ServiceKind, normalize, opinion_case::RequestNumber,
};

impl Checker {
    pub(super) fn one(&mut self, row: &RowText<'_>, at: usize, op: Op) {
        let text = row.cell(at);
        let column = &self.layout.columns[at];
        if text.is_empty() {
            if column.is_key || (column.required && op == Op::Upsert) {
                self.missing(row, at);
            }
            return;
        }
        self.begin(column.id);
        self.value(row, at, column, text);
    }

    /// Writes the name of an item and the comma before it.
    fn begin(&mut self, name: &str) {
        if !self.body.ends_with(['{', '[']) {
            self.body.push(',');
        }
        // Item names are identifiers of ours and need no escaping.
        self.body.push('"');
        self.body.push_str(name);
        self.body.push_str("\":");
    }

    pub(super) fn list(
        &mut self,
        row: &RowText<'_>,
        name: &str,
        elements: &[std::ops::Range<usize>],
        names: &[&'static str],
    ) {
        let mut is_open = false;
        for element in elements {
            if element.clone().all(|at| row.cell(at).is_empty()) {
                continue;
            }
            if is_open {
                self.body.push(',');
            } else {
                self.begin(name);
                self.body.push('[');
                is_open = true;
            }
            let is_object = !names.is_empty();
            if is_object {
                self.body.push('{');
            }
            for (part, at) in element.clone().enumerate() {
                let text = row.cell(at);
                let column = &self.layout.columns[at];
                if text.is_empty() {
                    if column.required {
                        self.missing(row, at);
                    }
                    continue;
                }
                if let Some(name) = names.get(part) {
                    self.begin(name);
                }
                self.value(row, at, column, text);
            }
            if is_object {
                self.body.push('}');
            }
        }
        if is_open {
            self.body.push(']');
        }
    }

    /// Checks one filled value and writes it into the body.
    fn value(&mut self, row: &RowText<'_>, at: usize, column: &'static Column, text: &str) {
        self.filled[at] = true;
        match column.kind {
            Kind::Name => match PersonName::check(text) {
                Ok(name) => push_json_string(&mut self.body, name),
                Err(InvalidPersonName::TooLong) => self.too_long(row, at),
                Err(InvalidPersonName::ControlCharacter) => self.control(row, at, text),
                Err(InvalidPersonName::Empty) => self.missing(row, at),
            },
            Kind::Kana => match Kana::normalize(text) {
                Ok(kana) => push_json_string(&mut self.body, &kana),
                Err(InvalidKana::TooLong) => self.too_long(row, at),
                Err(InvalidKana::ControlCharacter) => self.control(row, at, text),
                Err(InvalidKana::Empty) => self.missing(row, at),
            },
            Kind::Text => self.text(row, at, column, text, false),
            Kind::Lines => self.text(row, at, column, text, true),
            Kind::Digits => {
                let normal = normalize(text);
                if normal.len() == column.max && normal.bytes().all(|byte| byte.is_ascii_digit()) {
                    push_json_string(&mut self.body, &normal);
                } else {
                    self.unfit(
                        row,
                        at,
                        "not_digits",
                        text,
                        &format!("数字{}桁にしてください。", column.max),
                    );
                }
            }
            Kind::Date => match parse_date(text) {
                Some(date) => {
                    self.dates[at] = Some(date);
                    self.body.push('"');
                    push_date(&mut self.body, date);
                    self.body.push('"');
                }
                None => {
                    let expected = "実在する日付をYYYYMMDDの形で入れてください。";
                    self.unfit(row, at, "not_a_date", text, expected);
                }
            },
            Kind::Code(table) => match (table.canonical)(text) {
                Canonical::Known(code) => {
                    self.codes[at] = Some(code);
                    push_json_string(&mut self.body, code);
                }
                Canonical::Kept => {
                    push_json_string(&mut self.body, text);
                    let message = format!(
                        "「{}」のコード「{}」は一覧にありません。そのまま受け取りました。",
                        column.label,
                        echo(text)
                    );
                    self.add(row, at, "unknown_code", Severity::Warning, message);
                }
                Canonical::Unknown => {
                    let expected = "レイアウト表にあるコードにしてください。";
                    self.unfit(row, at, "unknown_code", text, expected);
                }
            },
            Kind::OfficeNo => match text.parse::<OfficeNumber>() {
                Ok(number) => {
                    push_json_string(&mut self.body, number.as_str());
                    if !number.check_digit_agrees() {
                        let message = format!(
                            "「{}」の値「{number}」は検証番号が合いません。番号を確認してください。",
                            column.label
                        );
                        self.add(row, at, "check_digit", Severity::Warning, message);
                    }
                }
                Err(_) => self.unfit(
                    row,
                    at,
                    "not_office_no",
                    text,
                    "10桁の事業所番号にしてください。",
                ),
            },
            Kind::InstitutionCode => match text.parse::<MedicalInstitutionCode>() {
                Ok(code) => {
                    push_json_string(&mut self.body, code.as_str());
                    if !code.check_digit_agrees() {
                        let message = format!(
                            "「{}」の値「{code}」は検証番号が合いません。番号を確認してください。",
                            column.label
                        );
                        self.add(row, at, "check_digit", Severity::Warning, message);
                    }
                }
                Err(_) => self.unfit(
                    row,
                    at,
                    "not_institution_code",
                    text,
                    "都道府県番号、点数表番号（医科は1）、7桁の番号をつなげた10桁の医療機関コードにしてください。",
                ),
            },
            Kind::RequestNo => match text.parse::<RequestNumber>() {
                Ok(number) => {
                    push_json_string(&mut self.body, number.as_str());
                    number.as_str().clone_into(&mut self.request_no);
                }
                Err(_) => self.unfit(
                    row,
                    at,
                    "not_request_no",
                    text,
                    "空白と / を除く10文字までの番号にしてください。",
                ),
            },
            Kind::ServiceKind => match text.parse::<ServiceKind>() {
                Ok(kind) => push_json_string(&mut self.body, kind.as_str()),
                Err(_) => self.unfit(
                    row,
                    at,
                    "not_service_kind",
                    text,
                    "2桁のサービス種類コードにしてください。",
                ),
            },
            Kind::Number(unit, most) => match parse_number(text) {
                Some(number) if number <= most => {
                    self.numbers[at] = Some(number);
                    self.body.push_str(&number.to_string());
                }
                Some(_) => {
                    let expected = format!("{most}{unit}以下にしてください。");
                    self.unfit(row, at, "out_of_range", text, &expected);
                }
                None => self.unfit(
                    row,
                    at,
                    "not_a_number",
                    text,
                    "0以上の整数を数字だけで入れてください。",
                ),
            },
            Kind::Tenths(unit, most) => match parse_tenths(text) {
                Some(tenths) if tenths <= most => {
                    self.body.push_str(&Tenths(tenths).to_string());
                }
                Some(_) => {
                    let expected = format!("{}.{}{unit}以下にしてください。", most / 10, most % 10);
                    self.unfit(row, at, "out_of_range", text, &expected);
                }
                None => self.unfit(
                    row,
                    at,
                    "not_a_number",
                    text,
                    "小数1桁までの数字にしてください。",
                ),
            },
            Kind::Flag => match text {
                "1" | "0" => {
                    self.numbers[at] = Some(u64::from(text == "1"));
                    self.body
                        .push_str(if text == "1" { "true" } else { "false" });
                }
                _ => self.unfit(
                    row,
                    at,
                    "not_a_flag",
                    text,
                    "はいは 1、いいえは 0 にしてください。",
                ),
            },
            // The common columns are read before, and a list is read element by element.
            Kind::Op
            | Kind::InsurerNo
            | Kind::InsuredNo
            | Kind::HistoryNo
            | Kind::Instant
            | Kind::List(..) => {}
        }
    }

    fn text(&mut self, row: &RowText<'_>, at: usize, column: &Column, text: &str, lines: bool) {
        if text.len() > column.max && text.chars().count() > column.max {
            return self.too_long(row, at);
        }
        if text.contains('\r') && lines {
            return self.text(
                row,
                at,
                column,
                &text.replace("\r\n", "\n").replace('\r', "\n"),
                true,
            );
        }
        if text
            .chars()
            .any(|it| it.is_control() && !(lines && it == '\n'))
        {
            return self.control(row, at, text);
        }
        push_json_string(&mut self.body, text);
    }
}
