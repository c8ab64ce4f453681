//! The cookie that binds a form to a browser before there is a session.
//!
//! Without it another site could sign somebody in under an account of its own. It opens nothing, so it needs no row.

use http::{HeaderMap, HeaderValue, header::COOKIE};

use crate::{Transport, session::Token};

const NAME: &str = "kiban_entry";

/// The token of the request's cookie; with two of that name none, since one of them was planted.
pub fn of(headers: &HeaderMap) -> Option<Token> {
    let mut found = headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(name, _)| *name == NAME);
    let (_, value) = found.next()?;
    found.next().is_none().then(|| Token::parse(value))?
}

/// The `Set-Cookie` header, for the forms below `path`.
pub fn cookie(token: &Token, path: &str, transport: Transport) -> HeaderValue {
    let secure = match transport {
        Transport::Tls => "; Secure",
        Transport::Plain => "",
    };
    let text = format!(
        "{NAME}={}; Path={path}; HttpOnly; SameSite=Lax{secure}",
        token.to_text()
    );
    HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static(""))
}
