use std::fmt;

/// Text about one person, such as an address or an opinion; shown with [`Self::as_str`], hidden in `Debug`.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct PrivateText(String);

impl PrivateText {
    /// Takes any text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PrivateText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PrivateText(…)")
    }
}
