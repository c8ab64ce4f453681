//! The text of a list, within its bounds.

use std::borrow::Cow;

use super::{MAX_BYTES, Unreadable};
use crate::{municipal::Encoding, text};

/// The text of a list, without its mark, and how it was written.
///
/// # Errors
///
/// [`Unreadable::TooLarge`]; [`Unreadable::NotText`] also for text with control characters, such as a PDF or a workbook, and
/// for UTF-16.
pub fn decode(bytes: &[u8]) -> Result<(Cow<'_, str>, Encoding), Unreadable> {
    if bytes.len() > MAX_BYTES {
        return Err(Unreadable::TooLarge);
    }
    let (text, encoding) = text::decode(bytes).ok_or(Unreadable::NotText)?;
    if text.len() > MAX_BYTES {
        return Err(Unreadable::TooLarge);
    }
    Ok((text, encoding))
}
