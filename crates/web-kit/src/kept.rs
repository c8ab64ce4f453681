//! The cookie that holds the key to what was being sent when a session ended.
//!
//! It lives as long as the input is kept, and opens nothing by itself: who signs in again decides.

use http::{HeaderMap, HeaderValue};

use crate::{
    Transport,
    session::{self, Token},
};

const NAME: &str = "kiban_kept";

/// The token of the request's cookie; with two of that name none, since one of them was planted.
pub fn of(headers: &HeaderMap) -> Option<Token> {
    session::only(headers, NAME)
}

/// The `Set-Cookie` header, for the pages below `path`, for so many seconds.
pub fn cookie(token: &Token, path: &str, seconds: i64, transport: Transport) -> HeaderValue {
    header(&token.to_text(), path, seconds, transport)
}

/// The `Set-Cookie` header that takes the cookie away.
pub fn removal(path: &str, transport: Transport) -> HeaderValue {
    header("", path, 0, transport)
}

fn header(value: &str, path: &str, seconds: i64, transport: Transport) -> HeaderValue {
    let secure = match transport {
        Transport::Tls => "; Secure",
        Transport::Plain => "",
    };
    let text =
        format!("{NAME}={value}; Max-Age={seconds}; Path={path}; HttpOnly; SameSite=Lax{secure}");
    HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static(""))
}
