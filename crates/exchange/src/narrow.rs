//! What an older encoding cannot carry (M-8). Nothing is ever replaced: the caller is told and decides.

use encoding_rs::SHIFT_JIS;

/// Each character or variation sequence of `text` that MS932 (Windows-31J) cannot carry, with its place.
///
/// The place counts characters from 0. A base with a variation selector is one sequence: MS932 would lose the selector
/// and thereby the form of the character the person's register prescribes. Characters that an encoder would map to
/// another one (¥, ‾, −) count as not carried.
///
/// # Examples
///
/// ```
/// let lost = kiban_exchange::narrow::unrepresentable_in_ms932("𠮷田 髙");
/// assert_eq!(lost, [(0, "𠮷".to_owned())]);
/// ```
pub fn unrepresentable_in_ms932(text: &str) -> Vec<(usize, String)> {
    if text.is_ascii() {
        return Vec::new();
    }
    let mut lost = Vec::new();
    let mut characters = text.chars().enumerate().peekable();
    while let Some((place, character)) = characters.next() {
        let mut sequence = String::from(character);
        while let Some((_, selector)) = characters.next_if(|(_, next)| is_variation_selector(*next))
        {
            sequence.push(selector);
        }
        if !is_carried(&sequence) {
            lost.push((place, sequence));
        }
    }
    lost
}

/// The text in MS932. What [`unrepresentable_in_ms932`] names becomes something else, so ask it first.
pub fn to_ms932(text: &str) -> Vec<u8> {
    SHIFT_JIS.encode(text).0.into_owned()
}

fn is_variation_selector(it: char) -> bool {
    matches!(it, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}' | '\u{180B}'..='\u{180D}')
}

fn is_carried(sequence: &str) -> bool {
    if sequence.is_ascii() {
        return true;
    }
    let (bytes, _, had_errors) = SHIFT_JIS.encode(sequence);
    !had_errors
        && SHIFT_JIS
            .decode_without_bom_handling_and_without_replacement(&bytes)
            .is_some_and(|back| back == sequence)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn m8_rare_characters_and_sequences_are_named_with_their_place() {
        let lost = unrepresentable_in_ms932("葛\u{E0100}城　𠮷江 髙﨑");
        assert_eq!(lost, [(0, "葛\u{E0100}".to_owned()), (4, "𠮷".to_owned())]);
    }

    #[test]
    fn m8_characters_an_encoder_would_change_are_named() {
        for text in ["¥", "‾", "−", "〜"] {
            assert_eq!(
                unrepresentable_in_ms932(text),
                [(0, text.to_owned())],
                "{text}"
            );
        }
        assert!(unrepresentable_in_ms932("～－①㈱ｱ\\~").is_empty());
    }

    proptest! {
        #[test]
        fn m8_what_is_not_named_comes_back(text in "\\PC{0,20}") {
            if unrepresentable_in_ms932(&text).is_empty() {
                let (bytes, _, _) = SHIFT_JIS.encode(&text);
                prop_assert_eq!(SHIFT_JIS.decode_without_bom_handling(&bytes).0, text.as_str());
            }
        }
    }
}
