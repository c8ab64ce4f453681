use std::str::FromStr;

use super::{
    Ascii, LocalGovernmentCode,
    check_digit::{ends_in_m10w21, m10w21},
    normalize, public_code,
};

/// Names one insurer (保険者番号): six ASCII digits, leading zeros kept.
///
/// It is not the local government code: the sixth digit differs in general, and a wide-area union has a number of its
/// own. Only the structure is checked here; for the sixth digit see [`Self::check_digit_agrees`].
/// Source: identifiers, section 3.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InsurerNumber(Ascii<6>);

public_code!(InsurerNumber);

impl InsurerNumber {
    /// Whether the sixth digit is the M10W21 digit of the first five.
    pub fn check_digit_agrees(&self) -> bool {
        ends_in_m10w21(&self.0.0)
    }

    /// The number of a municipality that insures by itself: the first five digits of its local government code and a check digit
    /// of its own. A municipality of a union has no number of its own. Source: identifiers, section 3.
    ///
    /// # Panics
    ///
    /// Never: a local government code has six digits.
    pub fn of_municipality(code: &LocalGovernmentCode) -> Self {
        let five = &code.as_str()[..5];
        let digit = m10w21(five.bytes()).expect("a code has digits only");
        format!("{five}{digit}")
            .parse()
            .expect("five digits and one")
    }

    /// The number of the prefecture, 1 to 47 for numbers in use.
    pub fn prefecture(&self) -> u8 {
        self.0.prefecture()
    }
}

impl FromStr for InsurerNumber {
    type Err = InvalidInsurerNumber;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ascii::new(&normalize(text), |_, byte| byte.is_ascii_digit())
            .map(Self)
            .ok_or(InvalidInsurerNumber)
    }
}

/// The text is not six digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an insurer number has six digits")]
pub struct InvalidInsurerNumber;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_and_derived_numbers_agree_with_their_check_digit() {
        for text in [
            "435073", "011007", "131128", "131011", "141002", "231001", "271007", "401307",
            "012070",
        ] {
            assert!(
                text.parse::<InsurerNumber>().unwrap().check_digit_agrees(),
                "{text}"
            );
        }
    }

    #[test]
    fn a_municipality_by_itself_has_the_first_five_digits_of_its_code() {
        for (code, number) in [
            ("131121", "131128"),
            ("011002", "011007"),
            ("231002", "231001"),
        ] {
            let code = code.parse().unwrap();
            assert_eq!(InsurerNumber::of_municipality(&code).as_str(), number);
        }
    }

    #[test]
    fn a_local_government_code_is_not_an_insurer_number() {
        assert!(
            !"131121"
                .parse::<InsurerNumber>()
                .unwrap()
                .check_digit_agrees()
        );
    }

    #[test]
    fn the_length_is_six() {
        for text in ["12345", "1234567", "", "12345A"] {
            assert_eq!(
                text.parse::<InsurerNumber>(),
                Err(InvalidInsurerNumber),
                "{text}"
            );
        }
    }
}
