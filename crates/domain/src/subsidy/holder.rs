use std::{fmt, str::FromStr};

use unicode_normalization::UnicodeNormalization as _;

/// The holder of an account as the banks' transfer files write it: 1 to 30 characters of half-width katakana, capital letters, digits,
/// spaces and `( ) . , - / ¥ 「 」`.
///
/// Full-width katakana and hiragana become half-width katakana, a voiced mark counting as a character of its own; small kana become
/// large ones, small letters capitals, a long-vowel mark and every hyphen `-`. Whatever else is there is refused and named: it is
/// never replaced by something that looks alike. `Debug` hides it.
///
/// Source: general knowledge of the 全国銀行協会 form of transfer records (JIS X 0201 characters of a 受取人名).
#[derive(Clone, PartialEq, Eq)]
pub struct HolderKana(String);

/// Why a text cannot stand in a transfer file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidHolder {
    /// Nothing but white space.
    #[error("the holder is empty")]
    Empty,
    /// A character that the transfer files do not have.
    #[error("the character {0:?} cannot be written in half-width katakana")]
    Character(char),
    /// More than 30 characters in half width.
    #[error("the holder is longer than 30 characters in half width")]
    TooLong,
}

/// Full-width katakana in the order of their half-width forms ｦ to ﾝ, without the small ones.
const KATAKANA: &str =
    "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン";
/// The half-width forms of [`KATAKANA`].
const HALF: &str = "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜﾝ";

impl HolderKana {
    /// The most characters, in half width.
    pub const MOST: usize = 30;

    /// As the files write it, in half width.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for HolderKana {
    type Err = InvalidHolder;

    fn from_str(text: &str) -> Result<Self, InvalidHolder> {
        let mut half = String::new();
        // NFKC first, so that every width is one; NFD then takes voiced marks off their kana.
        let whole: String = text.trim().nfkc().collect();
        for it in whole.chars() {
            if it.is_whitespace() && !it.is_control() {
                if !half.ends_with(' ') && !half.is_empty() {
                    half.push(' ');
                }
                continue;
            }
            for part in std::iter::once(it).nfd() {
                half.push(narrow(part).ok_or(InvalidHolder::Character(it))?);
            }
        }
        let half = half.trim_end().to_owned();
        if half.is_empty() {
            return Err(InvalidHolder::Empty);
        }
        if half.chars().count() > Self::MOST {
            return Err(InvalidHolder::TooLong);
        }
        Ok(Self(half))
    }
}

/// One character in half width, or nothing when there is none.
fn narrow(it: char) -> Option<char> {
    let large = match it {
        'ァ' => 'ア',
        'ィ' => 'イ',
        'ゥ' => 'ウ',
        'ェ' => 'エ',
        'ォ' => 'オ',
        'ャ' => 'ヤ',
        'ュ' => 'ユ',
        'ョ' => 'ヨ',
        'ッ' => 'ツ',
        'ぁ'..='ゖ' => {
            let katakana = char::from_u32(u32::from(it) + 0x60)?;
            return narrow(katakana);
        }
        it => it,
    };
    Some(match large {
        'A'..='Z' | '0'..='9' | '(' | ')' | '.' | ',' | '/' | '-' => large,
        'a'..='z' => large.to_ascii_uppercase(),
        '「' => '｢',
        '」' => '｣',
        '¥' | '\\' => '\\',
        '\u{3099}' => 'ﾞ',
        '\u{309a}' => 'ﾟ',
        'ー' => '-',
        it if crate::identifiers::is_hyphen(it) => '-',
        it => {
            let at = KATAKANA.chars().position(|other| other == it)?;
            HALF.chars().nth(at)?
        }
    })
}

impl fmt::Display for HolderKana {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for HolderKana {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HolderKana(…)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn holder(text: &str) -> Result<String, InvalidHolder> {
        text.parse::<HolderKana>().map(|it| it.0)
    }

    #[test]
    fn g4_a_holder_is_written_as_the_banks_write_it() {
        for (typed, written) in [
            ("カ）ミホンケアサービス", "ｶ)ﾐﾎﾝｹｱｻ-ﾋﾞｽ"),
            ("ｶ)ﾐﾎﾝ", "ｶ)ﾐﾎﾝ"),
            ("みほん　かいご", "ﾐﾎﾝ ｶｲｺﾞ"),
            ("シャ）ひょうじゅん　パン", "ｼﾔ)ﾋﾖｳｼﾞﾕﾝ ﾊﾟﾝ"),
            ("ヴィラ Ｎｏ．１", "ｳﾞｲﾗ NO.1"),
            ("ﾐﾎﾝ−ﾃﾝ", "ﾐﾎﾝ-ﾃﾝ"),
        ] {
            assert_eq!(holder(typed).as_deref(), Ok(written), "{typed}");
        }
    }

    #[test]
    fn g4_what_half_width_kana_cannot_write_is_named_and_never_replaced() {
        for (typed, wrong) in [
            ("見本介護", '見'),
            ("ミホン＆ケア", '&'),
            ("ヲカダ", 'ヲ'),
            ("ミホン・ケア", '・'),
            ("ミホン\u{0}", '\u{0}'),
            ("ヰトウ", 'ヰ'),
        ] {
            assert_eq!(
                holder(typed),
                Err(InvalidHolder::Character(wrong)),
                "{typed}"
            );
        }
        assert_eq!(holder("　"), Err(InvalidHolder::Empty));
        assert_eq!(holder(&"ガ".repeat(16)), Err(InvalidHolder::TooLong));
        assert!(holder(&"ガ".repeat(15)).is_ok());
    }

    proptest! {
        #[test]
        fn what_is_written_is_one_byte_a_character_and_stays_itself(text in "\\PC{1,40}") {
            if let Ok(once) = text.parse::<HolderKana>() {
                let narrow = once.as_str().chars().all(|it| it.is_ascii() || ('｢'..='ﾟ').contains(&it));
                prop_assert!(narrow);
                prop_assert_eq!(once.as_str().parse::<HolderKana>().unwrap(), once);
            }
        }
    }
}
