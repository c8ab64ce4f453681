use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    str::FromStr,
};

use super::{InvalidText, Text};
use crate::{Date, PartialDate};
use unicode_normalization::UnicodeNormalization as _;

/// A number with one decimal, 0.0 to 999.9: a height in centimetres or a weight in kilograms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tenths(u16);

impl Tenths {
    /// So many tenths, 9,999 at the most.
    pub fn new(tenths: u16) -> Option<Self> {
        (tenths <= 9_999).then_some(Self(tenths))
    }

    /// The number in tenths.
    pub fn tenths(self) -> u16 {
        self.0
    }
}

impl fmt::Display for Tenths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0 / 10, self.0 % 10)
    }
}

impl FromStr for Tenths {
    type Err = InvalidNumber;

    /// Reads `160`, `160.5`, full width as well.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let normal = plain(text);
        let (whole, part) = normal.split_once('.').unwrap_or((&normal, "0"));
        let digits = |it: &str, most| {
            (1..=most).contains(&it.len()) && it.bytes().all(|it| it.is_ascii_digit())
        };
        if !digits(whole, 3) || !digits(part, 1) {
            return Err(InvalidNumber);
        }
        format!("{whole}{part}")
            .parse()
            .map(Self)
            .map_err(|_| InvalidNumber)
    }
}

/// Half width, without spaces; a sign stays, so that it is refused.
pub(super) fn plain(text: &str) -> String {
    text.nfkc().filter(|it| !it.is_whitespace()).collect()
}

/// The text is no number of this kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a number of this kind")]
pub struct InvalidNumber;

/// What kind of value an item takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// One line of text.
    Text,
    /// Text with line breaks.
    Lines,
    /// A day.
    Date,
    /// A day that may be known in part.
    PartialDate,
    /// A whole number, 0 to 999.
    Whole,
    /// A number with one decimal, [`Tenths`].
    Decimal,
    /// One of the choices.
    One,
    /// Any of the choices.
    Many,
    /// Any of the choices, each perhaps underlined.
    Emphasis,
    /// Marked or not.
    Check,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 10] = [
        Self::Text,
        Self::Lines,
        Self::Date,
        Self::PartialDate,
        Self::Whole,
        Self::Decimal,
        Self::One,
        Self::Many,
        Self::Emphasis,
        Self::Check,
    ];

    /// The word in the forms' files.
    pub fn code(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Lines => "lines",
            Self::Date => "date",
            Self::PartialDate => "partial_date",
            Self::Whole => "whole",
            Self::Decimal => "decimal",
            Self::One => "one",
            Self::Many => "many",
            Self::Emphasis => "emphasis",
            Self::Check => "check",
        }
    }

    /// The word on pages and in the reference.
    pub fn label(self) -> &'static str {
        match self {
            Self::Text => "文字",
            Self::Lines => "文字（改行可）",
            Self::Date => "日付",
            Self::PartialDate => "日付（一部不明可）",
            Self::Whole => "整数",
            Self::Decimal => "数値（小数1桁）",
            Self::One => "一つ選択",
            Self::Many => "複数選択",
            Self::Emphasis => "複数選択（下線）",
            Self::Check => "チェック",
        }
    }

    /// Whether it is chosen rather than typed.
    pub fn is_chosen(self) -> bool {
        matches!(self, Self::One | Self::Many | Self::Emphasis | Self::Check)
    }

    /// Whether it has a list of choices.
    pub fn has_choices(self) -> bool {
        matches!(self, Self::One | Self::Many | Self::Emphasis)
    }
}

impl FromStr for Kind {
    type Err = crate::UnknownCode;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|it| it.code() == text);
        found.ok_or(crate::UnknownCode)
    }
}

/// What an item holds, whatever its type: the shape that files, forms and comparisons share. `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub enum Value {
    /// Text that is not empty, a number of an institution or an insurer among them.
    Text(Text),
    /// A day.
    Date(Date),
    /// A day that may be known in part.
    Partial(PartialDate),
    /// A whole number.
    Whole(u16),
    /// A number with one decimal.
    Decimal(Tenths),
    /// The code of the choice.
    One(u8),
    /// The codes of the choices, one at least.
    Many(BTreeSet<u8>),
    /// The codes of the choices, one at least, with whether each is underlined.
    Emphasis(BTreeMap<u8, bool>),
    /// Marked.
    Check,
}

impl Value {
    /// The codes of what was chosen; none of what was typed.
    pub fn codes(&self) -> Vec<u8> {
        match self {
            Self::One(code) => vec![*code],
            Self::Many(codes) => codes.iter().copied().collect(),
            Self::Emphasis(marks) => marks.keys().copied().collect(),
            _ => Vec::new(),
        }
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Value(…)")
    }
}

/// Why an item cannot hold a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WrongValue {
    /// The item takes values of another kind.
    #[error("the item takes another kind of value")]
    Kind,
    /// The item's list has no such choice.
    #[error("the item has no choice {0}")]
    Choice(u8),
    /// The day has no era, or one of more than three digits: it lies outside 1868-01-25 to 2999-12-31.
    #[error("the day lies outside 1868-01-25 to 2999-12-31")]
    DayOutOfRange,
    /// The number is beyond 999.
    #[error("the number is too large")]
    TooLarge,
    /// Not the six digits of an insurer.
    #[error("not an insurer's number")]
    InsurerNumber,
    /// Not the ten digits of a medical institution.
    #[error("not a medical institution's code")]
    InstitutionCode,
    /// The text cannot be kept.
    #[error("the text cannot be kept")]
    Text(#[from] InvalidText),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_with_a_decimal_are_read_in_any_width_and_never_below_zero() {
        for (text, shown) in [
            ("160", "160.0"),
            ("１６０．５", "160.5"),
            (" 0.1 ", "0.1"),
            ("999.9", "999.9"),
        ] {
            assert_eq!(text.parse::<Tenths>().unwrap().to_string(), shown, "{text}");
        }
        for text in ["", ".", "1.", ".5", "1000", "1.55", "-1", "1e2", "１，０"] {
            assert_eq!(text.parse::<Tenths>(), Err(InvalidNumber), "{text}");
        }
        assert_eq!(Tenths::new(10_000), None);
    }
}
