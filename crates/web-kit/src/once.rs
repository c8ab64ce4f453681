//! Forms that act once: a value that is made when the form is shown goes along with it, so that the same form sent again is known.
//!
//! What was typed is part of what a form is known by. Who goes back, types something else and sends it means something else.

use crate::{
    Fields,
    csrf::{self, token},
    session::Token,
};
use kiban_domain::Entropy;

/// Name of the hidden field in forms.
pub const FIELD_NAME: &str = "once";

/// A value for a form that is about to be shown.
pub fn value(entropy: &dyn Entropy) -> String {
    Token::new(entropy).to_text()
}

/// What a form that was sent is known by: the same bytes for the same form with the same content, from the same session, for the same
/// `place`. `None` when it carries no value, as nothing says then that it was sent before.
pub fn secret(session: &Token, place: &str, fields: &Fields) -> Option<Vec<u8>> {
    if fields.get(FIELD_NAME).is_empty() {
        return None;
    }
    let mut secret = Vec::new();
    let mut add = |text: &str| {
        // Lengths keep one field's end apart from the next one's beginning.
        secret.extend_from_slice(&(text.len() as u64).to_be_bytes());
        secret.extend_from_slice(text.as_bytes());
    };
    add(&token(session));
    add(place);
    for (name, value) in fields.fields() {
        if name != csrf::FIELD_NAME {
            add(name);
            add(value);
        }
    }
    Some(secret)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(all: &[(&str, &str)]) -> Fields {
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Fields::of(all.iter().map(own).collect())
    }

    #[test]
    fn o1_a_form_is_known_by_its_value_its_content_its_session_and_its_place() {
        let one = Token::parse(&"A".repeat(43)).unwrap();
        let other = Token::parse(&format!("B{}", "A".repeat(42))).unwrap();
        let sent = fields(&[("csrf", "x"), ("once", "v"), ("name", "a")]);
        let first = secret(&one, "/p", &sent);
        assert!(first.is_some());
        assert_eq!(first, secret(&one, "/p", &sent));
        assert_ne!(first, secret(&other, "/p", &sent));
        assert_ne!(first, secret(&one, "/q", &sent));
        for different in [
            [("once", "w"), ("name", "a")],
            [("once", "v"), ("name", "b")],
            [("once", "vn"), ("ame", "a")],
        ] {
            assert_ne!(first, secret(&one, "/p", &fields(&different)));
        }
        assert_eq!(secret(&one, "/p", &fields(&[("name", "a")])), None);
    }
}
