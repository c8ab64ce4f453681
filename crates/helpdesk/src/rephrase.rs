//! Whether a text says again what a published passage says, and nothing else (P-6).
//!
//! A language model may put an answer that was found into other words. What it writes is shown only when every number, name and foreign word
//! in it stands in the passage: then it may be clumsy, but it cannot name a day, an amount, a place or an address of its own. A negation may
//! neither come nor go. The passage itself is shown in any case. Source of the choices: decision 0022.

use crate::place::is_kanji;
use unicode_normalization::UnicodeNormalization as _;

/// The longest text, in characters.
const LONGEST: usize = 600;
/// … and at most so many times as long as the passage, or [`SHORT`].
const TIMES: usize = 2;
const SHORT: usize = 120;
/// Words of two kanji and more that say nothing by themselves.
const EMPTY_WORDS: [&str; 9] = [
    "場合", "以下", "下記", "上記", "質問", "回答", "案内", "文章", "説明",
];
/// Single kanji that are grammar.
const EMPTY_KANJI: [char; 6] = ['次', '方', '際', '時', '事', '通'];
/// What turns a sentence round. なく alone is a thing lost as often.
const NEGATIONS: [&str; 9] = [
    "ません",
    "ない",
    "でなく",
    "はなく",
    "がなく",
    "もなく",
    "なけれ",
    "不要",
    "ずに",
];

/// The text as it may be shown, line by line; `None` when anything in it is not in the passage, or when it is empty, too long or no plain text.
///
/// # Examples
///
/// ```
/// use kiban_helpdesk::rephrased;
/// let passage = "端末は3台まで登録できます。";
/// assert!(rephrased(passage, "登録できる端末は、3台までです。").is_some());
/// assert!(rephrased(passage, "登録できる端末は、30台までです。").is_none());
/// ```
pub fn rephrased(passage: &str, text: &str) -> Option<String> {
    let text: String = text.trim().nfkc().collect();
    let length = text.chars().count();
    let passage = plain(passage);
    let room = (passage.chars().count() * TIMES).clamp(SHORT, LONGEST);
    if length == 0 || length > room || !text.chars().all(is_plain) {
        return None;
    }
    let said = plain(&text);
    // A sentence at least, in Japanese.
    if !said.chars().any(|letter| ('ぁ'..='ゖ').contains(&letter)) {
        return None;
    }
    let negated = |text: &str| NEGATIONS.iter().any(|word| text.contains(word));
    if negated(&said) != negated(&passage) {
        return None;
    }
    let source: Vec<char> = passage.chars().collect();
    let fits = words(&said).all(|word| match word.script {
        Script::Number => has_number(&source, &word.letters),
        Script::Latin => has_latin(&source, &word.letters),
        Script::Katakana => has(&source, &word.letters),
        Script::Kanji => {
            let text: String = word.letters.iter().collect();
            let is_empty = EMPTY_WORDS.contains(&text.as_str())
                || matches!(word.letters[..], [one] if EMPTY_KANJI.contains(&one));
            is_empty || has_kanji(&source, &word.letters)
        }
    });
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    fits.then(|| lines.collect::<Vec<_>>().join("\n"))
}

/// NFKC, without spaces and marks of Markdown, Latin letters small.
fn plain(text: &str) -> String {
    let letters = text.nfkc().flat_map(char::to_lowercase);
    letters
        .filter(|letter| !letter.is_whitespace() && !matches!(letter, '*' | '_'))
        .collect()
}

/// Letters, digits and the marks of a sentence: no markup, nothing that is not seen, no address.
fn is_plain(letter: char) -> bool {
    letter == '\n'
        || letter == ' '
        || "、。・「」『』()?!ー〜:;,.%+-々〇".contains(letter)
        || (letter.is_alphanumeric() && !letter.is_control())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Script {
    Number,
    Latin,
    Katakana,
    Kanji,
}

struct Word {
    script: Script,
    letters: Vec<char>,
}

fn script(letter: char) -> Option<Script> {
    match letter {
        // Digits of every script, so that none slips by; what counts without being a digit is no letter of a sentence.
        _ if letter.is_numeric() && !is_kanji(letter) => Some(Script::Number),
        'ァ'..='ヺ' | 'ー' => Some(Script::Katakana),
        'ぁ'..='ゖ' => None,
        '々' | '〇' => Some(Script::Kanji),
        _ if is_kanji(letter) => Some(Script::Kanji),
        // Any other letter, Greek or Hangul too.
        _ if letter.is_alphabetic() => Some(Script::Latin),
        _ => None,
    }
}

/// The words of a text but for hiragana. A number takes the marks inside it and the one letter that counts it along: 「64,000円」「3台」「6か」.
fn words(text: &str) -> impl Iterator<Item = Word> {
    let letters: Vec<char> = text.chars().collect();
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < letters.len() {
            let from = at;
            let Some(script) = script(letters[at]).filter(|_| letters[at] != 'ー') else {
                at += 1;
                continue;
            };
            while at < letters.len() {
                let inside = self::script(letters[at]) == Some(script)
                    || (script != Script::Katakana
                        && script != Script::Kanji
                        && ",.:-/".contains(letters[at])
                        && letters.get(at + 1).and_then(|it| self::script(*it)) == Some(script));
                if !inside {
                    break;
                }
                at += 1;
            }
            let mut word = letters[from..at].to_vec();
            if script == Script::Number
                && let Some(unit) = letters.get(at)
                && !"、。・「」『』()?!".contains(*unit)
            {
                word.push(*unit);
            }
            return Some(Word {
                script,
                letters: word,
            });
        }
        None
    })
}

fn has(source: &[char], word: &[char]) -> bool {
    source.windows(word.len()).any(|window| window == word)
}

/// The same for kanji: 三台 is not in 十三台.
fn has_kanji(source: &[char], word: &[char]) -> bool {
    let counts = |letter: char| "〇一二三四五六七八九十百千万億".contains(letter);
    let begins = word.first().is_some_and(|it| counts(*it));
    source.windows(word.len()).enumerate().any(|(at, window)| {
        let before = at.checked_sub(1).map(|before| source[before]);
        window == word && !(begins && before.is_some_and(|it| counts(it) || it.is_numeric()))
    })
}

/// The number as a whole: 3台 is not in 13台.
fn has_number(source: &[char], word: &[char]) -> bool {
    let part = |at: usize| {
        source
            .get(at)
            .is_some_and(|it| it.is_numeric() || ",.:-/".contains(*it))
    };
    let ends_in_digit = word.last().is_some_and(|it| it.is_numeric());
    source.windows(word.len()).enumerate().any(|(at, window)| {
        window == word
            && !at.checked_sub(1).is_some_and(part)
            && !(ends_in_digit && part(at + word.len()))
    })
}

/// The word as a whole: an address that only begins like one of the passage is another.
fn has_latin(source: &[char], word: &[char]) -> bool {
    let part = |at: usize| {
        source
            .get(at)
            .is_some_and(|it| script(*it) == Some(Script::Latin))
    };
    source.windows(word.len()).enumerate().any(|(at, window)| {
        window == word && !at.checked_sub(1).is_some_and(part) && !part(at + word.len())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PASSAGE: &str = "補助金の上限は、1事業所あたり**64,000円**です。申請は令和8年3月13日までに、[ポータル](/apply)から行います。カードリーダーは13台まで対象です。電話 03-1234-5678。";

    #[test]
    fn p6_other_words_for_the_same_are_taken() {
        for text in [
            "1事業所あたりの上限は64,000円で、申請は令和8年3月13日までに行います。",
            "ポータルから申請してください。\n\n期限は書いてあるとおり、令和8年3月13日です。",
            "対象のカードリーダーは、13台までです。",
        ] {
            assert_eq!(
                rephrased(PASSAGE, text).is_some(),
                !text.contains("期限"),
                "{text}"
            );
        }
        let text = rephrased(
            PASSAGE,
            "  上限は６４，０００円です。\n\n 申請してください。 ",
        )
        .unwrap();
        assert_eq!(text, "上限は64,000円です。\n申請してください。");
    }

    #[test]
    fn p6_what_the_passage_does_not_say_is_not_shown() {
        for text in [
            "上限は65,000円です。",
            "上限は64,0000円です。",
            "上限は4,000円です。",
            "上限は64,000ドルです。",
            "上限は64,000人です。",
            "対象は3台までです。",
            "対象は十三台までです。",
            "対象は⑭台までです。",
            "対象は１３０台までです。",
            "申請は3月14日までです。",
            "申請は令和9年までに行います。",
            "電話は03-1234-5679です。",
            "電話は1234-5678です。",
            "窓口は世田谷区です。",
            "サンプルセンターに電話してください。",
            "https://evil.example から申請してください。",
            "evil.exampleから申請してください。",
            "<script>alert(1)</script>上限は64,000円です。",
            "[ポータル](/apply)から行います。",
            "info@evil.exampleに申請してください。",
            "申請は行いません。",
            "申請は不要です。",
            "",
            "   ",
            "OK",
            "64,000円",
            "上限は\u{202e}64,000円です。",
            "上限は\u{0}です。",
        ] {
            assert_eq!(rephrased(PASSAGE, text), None, "{text}");
        }
        let long = "申請してください。".repeat(100);
        assert_eq!(rephrased(PASSAGE, &long), None);
        assert_eq!(
            rephrased("登録は十三台までです。", "登録は三台までです。"),
            None
        );
        assert_eq!(rephrased("登録できません。", "登録できます。"), None);
    }

    proptest! {
        #[test]
        fn p6_no_number_is_shown_that_the_passage_does_not_have(number in 0_u32..1_000_000, unit in "[円台年月日回%]") {
            let text = format!("上限は{number}{unit}です。");
            let is_there = ["1事", "64,000円", "8年", "3月", "13日", "13台"].iter().any(|it| *it == format!("{number}{unit}"));
            prop_assert_eq!(rephrased(PASSAGE, &text).is_some(), is_there);
        }

        #[test]
        fn p6_anything_at_all_is_judged_without_panic(passage in ".{0,80}", text in ".{0,80}") {
            if let Some(shown) = rephrased(&passage, &text) {
                let odd = shown.contains(['<', '>', '[', ']', '@', '\u{202e}']);
                prop_assert!(!odd, "{}", shown);
            }
        }
    }
}
