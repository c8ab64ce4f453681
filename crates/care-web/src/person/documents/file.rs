//! A file as it came. It is only ever downloaded: nothing of it is drawn in a page of ours.

use axum::{
    extract::Path,
    response::{IntoResponse, Response},
};
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use kiban_access::Refusal;
use kiban_services::documents;

use super::About;
use crate::{visit::SignedIn, words};

/// GET `…/documents/{id}/file`.
pub(crate) async fn download(
    signed_in: SignedIn,
    Path((insurer_no, insured_no, id)): Path<(String, String, String)>,
) -> Result<Response, Response> {
    let about = About::of(&signed_in, &(insurer_no, insured_no))
        .ok_or_else(|| signed_in.refused(Refusal::NotFound))?;
    let id = about.document_id(&id)?;
    let opened = documents::open(signed_in.platform(), &signed_in.context, &about.key, id).await;
    let opened = opened.map_err(|error| about.failed(error))?;
    let headers = [
        (CACHE_CONTROL, "no-store".to_owned()),
        (CONTENT_TYPE, opened.row.file_kind.media_type().to_owned()),
        (CONTENT_DISPOSITION, attachment(&opened.row.file_name)),
        (X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    Ok((headers, opened.bytes).into_response())
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
    let whole = words::encoded(name);
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
