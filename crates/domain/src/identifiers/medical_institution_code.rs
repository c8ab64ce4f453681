use std::str::FromStr;

use super::{
    Ascii,
    check_digit::{ends_in_m10w21, m10w21},
    normalize, public_code,
};

/// Names a medical institution (医療機関コード, ten digits): prefecture 2, fee table 1, area 2, serial 4, check 1.
///
/// The fee table (点数表番号) is 1 medical, 3 dental, 4 pharmacy or 6 visiting nursing.
/// Source: identifiers, section 6.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MedicalInstitutionCode(Ascii<10>);

public_code!(MedicalInstitutionCode);

impl MedicalInstitutionCode {
    /// The number of the prefecture, 1 to 47.
    pub fn prefecture(&self) -> u8 {
        self.0.prefecture()
    }

    /// The fee table: 1, 3, 4 or 6.
    pub fn fee_table(&self) -> u8 {
        self.0.0[2] - b'0'
    }

    /// The seven digits that the institution itself uses within its prefecture and fee table.
    pub fn seven_digits(&self) -> &str {
        &self.as_str()[3..]
    }

    /// Whether the last digit agrees with one of the three ways in which prefectures compute it.
    ///
    /// Over nine digits with the code's own fee table, over nine digits with fee table 1 or 3, or, in Saitama, Chiba,
    /// Tokyo and Kanagawa, over the six digits of area and serial. A number wrong under its own prefecture's way can
    /// therefore pass under another.
    pub fn check_digit_agrees(&self) -> bool {
        agrees(&self.0.0)
    }
}

/// The rule of [`MedicalInstitutionCode::check_digit_agrees`], shared with office numbers that are such codes.
pub(super) fn agrees(code: &[u8; 10]) -> bool {
    let nine_with = |fee_table: u8| {
        let digits = code[..9]
            .iter()
            .enumerate()
            .map(|(at, byte)| if at == 2 { fee_table } else { *byte });
        m10w21(digits).is_some_and(|check| check + b'0' == code[9])
    };
    let by_six_digits = matches!(&code[..2], b"11" | b"12" | b"13" | b"14");
    nine_with(code[2])
        || nine_with(b'1')
        || nine_with(b'3')
        || (by_six_digits && ends_in_m10w21(&code[3..]))
}

impl FromStr for MedicalInstitutionCode {
    type Err = InvalidMedicalInstitutionCode;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ascii::new(&normalize(text), |_, byte| byte.is_ascii_digit())
            .filter(|it| {
                (1..=47).contains(&it.prefecture()) && matches!(it.0[2], b'1' | b'3' | b'4' | b'6')
            })
            .map(Self)
            .ok_or(InvalidMedicalInstitutionCode)
    }
}

/// The text is not ten digits with a prefecture and a fee table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a medical institution code has ten digits: prefecture 01 to 47, fee table 1, 3, 4 or 6, then seven"
)]
pub struct InvalidMedicalInstitutionCode;

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> MedicalInstitutionCode {
        text.parse().unwrap()
    }

    #[test]
    fn published_codes_agree_under_either_rule() {
        for text in [
            "0118010016",
            "2619900042",
            "2719900249",
            "2739900021",
            "1310270751",
            "1318814790",
            "1310415067",
        ] {
            assert!(code(text).check_digit_agrees(), "{text}");
        }
    }

    #[test]
    fn the_nine_digit_rule_is_accepted_in_tokyo_by_leniency() {
        assert!(code("1310270754").check_digit_agrees());
    }

    #[test]
    fn the_parts_are_told_apart() {
        let it = code("1310270751");
        assert_eq!(
            (it.prefecture(), it.fee_table(), it.seven_digits()),
            (13, 1, "0270751")
        );
        assert!("1320270751".parse::<MedicalInstitutionCode>().is_err());
        assert!(!code("0118010017").check_digit_agrees());
    }
}
