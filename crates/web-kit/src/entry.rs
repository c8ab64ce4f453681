//! The cookie that binds a form to a browser before there is a session.
//!
//! Without it another site could sign somebody in under an account of its own. It opens nothing, so it needs no row.

use http::{HeaderMap, HeaderValue};

use crate::{
    Transport,
    session::{self, Token},
};

const NAME: &str = "kiban_entry";

/// The token of the request's cookie; with two of that name none, since one of them was planted.
pub fn of(headers: &HeaderMap) -> Option<Token> {
    session::only(headers, NAME)
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
