//! One row: every value checked, the body written, all mistakes of the row found at once.

mod cells;
mod common;
mod found;
mod rules;

use kiban_domain::{Date, InsurerNumber, Timestamp};

use super::{
    finding::{Finding, Severity},
    layout::{Entry, Key, Layout},
    reader::{Op, Outcome, Row},
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
    /// The row's 依頼番号, which is part of its key.
    request_no: String,
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
            request_no: String::new(),
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
        self.request_no.clear();
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

    fn key(&self, history_no: u32) -> String {
        match self.layout.key {
            Key::History => format!("{history_no:04}"),
            Key::KindAndHistory(kind) => {
                format!("{}-{history_no:04}", self.codes[kind].unwrap_or_default())
            }
            Key::Sequence(at) => format!("{:04}", self.numbers[at].unwrap_or_default()),
            Key::Application(day, branch) => self.application(day, branch),
            Key::Request(day, branch) => {
                format!("{}-{}", self.application(day, branch), self.request_no)
            }
        }
    }

    fn application(&self, day: usize, branch: usize) -> String {
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
