//! Identifiers: text of fixed shape, normalised while parsing, each kind a type of its own.
//!
//! Parsing checks the structure only. A check digit that disagrees is a warning when an insurer or a registry sent the
//! value and an error when a person typed it, so each type answers `check_digit_agrees` and the caller decides.
//! Source: identifiers, section 1.

mod check_digit;
mod corporate_number;
mod insured_number;
mod insurer_number;
mod local_government_code;
mod medical_institution_code;
mod office_number;
mod service_kind;

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization as _;

pub use corporate_number::{CorporateNumber, InvalidCorporateNumber};
pub use insured_number::{InsuredNumber, InvalidInsuredNumber};
pub use insurer_number::{InsurerNumber, InvalidInsurerNumber};
pub use local_government_code::{InvalidLocalGovernmentCode, LocalGovernmentCode};
pub use medical_institution_code::{InvalidMedicalInstitutionCode, MedicalInstitutionCode};
pub use office_number::{InvalidOfficeNumber, OfficeNumber};
pub use service_kind::{Benefit, InvalidServiceKind, KnownServiceKind, SERVICE_KINDS, ServiceKind};

/// Brings typed or transmitted text into the form identifiers are stored in.
///
/// NFKC, without white space and hyphens of any kind, ASCII letters upper case. Text already in that form is
/// borrowed. Source: identifiers, section 1.
pub fn normalize(text: &str) -> Cow<'_, str> {
    if text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
    {
        return Cow::Borrowed(text);
    }
    let kept = text
        .nfkc()
        .filter(|it| !it.is_whitespace() && !is_hyphen(*it));
    Cow::Owned(kept.map(|it| it.to_ascii_uppercase()).collect())
}

/// Whether the character is one of those people type for a hyphen; the long-vowel mark is one of them.
pub(crate) fn is_hyphen(it: char) -> bool {
    matches!(
        it,
        '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | 'ー' | '\u{FE63}' | '－' | 'ｰ'
    )
}

/// Fixed ASCII text, which copies without allocating.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Ascii<const N: usize>([u8; N]);

impl<const N: usize> Ascii<N> {
    fn new(text: &str, fits: impl Fn(usize, u8) -> bool) -> Option<Self> {
        let bytes: [u8; N] = text.as_bytes().try_into().ok()?;
        let all = bytes
            .iter()
            .enumerate()
            .all(|(at, byte)| byte.is_ascii() && fits(at, *byte));
        all.then_some(Self(bytes))
    }

    fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("only ASCII is stored")
    }

    fn prefecture(&self) -> u8 {
        (self.0[0] - b'0') * 10 + (self.0[1] - b'0')
    }
}

/// Gives an identifier what all of them share: `as_str`, `Display`, and `Debug` for those that name no person.
macro_rules! public_code {
    ($name:ident) => {
        impl $name {
            /// The normalised text.
            pub fn as_str(&self) -> &str {
                self.0.as_str()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.as_str())
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }
    };
}
use public_code;

#[cfg(test)]
mod tests {
    use super::normalize;

    #[test]
    fn normalizing_makes_ascii_and_drops_spaces_and_hyphens() {
        assert_eq!(normalize("　１３−１１ ２８ー"), "131128");
        assert_eq!(normalize("h0000‐12345"), "H000012345");
        assert!(matches!(normalize("131128"), std::borrow::Cow::Borrowed(_)));
    }
}
