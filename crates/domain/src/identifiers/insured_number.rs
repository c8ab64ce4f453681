use std::{fmt, str::FromStr};

use super::{Ascii, normalize};

/// Names one insured person within one insurer (被保険者番号): ten digits, or `H` and nine digits.
///
/// `H` numbers belong to people of 40 to 64 on public assistance who are not legally insured (みなし2号). No check digit
/// is defined nationally. `Debug` shows the last three characters only. Source: identifiers, section 4.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InsuredNumber(Ascii<10>);

impl InsuredNumber {
    /// The normalised text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Whether the person is a deemed Category 2 person (みなし2号).
    pub fn is_deemed_second(&self) -> bool {
        self.0.0[0] == b'H'
    }

    /// Reads a number a person typed without its leading zeros: `123456` is `0000123456`, `H12345` is `H000012345`.
    ///
    /// Use it for typed input only; a file carries all ten characters.
    ///
    /// # Errors
    ///
    /// [`InvalidInsuredNumber`] when nothing or more than ten characters were typed, or others than digits.
    pub fn from_typed(text: &str) -> Result<Self, InvalidInsuredNumber> {
        let normal = normalize(text);
        let (head, digits) = normal
            .strip_prefix('H')
            .map_or(("", &*normal), |rest| ("H", rest));
        if digits.is_empty() {
            return Err(InvalidInsuredNumber);
        }
        format!("{head}{digits:0>width$}", width = 10 - head.len()).parse()
    }
}

impl FromStr for InsuredNumber {
    type Err = InvalidInsuredNumber;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fits = |at: usize, byte: u8| byte.is_ascii_digit() || (at == 0 && byte == b'H');
        Ascii::new(&normalize(text), fits)
            .map(Self)
            .ok_or(InvalidInsuredNumber)
    }
}

impl fmt::Display for InsuredNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for InsuredNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "InsuredNumber(…{})", &self.as_str()[7..])
    }
}

/// The text is neither ten digits nor `H` and nine digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an insured number has ten digits, or H and nine digits")]
pub struct InvalidInsuredNumber;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_digits_and_h_numbers_are_accepted() {
        for text in ["0000123456", "1234567890", "H000012345"] {
            assert_eq!(text.parse::<InsuredNumber>().unwrap().to_string(), text);
        }
        assert!(
            "H000012345"
                .parse::<InsuredNumber>()
                .unwrap()
                .is_deemed_second()
        );
    }

    #[test]
    fn nine_characters_are_refused_in_files_and_padded_when_typed() {
        assert!("h00001234".parse::<InsuredNumber>().is_err());
        assert_eq!(
            InsuredNumber::from_typed("h12345").unwrap().as_str(),
            "H000012345"
        );
        assert_eq!(
            InsuredNumber::from_typed(" １２３456").unwrap().as_str(),
            "0000123456"
        );
        assert!(InsuredNumber::from_typed("").is_err());
        assert!(InsuredNumber::from_typed("H").is_err());
        assert!(InsuredNumber::from_typed("12345678901").is_err());
    }

    #[test]
    fn debugging_shows_three_characters() {
        let number: InsuredNumber = "1234567890".parse().unwrap();
        assert_eq!(format!("{number:?}"), "InsuredNumber(…890)");
    }
}
