use std::str::FromStr;

use super::{Ascii, check_digit::ends_in_m10w21, medical_institution_code, normalize, public_code};

/// Names a long-term care service office (介護保険事業所番号): ten characters, the third a digit or a letter.
///
/// Prefecture 2, office class 1 (the only place for a letter, never I, O or Q), area 2, serial 4, check 1. One number
/// can carry several services. Source: identifiers, section 5.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OfficeNumber(Ascii<10>);

public_code!(OfficeNumber);

impl OfficeNumber {
    /// Whether the last digit is the M10W21 digit of the nine before it; the number of a medical institution (class 1,
    /// 3, 4 or 6) follows the rule of [`super::MedicalInstitutionCode`].
    pub fn check_digit_agrees(&self) -> bool {
        if matches!(self.class(), '1' | '3' | '4' | '6') {
            medical_institution_code::agrees(&self.0.0)
        } else {
            ends_in_m10w21(&self.0.0)
        }
    }

    /// The number of the prefecture, 1 to 47.
    pub fn prefecture(&self) -> u8 {
        self.0.prefecture()
    }

    /// The office class (事業所区分番号), such as `7` for designated offices.
    pub fn class(&self) -> char {
        char::from(self.0.0[2])
    }
}

impl FromStr for OfficeNumber {
    type Err = InvalidOfficeNumber;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fits = |at: usize, byte: u8| {
            byte.is_ascii_digit()
                || (at == 2 && byte.is_ascii_uppercase() && !matches!(byte, b'I' | b'O' | b'Q'))
        };
        Ascii::new(&normalize(text), fits)
            .filter(|it| (1..=47).contains(&it.prefecture()))
            .map(Self)
            .ok_or(InvalidOfficeNumber)
    }
}

/// The text does not have the structure of an office number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "an office number has ten characters: prefecture 01 to 47, a digit or letter, then seven digits"
)]
pub struct InvalidOfficeNumber;

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> OfficeNumber {
        text.parse().unwrap()
    }

    #[test]
    fn published_and_made_up_numbers_agree_with_their_check_digit() {
        for text in [
            "1371600303",
            "1373400835",
            "13A1600306",
            "01B9900015",
            "1310270751",
        ] {
            assert!(number(text).check_digit_agrees(), "{text}");
        }
        assert!(!number("1371600304").check_digit_agrees());
    }

    #[test]
    fn impossible_prefectures_and_letters_are_refused() {
        for text in ["4812345678", "13I1600306", "137160030", "13716003033"] {
            assert_eq!(
                text.parse::<OfficeNumber>(),
                Err(InvalidOfficeNumber),
                "{text}"
            );
        }
    }
}
