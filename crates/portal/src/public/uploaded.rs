//! Forms with files below `/contact`: each file streams into the object store, after the fields before it have told that one of our
//! own pages in this browser sends it.

use super::{
    answer, failed,
    posted::{Posted, expired, form_key, posted},
};
use crate::{PortalState, start::address};
use axum::{extract::Request, response::Response};
use http::StatusCode;
use kiban_portal_ui::{Link, MessagePage, Section};
use kiban_services::inquiries::{self, FileError, Sender, TOGETHER, Upload};
use kiban_services::portal_users::From;
use kiban_store::Error;
use kiban_web_kit::{
    Fields, PeerAddr, agent, entry,
    multipart::{self, BrokenForm, FilePart, TakesFiles},
    session::Token,
};

/// A form as it was sent, and what is to be said about files that were not kept.
pub(super) struct Uploaded {
    pub(super) posted: Posted,
    /// A sentence each, in the order of the files.
    pub(super) refused: Vec<String>,
}

/// Reads a form with or without files; otherwise what to answer. Files that are taken wait for the form afterwards.
pub(super) async fn uploaded(
    state: &PortalState,
    peer: PeerAddr,
    request: Request,
) -> Result<Uploaded, Response> {
    let headers = request.headers();
    if !multipart::is_multipart(headers) {
        let posted = posted(state, peer, request).await?;
        return Ok(Uploaded {
            posted,
            refused: Vec::new(),
        });
    }
    let address = address(state, peer, headers);
    let agent = agent::words(headers);
    let request_id = request.extensions().get().copied().unwrap_or_default();
    let entry = entry::of(headers).ok_or_else(|| expired(state))?;
    let sender = Sender::Visitor(address.clone());
    let (fields, refused) = parts(state, request, entry.clone(), sender).await?;
    Ok(Uploaded {
        posted: Posted {
            entry,
            from: From {
                address: address.clone(),
                agent,
            },
            address,
            request_id,
            fields,
        },
        refused,
    })
}

/// Reads a form with files whose token goes with `token`: its fields, and what is to be said about files that were not kept.
pub(crate) async fn parts(
    state: &PortalState,
    request: Request,
    token: Token,
    sender: Sender,
) -> Result<(Fields, Vec<String>), Response> {
    let mut kept = Kept {
        state,
        sender,
        entry: token.clone(),
        refused: Vec::new(),
    };
    let fields = multipart::read(request, &state.own_origin, &token, TOGETHER, &mut kept).await?;
    Ok((fields, kept.refused))
}

struct Kept<'a> {
    state: &'a PortalState,
    sender: Sender,
    entry: Token,
    refused: Vec<String>,
}

impl TakesFiles for Kept<'_> {
    async fn take(&mut self, mut file: FilePart<'_>) -> Result<(), Response> {
        if file.typed("once").is_empty() {
            return Err(expired(self.state));
        }
        let platform = &self.state.platform;
        let failed = |error: Error| failed(self.state, &error);
        let mut upload = Upload::begin(platform, file.file_name()).map_err(failed)?;
        while let Some(piece) = file.chunk().await.map_err(|why| self.broken(why))? {
            upload.take(&piece).map_err(failed)?;
        }
        // Browsers send a field without a file as an empty file without a name.
        if upload.is_empty() && file.file_name().is_empty() {
            return Ok(());
        }
        let name = upload.name().to_owned();
        let admitted = inquiries::admit_file(platform, &self.sender).await;
        if admitted.map_err(failed)?.is_err() {
            self.refused.push(format!(
                "{name}は、続けて多くのファイルを受け取ったため、添付できませんでした。しばらく待ってから、もう一度選んでください"
            ));
            return Ok(());
        }
        let form = form_key(&self.entry, file.typed("once"));
        match upload.keep(platform, &form).await {
            Ok(()) => {}
            Err(FileError::Storage(error)) => return Err(failed(error)),
            Err(error) => self.refused.push(error.sentence(&name)),
        }
        Ok(())
    }

    fn broken(&self, why: BrokenForm) -> Response {
        match why {
            BrokenForm::Expired => expired(self.state),
            BrokenForm::TooLong => too_long(self.state),
        }
    }
}

fn too_long(state: &PortalState) -> Response {
    let page = MessagePage {
        frame: state.portal_frame().of(Section::Contact),
        title: "添付ファイルが大きすぎます".into(),
        advice: "送信はされていません。添付できるのは、1ファイル10MB、合わせて30MBまでです。ファイルを減らすか小さくして、もう一度送信してください。".into(),
        reference: String::new(),
        next: Link::new("/contact/form", "お問い合わせフォームへ戻る"),
    };
    answer(StatusCode::PAYLOAD_TOO_LARGE, "no-store", &page)
}
