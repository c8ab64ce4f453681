//! What names a request on paper (M-3, D-3).

use std::{
    fmt::{self, Write as _},
    str::FromStr,
};

/// Names a case on paper: twelve characters that mean nothing and two check digits.
///
/// The characters are the digits and the capital letters without I, L, O and U: a number of 60 bits in base 32. The check digits are its remainder by 97, a
/// prime beyond 32, so that every single mistyped character and every two neighbours that changed places are told. Written in fours, such as
/// `7K3F-9QW1-A0MB-42`; nothing of a person is in it.
///
/// # Examples
///
/// ```
/// use kiban_domain::opinion_case::CaseReference;
/// let reference = CaseReference::of(0x0123_4567_89AB_CDEF);
/// let typed = reference.to_string().to_lowercase().replace('-', " ");
/// assert_eq!(typed.parse(), Ok(reference));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseReference(String);

/// The text is no reference of a case: another length, another character, or check digits that do not agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a reference of a case")]
pub struct InvalidCaseReference;

const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const CHARACTERS: usize = 12;
const BITS: u64 = (1 << 60) - 1;

impl CaseReference {
    /// The reference of a number that the caller drew by chance; its lowest 60 bits count.
    pub fn of(number: u64) -> Self {
        let number = number & BITS;
        let digits = (0..CHARACTERS)
            .rev()
            .map(|place| (number >> (5 * place)) & 31);
        let mut text: String = digits
            .filter_map(|it| LETTERS.get(usize::try_from(it).ok()?))
            .map(|it| char::from(*it))
            .collect();
        let _ = write!(text, "{:02}", number % 97);
        Self(text)
    }

    /// Without hyphens, as the QR code holds it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for CaseReference {
    type Err = InvalidCaseReference;

    /// Reads it as it was typed: small letters, spaces and hyphens do not matter, and O is 0, I and L are 1.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let typed = text.chars().filter(|it| !matches!(it, ' ' | '　' | '-'));
        let normal: String = typed
            .map(|it| match it.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            })
            .take(CHARACTERS + 3)
            .collect();
        let mut number = 0;
        for letter in normal.bytes().take(CHARACTERS) {
            let value = LETTERS.iter().position(|it| *it == letter);
            let value = value.and_then(|it| u64::try_from(it).ok());
            number = (number << 5) | value.ok_or(InvalidCaseReference)?;
        }
        // Whatever is too short, too long or checked wrongly is not what this number is written as.
        let right = Self::of(number);
        (right.0 == normal)
            .then_some(right)
            .ok_or(InvalidCaseReference)
    }
}

impl fmt::Display for CaseReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, letter) in self.0.chars().enumerate() {
            if at > 0 && at % 4 == 0 {
                f.write_char('-')?;
            }
            f.write_char(letter)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_reference_is_read_as_it_is_written(number: u64) {
            let reference = CaseReference::of(number);
            prop_assert_eq!(reference.as_str().len(), 14);
            prop_assert_eq!(reference.to_string().parse(), Ok(reference.clone()));
            prop_assert_eq!(CaseReference::of(number & (u64::MAX >> 4)), reference);
        }

        #[test]
        fn one_wrong_character_or_two_exchanged_ones_are_told(number: u64, at in 0_usize..14, by in 0_usize..32) {
            let reference = CaseReference::of(number);
            let right = reference.as_str();
            let mut wrong = right.as_bytes().to_vec();
            wrong[at] = LETTERS[by];
            let wrong = String::from_utf8(wrong).unwrap();
            prop_assert_eq!(wrong.parse::<CaseReference>().is_ok(), wrong == right);
            let mut exchanged = right.as_bytes().to_vec();
            exchanged.swap(at, (at + 1) % 14);
            let exchanged = String::from_utf8(exchanged).unwrap();
            if at < 13 {
                prop_assert_eq!(exchanged.parse::<CaseReference>().is_ok(), exchanged == right);
            }
        }
    }

    #[test]
    fn what_is_no_reference_is_refused() {
        let long = format!("{}0", CaseReference::of(5));
        for text in [
            "",
            "7K3F",
            "000000000000",
            "00000000000001",
            "００００００００００００００",
            "U000-0000-0000-00",
            &long,
        ] {
            let read = text.parse::<CaseReference>();
            assert_eq!(read, Err(InvalidCaseReference), "{text}");
        }
        assert_eq!(CaseReference::of(97 + 5).to_string(), "0000-0000-0036-05");
    }
}
