//! The certificates on paper.

use axum::response::Response;
use kiban_ui::{MenuItem, PrintPage};

use super::dossier::About;
use crate::{answer::page, words};

/// GET `…/print`. Opening it is recorded as printing; the number on the paper is the one of the record.
pub(crate) async fn show(about: About) -> Result<Response, Response> {
    let dossier = about.read(None, "print").await?;
    let signed_in = &about.signed_in;
    Ok(page(&PrintPage {
        frame: signed_in.frame(Some(MenuItem::Persons)),
        person: dossier.head(),
        certificates: dossier.certificates(),
        as_of: words::both(dossier.on),
        printed_at: words::instant(signed_in.platform().now()),
        printed_by: format!("{} {}", signed_in.office.name, signed_in.session.name),
        pdf: signed_in.has_printer(),
        document_no: signed_in.visit.request_id.as_str().to_owned(),
    }))
}
