use std::{borrow::Cow, fmt, str::FromStr};

use unicode_normalization::UnicodeNormalization as _;

use super::MAX_NAME_CHARS;
use crate::identifiers::is_hyphen;

/// The reading of a name (フリガナ) in full-width katakana: 1 to 200 characters.
///
/// Half-width katakana and hiragana become full-width katakana, any run of white space one full-width space. Other
/// characters stay after NFKC, because foreign names are written in several ways. `Debug` hides the reading.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Kana(String);

impl Kana {
    /// The reading as stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether two readings are the same for an identity check.
    ///
    /// Spaces and middle dots are ignored, hyphens and dashes of any kind count as the long-vowel mark, small ャュョッ as
    /// large ヤユヨツ; width and hiragana are gone already. ヴ stays what it is, and so do small vowels.
    pub fn matches(&self, other: &Self) -> bool {
        self.key().eq(other.key())
    }

    fn key(&self) -> impl Iterator<Item = char> + '_ {
        self.0
            .chars()
            .filter(|it| !it.is_whitespace() && !matches!(it, '・' | '·' | '･'))
            .map(|it| match it {
                'ャ' => 'ヤ',
                'ュ' => 'ユ',
                'ョ' => 'ヨ',
                'ッ' => 'ツ',
                it if is_hyphen(it) => 'ー',
                it => it,
            })
    }

    /// The stored form of a reading, borrowed when the text has it already; for readers of large files.
    ///
    /// # Errors
    ///
    /// As parsing it.
    pub fn normalize(text: &str) -> Result<Cow<'_, str>, InvalidKana> {
        let normal = if is_normal(text) {
            Cow::Borrowed(text)
        } else {
            Cow::Owned(to_katakana(text))
        };
        if normal.is_empty() {
            return Err(InvalidKana::Empty);
        }
        if normal.chars().any(char::is_control) {
            return Err(InvalidKana::ControlCharacter);
        }
        if normal.len() > MAX_NAME_CHARS && normal.chars().count() > MAX_NAME_CHARS {
            return Err(InvalidKana::TooLong);
        }
        Ok(normal)
    }
}

/// Whether the text is nothing but full-width katakana with single full-width spaces inside.
fn is_normal(text: &str) -> bool {
    let mut after_space = true;
    for it in text.chars() {
        match it {
            'ァ'..='ヺ' | 'ー' => after_space = false,
            '\u{3000}' if !after_space => after_space = true,
            _ => return false,
        }
    }
    !after_space
}

fn to_katakana(text: &str) -> String {
    // Control characters stay in, so that they are refused rather than taken for spaces.
    let mut normal = String::with_capacity(text.len());
    let mut gap = false;
    for it in text.nfkc() {
        if it.is_whitespace() && !it.is_control() {
            gap = !normal.is_empty();
            continue;
        }
        if std::mem::take(&mut gap) {
            normal.push('\u{3000}');
        }
        normal.push(match it {
            // Hiragana ぁ to ゖ and the iteration marks ゝゞ lie 0x60 below their katakana.
            'ぁ'..='ゖ' | 'ゝ' | 'ゞ' => char::from_u32(u32::from(it) + 0x60).unwrap_or(it),
            _ => it,
        });
    }
    // A mark that found no hiragana to join may join the katakana.
    normal.nfc().collect()
}

impl FromStr for Kana {
    type Err = InvalidKana;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::normalize(text).map(|it| Self(it.into_owned()))
    }
}

impl fmt::Display for Kana {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for Kana {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Kana(…)")
    }
}

/// Why a text is not a reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidKana {
    /// Nothing but white space.
    #[error("the reading is empty")]
    Empty,
    /// A tab, line end, NUL or other control character inside.
    #[error("the reading holds a control character")]
    ControlCharacter,
    /// More than 200 characters.
    #[error("the reading is longer than 200 characters")]
    TooLong,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn kana(text: &str) -> Kana {
        text.parse().unwrap()
    }

    #[test]
    fn every_script_is_stored_as_full_width_katakana() {
        for text in ["ｶﾞｯｺｳ ﾀﾛｳ", "がっこう　たろう", " ガッコウ  タロウ "]
        {
            assert_eq!(kana(text).as_str(), "ガッコウ　タロウ");
        }
    }

    #[test]
    fn spaces_dots_hyphens_and_small_kana_do_not_tell_people_apart() {
        for (one, other) in [
            ("キヨウコ", "キョウコ"),
            ("ハツトリ　イチロウ", "ハットリイチロウ"),
            ("マリ・アンヌ", "ﾏﾘｱﾝﾇ"),
            ("ローズ", "ロ−ズ"),
            ("ローズ", "ﾛ-ｽﾞ"),
        ] {
            assert!(kana(one).matches(&kana(other)), "{one} {other}");
        }
        for (one, other) in [
            ("ヴェラ", "ベラ"),
            ("オオノ", "オノ"),
            ("カキ", "ガキ"),
            ("ファ", "フア"),
        ] {
            assert!(!kana(one).matches(&kana(other)), "{one} {other}");
        }
    }

    #[test]
    fn empty_and_control_are_refused() {
        assert_eq!("　".parse::<Kana>(), Err(InvalidKana::Empty));
        assert_eq!("ア\tイ".parse::<Kana>(), Err(InvalidKana::ControlCharacter));
        assert_eq!("ア".repeat(201).parse::<Kana>(), Err(InvalidKana::TooLong));
    }

    #[test]
    fn a_voiced_mark_joins_katakana_that_has_no_voiced_hiragana() {
        let once = kana("ゐ\u{3099}");
        assert_eq!(once.as_str(), "ヸ");
        assert_eq!(kana(once.as_str()), once);
    }

    proptest! {
        #[test]
        fn storing_twice_changes_nothing(text in "\\PC{1,40}") {
            if let Ok(once) = text.parse::<Kana>() {
                prop_assert_eq!(once.as_str().parse::<Kana>().unwrap(), once);
            }
        }
    }
}
