//! Paths whose escapes are no text.

use http::Uri;
use http::uri::PathAndQuery;
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use std::borrow::Cow;

/// The address with U+FFFD where its path's escapes are no UTF-8, so that the route's own handler refuses it in its own way,
/// by a page or a problem; routers answer such a path in words of theirs. `None` where nothing is to be done.
///
/// Nothing that can be asked for has U+FFFD in its path, so the address still leads nowhere.
pub(crate) fn readable(uri: &Uri) -> Option<Uri> {
    let path = uri.path();
    if !path.contains('%') {
        return None;
    }
    let segments: Vec<_> = path.split('/').map(segment).collect();
    if segments
        .iter()
        .all(|segment| matches!(segment, Cow::Borrowed(_)))
    {
        return None;
    }
    let mut readable = segments.join("/");
    if let Some(query) = uri.query() {
        readable.push('?');
        readable.push_str(query);
    }
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(PathAndQuery::try_from(readable).ok()?);
    Uri::from_parts(parts).ok()
}

/// What an escape hid stays hidden: a slash within a segment must not become one between two.
const HIDDEN: &AsciiSet = &CONTROLS.add(b'%').add(b'/').add(b'?').add(b'#').add(b' ');

fn segment(segment: &str) -> Cow<'_, str> {
    if percent_decode_str(segment).decode_utf8().is_ok() {
        return Cow::Borrowed(segment);
    }
    let text = percent_decode_str(segment).decode_utf8_lossy();
    Cow::Owned(utf8_percent_encode(&text, HIDDEN).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(address: &str) -> String {
        let uri = address.parse().unwrap();
        readable(&uri).unwrap_or(uri).to_string()
    }

    #[test]
    fn only_what_is_no_text_changes() {
        for (address, expected) in [
            ("/v1/persons/1/2", "/v1/persons/1/2"),
            ("/%E4%BB%8B/x?y=%ff", "/%E4%BB%8B/x?y=%ff"),
            ("/a/%ff/b", "/a/%EF%BF%BD/b"),
            ("/a/%ff%2F%25/b?c=%31", "/a/%EF%BF%BD%2F%25/b?c=%31"),
            (
                "https://localhost/%E4%BB/%41",
                "https://localhost/%EF%BF%BD/%41",
            ),
            ("/%2", "/%2"),
        ] {
            assert_eq!(read(address), expected);
        }
    }
}
