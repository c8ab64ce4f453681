//! Personal numbers and addresses in what people type: found, shown masked, never kept.
//!
//! Better too much than too little: a number that is masked by mistake costs nothing, since no answer depends on one.

use kiban_domain::OfficeNumber;
use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization as _;

/// What was taken out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PersonalKind {
    /// Twelve digits: a My Number.
    MyNumber,
    /// Ten digits, or H and nine: an insured number.
    InsuredNumber,
    /// Ten digits that are written like an office's number, or said to be one.
    OfficeNumber,
    /// Ten or eleven digits that begin with 0, or seven and more with hyphens.
    Telephone,
    /// A mail address.
    Mail,
    /// Any other long number: of an account, a card, a receipt.
    OtherNumber,
}

impl PersonalKind {
    const ALL: [Self; 6] = [
        Self::MyNumber,
        Self::InsuredNumber,
        Self::OfficeNumber,
        Self::Telephone,
        Self::Mail,
        Self::OtherNumber,
    ];

    /// What stands in its place.
    pub fn label(self) -> &'static str {
        match self {
            Self::MyNumber => "〈個人番号〉",
            Self::InsuredNumber => "〈被保険者番号〉",
            Self::OfficeNumber => "〈事業所番号〉",
            Self::Telephone => "〈電話番号〉",
            Self::Mail => "〈メールアドレス〉",
            Self::OtherNumber => "〈番号〉",
        }
    }
}

/// A text without what was found in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Masked {
    /// The text in NFKC with a label for each thing taken out. Unchanged in meaning when nothing was found.
    pub text: String,
    /// What was taken out, in order; the page warns about it.
    pub found: Vec<PersonalKind>,
}

/// From so many digits on a number is a person's or might be. Amounts and days are shorter or have other letters between.
const LONG: usize = 7;

/// So many letters before a number may tell whose it is.
const TOLD_BEFORE: usize = 16;

/// How many characters of a question are kept.
const LOGGED: usize = 200;

/// Takes personal numbers and mail addresses out of a text, in any width and with hyphens, spaces, dots or brackets between
/// the digits.
///
/// # Examples
///
/// ```
/// use kiban_helpdesk::{PersonalKind, mask};
/// let masked = mask("番号は１２３４－５６７８－９０１２です");
/// assert_eq!(masked.text, "番号は〈個人番号〉です");
/// assert_eq!(masked.found, [PersonalKind::MyNumber]);
/// assert!(mask("64,000円を2026-03-13までに").found.is_empty());
/// ```
pub fn mask(text: &str) -> Masked {
    let mut masked = once(text);
    // What was taken out may have hidden the beginning of something else: 「000000a@0」. Each time takes something out, so it ends.
    loop {
        let again = once(&masked.text);
        if again.found.is_empty() {
            return masked;
        }
        masked.text = again.text;
        masked.found.extend(again.found);
    }
}

/// A text without what stands in the place of things taken out: nobody asks about that.
pub(crate) fn without_labels(text: &str) -> Cow<'_, str> {
    if !text.contains('〈') {
        return Cow::Borrowed(text);
    }
    let labels = PersonalKind::ALL.map(PersonalKind::label);
    let text = labels
        .iter()
        .fold(text.to_owned(), |text, label| text.replace(label, " "));
    Cow::Owned(text)
}

fn once(text: &str) -> Masked {
    let letters: Vec<char> = text
        .nfkc()
        .filter(|letter| !is_invisible(*letter))
        .collect();
    let mut masked = Masked {
        text: String::with_capacity(text.len()),
        found: Vec::new(),
    };
    let mut at = 0;
    while at < letters.len() {
        let taken = mail(&letters, at).or_else(|| number(&letters, at));
        if let Some((kind, end)) = taken {
            masked.text.push_str(kind.label());
            masked.found.push(kind);
            at = end;
        } else if digit(letters[at]).is_some() {
            // A short number is kept whole, so that its end is not read as the beginning of another.
            let (_, _, end) = run(&letters, at);
            masked.text.extend(&letters[at..end]);
            at = end;
        } else {
            masked.text.push(letters[at]);
            at += 1;
        }
    }
    masked
}

/// The form in which a question may be kept: masked, one line, at most 200 characters, spaces joined.
pub fn log_form(text: &str) -> String {
    let masked = mask(text).text.to_lowercase();
    let plain: String = masked
        .chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect();
    let line = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    let short: String = line.chars().take(LOGGED).collect();
    short.trim_end().to_owned()
}

/// A number beginning at `at`, and where it ends.
fn number(letters: &[char], at: usize) -> Option<(PersonalKind, usize)> {
    let begins_with_h = letters[at].eq_ignore_ascii_case(&'h')
        && !at
            .checked_sub(1)
            .is_some_and(|before| letters[before].is_ascii_alphanumeric());
    if begins_with_h {
        let (digits, _, end) = run(letters, at + 1);
        return (digits.len() == 9).then_some((PersonalKind::InsuredNumber, end));
    }
    let (digits, hyphens, end) = run(letters, at);
    let begins_with_0 = digits.first() == Some(&0);
    if digits.len() == 10 && is_office(&digits, hyphens, &letters[..at]) {
        return Some((PersonalKind::OfficeNumber, end));
    }
    let kind = match digits.len() {
        12 => PersonalKind::MyNumber,
        10 | 11 if begins_with_0 && (hyphens || digits.len() == 11) => PersonalKind::Telephone,
        10 => PersonalKind::InsuredNumber,
        length if length < LONG => return None,
        _ if is_day(&letters[at..end]) => return None,
        7..=9 if hyphens => PersonalKind::Telephone,
        _ => PersonalKind::OtherNumber,
    };
    Some((kind, end))
}

/// Whether ten digits are an office's number: because the words before say so, or because they are written like one, with the prefecture in
/// front and the check digit behind, and nothing else is said. One insured number in some twenty is written like that too.
fn is_office(digits: &[u32], hyphens: bool, before: &[char]) -> bool {
    let from = before.len().saturating_sub(TOLD_BEFORE);
    let before: String = before[from..].iter().collect();
    let said = |words: &[&str]| words.iter().filter_map(|word| before.rfind(word)).max();
    let office = said(&["事業所番号", "事業者番号", "指定番号", "医療機関コード"]);
    let other = said(&["被保険者", "電話", "TEL", "Tel", "tel", "保険証"]);
    if office.is_some() || other.is_some() {
        return office > other;
    }
    let text: String = digits
        .iter()
        .filter_map(|it| char::from_digit(*it, 10))
        .collect();
    let number = text.parse::<OfficeNumber>();
    // 03-1234-5678 is a telephone's.
    !(hyphens && digits[0] == 0) && number.is_ok_and(|number| number.check_digit_agrees())
}

/// The digits from `at` on with single separators between them, whether there were any, and where the last digit ends.
fn run(letters: &[char], at: usize) -> (Vec<u32>, bool, usize) {
    let mut digits = Vec::new();
    let mut separated = false;
    let mut end = at;
    let mut next = at;
    while next < letters.len() {
        if let Some(value) = digit(letters[next]) {
            separated |= end != next && !digits.is_empty();
            digits.push(value);
            next += 1;
            end = next;
        } else if !digits.is_empty() && is_separator(letters[next]) && next - end < 2 {
            // Two at the most: 03(1234)5678 has one, `) ` two.
            next += 1;
        } else {
            break;
        }
    }
    (digits, separated, end)
}

/// `2026-04-01`, from 2000 on: a day of the scheme, not a day of birth of somebody in care.
fn is_day(letters: &[char]) -> bool {
    let shape = [4, 7];
    letters.len() == 10
        && letters.starts_with(&['2', '0'])
        && letters
            .iter()
            .enumerate()
            .all(|(at, letter)| shape.contains(&at) == (*letter == '-'))
}

fn mail(letters: &[char], at: usize) -> Option<(PersonalKind, usize)> {
    let local = |letter: &char| letter.is_ascii_alphanumeric() || "._%+-".contains(*letter);
    if !local(&letters[at]) || (at > 0 && local(&letters[at - 1])) {
        return None;
    }
    let sign = at
        + letters[at..]
            .iter()
            .take_while(|letter| local(letter))
            .count();
    if letters.get(sign) != Some(&'@') {
        return None;
    }
    let host = |letter: &char| letter.is_ascii_alphanumeric() || ".-".contains(*letter);
    let length = letters[sign + 1..]
        .iter()
        .take_while(|letter| host(letter))
        .count();
    (length > 0).then_some((PersonalKind::Mail, sign + 1 + length))
}

/// Digits of any script that NFKC leaves as they are count too.
fn digit(letter: char) -> Option<u32> {
    letter.to_digit(10)
}

fn is_separator(letter: char) -> bool {
    "- .()_~・ー‐‑–—―−〜".contains(letter)
}

/// Letters of no width, which would let a number through in pieces.
fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{ad}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
