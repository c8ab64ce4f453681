use std::{fmt, str::FromStr};

use crate::{LocalGovernmentCode, municipality, prefectures};

/// What somebody wants to hear of: one municipality, all of a prefecture, or all of the country (P-3).
///
/// Text form: `all`, `p15` (two digits of the prefecture), `151009` (the municipality's code).
///
/// # Examples
///
/// ```
/// use kiban_domain::Followed;
/// let followed: Followed = "p15".parse().unwrap();
/// assert_eq!(followed.label(), "新潟県");
/// assert!("p48".parse::<Followed>().is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Followed {
    /// Every municipality.
    Country,
    /// Every municipality of a prefecture, 1 to 47.
    Prefecture(u8),
    /// One municipality of the list.
    Municipality(LocalGovernmentCode),
}

/// There is nothing of this name to follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("neither all, a prefecture nor a municipality")]
pub struct InvalidFollowed;

impl Followed {
    /// Whether a municipality belongs to it.
    pub fn takes(self, code: &LocalGovernmentCode) -> bool {
        match self {
            Self::Country => true,
            Self::Prefecture(number) => code.prefecture() == number,
            Self::Municipality(own) => own == *code,
        }
    }

    /// For people: 「全国の市町村」, 「新潟県」, 「新潟市（新潟県）」.
    pub fn label(self) -> String {
        match self {
            Self::Country => "全国の市町村".to_owned(),
            Self::Prefecture(number) => prefectures()
                .get(usize::from(number).wrapping_sub(1))
                .map_or_else(String::new, |name| (*name).to_owned()),
            Self::Municipality(code) => municipality(&code).map_or_else(
                || code.as_str().to_owned(),
                |it| format!("{}（{}）", it.name, it.prefecture),
            ),
        }
    }
}

impl fmt::Display for Followed {
    /// The text form.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Country => f.write_str("all"),
            Self::Prefecture(number) => write!(f, "p{number:02}"),
            Self::Municipality(code) => f.write_str(code.as_str()),
        }
    }
}

impl FromStr for Followed {
    type Err = InvalidFollowed;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "all" {
            return Ok(Self::Country);
        }
        if let Some(digits) = text.strip_prefix('p') {
            let two = digits.len() == 2 && digits.bytes().all(|it| it.is_ascii_digit());
            let number = two.then(|| digits.parse::<u8>().ok()).flatten();
            let known = number.filter(|it| (1..=prefectures().len()).contains(&usize::from(*it)));
            return known.map(Self::Prefecture).ok_or(InvalidFollowed);
        }
        let code: LocalGovernmentCode = text.parse().map_err(|_| InvalidFollowed)?;
        municipality(&code).ok_or(InvalidFollowed)?;
        Ok(Self::Municipality(code))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p3_a_followed_place_comes_back_from_its_text_and_takes_its_municipalities() {
        let niigata = "151009".parse().unwrap();
        for (text, label, takes) in [
            ("all", "全国の市町村", true),
            ("p15", "新潟県", true),
            ("p01", "北海道", false),
            ("151009", "新潟市（新潟県）", true),
            ("131121", "世田谷区（東京都）", false),
        ] {
            let followed: Followed = text.parse().unwrap();
            assert_eq!(followed.to_string(), text);
            assert_eq!(
                (followed.label().as_str(), followed.takes(&niigata)),
                (label, takes)
            );
        }
        for text in [
            "", "ALL", "p0", "p00", "p48", "p1", "p+1", "999999", "150002",
        ] {
            assert_eq!(text.parse::<Followed>(), Err(InvalidFollowed), "{text}");
        }
    }
}
