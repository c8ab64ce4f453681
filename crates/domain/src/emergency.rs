//! Where an emergency view is open.

use std::{fmt, str::FromStr};

use crate::InsurerNumber;

/// The area of an emergency window: some insurers, or every insurer of a prefecture.
///
/// As text: six-digit insurer numbers with a space between, or the two digits of the prefecture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EmergencyArea {
    /// These insurers, at least one, in order and each once.
    Insurers(Vec<InsurerNumber>),
    /// Every insurer whose number begins with this prefecture, 1 to 47, those that join later included.
    Prefecture(u8),
}

/// The text names no area.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("neither insurer numbers nor a prefecture from 01 to 47")]
pub struct InvalidArea;

impl EmergencyArea {
    /// The area of these insurers.
    ///
    /// # Errors
    ///
    /// [`InvalidArea`] when there is none.
    pub fn of_insurers(mut numbers: Vec<InsurerNumber>) -> Result<Self, InvalidArea> {
        numbers.sort_unstable();
        numbers.dedup();
        if numbers.is_empty() {
            return Err(InvalidArea);
        }
        Ok(Self::Insurers(numbers))
    }

    /// Whether the insurer lies in it. Source: identifiers, section 3: the first two digits are the prefecture.
    pub fn covers(&self, insurer_no: &InsurerNumber) -> bool {
        match self {
            Self::Insurers(numbers) => numbers.contains(insurer_no),
            Self::Prefecture(prefecture) => insurer_no.prefecture() == *prefecture,
        }
    }
}

impl fmt::Display for EmergencyArea {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Prefecture(prefecture) => write!(f, "{prefecture:02}"),
            Self::Insurers(numbers) => {
                for (at, number) in numbers.iter().enumerate() {
                    let gap = if at == 0 { "" } else { " " };
                    write!(f, "{gap}{}", number.as_str())?;
                }
                Ok(())
            }
        }
    }
}

impl FromStr for EmergencyArea {
    type Err = InvalidArea;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit()) {
            let prefecture = text.parse().map_err(|_| InvalidArea)?;
            return if (1..=47).contains(&prefecture) {
                Ok(Self::Prefecture(prefecture))
            } else {
                Err(InvalidArea)
            };
        }
        let numbers = text.split(' ').map(str::parse);
        let numbers = numbers.collect::<Result<Vec<_>, _>>();
        Self::of_insurers(numbers.map_err(|_| InvalidArea)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn x4_an_area_is_what_its_text_says() {
        for text in ["13", "01", "47", "131128", "011007 131128"] {
            let area: EmergencyArea = text.parse().unwrap();
            assert_eq!(area.to_string(), text);
        }
        for text in ["", "00", "48", "1", "13112", "131128,011007", "13 "] {
            assert_eq!(text.parse::<EmergencyArea>(), Err(InvalidArea), "{text}");
        }
        let twice: EmergencyArea = "131128 011007 131128".parse().unwrap();
        assert_eq!(twice.to_string(), "011007 131128");
    }

    #[test]
    fn x4_an_area_covers_its_insurers_and_no_others() {
        let tokyo: InsurerNumber = "131128".parse().unwrap();
        let sapporo: InsurerNumber = "011007".parse().unwrap();
        let covers = |text: &str, number| {
            let area: EmergencyArea = text.parse().unwrap();
            area.covers(number)
        };
        assert!(covers("13", &tokyo) && !covers("13", &sapporo));
        assert!(covers("01", &sapporo) && covers("011007 131128", &tokyo));
        assert!(!covers("131128", &sapporo));
    }
}
