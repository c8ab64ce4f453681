//! One spelling for what means the same: width, case, kana, spaces and marks.

use crate::mask::without_labels;
use unicode_normalization::UnicodeNormalization as _;

/// Which script a letter was written in. Hiragana is mostly grammar; the others carry the matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Script {
    Hiragana,
    Katakana,
    Other,
}

/// A letter of a normalised text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Letter {
    pub(crate) value: char,
    pub(crate) script: Script,
}

/// NFKC, lower case, katakana as hiragana, letters and digits only; the script before that is kept beside. What was masked is left out.
pub(crate) fn letters(text: &str) -> Vec<Letter> {
    let text = without_labels(text);
    let mut letters = Vec::with_capacity(text.len() / 3);
    for letter in text.nfkc().flat_map(char::to_lowercase) {
        let (value, script) = match letter {
            'ぁ'..='ゖ' => (letter, Script::Hiragana),
            'ァ'..='ヶ' => (
                char::from_u32(u32::from(letter) - 0x60).unwrap_or(letter),
                Script::Katakana,
            ),
            // Long vowels are written or left out without a rule: サーバ, サーバー.
            'ー' => continue,
            _ if letter.is_alphanumeric() => (letter, Script::Other),
            _ => continue,
        };
        letters.push(Letter { value, script });
    }
    letters
}

/// The same as a text.
pub(crate) fn squeeze(text: &str) -> String {
    letters(text).iter().map(|letter| letter.value).collect()
}
