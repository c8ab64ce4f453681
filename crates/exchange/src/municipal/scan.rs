//! Bytes to raw records in bounded memory, whatever the input.

use std::io;

/// The longest record that is kept; a longer one is read past and reported. The longest legal row has some ten kilobytes.
pub(crate) const MAX_RECORD_BYTES: usize = 128 * 1024;
/// The most fields that are kept; no layout has so many.
const MAX_FIELDS: usize = 512;
const BUFFER_BYTES: usize = 64 * 1024;

/// Why a record cannot be used as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Broken {
    /// Longer than [`MAX_RECORD_BYTES`].
    TooLong,
    /// A quote inside an unquoted field, or something between a closing quote and the separator.
    StrayQuote,
    /// The file ends inside a quoted field.
    UnclosedQuote,
}

/// What was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scanned {
    /// A record that begins on `line`; its fields are in the scanner.
    Record { line: u64, broken: Option<Broken> },
    /// Nothing is left.
    End,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    FieldStart,
    Plain,
    Quoted,
    /// After a quote inside a quoted field: its end, or the first of two.
    QuoteSeen,
}

/// Reads records of CSV or lines of JSON from a stream.
pub(crate) struct Scanner<R> {
    input: R,
    buffer: Box<[u8]>,
    start: usize,
    end: usize,
    line: u64,
    at_beginning: bool,
    strip_bom: bool,
    saw_lf: bool,
    saw_crlf: bool,
    /// The fields, one separator byte after each, so that no field can complete another's broken character.
    pub(crate) record: Vec<u8>,
    /// Where each field lies in `record`.
    pub(crate) spans: Vec<(usize, usize)>,
}

impl<R: io::Read> Scanner<R> {
    pub(crate) fn new(input: R, strip_bom: bool) -> Self {
        Self {
            input,
            buffer: vec![0; BUFFER_BYTES].into_boxed_slice(),
            start: 0,
            end: 0,
            line: 1,
            at_beginning: true,
            strip_bom,
            saw_lf: false,
            saw_crlf: false,
            record: Vec::with_capacity(1024),
            spans: Vec::with_capacity(64),
        }
    }

    /// Whether both kinds of line ends were met so far.
    pub(crate) fn has_mixed_line_ends(&self) -> bool {
        self.saw_lf && self.saw_crlf
    }

    /// Makes sure a byte is in the buffer; false at the end of the input.
    fn fill(&mut self) -> io::Result<bool> {
        if self.start < self.end {
            return Ok(true);
        }
        if self.at_beginning {
            self.at_beginning = false;
            return self.fill_first();
        }
        self.start = 0;
        self.end = self.read_some(0)?;
        Ok(self.end > 0)
    }

    /// The first bytes may be a byte order mark, and may come one at a time.
    fn fill_first(&mut self) -> io::Result<bool> {
        while self.end < 3 {
            let count = self.read_some(self.end)?;
            if count == 0 {
                break;
            }
            self.end += count;
        }
        if self.strip_bom && self.buffer[..self.end].starts_with(b"\xEF\xBB\xBF") {
            self.start = 3;
        }
        if self.start < self.end {
            Ok(true)
        } else {
            self.fill()
        }
    }

    fn read_some(&mut self, from: usize) -> io::Result<usize> {
        loop {
            match self.input.read(&mut self.buffer[from..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => return other,
            }
        }
    }

    fn keep(&mut self, from: usize, to: usize, broken: &mut Option<Broken>) {
        let room = MAX_RECORD_BYTES.saturating_sub(self.record.len());
        if to - from > room {
            broken.get_or_insert(Broken::TooLong);
        }
        self.record
            .extend_from_slice(&self.buffer[from..to.min(from + room)]);
    }

    fn end_field(&mut self, begin: &mut usize, broken: &mut Option<Broken>) {
        if self.spans.len() < MAX_FIELDS {
            self.spans.push((*begin, self.record.len()));
            self.record.push(b'\n');
        } else {
            broken.get_or_insert(Broken::TooLong);
        }
        *begin = self.record.len();
    }

    /// Reads the next record of CSV, blank lines passed over.
    pub(crate) fn next_csv(&mut self) -> io::Result<Scanned> {
        loop {
            let line = self.line;
            if !self.fill()? {
                return Ok(Scanned::End);
            }
            let broken = self.csv_record()?;
            let blank = self.spans.as_slice() == [(0, 0)] && broken.is_none();
            if !blank {
                return Ok(Scanned::Record { line, broken });
            }
        }
    }

    /// Reads one record; at least one byte is left.
    fn csv_record(&mut self) -> io::Result<Option<Broken>> {
        self.record.clear();
        self.spans.clear();
        let mut begin = 0;
        let mut broken = None;
        let mut state = State::FieldStart;
        let mut quoted_once = false;
        loop {
            if !self.fill()? {
                if state == State::Quoted {
                    broken = Some(Broken::UnclosedQuote);
                }
                // An empty quoted field is a field; a record that never began is not one.
                if quoted_once || begin > 0 || !self.record.is_empty() || state != State::FieldStart
                {
                    self.end_field(&mut begin, &mut broken);
                } else {
                    self.spans.push((0, 0));
                }
                return Ok(broken);
            }
            let chunk = &self.buffer[self.start..self.end];
            match state {
                State::Quoted => {
                    let run = chunk.iter().position(|byte| *byte == b'"');
                    let length = run.unwrap_or(chunk.len());
                    self.line += chunk[..length]
                        .iter()
                        .map(|byte| u64::from(*byte == b'\n'))
                        .sum::<u64>();
                    let from = self.start;
                    self.keep(from, from + length, &mut broken);
                    self.start += length;
                    if run.is_some() {
                        self.start += 1;
                        state = State::QuoteSeen;
                    }
                }
                State::FieldStart | State::Plain | State::QuoteSeen => {
                    let length = chunk
                        .iter()
                        .position(|byte| matches!(byte, b',' | b'"' | b'\n' | b'\r'))
                        .unwrap_or(chunk.len());
                    if length > 0 {
                        if state == State::QuoteSeen {
                            broken.get_or_insert(Broken::StrayQuote);
                        }
                        let from = self.start;
                        self.keep(from, from + length, &mut broken);
                        self.start += length;
                        state = State::Plain;
                        continue;
                    }
                    let byte = chunk[0];
                    self.start += 1;
                    match byte {
                        b',' => {
                            self.end_field(&mut begin, &mut broken);
                            state = State::FieldStart;
                        }
                        b'\n' => {
                            self.saw_lf = true;
                            self.line += 1;
                            self.end_field(&mut begin, &mut broken);
                            return Ok(broken);
                        }
                        b'\r' => {
                            if self.fill()? && self.buffer[self.start] == b'\n' {
                                self.start += 1;
                                self.saw_crlf = true;
                                self.line += 1;
                                self.end_field(&mut begin, &mut broken);
                                return Ok(broken);
                            }
                            // A lone carriage return is data and will be refused as a control character.
                            self.record.push(b'\r');
                            state = State::Plain;
                        }
                        _ if state == State::FieldStart => {
                            quoted_once = true;
                            state = State::Quoted;
                        }
                        _ if state == State::QuoteSeen => {
                            if self.record.len() < MAX_RECORD_BYTES {
                                self.record.push(b'"');
                            }
                            state = State::Quoted;
                        }
                        _ => {
                            broken.get_or_insert(Broken::StrayQuote);
                        }
                    }
                }
            }
        }
    }

    /// Reads the next line, blank lines passed over; the line is the only field.
    pub(crate) fn next_line(&mut self) -> io::Result<Scanned> {
        loop {
            self.record.clear();
            self.spans.clear();
            let line = self.line;
            let mut broken = None;
            if !self.fill()? {
                return Ok(Scanned::End);
            }
            loop {
                if !self.fill()? {
                    break;
                }
                let chunk = &self.buffer[self.start..self.end];
                let run = chunk.iter().position(|byte| *byte == b'\n');
                let length = run.unwrap_or(chunk.len());
                let from = self.start;
                self.keep(from, from + length, &mut broken);
                self.start += length;
                if run.is_some() {
                    self.start += 1;
                    self.line += 1;
                    break;
                }
            }
            if self.record.last() == Some(&b'\r') {
                self.record.pop();
                self.saw_crlf = true;
            } else {
                self.saw_lf = true;
            }
            if broken.is_some() || !self.record.trim_ascii().is_empty() {
                self.spans.push((0, self.record.len()));
                return Ok(Scanned::Record { line, broken });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Gives its bytes a few at a time.
    struct Dripping<'a>(&'a [u8], usize);

    impl io::Read for Dripping<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = self.1.min(buffer.len()).min(self.0.len());
            buffer[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }

    fn records(bytes: &[u8], step: usize) -> Vec<(u64, Option<Broken>, Vec<String>)> {
        let mut scanner = Scanner::new(Dripping(bytes, step), true);
        let mut all = Vec::new();
        while let Scanned::Record { line, broken } = scanner.next_csv().unwrap() {
            let field = |span: &(usize, usize)| {
                String::from_utf8_lossy(&scanner.record[span.0..span.1]).into_owned()
            };
            all.push((line, broken, scanner.spans.iter().map(field).collect()));
        }
        all
    }

    fn fields(bytes: &str) -> Vec<Vec<String>> {
        records(bytes.as_bytes(), 3)
            .into_iter()
            .map(|it| it.2)
            .collect()
    }

    #[test]
    fn quotes_follow_rfc_4180() {
        assert_eq!(
            fields("a,\"b,\"\"c\"\"\r\nd\",\"\"\r\n\r\ne,,f"),
            [vec!["a", "b,\"c\"\r\nd", ""], vec!["e", "", "f"]]
        );
        assert_eq!(fields("\u{FEFF}a\n"), [["a"]]);
        assert_eq!(fields("a,"), [["a", ""]]);
        assert!(fields("").is_empty());
        assert!(fields("\n\r\n").is_empty());
    }

    #[test]
    fn lines_are_counted_through_quoted_line_ends() {
        let lines: Vec<u64> = records(b"a\n\"x\ny\"\nb\n", 1)
            .iter()
            .map(|it| it.0)
            .collect();
        assert_eq!(lines, [1, 2, 4]);
    }

    #[test]
    fn broken_quotes_are_told() {
        assert_eq!(records(b"a\"b\nc\n", 2)[0].1, Some(Broken::StrayQuote));
        assert_eq!(records(b"\"a\"b\nc\n", 2)[0].1, Some(Broken::StrayQuote));
        assert_eq!(records(b"\"a\nc\n", 2)[0].1, Some(Broken::UnclosedQuote));
    }

    #[test]
    fn a_field_of_a_megabyte_is_passed_over_in_bounded_memory() {
        let mut bytes = b"\"".to_vec();
        bytes.extend(std::iter::repeat_n(b'x', 1 << 20));
        bytes.extend(b"\",b\nnext,row\n");
        let mut scanner = Scanner::new(bytes.as_slice(), true);
        let first = scanner.next_csv().unwrap();
        assert_eq!(
            first,
            Scanned::Record {
                line: 1,
                broken: Some(Broken::TooLong)
            }
        );
        assert!(scanner.record.capacity() < 2 * MAX_RECORD_BYTES + 1024);
        assert_eq!(
            scanner.next_csv().unwrap(),
            Scanned::Record {
                line: 2,
                broken: None
            }
        );
        assert_eq!(scanner.spans.len(), 2);
    }

    proptest! {
        #[test]
        fn the_size_of_reads_changes_nothing(bytes in proptest::collection::vec(
            prop_oneof![Just(b','), Just(b'"'), Just(b'\n'), Just(b'\r'), any::<u8>()], 0..60), step in 1_usize..9) {
            prop_assert_eq!(records(&bytes, step), records(&bytes, 4096));
        }
    }
}
