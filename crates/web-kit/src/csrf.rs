//! Whether a form was sent from our own page.
//!
//! Two checks, each enough on its own: what the browser says about the sender ([`sender`]), and a token in the form that
//! only a page of the same session can know ([`token`], [`is_token`]).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::header::{HeaderName, ORIGIN};
use http::{HeaderMap, HeaderValue};
use ring::hmac;

use crate::session::Token;

/// Name of the hidden field in forms.
pub const FIELD_NAME: &str = "csrf";

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// What the browser says about the page that sent a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sender {
    /// Our own page, or the address bar.
    Own,
    /// Another site. Refuse whatever changes something.
    Foreign,
    /// The browser says nothing (old, or not a browser); the token decides.
    Unsaid,
}

/// Reads `Sec-Fetch-Site`, else compares `Origin` with `own_origin` (scheme, host and port, such as `https://care.example`).
pub fn sender(headers: &HeaderMap, own_origin: &str) -> Sender {
    if let Some(site) = headers.get(SEC_FETCH_SITE) {
        return match site.as_bytes() {
            b"same-origin" | b"none" => Sender::Own,
            _ => Sender::Foreign,
        };
    }
    match headers.get(ORIGIN).map(HeaderValue::as_bytes) {
        // Pages that send no referrer make browsers say `null` here, even to themselves.
        None | Some(b"null") => Sender::Unsaid,
        Some(origin) if origin.eq_ignore_ascii_case(own_origin.as_bytes()) => Sender::Own,
        Some(_) => Sender::Foreign,
    }
}

/// The form's token: derived from the session's secret, so nothing more is stored.
pub fn token(session: &Token) -> String {
    URL_SAFE_NO_PAD.encode(hmac::sign(&key(session), CONTEXT))
}

/// Whether `sent` is the token of this session; compared in constant time.
pub fn is_token(session: &Token, sent: &str) -> bool {
    let sent = URL_SAFE_NO_PAD.decode(sent).unwrap_or_default();
    hmac::verify(&key(session), CONTEXT, &sent).is_ok()
}

const CONTEXT: &[u8] = b"kiban-csrf/1";

fn key(session: &Token) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA256, session.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(name: &'static str, value: &'static str) -> Sender {
        let name = HeaderName::from_static(name);
        let headers = HeaderMap::from_iter([(name, HeaderValue::from_static(value))]);
        sender(&headers, "https://care.example")
    }

    #[test]
    fn the_browsers_word_counts() {
        assert_eq!(sent("sec-fetch-site", "same-origin"), Sender::Own);
        assert_eq!(sent("sec-fetch-site", "same-site"), Sender::Foreign);
        assert_eq!(sent("sec-fetch-site", "cross-site"), Sender::Foreign);
        assert_eq!(sent("origin", "https://care.example"), Sender::Own);
        assert_eq!(sent("origin", "https://care.example.evil"), Sender::Foreign);
        assert_eq!(sent("origin", "null"), Sender::Unsaid);
        assert_eq!(sent("accept", "*/*"), Sender::Unsaid);
    }

    #[test]
    fn a_token_fits_its_own_session_only() {
        let one = Token::parse(&"A".repeat(43)).unwrap();
        let other = Token::parse(&format!("B{}", "A".repeat(42))).unwrap();
        assert!(is_token(&one, &token(&one)));
        assert!(!is_token(&other, &token(&one)));
        assert!(!is_token(&one, ""));
        assert!(!is_token(&one, &token(&one)[1..]));
    }
}
