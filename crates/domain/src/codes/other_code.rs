use std::{fmt, str::FromStr};

use super::UnknownCode;

/// A code that a table does not have: one to four ASCII letters or digits, kept as it came.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OtherCode {
    bytes: [u8; 4],
    length: u8,
}

impl OtherCode {
    /// The code.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..usize::from(self.length)]).expect("only ASCII is stored")
    }
}

impl FromStr for OtherCode {
    type Err = UnknownCode;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let shaped =
            (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !shaped {
            return Err(UnknownCode);
        }
        let mut bytes = [0; 4];
        bytes[..text.len()].copy_from_slice(text.as_bytes());
        let length = u8::try_from(text.len()).map_err(|_| UnknownCode)?;
        Ok(Self { bytes, length })
    }
}

impl fmt::Debug for OtherCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
