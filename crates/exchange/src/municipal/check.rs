//! One row: every value checked, the body written, all mistakes of the row found at once.

use kiban_domain::{
    Date, InsuredNumber, InsurerNumber, InvalidKana, InvalidPersonName, Kana, OfficeNumber,
    PersonName, ServiceKind, Timestamp, normalize,
};

use super::{
    finding::{Finding, Severity, echo},
    layout::{COMMON, Canonical, Column, Entry, Key, Kind, Layout},
    reader::{Op, Outcome, Row},
    rules::{Rule, Values},
    value::{parse_date, parse_instant, parse_number, parse_tenths, push_date, push_json_string},
};

/// The text of a row's columns, by their place in the layout. A column the row lacks is empty.
pub(super) struct RowText<'a> {
    pub(super) line: u64,
    pub(super) text: &'a str,
    pub(super) spans: &'a [(usize, usize)],
    /// The places in the file, from 1; empty when the file has no columns.
    pub(super) places: &'a [u32],
}

impl<'a> RowText<'a> {
    fn cell(&self, at: usize) -> &'a str {
        self.spans
            .get(at)
            .and_then(|span| self.text.get(span.0..span.1))
            .map_or("", str::trim)
    }
}

/// Checks rows of one layout, reusing its memory.
pub(super) struct Checker {
    layout: &'static Layout,
    insurer: InsurerNumber,
    dates: Vec<Option<Date>>,
    numbers: Vec<Option<u64>>,
    codes: Vec<Option<&'static str>>,
    filled: Vec<bool>,
    body: String,
    findings: Vec<Finding>,
    /// Rows of a file mostly share their time of change, so the last one is kept with its text.
    last_instant: Option<(String, Timestamp)>,
}

impl Checker {
    pub(super) fn new(layout: &'static Layout, insurer: InsurerNumber) -> Self {
        let count = layout.columns.len();
        Self {
            layout,
            insurer,
            dates: vec![None; count],
            numbers: vec![None; count],
            codes: vec![None; count],
            filled: vec![false; count],
            body: String::with_capacity(1024),
            findings: Vec::new(),
            last_instant: None,
        }
    }

    /// Adds a finding that was made before the row's values were looked at.
    pub(super) fn note(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// Gives the findings so far, when the row itself cannot be looked at.
    pub(super) fn take_findings(&mut self) -> Vec<Finding> {
        std::mem::take(&mut self.findings)
    }

    /// Checks a row. Whatever is wrong with it comes out at once.
    pub(super) fn check(&mut self, row: &RowText<'_>) -> Outcome {
        self.dates.fill(None);
        self.numbers.fill(None);
        self.codes.fill(None);
        self.filled.fill(false);
        self.body.clear();
        let common = self.common(row);
        let op = common.op.unwrap_or(Op::Upsert);
        self.body.push('{');
        let layout = self.layout;
        for entry in &layout.entries {
            match entry {
                Entry::One(at) => self.one(row, *at, op),
                Entry::List {
                    name,
                    elements,
                    names,
                } => self.list(row, name, elements, names),
            }
        }
        self.body.push('}');
        if op == Op::Upsert {
            self.apply_rules(row);
        }
        let (valid_from, valid_to) = self.interval();
        if let (Some(from), Some(to), None) = (valid_from, valid_to, self.findings.first())
            && from > to
            && let Some(at) = layout.to.first()
        {
            let label = layout.columns[*at].label;
            self.find(
                row,
                *at,
                "date_order",
                format!("「{label}」が始まりの日より前です。日付を確認してください。"),
            );
        }
        let findings = std::mem::take(&mut self.findings);
        if findings.iter().any(|it| it.severity == Severity::Error) {
            return Outcome::Rejected(findings);
        }
        let (Some(op), Some(insured_no), Some(history_no), Some(updated_at)) = (
            common.op,
            common.insured_no,
            common.history_no,
            common.updated_at,
        ) else {
            // Each of them is required, so an absent one has left an error.
            return Outcome::Rejected(findings);
        };
        Outcome::Row(Row {
            line: row.line,
            op,
            insured_no,
            record_key: self.key(history_no),
            history_no,
            updated_at,
            valid_from,
            valid_to,
            body: self.body.clone(),
            warnings: findings,
        })
    }

    fn add(
        &mut self,
        row: &RowText<'_>,
        at: usize,
        code: &'static str,
        severity: Severity,
        message: String,
    ) {
        self.findings.push(Finding {
            line: row.line,
            column: row.places.get(at).copied(),
            item: Some(self.layout.columns[at].id),
            code,
            severity,
            message,
        });
    }

    fn find(&mut self, row: &RowText<'_>, at: usize, code: &'static str, message: String) {
        self.add(row, at, code, Severity::Error, message);
    }

    /// A value that is not what its column holds: `expected` says what it should be.
    fn unfit(
        &mut self,
        row: &RowText<'_>,
        at: usize,
        code: &'static str,
        value: &str,
        expected: &str,
    ) {
        let label = self.layout.columns[at].label;
        let message = format!("「{label}」の値「{}」は使えません。{expected}", echo(value));
        self.find(row, at, code, message);
    }

    fn missing(&mut self, row: &RowText<'_>, at: usize) {
        let label = self.layout.columns[at].label;
        self.find(
            row,
            at,
            "missing",
            format!("「{label}」が空です。値を入れてください。"),
        );
    }

    fn common(&mut self, row: &RowText<'_>) -> Common {
        let mut common = Common::default();
        for at in 0..COMMON {
            let text = row.cell(at);
            if text.is_empty() {
                self.missing(row, at);
                continue;
            }
            self.filled[at] = true;
            match at {
                0 => match text {
                    "U" => common.op = Some(Op::Upsert),
                    "D" => common.op = Some(Op::Cancel),
                    _ => self.unfit(
                        row,
                        at,
                        "unknown_op",
                        text,
                        "登録・更新は U、取消は D にしてください。",
                    ),
                },
                1 if text == self.insurer.as_str() => {}
                1 => match text.parse::<InsurerNumber>() {
                    Ok(number) if number == self.insurer => {}
                    Ok(_) => {
                        let expected = format!(
                            "ファイル名の保険者番号「{}」と同じにしてください。",
                            self.insurer
                        );
                        self.unfit(row, at, "other_insurer", text, &expected);
                    }
                    Err(_) => self.unfit(
                        row,
                        at,
                        "not_insurer_no",
                        text,
                        "6桁の保険者番号にしてください。",
                    ),
                },
                2 => match text.parse() {
                    Ok(number) => common.insured_no = Some(number),
                    Err(_) => {
                        self.unfit(
                            row,
                            at,
                            "not_insured_no",
                            text,
                            "10桁の数字、またはHと9桁の数字にしてください。",
                        );
                    }
                },
                3 => match parse_number(text).and_then(|it| u32::try_from(it).ok()) {
                    Some(number @ 1..=999_999) => common.history_no = Some(number),
                    Some(_) => self.unfit(
                        row,
                        at,
                        "out_of_range",
                        text,
                        "1から999999までの整数にしてください。",
                    ),
                    None => {
                        self.unfit(row, at, "not_a_number", text, "1からの整数にしてください。");
                    }
                },
                _ => common.updated_at = self.instant(row, at, text),
            }
        }
        common
    }

    fn instant(&mut self, row: &RowText<'_>, at: usize, text: &str) -> Option<Timestamp> {
        if let Some((known, instant)) = &self.last_instant
            && known == text
        {
            return Some(*instant);
        }
        let instant = parse_instant(text);
        match instant {
            Some(instant) => self.last_instant = Some((text.to_owned(), instant)),
            None => {
                let expected = "「2026-04-01T09:00:00+09:00」の形の日時にしてください。";
                self.unfit(row, at, "not_an_instant", text, expected);
            }
        }
        instant
    }

    fn one(&mut self, row: &RowText<'_>, at: usize, op: Op) {
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

    fn list(
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
                    self.body
                        .push_str(&super::record::Tenths(tenths).to_string());
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

    fn too_long(&mut self, row: &RowText<'_>, at: usize) {
        let column = &self.layout.columns[at];
        let message = format!(
            "「{}」が長すぎます。{}文字以内にしてください。",
            column.label, column.max
        );
        self.find(row, at, "too_long", message);
    }

    fn control(&mut self, row: &RowText<'_>, at: usize, text: &str) {
        let code = if text.contains('\0') {
            "nul"
        } else {
            "control_character"
        };
        let label = self.layout.columns[at].label;
        self.find(
            row,
            at,
            code,
            format!("「{label}」に制御文字が入っています。取り除いてください。"),
        );
    }

    fn apply_rules(&mut self, row: &RowText<'_>) {
        let layout = self.layout;
        for rule in &layout.rules {
            match rule {
                Rule::Order {
                    first,
                    second,
                    severity,
                } => {
                    if let (Some(earlier), Some(later)) = (self.dates[*first], self.dates[*second])
                        && earlier > later
                    {
                        let message = format!(
                            "「{}」（{later}）が「{}」（{earlier}）より前です。日付を確認してください。",
                            layout.columns[*second].label, layout.columns[*first].label
                        );
                        self.add(row, *second, "date_order", *severity, message);
                    }
                }
                Rule::Special(holds) => {
                    let broken = holds(&Values {
                        columns: &layout.columns,
                        dates: &self.dates,
                        numbers: &self.numbers,
                        codes: &self.codes,
                        filled: &self.filled,
                    });
                    if let Some(broken) = broken {
                        let at = layout.position(broken.item).unwrap_or(0);
                        self.add(row, at, broken.code, broken.severity, broken.message);
                    }
                }
            }
        }
    }

    /// From when to when the record is true.
    fn interval(&self) -> (Option<Date>, Option<Date>) {
        let from = self.layout.from.iter().find_map(|at| self.dates[*at]);
        let to = match self.layout.to.as_slice() {
            // Two rows on one certificate: the later row's end counts as soon as that row is there, even when open. The
            // column before an end is its beginning.
            [later, _] if self.dates[later - 1].is_some() => self.dates[*later],
            [_, earlier] => self.dates[*earlier],
            [only] => self.dates[*only],
            _ => None,
        };
        (from, to)
    }

    fn key(&self, history_no: u32) -> String {
        match self.layout.key {
            Key::History => format!("{history_no:04}"),
            Key::KindAndHistory(kind) => {
                format!("{}-{history_no:04}", self.codes[kind].unwrap_or_default())
            }
            Key::Sequence(at) => format!("{:04}", self.numbers[at].unwrap_or_default()),
            Key::Application(day, branch) => {
                let day = self.dates[day].unwrap_or_default();
                let branch = self.numbers[branch].unwrap_or_default();
                format!(
                    "{:04}{:02}{:02}-{branch}",
                    day.year(),
                    day.month(),
                    day.day()
                )
            }
        }
    }
}

#[derive(Default)]
struct Common {
    op: Option<Op>,
    insured_no: Option<InsuredNumber>,
    history_no: Option<u32>,
    updated_at: Option<Timestamp>,
}
