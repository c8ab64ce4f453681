//! 照合番号B, made of what is printed on the card.

use jiff::civil::Date;
use kiban_domain::Wareki;
use zeroize::Zeroizing;

use crate::pin::ascii_digit;

/// 照合番号B: 14 digits. Ten tries, and only a municipal office resets them.
pub struct CodeB(Zeroizing<[u8; 14]>);

impl CodeB {
    /// Puts the three printed values together: birth date with the **year of its era**, the year in which the card expires,
    /// and the security code of four digits.
    ///
    /// Source: the My Number card, section 4.
    ///
    /// # Errors
    ///
    /// [`InvalidCodeB`] names the value that cannot be. The card has not been asked.
    ///
    /// ```
    /// let birth = jiff::civil::date(1980, 2, 17);
    /// assert!(kiban_card::text_ap::CodeB::new(birth, 2035, "2285").is_ok());
    /// ```
    pub fn new(
        birth_date: Date,
        expiry_year: i16,
        security_code: &str,
    ) -> Result<Self, InvalidCodeB> {
        let birth = Wareki::try_from(birth_date).map_err(|_| InvalidCodeB::BirthDate)?;
        let numbers = [birth.year(), birth.month().into(), birth.day().into()];
        if !(2016..=2199).contains(&expiry_year) {
            return Err(InvalidCodeB::ExpiryYear);
        }
        let mut digits = Zeroizing::new([0_u8; 14]);
        for (place, number) in numbers.into_iter().enumerate() {
            put(&mut digits[2 * place..2 * place + 2], number);
        }
        put(&mut digits[6..10], expiry_year);
        let mut typed = security_code.chars();
        for digit in &mut digits[10..] {
            let next = typed.next().and_then(ascii_digit);
            *digit = next.ok_or(InvalidCodeB::SecurityCode)?;
        }
        match typed.next() {
            None => Ok(Self(digits)),
            Some(_) => Err(InvalidCodeB::SecurityCode),
        }
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_slice()
    }
}

/// Shows nothing.
impl std::fmt::Debug for CodeB {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CodeB(…)")
    }
}

/// Which of the three values cannot be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidCodeB {
    /// Before 1868-01-25.
    #[error("the birth date has no era")]
    BirthDate,
    /// Not a year in which a My Number card can expire; the first were issued in 2016.
    #[error("the card cannot expire in that year")]
    ExpiryYear,
    /// Not four digits.
    #[error("the security code has four digits")]
    SecurityCode,
}

/// Writes a number that fits, with zeros before it.
fn put(digits: &mut [u8], mut number: i16) {
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + u8::try_from(number % 10).unwrap_or(0);
        number /= 10;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn code(birth: Date, year: i16, security: &str) -> String {
        let code = CodeB::new(birth, year, security).unwrap();
        String::from_utf8(code.as_bytes().to_vec()).unwrap()
    }

    #[test]
    fn the_year_is_that_of_the_era() {
        assert_eq!(code(date(1980, 2, 17), 2035, "2285"), "55021720352285");
        assert_eq!(code(date(1989, 1, 7), 2030, "0001"), "64010720300001");
        assert_eq!(code(date(1989, 1, 8), 2030, "0001"), "01010820300001");
        assert_eq!(code(date(2019, 5, 1), 2029, "９８７６"), "01050120299876");
    }

    #[test]
    fn what_cannot_be_is_named() {
        let refused = |birth, year, security| CodeB::new(birth, year, security).err();
        let day = date(1940, 1, 15);
        assert_eq!(
            refused(date(1850, 1, 1), 2030, "0000"),
            Some(InvalidCodeB::BirthDate)
        );
        assert_eq!(refused(day, 12, "0000"), Some(InvalidCodeB::ExpiryYear));
        for bad in ["", "123", "12345", "12a4"] {
            assert_eq!(refused(day, 2030, bad), Some(InvalidCodeB::SecurityCode));
        }
        assert_eq!(
            format!("{:?}", CodeB::new(day, 2030, "1234").unwrap()),
            "CodeB(…)"
        );
    }
}
