use std::{fmt, str::FromStr};

use super::MAX_NAME_CHARS;

/// A person's name (氏名) kept exactly as the municipality writes it: 1 to 200 characters.
///
/// Characters beyond JIS X 0213 and variation sequences stay byte for byte, since a name is never narrowed because a
/// font or an old encoding lacks a glyph. Only white space at either end is dropped. `Debug` hides the name.
/// Source: identifiers, section 9.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonName(String);

impl PersonName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the text would be a name, without keeping it; for readers of large files.
    ///
    /// # Errors
    ///
    /// As parsing it.
    pub fn check(text: &str) -> Result<&str, InvalidPersonName> {
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return Err(InvalidPersonName::Empty);
        }
        if trimmed.chars().any(char::is_control) {
            return Err(InvalidPersonName::ControlCharacter);
        }
        if trimmed.len() > MAX_NAME_CHARS && trimmed.chars().count() > MAX_NAME_CHARS {
            return Err(InvalidPersonName::TooLong);
        }
        Ok(trimmed)
    }
}

impl FromStr for PersonName {
    type Err = InvalidPersonName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::check(text).map(|it| Self(it.to_owned()))
    }
}

impl fmt::Display for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonName(…)")
    }
}

/// Why a text is not a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPersonName {
    /// Nothing but white space.
    #[error("the name is empty")]
    Empty,
    /// A tab, line end, NUL or other control character inside.
    #[error("the name holds a control character")]
    ControlCharacter,
    /// More than 200 characters.
    #[error("the name is longer than 200 characters")]
    TooLong,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rare_characters_and_variation_sequences_stay_byte_for_byte() {
        let text = "葛\u{E0100}城　𠮷江\u{FE00}";
        assert_eq!(text.parse::<PersonName>().unwrap().as_str(), text);
        assert_eq!(
            "　山田 太郎 ".parse::<PersonName>().unwrap().as_str(),
            "山田 太郎"
        );
    }

    #[test]
    fn empty_long_and_control_are_refused() {
        assert_eq!(" 　".parse::<PersonName>(), Err(InvalidPersonName::Empty));
        assert_eq!(
            "山\0田".parse::<PersonName>(),
            Err(InvalidPersonName::ControlCharacter)
        );
        assert!("山".repeat(200).parse::<PersonName>().is_ok());
        assert_eq!(
            "山".repeat(201).parse::<PersonName>(),
            Err(InvalidPersonName::TooLong)
        );
    }

    #[test]
    fn debugging_hides_the_name() {
        assert_eq!(
            format!("{:?}", "山田".parse::<PersonName>().unwrap()),
            "PersonName(…)"
        );
    }
}
