use std::str::FromStr;

use super::UnknownCode;

/// The sex in the record (性別コード): 1 男, 2 女. Source: identifiers, section 9.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sex {
    /// 男.
    Male,
    /// 女.
    Female,
}

impl Sex {
    /// The code in files.
    pub fn code(self) -> &'static str {
        match self {
            Self::Male => "1",
            Self::Female => "2",
        }
    }

    /// The Japanese label.
    pub fn label(self) -> &'static str {
        match self {
            Self::Male => "男",
            Self::Female => "女",
        }
    }
}

impl FromStr for Sex {
    type Err = UnknownCode;

    /// Reads the code, the English word or the Japanese one.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "1" | "１" | "male" | "男" | "男性" => Ok(Self::Male),
            "2" | "２" | "female" | "女" | "女性" => Ok(Self::Female),
            _ => Err(UnknownCode),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_words_are_read() {
        for text in ["1", "male", "男"] {
            assert_eq!(text.parse(), Ok(Sex::Male));
        }
        for text in ["2", "female", "女"] {
            assert_eq!(text.parse(), Ok(Sex::Female));
        }
        assert_eq!("3".parse::<Sex>(), Err(UnknownCode));
    }
}
