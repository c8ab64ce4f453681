use std::str::FromStr;

use super::{Ascii, normalize};

/// Names a company or other legal person (法人番号): thirteen digits, the first of them the check digit.
///
/// Source: 法人番号の指定等に関する省令, article 2.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CorporateNumber(Ascii<13>);

impl CorporateNumber {
    /// The normalised text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Whether the first digit follows from the twelve behind it: 9 less the remainder by 9 of their sum, in which every
    /// second digit from the right counts twice.
    pub fn check_digit_agrees(&self) -> bool {
        let digits = self.0.0;
        let sum: u32 = digits[1..]
            .iter()
            .rev()
            .enumerate()
            .map(|(at, byte)| {
                let weight = if at % 2 == 0 { 1 } else { 2 };
                u32::from(byte - b'0') * weight
            })
            .sum();
        u32::from(digits[0] - b'0') == 9 - sum % 9
    }
}

impl std::fmt::Display for CorporateNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

impl std::fmt::Debug for CorporateNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CorporateNumber({})", self.as_str())
    }
}

impl FromStr for CorporateNumber {
    type Err = InvalidCorporateNumber;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ascii::new(&normalize(text), |_, byte| byte.is_ascii_digit())
            .map(Self)
            .ok_or(InvalidCorporateNumber)
    }
}

/// The text is not thirteen digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a corporate number has thirteen digits")]
pub struct InvalidCorporateNumber;

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> CorporateNumber {
        text.parse().unwrap()
    }

    #[test]
    fn the_published_number_of_the_tax_agency_agrees_and_others_do_not() {
        assert!(number("7000012050002").check_digit_agrees());
        assert!(number("７０００-０１２０-５０００-２").check_digit_agrees());
        for other in ["8000012050002", "7000012050003", "7000021050002"] {
            assert!(!number(other).check_digit_agrees(), "{other}");
        }
    }

    #[test]
    fn only_thirteen_digits_are_one() {
        for text in ["", "700001205000", "70000120500021", "700001205000A"] {
            assert_eq!(
                text.parse::<CorporateNumber>(),
                Err(InvalidCorporateNumber),
                "{text}"
            );
        }
    }
}
