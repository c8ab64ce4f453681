//! The cookie that says which sign-in a request belongs to.
//!
//! The cookie holds a random token; the database holds only its hash, so that a copy of the database opens no session.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::HeaderMap;
use http::header::{COOKIE, HeaderValue};
use kiban_domain::Entropy;
use ring::digest::{SHA256, digest};

use crate::Transport;

/// Name of the cookie.
pub const COOKIE_NAME: &str = "kiban_session";

/// The secret of one sign-in: 32 random bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct Token([u8; 32]);

impl Token {
    /// A new one.
    pub fn new(entropy: &dyn Entropy) -> Self {
        let mut bytes = [0; 32];
        entropy.fill(&mut bytes);
        Self(bytes)
    }

    /// Reads the cookie's value: 43 characters, base64url without padding.
    pub fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        let length = URL_SAFE_NO_PAD.decode_slice(text, &mut bytes).ok()?;
        (length == 32).then_some(Self(bytes))
    }

    /// The token of a request, if it has the cookie. With two of that name, none: one of them was planted.
    pub fn of(headers: &HeaderMap) -> Option<Self> {
        only(headers, COOKIE_NAME)
    }

    /// The cookie's value.
    pub fn to_text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// SHA-256: what is stored and searched for.
    pub fn hash(&self) -> [u8; 32] {
        let mut hash = [0; 32];
        hash.copy_from_slice(digest(&SHA256, &self.0).as_ref());
        hash
    }

    /// The `Set-Cookie` header that begins the session: until the browser closes, HttpOnly, SameSite=Lax, Path=/, and
    /// Secure on TLS.
    pub fn cookie(&self, transport: Transport) -> HeaderValue {
        header(&self.to_text(), "", transport)
    }

    /// The secret itself, to derive a key from.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// The token of the cookie `name`; with two of that name none, since one of them was planted.
pub(crate) fn only(headers: &HeaderMap, name: &str) -> Option<Token> {
    let mut found = headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(found, _)| *found == name);
    let (_, value) = found.next()?;
    found.next().is_none().then(|| Token::parse(value))?
}

/// Shows nothing of the secret.
impl fmt::Debug for Token {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Token(…)")
    }
}

/// The `Set-Cookie` header that takes the cookie away.
pub fn removal(transport: Transport) -> HeaderValue {
    header("", "; Max-Age=0", transport)
}

fn header(value: &str, age: &str, transport: Transport) -> HeaderValue {
    let secure = match transport {
        Transport::Tls => "; Secure",
        Transport::Plain => "",
    };
    let text = format!("{COOKIE_NAME}={value}{age}; Path=/; HttpOnly; SameSite=Lax{secure}");
    // base64url and fixed words are always a header value.
    HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static(""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Counting;

    impl Entropy for Counting {
        fn fill(&self, bytes: &mut [u8]) {
            for (index, byte) in bytes.iter_mut().enumerate() {
                *byte = u8::try_from(index * 7 % 256).unwrap();
            }
        }
    }

    fn headers(cookie: &str) -> HeaderMap {
        HeaderMap::from_iter([(COOKIE, HeaderValue::from_str(cookie).unwrap())])
    }

    #[test]
    fn a_cookie_comes_back_as_its_token() {
        let token = Token::new(&Counting);
        let set = token.cookie(Transport::Tls);
        let text = set.to_str().unwrap();
        assert!(
            text.ends_with("; Path=/; HttpOnly; SameSite=Lax; Secure"),
            "{text}"
        );
        let pair = text.split(';').next().unwrap();
        assert_eq!(
            Token::of(&headers(&format!("a=b; {pair}; c=d"))),
            Some(token)
        );
        assert_eq!(Token::of(&headers(&format!("{pair}; {pair}"))), None);
        for odd in [
            "kiban_session=",
            "kiban_session=AAAA",
            "kiban_session",
            "xkiban_session=1",
        ] {
            assert_eq!(Token::of(&headers(odd)), None, "{odd}");
        }
    }

    #[test]
    fn without_tls_the_cookie_is_not_marked_secure() {
        assert_eq!(
            removal(Transport::Plain),
            "kiban_session=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax"
        );
    }
}
