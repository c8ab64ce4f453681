//! Codes that people read from a letter and type: Crockford's base 32, which has no I, L, O or U.
//!
//! Source: Douglas Crockford, "Base 32": upper case; what is typed as I or L counts as 1, O as 0; hyphens mean nothing.

use crate::Platform;
use kiban_domain::normalize;

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A new code of so many characters, five bits of chance each.
pub(crate) fn new_code(platform: &Platform, characters: usize) -> String {
    code_of(&platform.random::<32>(), characters)
}

/// The code that 32 random bytes give, five bits of each.
pub(crate) fn code_of(bytes: &[u8], characters: usize) -> String {
    bytes
        .iter()
        .take(characters)
        .map(|byte| char::from(ALPHABET[usize::from(byte & 31)]))
        .collect()
}

/// The code in groups, as letters and pages show it.
pub(crate) fn grouped(code: &str, size: usize) -> String {
    let characters: Vec<char> = code.chars().collect();
    let groups: Vec<String> = characters
        .chunks(size)
        .map(|group| group.iter().collect())
        .collect();
    groups.join("-")
}

/// What was typed as a code of so many characters, or nothing.
pub(crate) fn typed_code(text: &str, characters: usize) -> Option<String> {
    let code: String = normalize(text)
        .chars()
        .map(|c| match c {
            'I' | 'L' => '1',
            'O' => '0',
            other => other,
        })
        .collect();
    let valid = code.len() == characters && code.bytes().all(|byte| ALPHABET.contains(&byte));
    valid.then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_type_is_read() {
        for text in ["7K3F9QW1A0", "7k3f9-qwla0", " ７Ｋ３Ｆ９ ＱＷｌＡｏ "] {
            assert_eq!(
                typed_code(text, 10).as_deref(),
                Some("7K3F9QW1A0"),
                "{text}"
            );
        }
        for text in ["", "7K3F9QW1A", "7K3F9QW1A00", "7K3F9QW1AU", "七K3F9QW1A0"] {
            assert_eq!(typed_code(text, 10), None, "{text}");
        }
        assert_eq!(grouped("7K3F9QW1A0", 5), "7K3F9-QW1A0");
    }
}
