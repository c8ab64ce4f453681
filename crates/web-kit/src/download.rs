//! Files that somebody sent, given out again. They are only ever downloaded: nothing of them is drawn in a page of ours.

use axum::response::{IntoResponse, Response};
use http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
    X_CONTENT_TYPE_OPTIONS,
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// The file as an attachment that no cache keeps, no browser guesses about, and that runs nothing if a browser shows it after all.
pub fn answer(name: &str, media_type: &'static str, bytes: Vec<u8>) -> Response {
    let headers = [
        (CACHE_CONTROL, "no-store".to_owned()),
        (CONTENT_TYPE, media_type.to_owned()),
        (CONTENT_DISPOSITION, attachment(name)),
        (X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (
            CONTENT_SECURITY_POLICY,
            "default-src 'none'; sandbox".to_owned(),
        ),
    ];
    (headers, bytes).into_response()
}

/// `attachment` with the name twice: in letters that every program reads, and whole.
///
/// Source: RFC 6266, section 4.3 and appendix D; RFC 8187, section 3.2.
fn attachment(name: &str) -> String {
    let plain = |it: char| it.is_ascii_alphanumeric() || " -_.()".contains(it);
    let fallback: String = name
        .chars()
        .map(|it| if plain(it) { it } else { '_' })
        .collect();
    let whole = utf8_percent_encode(name, NON_ALPHANUMERIC);
    format!("attachment; filename=\"{fallback}\"; filename*=UTF-8''{whole}")
}

#[cfg(test)]
mod tests {
    use super::attachment;

    #[test]
    fn the_name_of_a_file_ends_no_header() {
        for (name, header) in [
            (
                "a b.pdf",
                "attachment; filename=\"a b.pdf\"; filename*=UTF-8''a%20b%2Epdf",
            ),
            (
                "退院\";x=\\.pdf",
                "attachment; filename=\"___\u{5f}x__.pdf\"; filename*=UTF-8''%E9%80%80%E9%99%A2%22%3Bx%3D%5C%2Epdf",
            ),
        ] {
            assert_eq!(attachment(name), header);
        }
    }
}
