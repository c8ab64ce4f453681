//! Lists as files for spreadsheets: UTF-8 with the mark that they need.

use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use kiban_exchange::narrow::{to_ms932, unrepresentable_in_ms932};

/// So many characters that do not fit are named.
const LOST_NAMED: usize = 20;

/// A file in the making.
#[derive(Debug)]
pub struct File(String);

impl File {
    /// A file that begins with the names of its columns.
    pub fn new<T: AsRef<str>>(header: impl IntoIterator<Item = T>) -> Self {
        let mut file = Self("\u{feff}".to_owned());
        file.line(header);
        file
    }

    /// Adds a line.
    pub fn line<T: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = T>) {
        for (at, cell) in cells.into_iter().enumerate() {
            if at > 0 {
                self.0.push(',');
            }
            self.cell(cell.as_ref());
        }
        self.0.push_str("\r\n");
    }

    /// Always quoted; what a spreadsheet would take for a formula gets an apostrophe in front. A negative number is none.
    fn cell(&mut self, cell: &str) {
        self.0.push('"');
        let digits = |it: &str| !it.is_empty() && it.bytes().all(|byte| byte.is_ascii_digit());
        let negative = cell.strip_prefix('-').is_some_and(digits);
        if !negative && cell.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'])
        {
            self.0.push('\'');
        }
        self.0.push_str(&cell.replace('"', "\"\""));
        self.0.push('"');
    }

    /// What MS932 cannot carry, each a sentence with its line and character; empty when it carries everything. At most 20.
    pub fn lost(&self) -> Vec<String> {
        let text = self.0.trim_start_matches('\u{feff}');
        let mut lost = Vec::new();
        for (at, line) in text.split("\r\n").enumerate() {
            for (_, it) in unrepresentable_in_ms932(line) {
                let sentence = format!("CSVの{}行目の「{it}」", at + 1);
                if !lost.contains(&sentence) {
                    lost.push(sentence);
                }
                if lost.len() == LOST_NAMED {
                    return lost;
                }
            }
        }
        lost
    }

    /// The whole file in MS932, for programs that read nothing else. Only when nothing is [`Self::lost`].
    pub fn answer_ms932(self, name: &str) -> Response {
        let text = self.0.trim_start_matches('\u{feff}');
        let headers = [
            (CONTENT_TYPE, "text/csv; charset=Shift_JIS".to_owned()),
            (
                CONTENT_DISPOSITION,
                format!("attachment; filename=\"{name}\""),
            ),
        ];
        (headers, to_ms932(text)).into_response()
    }

    /// The whole file, to be kept under `name`.
    pub fn answer(self, name: &str) -> Response {
        let headers = [
            (CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
            (
                CONTENT_DISPOSITION,
                format!("attachment; filename=\"{name}\""),
            ),
        ];
        (headers, self.0).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_cannot_become_formulas_or_break_out() {
        let file = File::new(["=1+1", "a\"b,c", "", "架空"]);
        assert_eq!(file.0, "\u{feff}\"'=1+1\",\"a\"\"b,c\",\"\",\"架空\"\r\n");
        let file = File::new(["-14", "-14+1", "-", "--1"]);
        assert_eq!(file.0, "\u{feff}\"-14\",\"'-14+1\",\"'-\",\"'--1\"\r\n");
    }
}
