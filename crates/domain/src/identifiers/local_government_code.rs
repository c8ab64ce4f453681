use std::str::FromStr;

use super::{Ascii, normalize, public_code};

/// Names a prefecture, municipality or ward (全国地方公共団体コード): six ASCII digits, prefecture 01 to 47.
///
/// Source: identifiers, section 7.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LocalGovernmentCode(Ascii<6>);

public_code!(LocalGovernmentCode);

impl LocalGovernmentCode {
    /// Whether the sixth digit is (11 − S mod 11) mod 10, S weighting the five before it 6, 5, 4, 3, 2.
    pub fn check_digit_agrees(&self) -> bool {
        let digits = self.0.0.map(|byte| u32::from(byte - b'0'));
        let sum: u32 = digits
            .iter()
            .zip([6, 5, 4, 3, 2])
            .map(|(digit, weight)| digit * weight)
            .sum();
        (11 - sum % 11) % 10 == digits[5]
    }

    /// The number of the prefecture, 1 to 47.
    pub fn prefecture(&self) -> u8 {
        self.0.prefecture()
    }
}

impl FromStr for LocalGovernmentCode {
    type Err = InvalidLocalGovernmentCode;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ascii::new(&normalize(text), |_, byte| byte.is_ascii_digit())
            .filter(|it| (1..=47).contains(&it.prefecture()))
            .map(Self)
            .ok_or(InvalidLocalGovernmentCode)
    }
}

/// The text is not six digits beginning with a prefecture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a local government code has six digits and begins with 01 to 47")]
pub struct InvalidLocalGovernmentCode;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_the_table_agree_with_their_check_digit() {
        for text in [
            "011002", "131121", "131130", "012050", "012131", "010006", "282219", "015202",
            "200000", "435074",
        ] {
            assert!(
                text.parse::<LocalGovernmentCode>()
                    .unwrap()
                    .check_digit_agrees(),
                "{text}"
            );
        }
    }

    #[test]
    fn a_wrong_check_digit_is_told() {
        assert!(
            !"131122"
                .parse::<LocalGovernmentCode>()
                .unwrap()
                .check_digit_agrees()
        );
        assert!("480001".parse::<LocalGovernmentCode>().is_err());
    }
}
