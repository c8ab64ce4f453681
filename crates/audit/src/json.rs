//! Writes the canonical JSON of an entry: fixed key order, no spaces, absent members left out.
//!
//! Hand-written, because every reading of a person waits for one of these and the order of keys is part of what is signed.

use std::fmt::Write;

/// Writes one JSON object into a string.
pub(crate) struct Object {
    text: String,
}

impl Object {
    pub(crate) fn new() -> Self {
        // A usual entry has about 350 bytes; one allocation serves it.
        let mut text = String::with_capacity(512);
        text.push('{');
        Self { text }
    }

    fn key(&mut self, key: &str) {
        if self.text.len() > 1 {
            self.text.push(',');
        }
        self.text.push('"');
        self.text.push_str(key);
        self.text.push_str("\":");
    }

    pub(crate) fn text(&mut self, key: &str, value: &str) {
        self.key(key);
        quote(&mut self.text, value);
    }

    pub(crate) fn optional(&mut self, key: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.text(key, value);
        }
    }

    /// For values whose text needs no escaping.
    pub(crate) fn display(&mut self, key: &str, value: &dyn std::fmt::Display) {
        self.key(key);
        // Writing into a String cannot fail.
        let _ = write!(self.text, "\"{value}\"");
    }

    pub(crate) fn hex(&mut self, key: &str, bytes: &[u8]) {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        self.key(key);
        self.text.push('"');
        for byte in bytes {
            self.text.push(char::from(DIGITS[usize::from(byte >> 4)]));
            self.text.push(char::from(DIGITS[usize::from(byte & 15)]));
        }
        self.text.push('"');
    }

    pub(crate) fn list<'a>(&mut self, key: &str, values: impl Iterator<Item = &'a str>) {
        self.key(key);
        self.text.push('[');
        for (index, value) in values.enumerate() {
            if index > 0 {
                self.text.push(',');
            }
            quote(&mut self.text, value);
        }
        self.text.push(']');
    }

    pub(crate) fn finish(mut self) -> String {
        self.text.push('}');
        self.text
    }
}

/// Appends `value` as a JSON string, escaping what RFC 8259 section 7 requires and nothing else.
fn quote(text: &mut String, value: &str) {
    text.push('"');
    let mut plain_from = 0;
    for (index, byte) in value.bytes().enumerate() {
        if byte >= 0x20 && byte != b'"' && byte != b'\\' {
            continue;
        }
        text.push_str(&value[plain_from..index]);
        plain_from = index + 1;
        match byte {
            b'"' => text.push_str("\\\""),
            b'\\' => text.push_str("\\\\"),
            control => {
                let _ = write!(text, "\\u{control:04x}");
            }
        }
    }
    text.push_str(&value[plain_from..]);
    text.push('"');
}
