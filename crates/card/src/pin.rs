//! Secrets that a person types: checked before the card is touched, wiped when dropped, shown to nobody.

use zeroize::Zeroizing;

/// A PIN of four digits, for 利用者証明用 or 券面入力補助.
///
/// There is no way to copy it: presenting it to a card consumes it. Source: the My Number card, section 5.
pub struct Pin(Zeroizing<[u8; 4]>);

impl Pin {
    /// Reads four digits; full-width ones, as a Japanese keyboard writes them, count.
    ///
    /// # Errors
    ///
    /// [`InvalidPin`] for anything else. The card has not been asked, so no try is lost.
    pub fn parse(text: &str) -> Result<Self, InvalidPin> {
        let mut digits = Zeroizing::new([0_u8; 4]);
        let mut typed = text.chars();
        for digit in digits.iter_mut() {
            *digit = typed.next().and_then(ascii_digit).ok_or(InvalidPin)?;
        }
        typed
            .next()
            .is_none()
            .then_some(Self(digits))
            .ok_or(InvalidPin)
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_slice()
    }
}

/// Shows nothing.
impl std::fmt::Debug for Pin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pin(…)")
    }
}

/// Not four digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a PIN has four digits")]
pub struct InvalidPin;

pub(crate) fn ascii_digit(typed: char) -> Option<u8> {
    let digit = match typed {
        '0'..='9' => u32::from(typed) - u32::from('0'),
        '０'..='９' => u32::from(typed) - u32::from('０'),
        _ => return None,
    };
    u8::try_from(digit).ok().map(|digit| b'0' + digit)
}

/// Tries left on a PIN: 0 is blocked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TriesLeft(pub u8);

impl TriesLeft {
    /// Nothing but the municipal office helps.
    pub fn is_blocked(self) -> bool {
        self.0 == 0
    }

    /// The person has to be asked again before it is spent.
    pub fn is_last(self) -> bool {
        self.0 == 1
    }
}

/// Whether the person has agreed to spend the last try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LastTry {
    /// Stop before it.
    Keep,
    /// They were told what happens and want to go on.
    Spend,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn four_digits_in_either_width() {
        assert_eq!(Pin::parse("1234").unwrap().as_bytes(), b"1234");
        assert_eq!(Pin::parse("１２３４").unwrap().as_bytes(), b"1234");
        for bad in ["", "123", "12345", "abcd", "12 4", "１２３", "-123"] {
            assert_eq!(Pin::parse(bad).err(), Some(InvalidPin), "{bad}");
        }
    }

    #[test]
    fn debug_shows_no_digit() {
        assert_eq!(format!("{:?}", Pin::parse("1234").unwrap()), "Pin(…)");
    }

    proptest! {
        #[test]
        fn any_text_is_four_digits_or_refused(text in "\\PC{0,6}") {
            if let Ok(pin) = Pin::parse(&text) {
                prop_assert!(pin.as_bytes().iter().all(u8::is_ascii_digit));
                prop_assert_eq!(text.chars().count(), 4);
            }
        }
    }
}
