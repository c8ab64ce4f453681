//! The check digit モジュラス10 ウェイト2-1 分割 (M10W21). Source: identifiers, section 2.

/// The check digit over ASCII digits and capital letters given without it, or nothing when another byte is in it.
///
/// Letters stand for 10 (A) to 32 (Z), without I, O and Q. A product of two digits counts as their sum.
pub(super) fn m10w21(bytes: impl DoubleEndedIterator<Item = u8>) -> Option<u8> {
    let mut sum = 0_u8;
    for (at, byte) in bytes.rev().enumerate() {
        let weight = if at % 2 == 0 { 2 } else { 1 };
        let product = value(byte)? * weight;
        // Digits sum to at most 10 each and identifiers have at most ten characters, so the sum fits.
        sum += product / 10 + product % 10;
    }
    Some((10 - sum % 10) % 10)
}

fn value(byte: u8) -> Option<u8> {
    const LETTERS: &[u8; 23] = b"ABCDEFGHJKLMNPRSTUVWXYZ";
    if byte.is_ascii_digit() {
        return Some(byte - b'0');
    }
    let place = LETTERS.iter().position(|letter| *letter == byte)?;
    u8::try_from(place + 10).ok()
}

/// Whether `text` ends in its own M10W21 digit.
pub(super) fn ends_in_m10w21(text: &[u8]) -> bool {
    let Some((last, body)) = text.split_last() else {
        return false;
    };
    m10w21(body.iter().copied()).is_some_and(|check| check + b'0' == *last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_public_worked_example_of_a_health_insurer_holds() {
        assert!(ends_in_m10w21(b"33120015"));
        assert_eq!(m10w21(b"3312001".iter().copied()), Some(5));
    }

    #[test]
    fn letters_that_do_not_exist_have_no_check_digit() {
        assert_eq!(m10w21(b"13I160030".iter().copied()), None);
        assert!(!ends_in_m10w21(b""));
    }
}
