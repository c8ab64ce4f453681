//! A file as it came. It is only ever downloaded: nothing of it is drawn in a page of ours.

use axum::{extract::Path, response::Response};
use kiban_access::Refusal;
use kiban_services::documents;
use kiban_web_kit::download;

use super::About;
use crate::visit::SignedIn;

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
    let row = &opened.row;
    let media_type = row.file_kind.media_type();
    Ok(download::answer(&row.file_name, media_type, opened.bytes))
}
