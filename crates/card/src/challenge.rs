//! The one text that a card signs. Source: terminals and mTLS, section 6.

use std::fmt;
use std::str::FromStr;

use kiban_domain::Entropy;

const FIRST_LINE: &str = "kaigo-card-auth/1";

/// Names one challenge: 16 random bytes, written as 32 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ChallengeId([u8; 16]);

/// What makes a text unlike every other: 32 random bytes, written as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Nonce([u8; 32]);

macro_rules! hexadecimal {
    ($type:ident, $length:literal) => {
        impl $type {
            /// Draws a new one.
            pub fn draw(entropy: &dyn Entropy) -> Self {
                let mut bytes = [0; $length];
                entropy.fill(&mut bytes);
                Self(bytes)
            }

            /// The bytes.
            pub fn as_bytes(&self) -> &[u8; $length] {
                &self.0
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&hex::encode(self.0))
            }
        }

        impl FromStr for $type {
            type Err = InvalidChallengeText;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let lower = !text.bytes().any(|byte| byte.is_ascii_uppercase());
                let bytes = hex::decode(text).ok().filter(|_| lower);
                let bytes = bytes.and_then(|bytes| bytes.try_into().ok());
                bytes.map(Self).ok_or(InvalidChallengeText)
            }
        }
    };
}

hexadecimal!(ChallengeId, 16);
hexadecimal!(Nonce, 32);

impl fmt::Debug for ChallengeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ChallengeId({self})")
    }
}

/// Hidden: whoever knows it before the answer could prepare one.
impl fmt::Debug for Nonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Nonce(…)")
    }
}

/// What the person confirms with the card. The list is closed, so that a terminal shows its own words for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// It is this insured person who stands here.
    ConfirmInsuredPerson,
    /// This card shall stand for this insured person from now on.
    LinkCard,
}

impl Purpose {
    /// Every purpose.
    pub const ALL: [Self; 2] = [Self::ConfirmInsuredPerson, Self::LinkCard];

    /// The words in the signed text.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ConfirmInsuredPerson => "confirm the insured person",
            Self::LinkCard => "link the card",
        }
    }

    /// The words for the person in front of the reader.
    pub fn label(self) -> &'static str {
        match self {
            Self::ConfirmInsuredPerson => "介護保険の被保険者本人であることの確認",
            Self::LinkCard => "このカードを介護保険の被保険者として登録",
        }
    }
}

impl FromStr for Purpose {
    type Err = InvalidChallengeText;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|it| it.as_str() == text);
        found.ok_or(InvalidChallengeText)
    }
}

/// The text: what it says, and exactly the bytes that are signed.
///
/// UTF-8, one `\n` after each line:
///
/// ```text
/// kaigo-card-auth/1
/// origin=https://care.example
/// terminal=T0001
/// challenge=<32 hex>
/// nonce=<64 hex>
/// purpose=confirm the insured person
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct ChallengeText {
    text: String,
    origin: String,
    terminal: String,
    id: ChallengeId,
    purpose: Purpose,
}

impl ChallengeText {
    /// Writes a text.
    ///
    /// `origin` is `https://host` or `https://host:port` in lower case; `terminal` has 1 to 64 ASCII letters, digits, dots,
    /// hyphens or underscores.
    ///
    /// # Errors
    ///
    /// [`InvalidChallengeText`] when one of them has another shape.
    pub fn new(
        origin: &str,
        terminal: &str,
        id: ChallengeId,
        nonce: Nonce,
        purpose: Purpose,
    ) -> Result<Self, InvalidChallengeText> {
        if !is_origin(origin) || !is_terminal(terminal) {
            return Err(InvalidChallengeText);
        }
        let text = format!(
            "{FIRST_LINE}\norigin={origin}\nterminal={terminal}\nchallenge={id}\nnonce={nonce}\npurpose={}\n",
            purpose.as_str()
        );
        Ok(Self {
            text,
            origin: origin.to_owned(),
            terminal: terminal.to_owned(),
            id,
            purpose,
        })
    }

    /// Exactly what is signed.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The server it is for.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The terminal it is for.
    pub fn terminal(&self) -> &str {
        &self.terminal
    }

    /// Which challenge.
    pub fn id(&self) -> ChallengeId {
        self.id
    }

    /// What is confirmed.
    pub fn purpose(&self) -> Purpose {
        self.purpose
    }
}

impl FromStr for ChallengeText {
    type Err = InvalidChallengeText;

    /// Takes a text only in the very bytes that [`ChallengeText::new`] would write.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let body = text.strip_suffix('\n').ok_or(InvalidChallengeText)?;
        let lines: Vec<&str> = body.split('\n').collect();
        let [FIRST_LINE, origin, terminal, id, nonce, purpose] = lines.as_slice() else {
            return Err(InvalidChallengeText);
        };
        let value = |line: &'_ &str, name: &str| -> Result<String, InvalidChallengeText> {
            let rest = line.strip_prefix(name).and_then(|it| it.strip_prefix('='));
            rest.map(str::to_owned).ok_or(InvalidChallengeText)
        };
        let made = Self::new(
            &value(origin, "origin")?,
            &value(terminal, "terminal")?,
            value(id, "challenge")?.parse()?,
            value(nonce, "nonce")?.parse()?,
            value(purpose, "purpose")?.parse()?,
        )?;
        (made.text == text)
            .then_some(made)
            .ok_or(InvalidChallengeText)
    }
}

/// Names the challenge only: the nonce stays hidden.
impl fmt::Debug for ChallengeText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChallengeText")
            .field("id", &self.id)
            .field("purpose", &self.purpose)
            .finish_non_exhaustive()
    }
}

/// Not a text that a card may sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a text that a card may sign")]
pub struct InvalidChallengeText;

fn is_origin(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("https://") else {
        return false;
    };
    let (host, port) = match rest.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (rest, None),
    };
    let bracketed = host.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
    let host_fits = match bracketed {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
        None => host.bytes().all(|byte| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-')
        }),
    };
    let port_fits = port.is_none_or(|port| {
        port.parse::<u16>()
            .is_ok_and(|number| number != 0 && number.to_string() == port)
    });
    (1..=253).contains(&host.len()) && host_fits && port_fits
}

fn is_terminal(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    (1..=64).contains(&text.len()) && text.bytes().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const EXAMPLE: &str = "kaigo-card-auth/1\n\
        origin=https://care.example\n\
        terminal=T0001\n\
        challenge=000102030405060708090a0b0c0d0e0f\n\
        nonce=000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n\
        purpose=confirm the insured person\n";

    #[test]
    fn the_text_is_the_one_of_the_protocol() {
        let bytes = |from: u8| from;
        let id = ChallengeId(std::array::from_fn(|at| bytes(u8::try_from(at).unwrap())));
        let nonce = Nonce(std::array::from_fn(|at| bytes(u8::try_from(at).unwrap())));
        let made = ChallengeText::new(
            "https://care.example",
            "T0001",
            id,
            nonce,
            Purpose::ConfirmInsuredPerson,
        );
        let made = made.unwrap();
        assert_eq!(made.as_str(), EXAMPLE);
        let read: ChallengeText = EXAMPLE.parse().unwrap();
        assert_eq!(read, made);
        assert_eq!(
            (read.origin(), read.terminal(), read.id()),
            ("https://care.example", "T0001", id)
        );
        assert!(!format!("{read:?}").contains("1e1f"));
    }

    #[test]
    fn nothing_but_the_exact_text_is_taken() {
        let refused = |text: &str| {
            assert!(text.parse::<ChallengeText>().is_err(), "{text}");
        };
        refused("");
        refused(EXAMPLE.trim_end());
        refused(&format!("{EXAMPLE}\n"));
        refused(&format!("{EXAMPLE}amount=1\n"));
        refused(&EXAMPLE.replace('\n', "\r\n"));
        refused(&EXAMPLE.replace("auth/1", "auth/2"));
        refused(&EXAMPLE.replace("https://", "http://"));
        refused(&EXAMPLE.replace("care.example", "care.example/x"));
        refused(&EXAMPLE.replace("care.example", "Care.example"));
        refused(&EXAMPLE.replace("care.example", "care.example:080"));
        refused(&EXAMPLE.replace("care.example", "a@care.example"));
        refused(&EXAMPLE.replace("0c0d0e0f\n", "0C0D0E0F\n"));
        refused(&EXAMPLE.replace("T0001", "T 1"));
        refused(&EXAMPLE.replace("T0001", ""));
        refused(&EXAMPLE.replace("confirm the", "pay the"));
        refused(&EXAMPLE.replace("challenge=00", "challenge="));
    }

    proptest! {
        #[test]
        fn print_and_parse_are_one(
            host in "[a-z][a-z0-9.-]{0,20}", port in proptest::option::of(1_u16..), terminal in "[A-Za-z0-9._-]{1,64}",
            id: [u8; 16], nonce: [u8; 32], second: bool,
        ) {
            let origin = port.map_or(format!("https://{host}"), |port| format!("https://{host}:{port}"));
            let purpose = Purpose::ALL[usize::from(second)];
            let made = ChallengeText::new(&origin, &terminal, ChallengeId(id), Nonce(nonce), purpose).unwrap();
            let read: ChallengeText = made.as_str().parse().unwrap();
            prop_assert_eq!(read, made);
        }

        #[test]
        fn any_text_is_refused_or_comes_back(text: String) {
            if let Ok(read) = text.parse::<ChallengeText>() {
                prop_assert_eq!(read.as_str(), text);
            }
        }

        #[test]
        fn one_changed_byte_gives_another_text_or_none(at in 0..EXAMPLE.len(), byte in 0_u8..128) {
            let mut bytes = EXAMPLE.as_bytes().to_vec();
            bytes[at] = byte;
            let text = String::from_utf8(bytes).unwrap();
            if let Ok(read) = text.parse::<ChallengeText>() {
                prop_assert_eq!(read.as_str(), text);
            }
        }
    }
}
