use std::fmt;

/// The most characters of any text of an opinion. The form's own boxes are far smaller; what is longer than its box is only cautioned about.
pub const TEXT_MOST: usize = 4_000;

/// What a physician wrote, to the letter; empty is unset. `Debug` hides it.
///
/// No character is exchanged for another, those that MS932 has not and those for private use included. Only a line break is a line break,
/// however it was written: `\r\n` and `\r` become `\n`.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text(String);

/// Why a text cannot be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidText {
    /// A control character that is no line break.
    #[error("the text has a control character")]
    Control(char),
    /// More than [`TEXT_MOST`] characters.
    #[error("the text is too long")]
    TooLong,
}

impl Text {
    /// Takes a text.
    ///
    /// # Errors
    ///
    /// - [`InvalidText::Control`] with the first control character that is no line break (a tab is one of them).
    /// - [`InvalidText::TooLong`] beyond [`TEXT_MOST`] characters.
    ///
    /// # Examples
    ///
    /// ```
    /// use kiban_domain::opinion::{InvalidText, Text};
    /// assert_eq!(Text::new("一行目\r\n二行目").unwrap().as_str(), "一行目\n二行目");
    /// assert_eq!(Text::new("a\tb"), Err(InvalidText::Control('\t')));
    /// ```
    pub fn new(text: &str) -> Result<Self, InvalidText> {
        if text.len() > TEXT_MOST * 8 {
            return Err(InvalidText::TooLong);
        }
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        if let Some(it) = text.chars().find(|it| it.is_control() && *it != '\n') {
            return Err(InvalidText::Control(it));
        }
        if text.chars().count() > TEXT_MOST {
            return Err(InvalidText::TooLong);
        }
        Ok(Self(text))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether nothing was written at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether nothing can be read: empty, or white space alone.
    pub fn is_blank(&self) -> bool {
        self.0.trim().is_empty()
    }

    /// How many characters; each counts as one, line breaks are not counted.
    pub fn characters(&self) -> usize {
        self.0.chars().filter(|it| *it != '\n').count()
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Text(…)")
    }
}
