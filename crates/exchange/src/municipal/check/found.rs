//! Findings of a row, in the words of its layout.

use super::{
    super::finding::{Finding, Severity, echo},
    Checker, RowText,
};

impl Checker {
    pub(super) fn add(
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

    pub(super) fn find(
        &mut self,
        row: &RowText<'_>,
        at: usize,
        code: &'static str,
        message: String,
    ) {
        self.add(row, at, code, Severity::Error, message);
    }

    /// A value that is not what its column holds: `expected` says what it should be.
    pub(super) fn unfit(
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

    pub(super) fn missing(&mut self, row: &RowText<'_>, at: usize) {
        let label = self.layout.columns[at].label;
        self.find(
            row,
            at,
            "missing",
            format!("「{label}」が空です。値を入れてください。"),
        );
    }

    pub(super) fn too_long(&mut self, row: &RowText<'_>, at: usize) {
        let column = &self.layout.columns[at];
        let message = format!(
            "「{}」が長すぎます。{}文字以内にしてください。",
            column.label, column.max
        );
        self.find(row, at, "too_long", message);
    }

    pub(super) fn control(&mut self, row: &RowText<'_>, at: usize, text: &str) {
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
}
