//! The texts that go into a certificate.

/// The text is empty, too long or has a character that could be mistaken for a separator.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{item} must be 1 to 64 ASCII letters, digits, dots, hyphens or underscores")]
pub struct InvalidName {
    /// Which item.
    pub item: &'static str,
}

/// Accepts what can stand between the colons of a URN.
pub(crate) fn check(item: &'static str, text: &str) -> Result<(), InvalidName> {
    is_plain(text).then_some(()).ok_or(InvalidName { item })
}

pub(crate) fn is_plain(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    (1..=64).contains(&text.len()) && text.bytes().all(allowed)
}
