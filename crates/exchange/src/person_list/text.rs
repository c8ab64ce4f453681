//! From bytes to text, whatever wrote them.

use std::borrow::Cow;

use encoding_rs::SHIFT_JIS;

use super::{MAX_BYTES, Unreadable};
use crate::municipal::Encoding;

/// The text of a list, without its mark, and how it was written. Text that is UTF-8 is taken for UTF-8: Japanese in MS932
/// does not happen to be.
///
/// # Errors
///
/// [`Unreadable::TooLarge`]; [`Unreadable::NotText`] also for text with control characters, such as a PDF or a workbook, and
/// for UTF-16.
pub fn decode(bytes: &[u8]) -> Result<(Cow<'_, str>, Encoding), Unreadable> {
    if bytes.len() > MAX_BYTES {
        return Err(Unreadable::TooLarge);
    }
    if bytes.starts_with(b"%PDF") {
        return Err(Unreadable::NotText);
    }
    let (text, encoding) = match std::str::from_utf8(bytes) {
        Ok(text) => (Cow::Borrowed(text), Encoding::Utf8),
        Err(_) => (
            SHIFT_JIS
                .decode_without_bom_handling_and_without_replacement(bytes)
                .ok_or(Unreadable::NotText)?,
            Encoding::Ms932,
        ),
    };
    let text = match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim_start_matches('\u{feff}')),
        Cow::Owned(text) => Cow::Owned(text),
    };
    let is_binary = |it: char| it.is_ascii_control() && !matches!(it, '\t' | '\r' | '\n');
    if text.chars().any(is_binary) {
        return Err(Unreadable::NotText);
    }
    if text.len() > MAX_BYTES {
        return Err(Unreadable::TooLarge);
    }
    Ok((text, encoding))
}
