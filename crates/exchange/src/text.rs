//! From bytes to text, whatever wrote them.

use std::borrow::Cow;

use encoding_rs::SHIFT_JIS;

use crate::municipal::Encoding;

/// The text of a file, without its mark, and how it was written; nothing when it is no text, such as a PDF, a workbook or
/// UTF-16. Text that is UTF-8 is taken for UTF-8: Japanese in MS932 does not happen to be.
pub(crate) fn decode(bytes: &[u8]) -> Option<(Cow<'_, str>, Encoding)> {
    if bytes.starts_with(b"%PDF") {
        return None;
    }
    let (text, encoding) = match std::str::from_utf8(bytes) {
        Ok(text) => (Cow::Borrowed(text), Encoding::Utf8),
        Err(_) => (
            SHIFT_JIS.decode_without_bom_handling_and_without_replacement(bytes)?,
            Encoding::Ms932,
        ),
    };
    let text = match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim_start_matches('\u{feff}')),
        Cow::Owned(text) => Cow::Owned(text),
    };
    let is_binary = |it: char| it.is_ascii_control() && !matches!(it, '\t' | '\r' | '\n');
    (!text.chars().any(is_binary)).then_some((text, encoding))
}
