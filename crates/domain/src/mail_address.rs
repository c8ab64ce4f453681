//! An address to which mail can be sent.

use std::{fmt, str::FromStr};

/// A mail address: one `@`, a local part of the characters that need no quoting, and a host name of two labels or more.
///
/// At most 254 characters. Source: RFC 5321, sections 4.1.2 and 4.5.3; quoted local parts and addresses by number, which the
/// standard also allows, are refused, because in a registration they are typing errors.
///
/// # Examples
///
/// ```
/// use kiban_domain::MailAddress;
/// let address: MailAddress = " Kanri@Hikari.Example ".parse().unwrap();
/// assert_eq!(address.as_str(), "Kanri@hikari.example");
/// assert!("kanri@hikari".parse::<MailAddress>().is_err());
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct MailAddress(String);

/// Why a text is no mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidMailAddress {
    /// Longer than 254 characters, or the part before `@` longer than 64.
    #[error("メールアドレスが長すぎます")]
    TooLong,
    /// No `@`, or more than one.
    #[error("メールアドレスには「@」を1つだけ入れてください")]
    At,
    /// A character that cannot stand there, such as a full-width letter or a space.
    #[error("メールアドレスに使えない文字があります。半角の英数字で入力してください")]
    Character,
    /// The part after `@` is no host name.
    #[error("「@」の後ろを確かめてください(例: example.jp)")]
    Host,
}

impl MailAddress {
    /// The address; letters of the host name are small.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for MailAddress {
    type Err = InvalidMailAddress;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let (local, host) = text.split_once('@').ok_or(InvalidMailAddress::At)?;
        if host.contains('@') {
            return Err(InvalidMailAddress::At);
        }
        if text.len() > 254 || local.len() > 64 {
            return Err(InvalidMailAddress::TooLong);
        }
        let atom =
            |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&byte);
        if local.is_empty()
            || !local.bytes().all(atom)
            || local.starts_with('.')
            || local.ends_with('.')
            || local.contains("..")
        {
            return Err(InvalidMailAddress::Character);
        }
        if !host.is_ascii() {
            return Err(InvalidMailAddress::Character);
        }
        let labels: Vec<&str> = host.split('.').collect();
        let is_label = |label: &&str| {
            (1..=63).contains(&label.len())
                && label
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
                && !label.starts_with('-')
                && !label.ends_with('-')
        };
        if labels.len() < 2 || !labels.iter().all(is_label) {
            return Err(InvalidMailAddress::Host);
        }
        Ok(Self(format!("{local}@{}", host.to_ascii_lowercase())))
    }
}

/// Shows the host only: an address may name a person.
impl fmt::Debug for MailAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = self.0.split_once('@').map_or("", |(_, host)| host);
        write!(formatter, "MailAddress(…@{host})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typing_errors_are_named() {
        for (text, error) in [
            ("kanri", InvalidMailAddress::At),
            ("a@b@c.jp", InvalidMailAddress::At),
            ("ｋanri@hikari.example", InvalidMailAddress::Character),
            ("kan ri@hikari.example", InvalidMailAddress::Character),
            (".kanri@hikari.example", InvalidMailAddress::Character),
            ("ka..nri@hikari.example", InvalidMailAddress::Character),
            ("\"kanri\"@hikari.example", InvalidMailAddress::Character),
            ("kanri@hikari.例", InvalidMailAddress::Character),
            ("kanri@localhost", InvalidMailAddress::Host),
            ("kanri@-hikari.example", InvalidMailAddress::Host),
            ("kanri@hikari..example", InvalidMailAddress::Host),
            (
                "kanri@hikari.example\r\nBcc: x@y.jp",
                InvalidMailAddress::At,
            ),
        ] {
            assert_eq!(text.parse::<MailAddress>(), Err(error), "{text}");
        }
        let long = format!("{}@hikari.example", "a".repeat(65));
        assert_eq!(
            long.parse::<MailAddress>(),
            Err(InvalidMailAddress::TooLong)
        );
    }

    #[test]
    fn a_line_end_never_gets_into_an_address() {
        for text in ["kanri@hikari.example\r\nX", "kan\nri@hikari.example"] {
            assert!(text.parse::<MailAddress>().is_err());
        }
    }

    #[test]
    fn debug_hides_the_person() {
        let address: MailAddress = "hanako@hikari.example".parse().unwrap();
        assert!(!format!("{address:?}").contains("hanako"));
    }
}
