use super::holder::HolderKana;
use crate::codes::code_table;
use std::{fmt, str::FromStr};

code_table! {
    /// The kind of an account, with the digit of the transfer records (預金種目). Source: general knowledge of the 全国銀行協会 form.
    AccountKind {
        Ordinary = "1", "普通";
        Current = "2", "当座";
        Savings = "4", "貯蓄";
    }
}

/// The account into which a subsidy is paid. `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct BankAccount {
    /// 金融機関コード, four digits.
    pub bank: BankCode,
    /// 支店コード, three digits.
    pub branch: BranchCode,
    /// Its kind.
    pub kind: AccountKind,
    /// Its number, seven digits; shorter ones are filled with zeros from the left.
    pub number: AccountNumber,
    /// In whose name it is.
    pub holder: HolderKana,
}

impl fmt::Debug for BankAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BankAccount(…)")
    }
}

impl BankAccount {
    /// The number as pages show it: the last three digits.
    pub fn masked_number(&self) -> String {
        format!("＊＊＊＊{}", &self.number.as_str()[4..])
    }
}

/// Why a text is no code or number of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the digits of a bank, branch or account")]
pub struct InvalidAccount;

macro_rules! digits {
    ($(#[$meta:meta])* $name:ident, $len:literal, $fill:literal) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
        pub struct $name(String);

        impl $name {
            /// The digits.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidAccount;

            fn from_str(text: &str) -> Result<Self, InvalidAccount> {
                let normal = crate::identifiers::normalize(text);
                let fits = if $fill { (1..=$len).contains(&normal.len()) } else { normal.len() == $len };
                if !fits || !normal.bytes().all(|it| it.is_ascii_digit()) {
                    return Err(InvalidAccount);
                }
                Ok(Self(format!("{normal:0>width$}", width = $len)))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    };
}

digits! {
    /// 金融機関コード: four digits.
    BankCode, 4, false
}
digits! {
    /// 支店コード: three digits.
    BranchCode, 3, false
}
digits! {
    /// 口座番号: seven digits; one to six are filled with zeros from the left.
    AccountNumber, 7, true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_taken_as_people_write_them() {
        assert_eq!("００１".parse::<BranchCode>().unwrap().as_str(), "001");
        assert_eq!("123".parse::<AccountNumber>().unwrap().as_str(), "0000123");
        assert!("123".parse::<BankCode>().is_err());
        assert!("12345678".parse::<AccountNumber>().is_err());
        assert!("".parse::<AccountNumber>().is_err());
        assert!("12a".parse::<BranchCode>().is_err());
    }
}
